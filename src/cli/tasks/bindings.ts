import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type GeneratedFile, type StaleFiles, staleFiles } from '../../codegen/index.ts';

/** Text of the TypeScript files in a folder, by path; empty when it is not there. */
export async function readBindings(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  const texts = await Promise.all(
    files.map(async (entry) => {
      const full = join(entry.parentPath, entry.name);
      return [relative(directory, full).split(sep).join('/'), await readFile(full, 'utf8')] as const;
    }),
  );
  return new Map(texts);
}

/** What writing these files to a folder would change. */
export async function compareBindings(directory: string, files: readonly GeneratedFile[]): Promise<StaleFiles> {
  return staleFiles(await readBindings(directory), files);
}

/** Writes the files that differ; others keep their times, so that watchers stay quiet. @returns paths written */
export async function writeBindings(directory: string, files: readonly GeneratedFile[]): Promise<string[]> {
  const { missing, changed } = await compareBindings(directory, files);
  const wanted = new Set([...missing, ...changed]);
  for (const { path, text } of files) {
    if (!wanted.has(path)) continue;
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return [...wanted].sort();
}

/** Deletes generated files that are not generated any more. */
export async function deleteLeftover(directory: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(directory, path), { force: true });
}
