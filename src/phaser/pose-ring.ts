/** Samples per slot, a power of two: 12 steps of delay, and holds between them. One of them stays empty. */
export const RING = 16;
const MASK = RING - 1;
const STRIPS = RING + 1; // one line more per slot, for ways that lead to no sample
const EMPTY = Number.NEGATIVE_INFINITY; // the time of the cell after the newest sample
const SAME_ANGLE = 1e-9; // of a turn's unit: what going round and round leaves as rounding error

/**
 * The newest samples of every slot, and the straight lines that lead to them, as arrays of numbers. Sample n of a slot
 * lies in strip `n & 15`, beside those of the other slots: rows that change together are read in one go.
 *
 *     times    strip 0: [t of slot 0 | slot 1 | ...]  ... strip 16      when the sample is reached
 *     lines    strip 0: [a0 b0 a1 b1 .. of slot 0 | slot 1 | ...]  ... strip 16    field f on the way: a + b * time
 *     values   [v0 v1 .. of slot 0 | slot 1 | ...]                      the newest sample, exactly
 *
 * A cell is a place in `times`; its line starts at that many times twice the number of fields. Strip 16 holds lines
 * that lead to no sample.
 * A first sample of unknown time has -Infinity.
 */
export class PoseRing {
  capacity: number;
  times: Float64Array;
  lines: Float64Array;
  values: Float64Array;
  /** How many samples each slot has had. */
  counts: Int32Array;
  readonly #fields: number;
  /** Per field: what a full turn is, 0 for fields that do not turn. */
  readonly #turns: Float64Array;
  #jumps: Uint8Array;

  constructor(turns: Float64Array, capacity: number) {
    this.capacity = capacity;
    this.#fields = turns.length;
    this.#turns = turns;
    this.times = new Float64Array(capacity * STRIPS);
    this.lines = new Float64Array(capacity * STRIPS * this.#fields * 2);
    this.values = new Float64Array(capacity * this.#fields);
    this.counts = new Int32Array(capacity);
    this.#jumps = new Uint8Array(capacity);
  }

  grow(capacity: number): void {
    this.times = restriped(this.times, new Float64Array(capacity * STRIPS), STRIPS);
    this.lines = restriped(this.lines, new Float64Array(capacity * STRIPS * this.#fields * 2), STRIPS);
    this.values = restriped(this.values, new Float64Array(capacity * this.#fields), 1);
    this.counts = restriped(this.counts, new Int32Array(capacity), 1);
    this.#jumps = restriped(this.#jumps, new Uint8Array(capacity), 1);
    this.capacity = capacity;
  }

  /** Number of the newest sample; -1 without any. */
  newest(slot: number): number {
    return this.counts[slot]! - 1;
  }

  /** Number of the oldest sample that is kept. */
  oldest(slot: number): number {
    return Math.max(0, this.newest(slot) - MASK + 1);
  }

  /** The cell of a sample. */
  cell(slot: number, n: number): number {
    return (n & MASK) * this.capacity + slot;
  }

  /** The cell of the slot's line that leads to no sample. */
  spare(slot: number): number {
    return RING * this.capacity + slot;
  }

  newestTime(slot: number): number {
    return this.times[this.cell(slot, this.newest(slot))]!;
  }

  /** The newest sample is a teleport. */
  isJump(slot: number): boolean {
    return this.#jumps[slot] === 1;
  }

  /** The sample that the slot is on its way to at `time`: the first later one; one past the newest when all are over. */
  find(slot: number, time: number): number {
    const oldest = this.oldest(slot);
    let n = this.newest(slot) + 1;
    while (n > oldest && this.times[this.cell(slot, n - 1)]! > time) n--;
    return n;
  }

  /** Forgets what the slot had; it starts with this one sample. */
  start(slot: number, time: number, input: Float64Array): void {
    this.counts[slot] = 0;
    this.values.set(input, slot * this.#fields);
    this.hold(slot, time);
  }

  /** Says that the slot still was where it is at `time`. */
  hold(slot: number, time: number): void {
    let at = this.#next(slot, time) * this.#fields * 2;
    const from = slot * this.#fields;
    for (let f = 0; f < this.#fields; f++) {
      this.lines[at++] = this.values[from + f]!;
      this.lines[at++] = 0;
    }
  }

  /** The newest sample, later than the one before. A teleport stays where it was until then. */
  append(slot: number, time: number, input: Float64Array, jump: boolean): void {
    const start = this.newestTime(slot);
    if (jump || start === Number.NEGATIVE_INFINITY) {
      this.hold(slot, time);
      this.#jumps[slot] = jump ? 1 : 0;
      this.values.set(input, slot * this.#fields);
      return;
    }
    this.#line(slot, this.#next(slot, time), start, time, input);
  }

  /** A second change of the same moment takes the place of the first. */
  replaceNewest(slot: number, input: Float64Array, jump: boolean): void {
    const n = this.newest(slot);
    const cell = this.cell(slot, n);
    const start = n === 0 ? Number.NEGATIVE_INFINITY : this.times[this.cell(slot, n - 1)]!;
    if (jump) this.#jumps[slot] = 1;
    if (start === Number.NEGATIVE_INFINITY || jump || this.isJump(slot)) {
      this.values.set(input, slot * this.#fields);
      return;
    }
    const { lines, values } = this;
    for (let f = 0; f < this.#fields; f++) {
      const at = (cell * this.#fields + f) * 2;
      values[slot * this.#fields + f] = lines[at]! + lines[at + 1]! * start; // where its line began
    }
    this.#line(slot, cell, start, this.times[cell]!, input);
  }

  /** Keeps only the newest sample, and not when it was. */
  forget(slot: number): void {
    if (this.newest(slot) < 0) return;
    this.counts[slot] = 0;
    this.hold(slot, Number.NEGATIVE_INFINITY);
  }

  /**
   * Makes `input` comparable with the newest sample: angles go on from it the short way, missing fields stay.
   * Returns whether anything differs.
   */
  relate(slot: number, input: Float64Array): boolean {
    const from = slot * this.#fields;
    let differs = false;
    for (let f = 0; f < this.#fields; f++) {
      const before = this.values[from + f]!;
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

  /** The cell of a new newest sample. */
  #next(slot: number, time: number): number {
    const n = this.counts[slot]!;
    this.counts[slot] = n + 1;
    this.#jumps[slot] = 0;
    const cell = this.cell(slot, n);
    this.times[cell] = time;
    this.times[this.cell(slot, n + 1)] = EMPTY;
    return cell;
  }

  /** From the newest values at `start` to `input` at `end`; then those are the newest. */
  #line(slot: number, cell: number, start: number, end: number, input: Float64Array): void {
    const { lines, values } = this;
    for (let f = 0; f < this.#fields; f++) {
      const at = (cell * this.#fields + f) * 2;
      const to = input[f]!;
      const from = values[slot * this.#fields + f]!;
      const speed = (to - from) / (end - start);
      lines[at] = from - speed * start;
      lines[at + 1] = speed;
      values[slot * this.#fields + f] = to;
    }
  }
}

/** `to`, which is larger, with the strips of `from`. */
export function restriped<T extends Float64Array | Uint8Array | Int32Array>(from: T, to: T, strips: number): T {
  const [size, larger] = [from.length / strips, to.length / strips];
  for (let strip = 0; strip < strips; strip++) to.set(from.subarray(strip * size, (strip + 1) * size), strip * larger);
  return to;
}
