import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SpacetickError } from '../../values/index.ts';
import { DirectoryLock, LOCK_FILE } from './directory-lock.ts';
import { PRIVATE_FILE, PUBLIC_FILE } from './keys.ts';
import { PROGRAMS_FOLDER } from './program-files.ts';

const KEYS: readonly string[] = [PRIVATE_FILE, PUBLIC_FILE]; // called as those of SSH are: their text tells
const KEY_TEXT = /^-----BEGIN (PRIVATE|PUBLIC) KEY-----|^$/;
const DRAFTS = /^id_ecdsa(\.pub)?\.new$|^host\.lock\.[\w.-]+$/; // of a host that was cut off
const PROGRAM = /^[\da-f]{64}\.json(\.new)?$/;

/**
 * Paths of what a host has written to a data directory, from there; none where there is no such directory.
 * @throws SpacetickError E_DATA_DIRECTORY when somebody else has written to it, too
 */
export async function keptFiles(directory: string): Promise<string[]> {
  const kept: string[] = [];
  for (const entry of await entriesOf(directory)) {
    if (entry.name === PROGRAMS_FOLDER && entry.isDirectory()) {
      kept.push(...(await programsIn(directory)), entry.name);
    } else if (entry.isFile() && (await isHosts(directory, entry.name))) kept.push(entry.name);
    else throw somebodyElses(directory, entry.name);
  }
  return kept;
}

/**
 * Deletes what a host has written to a data directory, and the directory.
 * @throws SpacetickError E_DATA_IN_USE while a host has it; E_DATA_DIRECTORY as `keptFiles`, or when it cannot be deleted
 */
export async function deleteKept(directory: string): Promise<void> {
  await keptFiles(directory); // before anything is written to a directory that is no host's
  const lock = await DirectoryLock.take(directory, 'Stop that one first.');
  try {
    for (const path of await keptFiles(directory)) {
      if (path === PROGRAMS_FOLDER) await rmdir(join(directory, path));
      else if (path !== LOCK_FILE) await rm(join(directory, path), { force: true });
    }
  } finally {
    await lock.release();
  }
  await rmdir(directory).catch(() => undefined); // a link or a mount point stays, empty
}

async function programsIn(directory: string): Promise<string[]> {
  const entries = await entriesOf(join(directory, PROGRAMS_FOLDER));
  const other = entries.find((entry) => !entry.isFile() || !PROGRAM.test(entry.name));
  if (other !== undefined) throw somebodyElses(directory, join(PROGRAMS_FOLDER, other.name));
  return entries.map(({ name }) => join(PROGRAMS_FOLDER, name));
}

async function isHosts(directory: string, name: string): Promise<boolean> {
  if (KEYS.includes(name)) return KEY_TEXT.test(await readFile(join(directory, name), 'utf8'));
  return name === LOCK_FILE || DRAFTS.test(name);
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new SpacetickError('E_DATA_DIRECTORY', `${directory} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function somebodyElses(directory: string, path: string): SpacetickError {
  return new SpacetickError(
    'E_DATA_DIRECTORY',
    `${directory} holds ${path}, which no host has written: nothing is deleted. Is it another directory that is meant? ` +
      'Else move that away first.',
  );
}
