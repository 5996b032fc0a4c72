import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SpacetickError } from '../../values/index.ts';

/** What a host keeps of a published database, so that it is there again after a restart. */
export interface StoredProgram {
  /** Hex of the database's identity. */
  readonly identity: string;
  readonly names: readonly string[];
  /** Hex of the owner's identity. */
  readonly owner: string;
  readonly isLocked: boolean;
  readonly source: string;
}

export const PROGRAMS_FOLDER = 'programs';
const FORMAT = 2;
const SUFFIX = '.json';

/** The published programs in the data directory: one JSON file for each database, replaced whole. */
export class ProgramFiles {
  readonly #directory: string | undefined;

  /** @param dataDirectory undefined for a host that keeps nothing */
  constructor(dataDirectory: string | undefined) {
    this.#directory = dataDirectory && join(dataDirectory, PROGRAMS_FOLDER);
  }

  /** @throws SpacetickError E_DATA_DIRECTORY */
  async save(program: StoredProgram): Promise<void> {
    if (this.#directory === undefined) return;
    const file = this.fileOf(program.identity);
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify({ format: FORMAT, ...program }));
      await rename(`${file}.new`, file);
    } catch (error) {
      throw new SpacetickError(
        'E_DATA_DIRECTORY',
        `${program.names[0] ?? program.identity} runs, but could not be kept for the next start: ` +
          `${(error as Error).message}. Make room or give the host a data directory that it may write to, and publish again.`,
        { cause: error },
      );
    }
  }

  /** Forgets a database. @throws SpacetickError E_DATA_DIRECTORY */
  async delete(identity: string): Promise<void> {
    if (this.#directory === undefined) return;
    try {
      await rm(this.fileOf(identity), { force: true });
    } catch (error) {
      throw new SpacetickError(
        'E_DATA_DIRECTORY',
        `The database is gone, but its program ${this.fileOf(identity)} cannot be deleted and would come back with the ` +
          `next start: ${(error as Error).message}. Delete it by hand.`,
        { cause: error },
      );
    }
  }

  /** @throws SpacetickError E_DATA_DIRECTORY naming the file that cannot be read */
  async load(): Promise<StoredProgram[]> {
    if (this.#directory === undefined) return [];
    const identities = await this.#identities(this.#directory);
    return Promise.all(identities.map((identity) => this.#read(identity)));
  }

  /** Where the program of a database is kept; '' when nothing is. */
  fileOf(identity: string): string {
    return this.#directory === undefined ? '' : join(this.#directory, `${identity}${SUFFIX}`);
  }

  async #identities(directory: string): Promise<string[]> {
    try {
      const files = await readdir(directory);
      return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new SpacetickError('E_DATA_DIRECTORY', `The data directory cannot be read: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }

  async #read(identity: string): Promise<StoredProgram> {
    try {
      const stored = JSON.parse(await readFile(this.fileOf(identity), 'utf8')) as StoredProgram & { format: number };
      if (stored.format !== FORMAT) throw new Error(`it has format ${stored.format}, this version reads ${FORMAT}.`);
      if (stored.identity !== identity) throw new Error(`it is called ${identity} and holds ${stored.identity}.`);
      return stored;
    } catch (error) {
      throw this.unusable(identity, error);
    }
  }

  /** The error of a program that was kept and cannot be had again. */
  unusable(identity: string, error: unknown): SpacetickError {
    return new SpacetickError(
      'E_DATA_DIRECTORY',
      `The published program ${this.fileOf(identity)} cannot be started again: ${(error as Error).message} Move it away ` +
        'and publish again.',
      { cause: error },
    );
  }
}
