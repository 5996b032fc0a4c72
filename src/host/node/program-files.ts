import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** The published programs in the data directory: one JSON file each, replaced whole. */
export class ProgramFiles {
  readonly #directory: string | undefined;

  /** @param dataDirectory undefined for a host that keeps nothing */
  constructor(dataDirectory: string | undefined) {
    this.#directory = dataDirectory && join(dataDirectory, 'programs');
  }

  async save(program: StoredProgram): Promise<void> {
    if (this.#directory === undefined) return;
    await mkdir(this.#directory, { recursive: true });
    const file = join(this.#directory, `${program.name}.json`);
    await writeFile(`${file}.new`, JSON.stringify({ format: FORMAT, ...program }));
    await rename(`${file}.new`, file);
  }

  async remove(name: string): Promise<void> {
    if (this.#directory !== undefined) await rm(join(this.#directory, `${name}.json`), { force: true });
  }

  /** @throws SpacetickError E_DATA_DIRECTORY naming the file that cannot be read */
  async load(): Promise<StoredProgram[]> {
    if (this.#directory === undefined) return [];
    const files = await readdir(this.#directory).catch(() => []);
    return Promise.all(
      files.filter((file) => file.endsWith('.json')).map((file) => readProgram(join(this.#directory!, file))),
    );
  }
}

async function readProgram(file: string): Promise<StoredProgram> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as StoredProgram & { format: number };
    if (stored.format !== FORMAT) throw new Error(`it has format ${stored.format}, this version reads ${FORMAT}`);
    return stored;
  } catch (error) {
    throw new SpacetickError(
      'E_DATA_DIRECTORY',
      `The published program ${file} cannot be read: ${(error as Error).message}. Move it away and publish again.`,
      { cause: error },
    );
  }
}
