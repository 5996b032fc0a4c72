import { type BsatnReader, bytesText, contentHash, SpacetickError, unreadable } from '../../values/index.ts';
import type { Row, RowBytes, WireTable } from '../messages.ts';
import { keyReader } from './key-reader.ts';

// BsatnRowList (wire.md 3.2): where rows begin, then the rows back to back.

const FIXED_SIZE = 0;
const OFFSET_BYTES = 8;

const NO_ROWS: readonly Row[] = Object.freeze([]);
const NO_KEYS: readonly unknown[] = Object.freeze([]);

/** Rows of a list, and hashes of their bytes where the table has no primary key. */
export interface ReadRows {
  readonly rows: readonly Row[];
  readonly hashes: readonly number[] | undefined;
}

/** Rows that left, by what the cache knows them by. */
export interface LeftRows {
  readonly keys: readonly unknown[];
  readonly bytes: RowBytes | undefined;
}

const NOTHING: ReadRows = Object.freeze({ rows: NO_ROWS, hashes: undefined });
export const NOTHING_LEFT: LeftRows = Object.freeze({ keys: NO_KEYS, bytes: undefined });

/** Reads row lists: one serves a connection. Holds where the list that is being read begins, ends and how rows lie. */
export class RowListReader {
  #size = 0; // of each row in bytes; 0 when offsets are given
  #count = 0;
  #offsets = 0; // where the list of offsets begins
  #start = 0;
  #end = 0;

  /** All rows of a list. @throws SpacetickError E_WIRE_DECODE; ValueError naming table and column */
  rows(reader: BsatnReader, table: WireTable): ReadRows {
    this.#open(reader);
    if (this.#count === 0) return NOTHING;
    const { def, codec } = table;
    const rows = new Array<Row>(this.#count);
    const hashes = def.primaryKey === undefined && !def.isEvent ? new Array<number>(this.#count) : undefined;
    let start = reader.offset;
    try {
      for (let i = 0; i < rows.length; i++) {
        start = reader.offset;
        rows[i] = codec.read(reader);
        if (hashes !== undefined) hashes[i] = contentHash(reader.view, start, reader.offset);
      }
    } catch (error) {
      unreadable(reader, start, def.rowType, def.name, error);
    }
    if (reader.offset !== this.#end) throw badList(`rows of ${def.name} take other bytes than the list says`);
    return { rows, hashes };
  }

  /** What the cache needs to forget rows: values of the primary key, else their bytes. The rest is not read. */
  left(reader: BsatnReader, table: WireTable): LeftRows {
    this.#open(reader);
    if (this.#count === 0) return NOTHING_LEFT;
    let left: LeftRows;
    if (table.def.primaryKey === undefined) left = { keys: NO_KEYS, bytes: this.#bytesOfRows(reader) };
    else {
      const keys = new Array<unknown>(this.#count);
      this.#primaryKeys(reader, table, keys);
      left = { keys, bytes: undefined };
    }
    reader.offset = this.#end;
    return left;
  }

  #bytesOfRows(reader: BsatnReader): RowBytes {
    const starts = new Array<number>(this.#count + 1);
    const hashes = new Array<number>(this.#count);
    starts[0] = this.#startOf(reader, 0);
    for (let i = 0; i < hashes.length; i++) {
      const end = this.#startOf(reader, i + 1);
      if (end < starts[i]!) throw badList('rows overlap');
      starts[i + 1] = end;
      hashes[i] = contentHash(reader.view, starts[i]!, end);
    }
    const { bytes } = reader;
    return { hashes, textOf: (i) => bytesText(bytes, starts[i]!, starts[i + 1]!) };
  }

  #primaryKeys(reader: BsatnReader, table: WireTable, keys: unknown[]): void {
    const { def } = table;
    const readKey = keyReader(table);
    let start = 0;
    try {
      for (let i = 0; i < keys.length; i++) {
        start = this.#startOf(reader, i);
        reader.offset = start;
        keys[i] = readKey(reader);
        if (reader.offset > this.#end) throw badList(`a row of ${def.name} ends behind its list`);
      }
    } catch (error) {
      if (error instanceof SpacetickError && error.code === 'E_WIRE_DECODE') throw error;
      unreadable(reader, start, def.rowType, def.name, error);
    }
  }

  /** Reads the head of a list; the reader then stands at the first row. */
  #open(reader: BsatnReader): void {
    if (reader.tag(2) === FIXED_SIZE) {
      this.#size = reader.u16();
      this.#offsets = 0;
    } else {
      this.#size = 0;
      this.#count = reader.count(OFFSET_BYTES);
      this.#offsets = reader.offset;
      reader.offset += this.#count * OFFSET_BYTES;
    }
    const length = reader.u32();
    if (length > reader.remaining) throw badList(`a list of ${length} bytes with ${reader.remaining} bytes left`);
    this.#start = reader.offset;
    this.#end = reader.offset + length;
    if (this.#offsets > 0) {
      if (this.#count === 0 && length > 0) throw badList('a list of no rows has bytes');
      return;
    }
    if (length === 0) this.#count = 0;
    else if (this.#size === 0 || length % this.#size !== 0) throw badList(`${length} bytes in rows of ${this.#size}`);
    else this.#count = length / this.#size;
  }

  #startOf(reader: BsatnReader, index: number): number {
    if (index === this.#count) return this.#end;
    if (this.#size > 0) return this.#start + index * this.#size;
    const start = this.#start + reader.view.getUint32(this.#offsets + index * OFFSET_BYTES, true);
    if (start > this.#end) throw badList('a row begins behind its list');
    return start;
  }
}

function badList(reason: string): SpacetickError {
  return new SpacetickError(
    'E_WIRE_DECODE',
    `Not a list of rows: ${reason}. Host and client may be of different versions.`,
  );
}
