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

const NOWHERE = 0x3fffffff; // a target past every sample: the ring does not have the next line
const NOW = Number.NEGATIVE_INFINITY; // an end: the line is over at any time

/**
 * Where everything that moves is drawn: a slot follows a straight line until its end, then the ring has the next.
 * So a frame costs one multiplication per field, and slots at rest are not even looked at.
 *
 *     lines     ... [a0 b0 a1 b1 ..] ...      field f is drawn at a + b * time
 *     cursors   where the line of each slot starts
 */
export class PoseMotion {
  cursors: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** The slots in motion, `count` of them. */
  moving: Int32Array = new Int32Array(FIRST_CAPACITY);
  count = 0;
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
  /** When each slot's line is over. */
  #ends: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Which sample of the ring each slot is on its way to. */
  #targets: Int32Array = new Int32Array(FIRST_CAPACITY);
  #states: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Slots that rest when their line is over. */
  #resting: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Where a slot stands in `moving`, -1 at rest. */
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

  /** A new slot, drawn at `input`. @param time of the sample; -Infinity when it is not known */
  add(time: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#states.length) this.#grow();
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

  /** Gives every slot whose line is over the next one. A hot path: once per host step for everything that moves. */
  #nextLines(time: number): void {
    const { moving, cursors } = this;
    const { times, counts, capacity } = this.#ring;
    const ends = this.#ends;
    const targets = this.#targets;
    const size = this.#fields * 2;
    let nextEnd = Number.POSITIVE_INFINITY;
    for (let m = this.count - 1; m >= 0; m--) {
      const slot = moving[m]!;
      let end = ends[slot]!;
      if (time >= end) {
        const n = targets[slot]! + 1;
        const cell = (n & (RING - 1)) * capacity + slot;
        if (n < counts[slot]! && times[cell]! > time) {
          end = times[cell]!;
          ends[slot] = end;
          targets[slot] = n;
          cursors[slot] = cell * size;
        } else {
          this.#nextLine(slot, time);
          end = ends[slot]!;
        }
      }
      if (end < nextEnd) nextEnd = end;
    }
    this.#nextEnd = nextEnd;
  }

