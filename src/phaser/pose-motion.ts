import { PoseRing } from './pose-ring.ts';
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

/**
 * Where everything that moves is drawn. A slot in motion follows a straight segment
 *
 *     segments   [ start | end | value, speed | value, speed | ... ]   per slot; times in host milliseconds
 *
 * until its end, then the ring of samples gives the next one. So a frame costs one multiplication per field, and
 * slots at rest are not even looked at.
 */
export class PoseMotion {
  /** Where each slot is drawn: its fields one after the other. */
  drawn: Float64Array;
  /** The slots in motion, `count` of them; their places in `drawn` changed with the last `advance`. */
  moving: Int32Array = new Int32Array(FIRST_CAPACITY);
  count = 0;
  /** Fill this with a row's pose before `add`, `push` or `settle`; NaN where a field is missing. */
  readonly input: Float64Array;

  readonly #fields: number;
  readonly #stride: number;
  readonly #timeline: Timeline;
  readonly #limits: MotionLimits;
  readonly #spatial: boolean;
  readonly #ring: PoseRing;
  #segments: Float64Array;
  #states: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Where a slot stands in `moving`, -1 at rest. */
  #places: Int32Array = new Int32Array(FIRST_CAPACITY).fill(-1);
  #free: number[] = [];
  #used = 0;
  #time = Number.NEGATIVE_INFINITY;
  #epoch = 0;

  /**
   * @param turns per field: what a full turn is, 0 for fields that do not turn
   * @param spatial whether the first two fields are a place, for `snapDistance`
   */
  constructor(turns: Float64Array, spatial: boolean, timeline: Timeline, limits: MotionLimits) {
    this.#fields = turns.length;
    this.#stride = 2 + 2 * turns.length;
    this.#spatial = spatial;
    this.#timeline = timeline;
    this.#limits = limits;
    this.#epoch = timeline.epoch;
    this.#ring = new PoseRing(turns, FIRST_CAPACITY);
    this.input = new Float64Array(turns.length);
    this.drawn = new Float64Array(FIRST_CAPACITY * turns.length);
    this.#segments = new Float64Array(FIRST_CAPACITY * this.#stride);
  }

