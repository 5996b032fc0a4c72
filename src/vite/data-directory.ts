import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the folder that keeps the signing keys, closed to Git: a private key is not for a repository. */
export async function makeDataDirectory(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const ignore = join(folder, '.gitignore');
  if (!existsSync(ignore)) await writeFile(ignore, '*\n');
  return folder;
}
