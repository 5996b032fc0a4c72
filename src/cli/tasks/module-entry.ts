import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { SpacetickError } from '../../host/index.ts';

/** Where a module's entry is within its folder. */
const ENTRIES = ['src/index.ts', 'src/lib.ts', 'index.ts', 'src/index.js', 'index.js'];
/** Where a project keeps its module: as the real command line has it (`api.md` 6.2), then as README shows it. */
const FOLDERS = ['spacetimedb', '.', 'src/module', 'server', 'module'];

/**
 * The entry file of a module: an absolute path.
 * @param path its folder or the file itself; undefined looks where projects keep it
 * @param project folder of the project
 * @throws SpacetickError E_MODULE_NOT_FOUND naming what was tried
 */
export function findEntry(path: string | undefined, project = process.cwd()): string {
  if (path === undefined) return findDefault(project);
  const full = resolve(path);
  const found = isFile(full) ? full : entryIn(full);
  if (found !== undefined) return found;
  const what = existsSync(full) ? `none of ${ENTRIES.join(', ')} is there` : 'there is no such file or folder';
  const [near] = FOLDERS.flatMap((folder) => entryIn(resolve(full, folder)) ?? []);
  const hint = near === undefined ? 'Give its folder or its entry file.' : `Did you mean ${shown(near)}?`;
  throw notFound(`There is no module at ${full}: ${what}. ${hint}`);
}

function findDefault(project: string): string {
  const found = FOLDERS.flatMap((folder) => entryIn(resolve(project, folder)) ?? [])[0];
  if (found !== undefined) return found;
  const tried = FOLDERS.map((folder) => (folder === '.' ? 'this folder' : folder)).join(', ');
  throw notFound(
    `There is no module in ${project}: tried ${tried}, and in each ${ENTRIES.join(', ')}. Say where it is with ` +
      '--module-path.',
  );
}

function entryIn(folder: string): string | undefined {
  return ENTRIES.map((entry) => join(folder, entry)).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

function notFound(message: string): SpacetickError {
  return new SpacetickError('E_MODULE_NOT_FOUND', message);
}
