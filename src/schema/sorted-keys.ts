import { compareKeys, type Key } from '../values/index.ts';
import type { Bound } from './range.ts';

/** Keys between two, either of which may be open. */
export type KeyRange = { readonly from: Bound<Key>; readonly to: Bound<Key> };

const BLOCK_KEYS = 256; // a block's splice moves at most 2 kB; 10,000 keys are 40 to 80 blocks to search among

/** Distinct keys in order, cut into blocks: a change moves one block's keys, not all of them. */
export class SortedKeys {
  readonly #blocks: Key[][] = []; // none empty

  constructor(keys: Iterable<Key>) {
    const sorted = [...keys].sort(compareKeys);
    const half = BLOCK_KEYS / 2; // room to grow
    for (let at = 0; at < sorted.length; at += half) this.#blocks.push(sorted.slice(at, at + half));
  }

  /** @param key one that is not there */
  add(key: Key): void {
    const blocks = this.#blocks;
    if (blocks.length === 0) {
      blocks.push([key]);
      return;
    }
    const at = Math.max(0, this.#blockOf(key));
    const block = blocks[at]!;
    block.splice(lowerBound(block, key), 0, key);
    if (block.length > BLOCK_KEYS) blocks.splice(at + 1, 0, block.splice(BLOCK_KEYS / 2));
  }

  /** @param key one that is there */
  remove(key: Key): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at]!;
    block.splice(lowerBound(block, key), 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** Those of a range, in order. */
  in(range: KeyRange): Key[] {
    const { from, to } = range;
    const blocks = this.#blocks;
    const found: Key[] = [];
    const first = from.tag === 'unbounded' ? 0 : Math.max(0, this.#blockOf(from.value));
    for (let at = first; at < blocks.length; at++) {
      const block = blocks[at]!;
      const start = at > first || from.tag === 'unbounded' ? 0 : placeOf(block, from.value, from.tag === 'excluded');
      const end = to.tag === 'unbounded' ? block.length : placeOf(block, to.value, to.tag === 'included');
      for (let i = start; i < end; i++) found.push(block[i]!);
      if (end < block.length) break;
    }
    return found;
  }

  /** The last block that does not begin above the key; -1 when all do. */
  #blockOf(key: Key): number {
    const blocks = this.#blocks;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(blocks[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** How many keys are below `key`; with `isIncluded`, not above it. */
function placeOf(keys: readonly Key[], key: Key, isIncluded: boolean): number {
  const place = lowerBound(keys, key);
  return isIncluded && place < keys.length && compareKeys(keys[place]!, key) === 0 ? place + 1 : place;
}

/** Position of the first key not below `key`. */
function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
