import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { RowMap } from './row-map.ts';

const LEAST_SLOTS = 16; // a power of two, as all counts of slots
const MOST_FULL = 0.8; // of the slots: two of them lie between a key and its place, on average
/**
 * 2^32 by the golden ratio: keys that follow each other land far apart (Fibonacci hashing). Not quite, and odd: players
 * may choose keys, and cannot know which of them meet in one slot.
 */
const SCATTER = 0x9e3779b1 + 2 * Math.floor(Math.random() * 2 ** 20);

/**
 * Rows by an integer of up to 32 bits: what a Map does in two thirds of its memory. Rows lie in the order they came, holes
 * where some left; a table of slots says where the row of a key lies.
 */
export class IntegerMap implements RowMap {
  readonly #isSigned: boolean;
  #rows: (Row | undefined)[] = [];
  #keys = new Int32Array(0); // of `#rows`; unsigned ones as signed ones of the same bits
  #slots = new Int32Array(2); // 1 + place in `#rows`, or 0
  #shift = 31; // leaves as many bits of a hash as slots have
  #end = 0;
  #holes = 0;

  /** @param isSigned whether keys are -2^31 to 2^31 - 1, else 0 to 2^32 - 1 */
  constructor(isSigned: boolean) {
    this.#isSigned = isSigned;
  }

  get size(): number {
    return this.#end - this.#holes;
  }

  get(key: Key): Row | undefined {
    const slot = this.#slotOf(key);
    return slot < 0 ? undefined : this.#rows[this.#slots[slot]! - 1];
  }

  has(key: Key): boolean {
    return this.#slotOf(key) >= 0;
  }

  set(key: Key, row: Row): void {
    const slot = this.#slotOf(key);
    if (slot >= 0) {
      this.#rows[this.#slots[slot]! - 1] = row;
      return;
    }
    if (this.#end === this.#rows.length) this.#move(this.size + 1 + (this.size >> 3)); // a few holes are not worth it
    const bits = (key as number) | 0;
    this.#rows[this.#end] = row;
    this.#keys[this.#end] = bits;
    this.#occupy(bits, ++this.#end);
  }

  delete(key: Key): boolean {
    const slot = this.#slotOf(key);
    if (slot < 0) return false;
    this.#rows[this.#slots[slot]! - 1] = undefined;
    this.#holes++;
    this.#vacate(slot);
    if (this.#rows.length > LEAST_SLOTS && this.size < this.#rows.length >> 3) this.#move(2 * this.size);
    return true;
  }

  /** The rows, oldest first. What comes or goes meanwhile may be among them or not. */
  values(): IterableIterator<Row> {
    return new RowIterator(this.#rows, this.#end);
  }

  /**
   * Adds rows up to the first whose key is there already. One loop without calls: a first snapshot is over before much
   * of it is compiled.
   * @param column that has the key
   * @returns how many were added
   */
  fill(added: readonly Row[], column: string): number {
    const count = added.length;
    if (this.#end + count > this.#rows.length) this.#move(this.size + count);
    const slots = this.#slots;
    const mask = slots.length - 1;
    const shift = this.#shift;
    const keys = this.#keys;
    const rows = this.#rows;
    const start = this.#end;
    let end = start;
    for (let i = 0; i < count; i++) {
      const row = added[i]!;
      const bits = (row[column] as number) | 0;
      let slot = Math.imul(bits, SCATTER) >>> shift;
      for (let place = slots[slot]!; place !== 0; place = slots[slot]!) {
        if (keys[place - 1] === bits) {
          this.#end = end;
          return end - start;
        }
        slot = (slot + 1) & mask;
      }
      keys[end] = bits;
      rows[end] = row;
      slots[slot] = ++end;
    }
    this.#end = end;
    return count;
  }

  #move(needed: number): void {
    let slots = LEAST_SLOTS;
    while (slots * MOST_FULL < needed) slots *= 2;
    const room = Math.floor(slots * MOST_FULL);
    const rows = new Array<Row | undefined>(room);
    const keys = new Int32Array(room);
    const held = this.#rows;
    const heldKeys = this.#keys;
    this.#slots = new Int32Array(slots);
    this.#shift = 32 - Math.log2(slots);
    let end = 0;
    for (let i = 0; i < this.#end; i++) {
      if (held[i] === undefined) continue;
      rows[end] = held[i];
      keys[end] = heldKeys[i]!;
      this.#occupy(heldKeys[i]!, ++end);
    }
    this.#rows = rows;
    this.#keys = keys;
    this.#end = end;
    this.#holes = 0;
  }

  /** The slot of a key that is there, else -1. */
  #slotOf(key: Key): number {
    if (typeof key !== 'number') return -1;
    const bits = key | 0;
    if ((this.#isSigned ? bits : bits >>> 0) !== key) return -1;
    const slots = this.#slots;
    const keys = this.#keys;
    let slot = Math.imul(bits, SCATTER) >>> this.#shift;
    for (;;) {
      const place = slots[slot]!;
      if (place === 0) return -1;
      if (keys[place - 1] === bits) return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  }

  #occupy(bits: number, place: number): void {
    const slots = this.#slots;
    let slot = Math.imul(bits, SCATTER) >>> this.#shift;
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = place;
  }

  /** Empties a slot, and moves up those behind it that would be looked for there or before. */
  #vacate(free: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (free + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = Math.imul(this.#keys[slots[slot]! - 1]!, SCATTER) >>> this.#shift;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      slots[free] = slots[slot]!;
      free = slot;
    }
    slots[free] = 0;
  }
}

/** Passes over holes. A generator would take three times as long. */
class RowIterator implements IterableIterator<Row> {
  readonly #rows: readonly (Row | undefined)[];
  readonly #end: number;
  #next = 0;

  constructor(rows: readonly (Row | undefined)[], end: number) {
    this.#rows = rows;
    this.#end = end;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Row, undefined> {
    while (this.#next < this.#end) {
      const value = this.#rows[this.#next++];
      if (value !== undefined) return { value, done: false };
    }
    return { value: undefined, done: true };
  }
}

// `map`, `filter` and the like, where the platform's own iterators have them.
Object.setPrototypeOf(RowIterator.prototype, Object.getPrototypeOf(Object.getPrototypeOf([].values())));
