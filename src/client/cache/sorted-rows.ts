import type { Row } from '../../wire/index.ts';

const BLOCK_ROWS = 256; // a block's splice moves at most 2 kB; 10,000 rows are 40 to 80 blocks to search among

/** Rows in a total order, cut into blocks: a change moves one block's rows, not all of them. */
export class SortedRows {
  readonly #blocks: Row[][] = []; // none empty
  readonly #compare: (a: Row, b: Row) => number;

  /** @param compare a total order: zero for the same row only */
  constructor(rows: Iterable<Row>, compare: (a: Row, b: Row) => number) {
    this.#compare = compare;
    const sorted = [...rows].sort(compare);
    const half = BLOCK_ROWS / 2; // room to grow
    for (let at = 0; at < sorted.length; at += half) this.#blocks.push(sorted.slice(at, at + half));
  }

  add(row: Row): void {
    if (this.#blocks.length === 0) {
      this.#blocks.push([row]);
      return;
    }
    const at = Math.max(0, this.#blockOf(row));
    const block = this.#blocks[at]!;
    block.splice(this.#placeIn(block, row), 0, row);
    if (block.length > BLOCK_ROWS) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_ROWS / 2));
  }

  remove(row: Row): void {
    const at = this.#blockOf(row);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const place = this.#placeIn(block, row);
    if (place === block.length || this.#compare(block[place]!, row) !== 0) return;
    block.splice(place, 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** Puts `row` where a row equal in the order stands. */
  replace(row: Row): void {
    const block = this.#blocks[this.#blockOf(row)];
    if (block === undefined) return;
    const place = this.#placeIn(block, row);
    if (place < block.length && this.#compare(block[place]!, row) === 0) block[place] = row;
  }

  /** The rows of an interval, in order. @param side where a row is: below it (negative), inside (0), above (positive) */
  slice(side: (row: Row) => number): Row[] {
    const blocks = this.#blocks;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = blocks[middle]!;
      if (side(block[block.length - 1]!) < 0) low = middle + 1;
      else high = middle;
    }
    const found: Row[] = [];
    for (let at = low; at < blocks.length; at++) {
      const block = blocks[at]!;
      for (let i = at === low ? firstInside(block, side) : 0; i < block.length; i++) {
        const row = block[i]!;
        if (side(row) > 0) return found;
        found.push(row);
      }
    }
    return found;
  }

  /** The last block that does not begin above the row; -1 when all do. */
  #blockOf(row: Row): number {
    const blocks = this.#blocks;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(blocks[middle]![0]!, row) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The first place in the block that is not below the row. */
  #placeIn(block: readonly Row[], row: Row): number {
    return firstInside(block, (other) => this.#compare(other, row));
  }
}

function firstInside(block: readonly Row[], side: (row: Row) => number): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (side(block[middle]!) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
