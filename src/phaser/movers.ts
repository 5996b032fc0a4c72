import { type PoseRing, RING, restriped } from './pose-ring.ts';

/** The end of a line that is over at any time. */
export const NOW = Number.NEGATIVE_INFINITY;

/**
 * What is in motion, densely: every array has one entry per mover, and the last one takes the place of one that rests.
 *
 *     things   what is drawn
 *     slots    whose samples it follows
 *     cells    which line of the ring it is on
 *     ends     when that line is over
 */
export class Movers<Thing> {
  readonly things: Thing[] = [];
  cells: Int32Array;
  slots: Int32Array;
  ends: Float64Array;
  /** No line is over before this: until then a frame has nothing to do but to draw. */
  nextEnd = NOW;
  /** Slots for which `nextLines` found no line. */
  others: Int32Array;
  /** Where each slot stands, -1 at rest. */
  #places: Int32Array;

  constructor(capacity: number) {
    this.cells = new Int32Array(capacity);
    this.slots = new Int32Array(capacity);
    this.ends = new Float64Array(capacity);
    this.others = new Int32Array(capacity);
    this.#places = new Int32Array(capacity).fill(-1);
  }

  /** Where a slot stands; -1 at rest. */
  place(slot: number): number {
    return this.#places[slot]!;
  }

  /** Takes in a slot at rest, which is on the line `cell`. */
  enter(slot: number, thing: Thing, cell: number): void {
    const place = this.things.length;
    this.#places[slot] = place;
    this.slots[place] = slot;
    this.cells[place] = cell;
    this.things.push(thing);
  }

  /** Sets a mover on a line. Does nothing for a slot at rest. */
  lead(slot: number, cell: number, end: number): void {
    const place = this.#places[slot]!;
    if (place < 0) return;
    this.cells[place] = cell;
    this.ends[place] = end;
    if (end < this.nextEnd) this.nextEnd = end;
  }

  /** Puts a slot to rest, if it moves. */
  leave(slot: number): void {
    const place = this.#places[slot]!;
    if (place < 0) return;
    const last = this.things.length - 1;
    const thing = this.things.pop()!;
    this.#places[slot] = -1;
    if (place === last) return;
    this.things[place] = thing;
    this.slots[place] = this.slots[last]!;
    this.cells[place] = this.cells[last]!;
    this.ends[place] = this.ends[last]!;
    this.#places[this.slots[place]!] = place;
  }

  /**
   * Gives movers whose line is over the next one of the ring. A hot path: once per host step for all of them.
   * @returns how many of `others` need more thought: no sample follows, or they are on no line of the ring
   */
  nextLines({ times, capacity }: PoseRing, time: number): number {
    const ringSize = RING * capacity;
    const { cells, ends, slots, others } = this;
    const count = this.things.length;
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
          others[othersCount++] = slots[m]!; // no call in this loop: it would cost what the loop does
          continue;
        }
        ends[m] = end;
        cells[m] = next;
      }
      if (end < nextEnd) nextEnd = end;
    }
    this.nextEnd = nextEnd;
    return othersCount;
  }

  /** Follows the ring, which grew from `before` to `capacity` slots. */
  grow(before: number, capacity: number): void {
    for (let m = 0; m < this.things.length; m++) {
      this.cells[m] = Math.floor(this.cells[m]! / before) * capacity + this.slots[m]!;
    }
    this.cells = restriped(this.cells, new Int32Array(capacity), 1);
    this.slots = restriped(this.slots, new Int32Array(capacity), 1);
    this.ends = restriped(this.ends, new Float64Array(capacity), 1);
    this.others = new Int32Array(capacity);
    this.#places = restriped(this.#places, new Int32Array(capacity).fill(-1), 1);
  }
}
