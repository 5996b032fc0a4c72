import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SpacetickError } from '../../values/index.ts';

export const LOCK_FILE = 'host.lock';

const ADVICE =
  "Two would overwrite each other's databases. Stop that one, or give this one a directory of its own: --data-dir.";

/** Who holds a data directory. */
interface Holder {
  readonly pid: number;
  readonly machine: string;
  /** When the process began, as the system counts it: process ids are used again. '' where it does not say. */
  readonly began: string;
}

/** One host for one data directory: two would overwrite each other's databases. */
export class DirectoryLock {
  readonly #file: string;
  readonly #text: string;

  private constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  /**
   * Takes a data directory, also from a process that ended without giving it back.
   * @param advice what to do where a host has it
   * @throws SpacetickError E_DATA_IN_USE naming the process that has it; E_DATA_DIRECTORY when it cannot be written to
   */
  static async take(directory: string, advice = ADVICE): Promise<DirectoryLock> {
    const file = join(directory, LOCK_FILE);
    const holder: Holder = { pid: process.pid, machine: hostname(), began: beginningOf(process.pid) };
    const text = JSON.stringify(holder);
    const own = `${file}.${randomUUID()}`;
    try {
      await mkdir(directory, { recursive: true });
      await writeFile(own, text);
      if (!(await isLinked(own, file)) && !(await isTakenOver(own, file))) throw await inUse(directory, file, advice);
    } catch (error) {
      if (error instanceof SpacetickError) throw error;
      throw new SpacetickError(
        'E_DATA_DIRECTORY',
        `The data directory ${directory} cannot be used: ${(error as Error).message}. Give the host one that it may ` +
          'write to: --data-dir.',
        { cause: error },
      );
    } finally {
      await rm(own, { force: true }).catch(() => undefined); // where nothing can be written there is nothing
    }
    return new DirectoryLock(file, text);
  }

  /** Gives it back; a lock that is somebody else's by now stays. */
  async release(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text === this.#text) await rm(this.#file, { force: true });
  }
}

/** A file appears with all its text under its second name, or not at all. @returns false when the name is taken */
async function isLinked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts a lock in the place of one whose process is no more. Only who has the turn removes it: of two that both found it
 * stale, one would else remove the other's new lock.
 * @returns false when somebody has it
 */
async function isTakenOver(own: string, file: string): Promise<boolean> {
  if (await isHeld(file)) return false;
  const turn = `${file}.turn`;
  if (!(await isLinked(own, turn))) {
    if (await isHeld(turn)) return false;
    await rm(turn, { force: true }); // its process ended within the few calls below
    if (!(await isLinked(own, turn))) return false;
  }
  try {
    if (await isHeld(file)) return false;
    await rm(file, { force: true });
    return await isLinked(own, file);
  } finally {
    await rm(turn, { force: true });
  }
}

async function isHeld(file: string): Promise<boolean> {
  const holder = holderIn(await readFile(file, 'utf8').catch(() => ''));
  if (holder === undefined) return false;
  if (holder.machine !== hostname()) return true; // nobody here knows whether it runs
  if (!isRunning(holder.pid)) return false;
  return holder.began === beginningOf(holder.pid);
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, machine, began } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' ? { pid, machine: String(machine), began: String(began) } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}

/** Clock ticks from the start of the system to that of a process (proc(5), field 22); '' where there is no /proc. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''; // a program's name may hold anything
  } catch {
    return '';
  }
}

async function inUse(directory: string, file: string, advice: string): Promise<SpacetickError> {
  const holder = holderIn(await readFile(file, 'utf8').catch(() => ''));
  const here = holder?.machine === hostname();
  const who = holder === undefined ? 'another process' : `process ${holder.pid}${here ? '' : ` on ${holder.machine}`}`;
  const last = here ? '' : ` If that machine's host is gone, delete ${file}.`;
  return new SpacetickError(
    'E_DATA_IN_USE',
    `The data directory ${directory} is in use by ${who}, a host that runs already. ${advice}${last}`,
  );
}
