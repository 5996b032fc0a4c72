import { compareKeys, type Key } from '../values/index.ts';
import type { Bound } from './range.ts';

/** What the last column of a lookup must be: a key, or between two. */
export type KeyRange = { readonly from: Bound<Key>; readonly to: Bound<Key> };

type Level<R> = OrderedLevel<R> | Set<R>;

/**
 * Rows in the order of one or several columns. Exact lookups are a Map's; ranges are a binary search in the distinct
 * keys of a level, which are sorted when a range is first asked for and kept sorted from then on.
 */
export class OrderedIndex<R> {
  readonly #depth: number;
  readonly #root: OrderedLevel<R>;

  /** @param depth how many columns the index has */
  constructor(depth: number) {
    this.#depth = depth;
    this.#root = new OrderedLevel();
  }

  /** @param keys of the row's columns, in the index's order */
  add(keys: readonly Key[], row: R): void {
    let level = this.#root;
    for (let i = 0; i < this.#depth - 1; i++) level = level.descend(keys[i]!);
    level.leaf(keys[this.#depth - 1]!).add(row);
  }

  remove(keys: readonly Key[], row: R): void {
    this.#removeFrom(this.#root, keys, 0, row);
  }

  /**
   * Rows whose leading columns have these keys and whose next column lies in `range`, in the index's order.
   * @param prefix at most as many keys as there are columns; one fewer with a range
   */
  collect(prefix: readonly Key[], range: KeyRange | undefined, into: R[]): R[] {
    let level: Level<R> | undefined = this.#root;
    for (const key of prefix) {
      level = (level as OrderedLevel<R>).get(key);
      if (level === undefined) return into;
    }
    if (range === undefined) collectAll(level, into);
    else
      for (const key of (level as OrderedLevel<R>).keysIn(range))
        collectAll((level as OrderedLevel<R>).get(key)!, into);
    return into;
  }

  #removeFrom(level: OrderedLevel<R>, keys: readonly Key[], at: number, row: R): void {
    const child = level.get(keys[at]!);
    if (child === undefined) return;
    if (child instanceof Set) child.delete(row);
    else this.#removeFrom(child, keys, at + 1, row);
    if (child.size === 0) level.drop(keys[at]!);
  }
}

class OrderedLevel<R> {
  readonly #children = new Map<Key, Level<R>>();
  #sorted: Key[] | undefined;

  get size(): number {
    return this.#children.size;
  }

  get(key: Key): Level<R> | undefined {
    return this.#children.get(key);
  }

  descend(key: Key): OrderedLevel<R> {
    let child = this.#children.get(key) as OrderedLevel<R> | undefined;
    if (child === undefined) {
      child = new OrderedLevel();
      this.#set(key, child);
    }
    return child;
  }

  leaf(key: Key): Set<R> {
    let child = this.#children.get(key) as Set<R> | undefined;
    if (child === undefined) {
      child = new Set();
      this.#set(key, child);
    }
    return child;
  }

  drop(key: Key): void {
    this.#children.delete(key);
    if (this.#sorted !== undefined) this.#sorted.splice(lowerBound(this.#sorted, key), 1);
  }

  /** All keys, in order. */
  sorted(): readonly Key[] {
    this.#sorted ??= [...this.#children.keys()].sort(compareKeys);
    return this.#sorted;
  }

  keysIn({ from, to }: KeyRange): readonly Key[] {
    const keys = this.sorted();
    const start =
      from.tag === 'unbounded'
        ? 0
        : from.tag === 'included'
          ? lowerBound(keys, from.value)
          : upperBound(keys, from.value);
    const end =
      to.tag === 'unbounded'
        ? keys.length
        : to.tag === 'included'
          ? upperBound(keys, to.value)
          : lowerBound(keys, to.value);
    return keys.slice(start, end);
  }

  #set(key: Key, child: Level<R>): void {
    this.#children.set(key, child);
    if (this.#sorted !== undefined) this.#sorted.splice(lowerBound(this.#sorted, key), 0, key);
  }
}

function collectAll<R>(level: Level<R>, into: R[]): void {
  if (level instanceof Set) for (const row of level) into.push(row);
  else for (const key of level.sorted()) collectAll(level.get(key)!, into);
}

/** Position of the first key not below `key`. */
function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of the first key above `key`. */
function upperBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle]!, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
