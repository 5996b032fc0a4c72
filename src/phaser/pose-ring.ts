const RING = 16; // samples kept per slot: 12 steps of delay, and holds between them
const MASK = RING - 1;
const SAME_ANGLE = 1e-9; // of a turn's unit: what going round and round leaves as rounding error

/**
 * The newest samples of every slot, as arrays of numbers.
 *
 *     times   slot 0: [t t t ... x16]  slot 1: [...]
 *     values  slot 0: [f0 f1 .. fk | f0 f1 .. fk | ... x16]  slot 1: [...]
 *
 * Sample n of a slot lies at `n & 15`. A first sample of unknown time has -Infinity.
 */
export class PoseRing {
  readonly #fields: number;
  /** Per field: what a full turn is, 0 for fields that do not turn. */
  readonly #turns: Float64Array;
  times: Float64Array;
  values: Float64Array;
  #jumps: Uint8Array;
  #counts: Int32Array;

  constructor(turns: Float64Array, capacity: number) {
    this.#fields = turns.length;
    this.#turns = turns;
    this.times = new Float64Array(capacity * RING);
    this.values = new Float64Array(capacity * RING * this.#fields);
    this.#jumps = new Uint8Array(capacity * RING);
    this.#counts = new Int32Array(capacity);
  }

  grow(capacity: number): void {
    this.times = grown(this.times, new Float64Array(capacity * RING));
    this.values = grown(this.values, new Float64Array(capacity * RING * this.#fields));
    this.#jumps = grown(this.#jumps, new Uint8Array(capacity * RING));
    this.#counts = grown(this.#counts, new Int32Array(capacity));
  }

  /** Forgets what the slot had; it starts with this one sample. */
  start(slot: number, time: number, input: Float64Array): void {
    this.#counts[slot] = 0;
    this.append(slot, time, input, false);
  }

  append(slot: number, time: number, input: Float64Array, jump: boolean): void {
    const n = this.#counts[slot]!;
    this.#counts[slot] = n + 1;
    const cell = this.cell(slot, n);
    this.times[cell] = time;
    this.#jumps[cell] = jump ? 1 : 0;
    this.#write(cell, input);
  }

  /** Says that the slot still was where it is at `time`. */
  hold(slot: number, time: number): void {
    const from = this.cell(slot, this.newest(slot)) * this.#fields;
    const n = this.#counts[slot]!;
    this.#counts[slot] = n + 1;
    const cell = this.cell(slot, n);
    this.times[cell] = time;
    this.#jumps[cell] = 0;
    this.values.copyWithin(cell * this.#fields, from, from + this.#fields);
  }

  /** A second change of the same moment takes the place of the first. */
  replaceNewest(slot: number, input: Float64Array, jump: boolean): void {
    const cell = this.cell(slot, this.newest(slot));
    if (jump) this.#jumps[cell] = 1;
    this.#write(cell, input);
  }

  /** Keeps only the newest sample, and not when it was. */
  forget(slot: number): void {
    const n = this.newest(slot);
    if (n < 0) return;
    const from = this.cell(slot, n) * this.#fields;
    const to = this.cell(slot, 0);
    this.values.copyWithin(to * this.#fields, from, from + this.#fields);
    this.times[to] = Number.NEGATIVE_INFINITY;
    this.#jumps[to] = 0;
    this.#counts[slot] = 1;
  }

  /** Number of the newest sample; -1 without any. */
  newest(slot: number): number {
    return this.#counts[slot]! - 1;
  }

  /** Where a sample lies in `times`; its values start at that many times the number of fields. */
  cell(slot: number, n: number): number {
    return slot * RING + (n & MASK);
  }

  isJump(slot: number, n: number): boolean {
    return this.#jumps[this.cell(slot, n)] === 1;
  }

  /** The last sample at or before `time`; -1 when all that are kept are later. */
  find(slot: number, time: number): number {
    const newest = this.newest(slot);
    const oldest = Math.max(0, newest - MASK);
    for (let n = newest; n >= oldest; n--) if (this.times[this.cell(slot, n)]! <= time) return n;
    return -1;
  }

  /** The oldest sample that is kept. */
  oldest(slot: number): number {
    return Math.max(0, this.newest(slot) - MASK);
  }

  /**
   * Makes `input` comparable with the newest sample: angles go on from it the short way, missing fields stay.
   * Returns whether anything differs.
   */
  relate(slot: number, input: Float64Array): boolean {
    const at = this.cell(slot, this.newest(slot)) * this.#fields;
    let differs = false;
    for (let f = 0; f < this.#fields; f++) {
      const before = this.values[at + f]!;
      const turn = this.#turns[f]!;
      let value = input[f]!;
      if (Number.isNaN(value))
        value = before; // the pose has no such field this time
      else if (turn !== 0) {
        const by = value - before - turn * Math.round((value - before) / turn);
        value = Math.abs(by) < SAME_ANGLE ? before : before + by;
      }
      if (value !== before) differs = true;
      input[f] = value;
    }
    return differs;
  }

  #write(cell: number, input: Float64Array): void {
    const at = cell * this.#fields;
    for (let f = 0; f < this.#fields; f++) this.values[at + f] = input[f]!;
  }
}

function grown<T extends Float64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
