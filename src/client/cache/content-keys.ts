import { BsatnWriter, type Key, type WireCodec } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { RowMap } from './row-map.ts';

/**
 * Keys of rows that have no primary key: a hash of their bytes, which is cheap, and all their bytes where two rows meet
 * in one hash. Others may choose what is in a row: hashes that meet must not mix rows up.
 */
export class ContentKeys {
  readonly #rows: Pick<RowMap, 'get' | 'has'>;
  readonly #codec: WireCodec<Row>;
  readonly #isSame: (a: Row, b: Row) => boolean;
  readonly #writer = new BsatnWriter();
  /** Hashes in which rows have met. */
  readonly #shared = new Set<number>();

  constructor(rows: Pick<RowMap, 'get' | 'has'>, codec: WireCodec<Row>, isSame: (a: Row, b: Row) => boolean) {
    this.#rows = rows;
    this.#codec = codec;
    this.#isSame = isSame;
  }

  /** All bytes of a row. */
  textOf(row: Row): string {
    const { length } = this.#written(row);
    return this.#writer.textOf(0, length);
  }

  hashOf(row: Row): number {
    const { length } = this.#written(row);
    return this.#writer.hashOf(0, length);
  }

  /** The key under which the row is held, or is to be. */
  arriving(row: Row, hash: number): Key {
    const there = this.#rows.get(hash);
    if (there === undefined) {
      if (!this.#shared.has(hash)) return hash;
      const text = this.textOf(row);
      return this.#rows.has(text) ? text : hash;
    }
    if (this.#isSame(there, row)) return hash;
    this.#shared.add(hash);
    return this.textOf(row);
  }

  /** The key under which the row with this hash is held, if it is. @param textOf asked for where rows have met */
  leaving(hash: number, textOf: () => string): Key {
    if (!this.#shared.has(hash)) return hash;
    const text = textOf();
    return this.#rows.has(text) ? text : hash;
  }

  /** The row of this content that is held. */
  held(row: Row): Row | undefined {
    const there = this.#rows.get(this.leaving(this.hashOf(row), () => this.textOf(row)));
    return there !== undefined && this.#isSame(there, row) ? there : undefined;
  }

  #written(row: Row): BsatnWriter {
    this.#writer.reset();
    this.#codec.write(this.#writer, row);
    return this.#writer;
  }
}
