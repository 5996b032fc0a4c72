import { PoseRing, RING, restriped } from './pose-ring.ts';
import type { Timeline } from './timeline.ts';

/** How far smoothing may go. */
export interface MotionLimits {
  /** A sample further than this from the one before is a teleport: drawn at once when its time comes. In units of x, y. */
  snapDistance: number;
  /** Milliseconds that a row may go on at its last speed when its next sample is late. */
  extrapolateMs: number;
}

const FIRST_CAPACITY = 16;
const RETURN_FACTOR = 2; // what ran too far comes back at half the speed
const UNCHANGED_STEPS = 1.5; // a message this much newer than a row's last sample shows that the row rested
const SAME = 1e-6; // pixels or radians nobody sees

const RUNNING = 0; // on the way between two samples
const GUESSING = 1; // beyond the newest sample: a new one changes where the path goes
const STALE = 2; // the path changed: it must be joined again from where the object is drawn
const DONE = 3; // at rest from this frame on

const NOW = Number.NEGATIVE_INFINITY; // an end: the line is over at any time

/**
 * Where everything that moves is drawn: a slot follows a straight line until its end, then the ring has the next.
 * So a frame costs one multiplication per field, and slots at rest are not even looked at.
 *
 *     lines     ... [a0 b0 a1 b1 ..] ...      field f is drawn at a + b * time
 *     movers    what moves, densely
 *     cells     which line each mover is on: it starts at that many times twice the number of fields
 */
export class PoseMotion<Thing> {
  readonly movers: Thing[] = [];
  cells: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** The moment that is drawn, as of the last `advance`. */
  time = 0;
  /** Fill this with a row's pose before `add`, `push` or `settle`; NaN where a field is missing. */
  readonly input: Float64Array;

  readonly #fields: number;
  readonly #timeline: Timeline;
  readonly #limits: MotionLimits;
  readonly #spatial: boolean;
  readonly #ring: PoseRing;
  /** A slot's line while it is joined to another one. */
  readonly #drawn: Float64Array;
  /** The slot of each mover. */
  #slots: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** When each mover's line is over. */
  #ends: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Slots whose next line is not simply the one after. */
  #others: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** What each slot draws. */
  readonly #things: (Thing | undefined)[] = [];
  #states: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Slots that rest when their line is over. */
  #resting: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Where each slot stands among the movers, -1 at rest. */
  #places: Int32Array = new Int32Array(FIRST_CAPACITY).fill(-1);
  #free: number[] = [];
  #used = 0;
  /** No line is over before this: until then a frame has nothing to do but to draw. */
  #nextEnd = NOW;
  #isDrawn = false;
  #epoch: number;

  /**
   * @param turns per field: what a full turn is, 0 for fields that do not turn
   * @param spatial whether the first two fields are a place, for `snapDistance`
   */
  constructor(turns: Float64Array, spatial: boolean, timeline: Timeline, limits: MotionLimits) {
    this.#fields = turns.length;
    this.#spatial = spatial;
    this.#timeline = timeline;
    this.#limits = limits;
    this.#epoch = timeline.epoch;
    this.#ring = new PoseRing(turns, FIRST_CAPACITY);
    this.input = new Float64Array(turns.length);
    this.#drawn = new Float64Array(turns.length * 2);
  }

  get lines(): Float64Array {
    return this.#ring.lines;
  }

  /** Which line a slot is on, whether it moves or rests. */
  cell(slot: number): number {
    const place = this.#places[slot]!;
    return place < 0 ? this.#ring.spare(slot) : this.cells[place]!;
  }