  /** A new slot, drawn at `input`. @param time of the sample; -Infinity when it is not known */
  add(time: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#states.length) this.#grow();
    for (let f = 0; f < this.#fields; f++) if (Number.isNaN(this.input[f]!)) this.input[f] = 0;
    this.#ring.start(slot, time, this.input);
    this.#show(slot);
    return slot;
  }

  /** `input` is where the slot is at `time`. */
  push(slot: number, time: number): void {
    const ring = this.#ring;
    if (!ring.relate(slot, this.input)) return;
    const jump = this.#isJump(slot);
    const gap = time - ring.times[ring.cell(slot, ring.newest(slot))]!;
    if (gap <= 0) {
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
    this.#show(slot);
    if (this.#places[slot]! >= 0) this.#rest(slot);
  }

  /** Gives the slot back. */
  release(slot: number): void {
    if (this.#places[slot]! >= 0) this.#rest(slot);
    this.#free.push(slot);
  }

  /** Moves every slot in motion to where it is at `now`, in milliseconds of the timeline's clock. */
  advance(now: number): void {
    const timeline = this.#timeline;
    if (timeline.epoch !== this.#epoch) this.#forgetTimes();
    const time = timeline.renderTime(now);
    const { moving, drawn } = this;
    const segments = this.#segments;
    const states = this.#states;
    const fields = this.#fields;
    const stride = this.#stride;
    for (let m = this.count - 1; m >= 0; m--) {
      const slot = moving[m]!;
      const state = states[slot]!;
      let at = slot * stride;
      if (state >= STALE) {
        if (state === DONE) {
          this.#rest(slot);
          continue;
        }
        this.#rejoin(slot, time);
      } else if (time >= segments[at + 1]!) this.#turn(slot, time);
      const past = time - segments[at]!;
      const elapsed = past > 0 ? past : 0;
      const to = slot * fields;
      for (let f = 0; f < fields; f++) {
        at += 2;
        drawn[to + f] = segments[at]! + segments[at + 1]! * elapsed;
      }
    }
    this.#time = time;
  }

  /** The segment that `time` lies in. */
  #turn(slot: number, time: number): void {
    const ring = this.#ring;
    const n = ring.find(slot, time);
    if (n === ring.newest(slot)) {
      this.#tail(slot, n, time);
      return;
    }
    this.#states[slot] = RUNNING;
    if (n < 0) {
      const oldest = ring.oldest(slot);
      this.#flat(slot, oldest, time, ring.times[ring.cell(slot, oldest)]!);
    } else this.#between(slot, n, time);
  }

  #between(slot: number, n: number, time: number): void {
    const ring = this.#ring;
    const from = ring.cell(slot, n);
    const to = ring.cell(slot, n + 1);
    const start = ring.times[from]!;
    const end = ring.times[to]!;
    if (start === Number.NEGATIVE_INFINITY || ring.isJump(slot, n + 1)) {
      this.#flat(slot, n, time, end);
      return;
    }
    const segments = this.#segments;
    let at = slot * this.#stride;
    segments[at] = start;
    segments[at + 1] = end;
    for (let f = 0; f < this.#fields; f++) {
      at += 2;
      const value = ring.values[from * this.#fields + f]!;
      segments[at] = value;
      segments[at + 1] = (ring.values[to * this.#fields + f]! - value) / (end - start);
    }
  }

  /** Stays at sample n until `end`. */
  #flat(slot: number, n: number, start: number, end: number): void {
    const segments = this.#segments;
    const from = this.#ring.cell(slot, n) * this.#fields;
    let at = slot * this.#stride;
    segments[at] = start;
    segments[at + 1] = end;
    for (let f = 0; f < this.#fields; f++) {
      at += 2;
      segments[at] = this.#ring.values[from + f]!;
      segments[at + 1] = 0;
    }
  }

  /** Beyond the newest sample n: on at its speed for a while, back to it, then rest. */
  #tail(slot: number, n: number, time: number): void {
    const ring = this.#ring;
    const guess = Math.min(this.#limits.extrapolateMs, this.#timeline.step);
    const newest = ring.times[ring.cell(slot, n)]!;
    const guessing = this.#states[slot] === GUESSING;
    const rested = !guessing && this.#timeline.newest > newest + UNCHANGED_STEPS * this.#timeline.step;
    const back = newest + guess;
    const settled = back + guess * RETURN_FACTOR;
    if (guess <= 0 || rested || n === 0 || ring.isJump(slot, n) || !(time < settled)) {
      this.#flat(slot, n, time, Number.POSITIVE_INFINITY);
      this.#states[slot] = DONE;
      return;
    }
    this.#between(slot, n - 1, newest);
    this.#states[slot] = GUESSING;
    const segments = this.#segments;
    const from = ring.cell(slot, n) * this.#fields;
    let at = slot * this.#stride;
    segments[at] = time < back ? newest : back;
    segments[at + 1] = time < back ? back : settled;
    for (let f = 0; f < this.#fields; f++) {
      at += 2;
      const value = ring.values[from + f]!;
      const speed = segments[at + 1]!;
      segments[at] = time < back ? value : value + speed * guess;
      segments[at + 1] = time < back ? speed : -speed / RETURN_FACTOR;
    }
  }

  /** Leads from where the slot is drawn back onto its path, if that is somewhere else by now. */
  #rejoin(slot: number, time: number): void {
    const start = this.#time;
    const ring = this.#ring;
    const newest = ring.newest(slot);
    const newestTime = ring.times[ring.cell(slot, newest)]!;
    if (start === Number.NEGATIVE_INFINITY || (ring.isJump(slot, newest) && newestTime <= time)) {
      this.#turn(slot, time);
      return;
    }
    this.#turn(slot, start);
    if (this.#isOnPath(slot, start) || ring.isJump(slot, newest)) {
      if (time >= this.#segments[slot * this.#stride + 1]!) this.#turn(slot, time);
      return;
    }
    const end = Math.max(newestTime, start + this.#timeline.step);
    this.#turn(slot, end);
    const segments = this.#segments;
    const first = slot * this.#stride;
    const elapsed = Math.max(0, end - segments[first]!);
    for (let f = 0; f < this.#fields; f++) {
      const at = first + 2 + 2 * f;
      const target = segments[at]! + segments[at + 1]! * elapsed;
      const from = this.drawn[slot * this.#fields + f]!;
      segments[at] = from;
      segments[at + 1] = (target - from) / (end - start);
    }
    segments[first] = start;
    segments[first + 1] = end;
    this.#states[slot] = end > newestTime ? GUESSING : RUNNING;
  }

  #isOnPath(slot: number, time: number): boolean {
    const segments = this.#segments;
    const first = slot * this.#stride;
    const elapsed = Math.max(0, time - segments[first]!);
    for (let f = 0; f < this.#fields; f++) {
      const at = first + 2 + 2 * f;
      const off = segments[at]! + segments[at + 1]! * elapsed - this.drawn[slot * this.#fields + f]!;
      if (off > SAME || off < -SAME) return false;
    }
    return true;
  }

  #isJump(slot: number): boolean {
    if (!this.#spatial) return false;
    const ring = this.#ring;
    const at = ring.cell(slot, ring.newest(slot)) * this.#fields;
    const far = Math.hypot(this.input[0]! - ring.values[at]!, this.input[1]! - ring.values[at + 1]!);
    return far > this.#limits.snapDistance;
  }

  #wake(slot: number, changed: boolean): void {
    if (this.#places[slot]! < 0) {
      this.#places[slot] = this.count;
      this.moving[this.count++] = slot;
      this.#states[slot] = STALE;
    } else if (changed || this.#states[slot] !== RUNNING) this.#states[slot] = STALE;
  }

  #rest(slot: number): void {
    const place = this.#places[slot]!;
    const last = this.moving[--this.count]!;
    this.moving[place] = last;
    this.#places[last] = place;
    this.#places[slot] = -1;
  }

  #show(slot: number): void {
    this.drawn.set(this.input, slot * this.#fields);
  }

  /** The host's clock was set: what is known is where everything is, and no longer since when. */
  #forgetTimes(): void {
    this.#epoch = this.#timeline.epoch;
    this.#time = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < this.#used; slot++) this.#ring.forget(slot);
    for (let m = 0; m < this.count; m++) this.#states[this.moving[m]!] = STALE;
  }

  #grow(): void {
    const capacity = this.#states.length * 2;
    const fields = this.#fields;
    this.#ring.grow(capacity);
    this.drawn = larger(this.drawn, new Float64Array(capacity * fields));
    this.#segments = larger(this.#segments, new Float64Array(capacity * this.#stride));
    this.#states = larger(this.#states, new Uint8Array(capacity));
    this.moving = larger(this.moving, new Int32Array(capacity));
    this.#places = larger(this.#places, new Int32Array(capacity).fill(-1));
  }
}

function larger<T extends Float64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
