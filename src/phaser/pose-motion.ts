import { Movers } from './movers.ts';
import { PosePath } from './pose-path.ts';
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

/**
 * Where everything is drawn: a slot in motion follows a straight line until its end, then the ring has the next. So a
 * frame costs one multiplication per field, and slots at rest are not even looked at.
 *
 *     lines   ... [a0 b0 a1 b1 ..] ...      field f is drawn at a + b * time; a cell's line starts at cell * 2 * fields
 */
export class PoseMotion<Thing> {
  readonly movers: Movers<Thing> = new Movers(FIRST_CAPACITY);
  /** The moment that is drawn, as of the last `advance`. */
  time = 0;
  /** Fill this with a row's pose before `add`, `push` or `settle`; NaN where a field is missing. */
  readonly input: Float64Array;

  readonly #fields: number;
  readonly #timeline: Timeline;
  readonly #spatial: boolean;
  readonly #snapDistance: number;
  readonly #ring: PoseRing;
  readonly #path: PosePath<Thing>;
  /** What each slot draws. */
  readonly #things: (Thing | undefined)[] = [];
  readonly #free: number[] = [];
  #isDrawn = false;
  #epoch: number;

  /**
   * @param turns per field: what a full turn is, 0 for fields that do not turn
   * @param spatial whether the first two fields are a place, for `snapDistance`
   */
  constructor(turns: Float64Array, spatial: boolean, timeline: Timeline, limits: MotionLimits) {
    this.input = new Float64Array(turns.length);
    this.#fields = turns.length;
    this.#timeline = timeline;
    this.#spatial = spatial;
    this.#snapDistance = limits.snapDistance;
    this.#epoch = timeline.epoch;
    this.#ring = new PoseRing(turns, FIRST_CAPACITY);
    this.#path = new PosePath(turns.length, this.#ring, this.movers, timeline, limits.extrapolateMs);
  }

  get lines(): Float64Array {
    return this.#ring.lines;
  }

  /** Which line a slot is on, whether it moves or rests. */
  cell(slot: number): number {
    return this.#path.cell(slot);
  }

  /** A new slot, drawn at `input`. @param time of the sample; -Infinity when it is not known */
  add(thing: Thing, time: number): number {
    const slot = this.#free.pop() ?? this.#things.length;
    if (slot >= this.#ring.capacity) this.#grow();
    this.#things[slot] = thing;
    for (let f = 0; f < this.#fields; f++) if (Number.isNaN(this.input[f]!)) this.input[f] = 0;
    this.#ring.start(slot, time, this.input);
    this.#path.stay(slot);
    return slot;
  }

  /** `input` is where the slot is at `time`. */
  push(slot: number, time: number): void {
    const ring = this.#ring;
    if (!ring.relate(slot, this.input)) return;
    const jump = this.#isJump(slot);
    const gap = time - ring.newestTime(slot);
    if (this.movers.place(slot) < 0) this.movers.enter(slot, this.#things[slot]!, ring.spare(slot));
    if (gap <= 0 || !this.#path.isRunning(slot)) this.#path.detach(slot);
    if (gap <= 0) {
      ring.replaceNewest(slot, this.input, jump);
      return;
    }
    this.#timeline.interval(gap);
    if (gap > this.#timeline.holdAfter) ring.hold(slot, time - this.#timeline.step);
    ring.append(slot, time, this.input, jump);
  }

  /** Puts the slot at `input` at once, whatever it was doing. */
  settle(slot: number): void {
    this.#ring.relate(slot, this.input);
    this.#ring.start(slot, Number.NEGATIVE_INFINITY, this.input);
    this.movers.leave(slot);
    this.#path.stay(slot);
  }

  /** Gives the slot back. */
  release(slot: number): void {
    this.movers.leave(slot);
    this.#things[slot] = undefined;
    this.#free.push(slot);
  }

  /** Makes `now`, in milliseconds of the timeline's clock, the moment that is drawn. */
  advance(now: number): void {
    if (this.#timeline.epoch !== this.#epoch) this.#forgetTimes();
    const time = this.#timeline.renderTime(now);
    if (time === Number.NEGATIVE_INFINITY) return; // no message yet: nothing moves
    if (time >= this.movers.nextEnd) {
      const others = this.movers.nextLines(this.#ring, time);
      const drawnTime = this.#isDrawn ? this.time : undefined;
      for (let o = 0; o < others; o++) this.#path.nextLine(this.movers.others[o]!, time, drawnTime);
    }
    this.time = time;
    this.#isDrawn = true;
  }

  #isJump(slot: number): boolean {
    if (!this.#spatial) return false;
    const { values } = this.#ring;
    const at = slot * this.#fields;
    const x = this.input[0]! - values[at]!;
    const y = this.input[1]! - values[at + 1]!;
    return x * x + y * y > this.#snapDistance * this.#snapDistance;
  }

  /** The host's clock was set: what is known is where everything is, and no longer since when. */
  #forgetTimes(): void {
    this.#epoch = this.#timeline.epoch;
    this.#isDrawn = false;
    for (let slot = 0; slot < this.#things.length; slot++) this.#ring.forget(slot);
    for (let m = 0; m < this.movers.things.length; m++) this.#path.stay(this.movers.slots[m]!);
  }

  #grow(): void {
    const before = this.#ring.capacity;
    this.#ring.grow(before * 2);
    this.movers.grow(before, before * 2);
    this.#path.grow(before * 2);
  }
}