  /** A new slot, drawn at `input`. @param time of the sample; -Infinity when it is not known */
  add(thing: Thing, time: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#states.length) this.#grow();
    this.#things[slot] = thing;
    for (let f = 0; f < this.#fields; f++) if (Number.isNaN(this.input[f]!)) this.input[f] = 0;
    this.#ring.start(slot, time, this.input);
    this.#stay(slot);
    return slot;
  }

  /** `input` is where the slot is at `time`. */
  push(slot: number, time: number): void {
    const ring = this.#ring;
    if (!ring.relate(slot, this.input)) return;
    const jump = this.#isJump(slot);
    const gap = time - ring.newestTime(slot);
    if (gap <= 0) {
      this.#detach(slot);
      ring.replaceNewest(slot, this.input, jump);
      this.#wake(slot, true);
      return;
    }
    this.#timeline.interval(gap);
    if (gap > this.#timeline.holdAfter) ring.hold(slot, time - this.#timeline.step);
    ring.append(slot, time, this.input, jump);
    this.#wake(slot, false);
  }

  /** Puts the slot at `input` at once, whatever it was doing. */
  settle(slot: number): void {
    this.#ring.relate(slot, this.input);
    this.#ring.start(slot, Number.NEGATIVE_INFINITY, this.input);
    this.#stay(slot);
    if (this.#places[slot]! >= 0) this.#rest(slot);
  }

  /** Gives the slot back. */
  release(slot: number): void {
    if (this.#places[slot]! >= 0) this.#rest(slot);
    this.#things[slot] = undefined;
    this.#free.push(slot);
  }

  /** Makes `now`, in milliseconds of the timeline's clock, the moment that is drawn. */
  advance(now: number): void {
    if (this.#timeline.epoch !== this.#epoch) this.#forgetTimes();
    const time = this.#timeline.renderTime(now);
    if (time === Number.NEGATIVE_INFINITY) return; // no message yet: nothing moves
    if (time >= this.#nextEnd) this.#nextLines(time);
    this.time = time;
    this.#isDrawn = true;
  }

  /** Gives every mover whose line is over the next one. A hot path: once per host step for everything that moves. */
  #nextLines(time: number): void {
    const { times, capacity } = this.#ring;
    const ringSize = RING * capacity;
    const cells = this.cells;
    const ends = this.#ends;
    const others = this.#others;
    const count = this.movers.length;
    let nextEnd = Number.POSITIVE_INFINITY;
    let othersCount = 0;
    for (let m = 0; m < count; m++) {
      let end = ends[m]!;
      if (time >= end) {
        const cell = cells[m]!;
        let next = cell + capacity;
        if (next >= ringSize) next -= ringSize;
        end = times[next]!;
        if (cell >= ringSize || end <= time) {
          others[othersCount++] = this.#slots[m]!; // no call in this loop: it would cost what the loop does
          continue;
        }
        ends[m] = end;
        cells[m] = next;
      }
      if (end < nextEnd) nextEnd = end;
    }
    this.#nextEnd = nextEnd;
    for (let o = 0; o < othersCount; o++) this.#nextLine(others[o]!, time);
  }

  /** What is next for a slot whose line does not simply lead into the one after it. */
  #nextLine(slot: number, time: number): void {
    const state = this.#states[slot]!;
    if (state === DONE) this.#rest(slot);
    else if (state === STALE) this.#rejoin(slot, time);
    else if (state === RUNNING) this.#follow(slot, time);
    else this.#tail(slot, time);
  }

  /** The line to the first sample later than `time`. */
  #follow(slot: number, time: number): void {
    const n = this.#ring.find(slot, time);
    if (n > this.#ring.newest(slot)) {
      this.#tail(slot, time);
      return;
    }
    const cell = this.#ring.cell(slot, n);
    this.#lead(slot, RUNNING, cell, this.#ring.times[cell]!);
  }

  /** Beyond the newest sample: on at its speed for a while, back to it, then rest. */
  #tail(slot: number, time: number): void {
    const ring = this.#ring;
    const guess = Math.min(this.#limits.extrapolateMs, this.#timeline.step);
    const newest = ring.newestTime(slot);
    const back = newest + guess;
    const settled = back + guess * RETURN_FACTOR;
    const isGuessing = this.#states[slot] === GUESSING && this.#resting[slot] === 0;
    const rested = !isGuessing && this.#timeline.newest > newest + UNCHANGED_STEPS * this.#timeline.step;
    if (guess <= 0 || rested || ring.isJump(slot) || !(time < settled)) {
      this.#stay(slot);
      return;
    }
    const from = ring.cell(slot, ring.newest(slot)) * this.#fields * 2;
    const to = ring.spare(slot) * this.#fields * 2;
    for (let f = 0; f < this.#fields; f++) {
      const value = ring.values[slot * this.#fields + f]!;
      const speed = ring.lines[from + f * 2 + 1]!;
      const returning = -speed / RETURN_FACTOR;
      ring.lines[to + f * 2] = time < back ? value - speed * newest : value - returning * settled;
      ring.lines[to + f * 2 + 1] = time < back ? speed : returning;
    }
    this.#resting[slot] = 0;
    this.#lead(slot, GUESSING, ring.spare(slot), time < back ? back : settled);
  }

  /** Rests at the newest sample, from the next frame on. */
  #stay(slot: number): void {
    const { lines, values } = this.#ring;
    const to = this.#ring.spare(slot) * this.#fields * 2;
    for (let f = 0; f < this.#fields; f++) {
      lines[to + f * 2] = values[slot * this.#fields + f]!;
      lines[to + f * 2 + 1] = 0;
    }
    this.#lead(slot, DONE, this.#ring.spare(slot), NOW);
  }

  /** Sets the slot on a line. */
  #lead(slot: number, state: number, cell: number, end: number): void {
    this.#states[slot] = state;
    const place = this.#places[slot]!;
    if (place < 0) return;
    this.cells[place] = cell;
    this.#ends[place] = end;
    if (end < this.#nextEnd) this.#nextEnd = end;
  }

  /** Leads from where the slot is drawn back onto its path, if that is somewhere else by now. */
  #rejoin(slot: number, time: number): void {
    const ring = this.#ring;
    const start = this.time;
    const newest = ring.newestTime(slot);
    if (!this.#isDrawn || (ring.isJump(slot) && newest <= time)) {
      this.#follow(slot, time);
      return;
    }
    const drawn = this.#drawn;
    this.#copyLine(slot, drawn, 0);
    this.#follow(slot, start);
    if (ring.isJump(slot) || this.#isOn(slot, drawn, start)) {
      if (this.#states[slot] !== DONE && time >= this.#ends[this.#places[slot]!]!) this.#follow(slot, time);
      return;
    }
    const end = Math.max(newest, start + this.#timeline.step);
    this.#follow(slot, end);
    const from = this.cell(slot) * this.#fields * 2;
    const to = ring.spare(slot) * this.#fields * 2;
    for (let f = 0; f < this.#fields; f++) {
      const target = ring.lines[from + f * 2]! + ring.lines[from + f * 2 + 1]! * end;
      const here = drawn[f * 2]! + drawn[f * 2 + 1]! * start;
      const speed = (target - here) / (end - start);
      ring.lines[to + f * 2] = here - speed * start;
      ring.lines[to + f * 2 + 1] = speed;
    }
    this.#resting[slot] = this.#states[slot] === DONE ? 1 : 0;
    this.#lead(slot, end > newest ? GUESSING : RUNNING, ring.spare(slot), end);
  }

  /** Whether the slot's line meets another one at `time`. */
  #isOn(slot: number, line: Float64Array, time: number): boolean {
    const { lines } = this.#ring;
    const from = this.cell(slot) * this.#fields * 2;
    for (let i = 0; i < line.length; i += 2) {
      const off = lines[from + i]! - line[i]! + (lines[from + i + 1]! - line[i + 1]!) * time;
      if (off > SAME || off < -SAME) return false;
    }
    return true;
  }

  /** The slot's line is about to be written over: it goes on along a copy. */
  #detach(slot: number): void {
    const spare = this.#ring.spare(slot);
    if (this.cell(slot) === spare) return;
    this.#copyLine(slot, this.#ring.lines, spare * this.#fields * 2);
    this.cells[this.#places[slot]!] = spare;
  }

  #copyLine(slot: number, target: Float64Array, to: number): void {
    const { lines } = this.#ring;
    const from = this.cell(slot) * this.#fields * 2;
    for (let i = 0; i < this.#fields * 2; i++) target[to + i] = lines[from + i]!;
  }

  #isJump(slot: number): boolean {
    if (!this.#spatial) return false;
    const { values } = this.#ring;
    const at = slot * this.#fields;
    const [x, y] = [this.input[0]! - values[at]!, this.input[1]! - values[at + 1]!];
    return x * x + y * y > this.#limits.snapDistance ** 2;
  }

  #wake(slot: number, changed: boolean): void {
    const place = this.#places[slot]!;
    if (place >= 0 && !changed && this.#states[slot] === RUNNING) return;
    const cell = this.cell(slot);
    if (place < 0) {
      this.#places[slot] = this.movers.length;
      this.#slots[this.movers.length] = slot;
      this.movers.push(this.#things[slot]!);
    }
    this.#lead(slot, STALE, cell, NOW);
  }

  /** Takes the slot out of the movers: the last of them takes its place. */
  #rest(slot: number): void {
    const place = this.#places[slot]!;
    const last = this.movers.length - 1;
    this.#places[slot] = -1;
    const thing = this.movers.pop()!;
    if (place === last) return;
    this.movers[place] = thing;
    this.#slots[place] = this.#slots[last]!;
    this.cells[place] = this.cells[last]!;
    this.#ends[place] = this.#ends[last]!;
    this.#places[this.#slots[place]!] = place;
  }

  /** The host's clock was set: what is known is where everything is, and no longer since when. */
  #forgetTimes(): void {
    this.#epoch = this.#timeline.epoch;
    this.#isDrawn = false;
    for (let slot = 0; slot < this.#used; slot++) this.#ring.forget(slot);
    for (let m = 0; m < this.movers.length; m++) this.#wake(this.#slots[m]!, true);
  }

  #grow(): void {
    const before = this.#ring.capacity;
    const capacity = before * 2;
    this.#ring.grow(capacity);
    for (let m = 0; m < this.movers.length; m++) {
      this.cells[m] = Math.floor(this.cells[m]! / before) * capacity + this.#slots[m]!;
    }
    this.cells = restriped(this.cells, new Int32Array(capacity), 1);
    this.#slots = restriped(this.#slots, new Int32Array(capacity), 1);
    this.#others = new Int32Array(capacity);
    this.#ends = restriped(this.#ends, new Float64Array(capacity), 1);
    this.#states = restriped(this.#states, new Uint8Array(capacity), 1);
    this.#resting = restriped(this.#resting, new Uint8Array(capacity), 1);
    this.#places = restriped(this.#places, new Int32Array(capacity).fill(-1), 1);
  }
}
