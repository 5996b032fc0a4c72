import { BsatnWriter, type WireCodec } from '../../values/index.ts';
import type { EncodedRows } from '../subprotocol.ts';

// BsatnRowList (wire.md 3.2): where rows begin, then the rows back to back.

const FIXED_SIZE = 0;
const ROW_OFFSETS = 1;
const MAX_FIXED_SIZE = 0xffff; // bytes of a row: the size is a u16

/** The list of no rows: no offsets, no bytes. */
export const NO_ROW_LIST: EncodedRows = Object.freeze({
  count: 0,
  bytes: Uint8Array.of(ROW_OFFSETS, 0, 0, 0, 0, 0, 0, 0, 0),
});

/** Writes rows as lists. Holds growing buffers; every list is copied out of them. */
export class RowListWriter {
  readonly #rows = new BsatnWriter();
  readonly #list = new BsatnWriter();
  #ends = new Uint32Array(64); // where each row ends; grows by doubling
  #count = 0;

  /** Bytes of the rows added. */
  get length(): number {
    return this.#rows.length;
  }

  /** Begins a list. */
  reset(): void {
    this.#rows.reset();
    this.#count = 0;
  }

  /** Adds rows at the end. */
  add<Row>(codec: Pick<WireCodec<Row>, 'write'>, rows: readonly Row[]): void {
    this.#makeRoom(this.#count + rows.length);
    for (let i = 0; i < rows.length; i++) {
      codec.write(this.#rows, rows[i]!);
      this.#ends[this.#count++] = this.#rows.length;
    }
  }

  /** The list of the rows added. */
  finish(): EncodedRows {
    if (this.#count === 0) return NO_ROW_LIST;
    const list = this.#list;
    list.reset();
    const size = this.#fixedSize();
    if (size > 0) {
      list.variant(FIXED_SIZE);
      list.u16(size);
    } else {
      list.variant(ROW_OFFSETS);
      list.array(this.#count);
      for (let i = 0; i < this.#count; i++) {
        list.u32(i === 0 ? 0 : this.#ends[i - 1]!);
        list.u32(0); // the upper half of a u64
      }
    }
    list.array(this.#rows.length);
    list.raw(this.#rows.peek());
    return { count: this.#count, bytes: list.finish() };
  }

  /** Bytes of every row; 0 when they differ, are none, or are too many. */
  #fixedSize(): number {
    const size = this.#ends[0]!;
    if (size > MAX_FIXED_SIZE || this.#rows.length !== size * this.#count) return 0;
    for (let i = 1; i < this.#count; i++) if (this.#ends[i] !== size * (i + 1)) return 0;
    return size;
  }

  #makeRoom(count: number): void {
    if (count <= this.#ends.length) return;
    const grown = new Uint32Array(Math.max(count, this.#ends.length * 2));
    grown.set(this.#ends);
    this.#ends = grown;
  }
}
