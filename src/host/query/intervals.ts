import { compareKeys, type Key } from '../../values/index.ts';

/** Where an interval ends, both ends included; undefined where it is open. */
type End = Key | undefined;

interface Entry<T> {
  readonly low: End;
  readonly high: End;
  readonly value: T;
  isGone: boolean;
}

const FEW = 16; // entries that are looked through faster than sorted in

/**
 * Values by interval; finds those whose interval holds a key. A sorted array, read as a balanced tree whose nodes know
 * the furthest end below them:
 *
 *     [0,9] [2,3] [4,20] [5,6] [8,8]      root: the middle, its halves its subtrees
 *
 * Sorting is paid by who adds, now and then, never by who looks: what is new waits in a short list that is looked
 * through.
 */
export class Intervals<T> {
  readonly #entries = new Map<string, Entry<T>>();
  #sorted: Entry<T>[] = [];
  /** At a subtree's root, its furthest end. */
  #furthest: End[] = [];
  #recent: Entry<T>[] = [];
  #gone = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The value of exactly this interval. */
  get(low: End, high: End): T | undefined {
    return this.#entries.get(nameOf(low, high))?.value;
  }

  set(low: End, high: End, value: T): void {
    this.delete(low, high);
    const entry: Entry<T> = { low, high, value, isGone: false };
    this.#entries.set(nameOf(low, high), entry);
    this.#recent.push(entry);
    if (this.#recent.length > FEW + Math.sqrt(this.#sorted.length)) this.#sort();
  }

  delete(low: End, high: End): void {
    const name = nameOf(low, high);
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    entry.isGone = true;
    if (++this.#gone > FEW + this.#entries.size) this.#sort();
  }

  /** Values whose interval holds the key. */
  at(key: Key): T[] {
    const found: T[] = [];
    this.#search(0, this.#sorted.length, key, found);
    for (const entry of this.#recent) {
      if (!isAbove(entry.low, key) && !isBelow(entry.high, key)) take(entry, found);
    }
    return found;
  }

  #search(from: number, to: number, key: Key, found: T[]): void {
    if (from >= to) return;
    const root = (from + to) >>> 1;
    if (isBelow(this.#furthest[root], key)) return;
    this.#search(from, root, key, found);
    const entry = this.#sorted[root]!;
    if (isAbove(entry.low, key)) return;
    if (!isBelow(entry.high, key)) take(entry, found);
    this.#search(root + 1, to, key, found);
  }

  #sort(): void {
    // Sorted entries in front: sorting what is nearly sorted takes about one comparison each.
    this.#sorted = [...this.#sorted, ...this.#recent].filter((entry) => !entry.isGone).sort(byLow);
    this.#furthest = new Array<End>(this.#sorted.length);
    if (this.#sorted.length > 0) this.#measure(0, this.#sorted.length);
    this.#recent = [];
    this.#gone = 0;
  }

  #measure(from: number, to: number): End {
    const root = (from + to) >>> 1;
    let furthest = this.#sorted[root]!.high;
    if (from < root) furthest = later(furthest, this.#measure(from, root));
    if (root + 1 < to) furthest = later(furthest, this.#measure(root + 1, to));
    this.#furthest[root] = furthest;
    return furthest;
  }
}

function nameOf(low: End, high: End): string {
  return JSON.stringify([low, high].map((end) => (end === undefined ? null : String(end))));
}

function take<T>(entry: Entry<T>, found: T[]): void {
  if (!entry.isGone) found.push(entry.value);
}

function isAbove(low: End, key: Key): boolean {
  return low !== undefined && compareKeys(low, key) > 0;
}

function isBelow(high: End, key: Key): boolean {
  return high !== undefined && compareKeys(high, key) < 0;
}

function byLow(a: Entry<unknown>, b: Entry<unknown>): number {
  if (a.low === undefined || b.low === undefined) return Number(a.low !== undefined) - Number(b.low !== undefined);
  return compareKeys(a.low, b.low);
}

function later(a: End, b: End): End {
  return a === undefined || b === undefined ? undefined : compareKeys(a, b) >= 0 ? a : b;
}
