import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package: the nearest manifest of ours above this file, built or bundled. */
export function packageFolder(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (manifestIn(folder).name === 'spacetick') return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The package's version. */
export function version(): string {
  const folder = packageFolder();
  return (folder && manifestIn(folder).version) || 'unknown';
}

function manifestIn(folder: string): Record<string, string> {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}
