import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SpacetickError } from '../../values/index.ts';

/** What a host keeps of a published database, so that it is there again after a restart. */
export interface StoredProgram {
  readonly name: string;
  /** Hex of the database's identity. */
  readonly identity: string;
  /** Hex of the owner's identity. */
  readonly owner: string;
  readonly source: string;
}

const FORMAT = 1;
const SUFFIX = '.json';

/** The published programs in the data directory: one JSON file each, replaced whole. */
export class ProgramFiles {
  readonly #directory: string | undefined;

  /** @param dataDirectory undefined for a host that keeps nothing */
  constructor(dataDirectory: string | undefined) {
    this.#directory = dataDirectory && join(dataDirectory, 'programs');
  }

  /** @throws SpacetickError E_DATA_DIRECTORY */
  async save(program: StoredProgram): Promise<void> {
    if (this.#directory === undefined) return;
    const file = this.fileOf(program.name);
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify({ format: FORMAT, ...program }));
      await rename(`${file}.new`, file);
    } catch (error) {
      throw new SpacetickError(
        'E_DATA_DIRECTORY',
        `${program.name} runs, but could not be kept for the next start: ${(error as Error).message}. Make room or give ` +
          'the host a data directory that it may write to, and publish again.',
        { cause: error },
      );
    }
  }

  /** @throws SpacetickError E_DATA_DIRECTORY naming the file that cannot be read */
  async load(): Promise<StoredProgram[]> {
    if (this.#directory === undefined) return [];
    const names = await this.#names(this.#directory);
    return Promise.all(names.map((name) => this.#read(name)));
  }

  /** Where the program of a database is kept; '' when nothing is. */
  fileOf(name: string): string {
    return this.#directory === undefined ? '' : join(this.#directory, `${name}${SUFFIX}`);
  }

  async #names(directory: string): Promise<string[]> {
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

  async #read(name: string): Promise<StoredProgram> {
    try {
      const stored = JSON.parse(await readFile(this.fileOf(name), 'utf8')) as StoredProgram & { format: number };
      if (stored.format !== FORMAT) throw new Error(`it has format ${stored.format}, this version reads ${FORMAT}`);
      if (stored.name !== name) throw new Error(`it is called ${name} and holds ${stored.name}`);
      return stored;
    } catch (error) {
      throw this.unusable(name, error);
    }
  }

  /** The error of a program that was kept and cannot be had again. */
  unusable(name: string, error: unknown): SpacetickError {
    return new SpacetickError(
      'E_DATA_DIRECTORY',
      `The published program ${this.fileOf(name)} cannot be started again: ${(error as Error).message} Move it away and ` +
        'publish again.',
      { cause: error },
    );
  }
}