  /** What is next for a slot whose line does not simply lead into the one after it. */
  #nextLine(slot: number, time: number): void {
    const state = this.#states[slot]!;
    if (state === DONE) this.#rest(slot);
    else if (state === STALE) this.#rejoin(slot, time);
    else if (state === RUNNING) this.#follow(slot, this.#targets[slot]! + 1, time);
    else this.#tail(slot, time);
  }

  /** The line to sample n, or to the first after it that is later than `time`. */
  #follow(slot: number, n: number, time: number): void {
    const ring = this.#ring;
    const newest = ring.newest(slot);
    let target = Math.max(n, ring.oldest(slot));
    while (target <= newest && ring.times[ring.cell(slot, target)]! <= time) target++;
    if (target > newest) {
      this.#tail(slot, time);
      return;
    }
    const cell = ring.cell(slot, target);
    this.#states[slot] = RUNNING;
    this.#targets[slot] = target;
    this.#ends[slot] = ring.times[cell]!;
    this.cursors[slot] = cell * this.#fields * 2;
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
    this.#states[slot] = GUESSING;
    this.#resting[slot] = 0;
    this.#targets[slot] = NOWHERE;
    this.#ends[slot] = time < back ? back : settled;
    const from = ring.cell(slot, ring.newest(slot)) * this.#fields * 2;
    const to = ring.spare(slot);
    for (let f = 0; f < this.#fields; f++) {
      const value = ring.values[slot * this.#fields + f]!;
      const speed = ring.lines[from + f * 2 + 1]!;
      const returning = -speed / RETURN_FACTOR;
      ring.lines[to + f * 2] = time < back ? value - speed * newest : value - returning * settled;
      ring.lines[to + f * 2 + 1] = time < back ? speed : returning;
    }
    this.cursors[slot] = to;
  }

  /** Rests at the newest sample, from the next frame on. */
  #stay(slot: number): void {
    const { lines, values } = this.#ring;
    const to = this.#ring.spare(slot);
    for (let f = 0; f < this.#fields; f++) {
      lines[to + f * 2] = values[slot * this.#fields + f]!;
      lines[to + f * 2 + 1] = 0;
    }
    this.cursors[slot] = to;
    this.#states[slot] = DONE;
    this.#targets[slot] = NOWHERE;
    this.#ends[slot] = NOW;
  }

  /** Leads from where the slot is drawn back onto its path, if that is somewhere else by now. */
  #rejoin(slot: number, time: number): void {
    const ring = this.#ring;
    const start = this.time;
    const newest = ring.newestTime(slot);
    if (!this.#isDrawn || (ring.isJump(slot) && newest <= time)) {
      this.#follow(slot, ring.find(slot, time), time);
      return;
    }
    const drawn = this.#drawn;
    this.#copyLine(slot, drawn, 0);
    this.#follow(slot, ring.find(slot, start), start);
    if (ring.isJump(slot) || this.#isOn(slot, drawn, start)) {
      if (this.#states[slot] !== DONE && time >= this.#ends[slot]!) this.#follow(slot, ring.find(slot, time), time);
      return;
    }
    const end = Math.max(newest, start + this.#timeline.step);
    this.#follow(slot, ring.find(slot, end), end);
    const from = this.cursors[slot]!;
    const to = ring.spare(slot);
    for (let f = 0; f < this.#fields; f++) {
      const target = ring.lines[from + f * 2]! + ring.lines[from + f * 2 + 1]! * end;
      const here = drawn[f * 2]! + drawn[f * 2 + 1]! * start;
      const speed = (target - here) / (end - start);
      ring.lines[to + f * 2] = here - speed * start;
      ring.lines[to + f * 2 + 1] = speed;
    }
    this.cursors[slot] = to;
    this.#resting[slot] = this.#states[slot] === DONE ? 1 : 0;
    this.#states[slot] = end > newest ? GUESSING : RUNNING;
    this.#targets[slot] = end > newest ? NOWHERE : ring.newest(slot);
    this.#ends[slot] = end;
  }

  /** Whether the slot's line meets another one at `time`. */
  #isOn(slot: number, line: Float64Array, time: number): boolean {
    const { lines } = this.#ring;
    const from = this.cursors[slot]!;
    for (let i = 0; i < line.length; i += 2) {
      const off = lines[from + i]! - line[i]! + (lines[from + i + 1]! - line[i + 1]!) * time;
      if (off > SAME || off < -SAME) return false;
    }
    return true;
  }

  /** The slot's line is about to be written over: it goes on along a copy. */
  #detach(slot: number): void {
    const to = this.#ring.spare(slot);
    if (this.cursors[slot] === to) return;
    this.#copyLine(slot, this.#ring.lines, to);
    this.cursors[slot] = to;
  }

  #copyLine(slot: number, target: Float64Array, to: number): void {
    const { lines } = this.#ring;
    const from = this.cursors[slot]!;
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
    if (this.#places[slot]! < 0) {
      this.#places[slot] = this.count;
      this.moving[this.count++] = slot;
    } else if (!changed && this.#states[slot] === RUNNING) return;
    this.#states[slot] = STALE;
    this.#targets[slot] = NOWHERE;
    this.#ends[slot] = NOW;
    this.#nextEnd = NOW;
  }

  #rest(slot: number): void {
    const place = this.#places[slot]!;
    const last = this.moving[--this.count]!;
    this.moving[place] = last;
    this.#places[last] = place;
    this.#places[slot] = -1;
  }

  /** The host's clock was set: what is known is where everything is, and no longer since when. */
  #forgetTimes(): void {
    this.#epoch = this.#timeline.epoch;
    this.#isDrawn = false;
    for (let slot = 0; slot < this.#used; slot++) this.#ring.forget(slot);
    for (let m = 0; m < this.count; m++) this.#wake(this.moving[m]!, true);
  }

  #grow(): void {
    const before = this.#ring.capacity;
    const capacity = before * 2;
    const size = this.#fields * 2;
    this.#ring.grow(capacity);
    this.cursors = restriped(this.cursors, new Int32Array(capacity), 1);
    for (let slot = 0; slot < before; slot++) {
      const strip = Math.floor(this.cursors[slot]! / size / before);
      this.cursors[slot] = (strip * capacity + slot) * size;
    }
    this.moving = restriped(this.moving, new Int32Array(capacity), 1);
    this.#ends = restriped(this.#ends, new Float64Array(capacity), 1);
    this.#targets = restriped(this.#targets, new Int32Array(capacity), 1);
    this.#states = restriped(this.#states, new Uint8Array(capacity), 1);
    this.#resting = restriped(this.#resting, new Uint8Array(capacity), 1);
    this.#places = restriped(this.#places, new Int32Array(capacity).fill(-1), 1);
  }
}
