import { type Movers, NOW } from './movers.ts';
import { type PoseRing, restriped } from './pose-ring.ts';
import type { Timeline } from './timeline.ts';

const RETURN_FACTOR = 2; // what ran too far comes back at half the speed
const UNCHANGED_STEPS = 1.5; // a message this much newer than a row's last sample shows that the row rested
const SAME = 1e-6; // pixels or radians nobody sees

const RUNNING = 0; // on the way between two samples
const GUESSING = 1; // beyond the newest sample: a new one changes where the path goes
const STALE = 2; // the path changed: it must be joined again from where the object is drawn
const DONE = 3; // at rest from the next frame on

/** Which line a slot is on when its last one did not simply lead into the next: the rules of SPEC S5 to S7 and S14. */
export class PosePath<Thing> {
  readonly #size: number;
  readonly #ring: PoseRing;
  readonly #movers: Movers<Thing>;
  readonly #timeline: Timeline;
  readonly #extrapolateMs: number;
  /** A slot's line while it is joined to another one. */
  readonly #drawn: Float64Array;
  #states: Uint8Array;
  /** Slots that rest when their line is over. */
  #resting: Uint8Array;

  constructor(fields: number, ring: PoseRing, movers: Movers<Thing>, timeline: Timeline, extrapolateMs: number) {
    this.#size = fields * 2;
    this.#ring = ring;
    this.#movers = movers;
    this.#timeline = timeline;
    this.#extrapolateMs = extrapolateMs;
    this.#drawn = new Float64Array(fields * 2);
    this.#states = new Uint8Array(ring.capacity);
    this.#resting = new Uint8Array(ring.capacity);
  }

  grow(capacity: number): void {
    this.#states = restriped(this.#states, new Uint8Array(capacity), 1);
    this.#resting = restriped(this.#resting, new Uint8Array(capacity), 1);
  }

  /** Which line a slot is on, whether it moves or rests. */
  cell(slot: number): number {
    const place = this.#movers.place(slot);
    return place < 0 ? this.#ring.spare(slot) : this.#movers.cells[place]!;
  }

  /** Whether a new sample leaves the way to it as it was. */
  isRunning(slot: number): boolean {
    return this.#movers.place(slot) >= 0 && this.#states[slot] === RUNNING;
  }

  /** The slot's samples are about to change: it goes on along a copy of its line until it is joined again. */
  detach(slot: number): void {
    const spare = this.#ring.spare(slot);
    if (this.cell(slot) !== spare) this.#copyLine(slot, this.#ring.lines, spare * this.#size);
    this.#lead(slot, STALE, spare, NOW);
  }

  /**
   * @param time to be drawn next
   * @param drawnTime drawn last; undefined when nothing was
   */
  nextLine(slot: number, time: number, drawnTime: number | undefined): void {
    const state = this.#states[slot]!;
    if (state === DONE) this.#movers.leave(slot);
    else if (state === RUNNING) this.#follow(slot, time);
    else if (state === GUESSING) this.#tail(slot, time);
    else if (drawnTime === undefined) this.#follow(slot, time);
    else this.#rejoin(slot, time, drawnTime);
  }

  /** Rests at the newest sample, from the next frame on. */
  stay(slot: number): void {
    const { lines, values } = this.#ring;
    const to = this.#ring.spare(slot) * this.#size;
    const from = (slot * this.#size) / 2;
    for (let i = 0; i < this.#size; i += 2) {
      lines[to + i] = values[from + i / 2]!;
      lines[to + i + 1] = 0;
    }
    this.#lead(slot, DONE, this.#ring.spare(slot), NOW);
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
    const guess = Math.min(this.#extrapolateMs, this.#timeline.step);
    const newest = ring.newestTime(slot);
    const back = newest + guess;
    const settled = back + guess * RETURN_FACTOR;
    const isGuessing = this.#states[slot] === GUESSING && this.#resting[slot] === 0;
    const rested = !isGuessing && this.#timeline.newest > newest + UNCHANGED_STEPS * this.#timeline.step;
    if (guess <= 0 || rested || ring.isJump(slot) || !(time < settled)) {
      this.stay(slot);
      return;
    }
    const from = ring.cell(slot, ring.newest(slot)) * this.#size;
    const to = ring.spare(slot) * this.#size;
    const value = (slot * this.#size) / 2;
    for (let i = 0; i < this.#size; i += 2) {
      const speed = ring.lines[from + i + 1]!;
      const returning = -speed / RETURN_FACTOR;
      const by = time < back ? speed * newest : returning * settled;
      ring.lines[to + i] = ring.values[value + i / 2]! - by;
      ring.lines[to + i + 1] = time < back ? speed : returning;
    }
    this.#resting[slot] = 0;
    this.#lead(slot, GUESSING, ring.spare(slot), time < back ? back : settled);
  }

  /** Leads from where the slot was drawn at `start` back onto its path, if that is somewhere else by now. */
  #rejoin(slot: number, time: number, start: number): void {
    const ring = this.#ring;
    const newest = ring.newestTime(slot);
    if (ring.isJump(slot) && newest <= time) {
      this.#follow(slot, time);
      return;
    }
    const drawn = this.#drawn;
    this.#copyLine(slot, drawn, 0);
    this.#follow(slot, start);
    if (ring.isJump(slot) || this.#isOn(slot, drawn, start)) {
      const isOver = time >= this.#movers.ends[this.#movers.place(slot)]!;
      if (isOver && this.#states[slot] !== DONE) this.#follow(slot, time);
      return;
    }
    const end = Math.max(newest, start + this.#timeline.step);
    this.#follow(slot, end);
    const from = this.cell(slot) * this.#size;
    const to = ring.spare(slot) * this.#size;
    for (let i = 0; i < this.#size; i += 2) {
      const target = ring.lines[from + i]! + ring.lines[from + i + 1]! * end;
      const here = drawn[i]! + drawn[i + 1]! * start;
      const speed = (target - here) / (end - start);
      ring.lines[to + i] = here - speed * start;
      ring.lines[to + i + 1] = speed;
    }
    this.#resting[slot] = this.#states[slot] === DONE ? 1 : 0;
    this.#lead(slot, end > newest ? GUESSING : RUNNING, ring.spare(slot), end);
  }

  /** Whether the slot's line meets another one at `time`. */
  #isOn(slot: number, line: Float64Array, time: number): boolean {
    const { lines } = this.#ring;
    const from = this.cell(slot) * this.#size;
    for (let i = 0; i < this.#size; i += 2) {
      const off = lines[from + i]! - line[i]! + (lines[from + i + 1]! - line[i + 1]!) * time;
      if (off > SAME || off < -SAME) return false;
    }
    return true;
  }

  #lead(slot: number, state: number, cell: number, end: number): void {
    this.#states[slot] = state;
    this.#movers.lead(slot, cell, end);
  }

  #copyLine(slot: number, target: Float64Array, to: number): void {
    const { lines } = this.#ring;
    const from = this.cell(slot) * this.#size;
    for (let i = 0; i < this.#size; i++) target[to + i] = lines[from + i]!;
  }
}
