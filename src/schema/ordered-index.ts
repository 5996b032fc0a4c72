import type { Key } from '../values/index.ts';
import { type KeyRange, SortedKeys } from './sorted-keys.ts';

export type { KeyRange };

/** Rows that agree in all columns, oldest first. One alone has no set: most keys of most indexes have one row. */
type Leaf<R extends Key | object> = R | Set<R>;
type Child<R extends Key | object> = Level<R> | Leaf<R>;

const EVERYTHING: KeyRange = { from: { tag: 'unbounded' }, to: { tag: 'unbounded' } };

/**
 * Rows, by what stands for each (its key), in the order of one or several columns; those that agree, in the order they
 * were added. Exact lookups are a Map's; ranges are a binary search in the distinct keys of a level, which are sorted
 * when a range is first asked for and kept sorted from then on. Serves host and client.
 */
export class OrderedIndex<R extends Key | object> {
  readonly #depth: number;
  readonly #root = new Level<R>();

  /** @param depth how many columns the index has */
  constructor(depth: number) {
    this.#depth = depth;
  }

  /** @param keys of the row's columns, in the index's order */
  add(keys: readonly Key[], row: R): void {
    const last = this.#depth - 1;
    let level = this.#root;
    for (let i = 0; i < last; i++) level = level.descend(keys[i]!);
    const key = keys[last]!;
    const leaf = level.children.get(key) as Leaf<R> | undefined;
    if (leaf === undefined) level.add(key, row);
    else if (leaf instanceof Set) leaf.add(row);
    else if (leaf !== row) level.children.set(key, new Set([leaf, row]));
  }

  remove(keys: readonly Key[], row: R): void {
    removeFrom(this.#root, keys, 0, row);
  }

  /**
   * Rows whose leading columns have these keys and whose next column lies in `range`, in the index's order.
   * @param prefix at most as many keys as there are columns; one fewer with a range
   */
  collect(prefix: readonly Key[], range: KeyRange | undefined, into: R[]): R[] {
    let child: Child<R> | undefined = this.#root;
    for (const key of prefix) {
      child = (child as Level<R>).children.get(key);
      if (child === undefined) return into;
    }
    if (range === undefined) collectAll(child, into);
    else collectRange(child as Level<R>, range, into);
    return into;
  }
}

class Level<R extends Key | object> {
  /** To be read; `add` and `drop` know the order. */
  readonly children = new Map<Key, Child<R>>();
  #sorted: SortedKeys | undefined;

  add(key: Key, child: Child<R>): void {
    this.children.set(key, child);
    this.#sorted?.add(key);
  }

  drop(key: Key): void {
    this.children.delete(key);
    this.#sorted?.remove(key);
  }

  descend(key: Key): Level<R> {
    let child = this.children.get(key) as Level<R> | undefined;
    if (child === undefined) {
      child = new Level();
      this.add(key, child);
    }
    return child;
  }

  keysIn(range: KeyRange): readonly Key[] {
    this.#sorted ??= new SortedKeys(this.children.keys());
    return this.#sorted.in(range);
  }
}

function removeFrom<R extends Key | object>(level: Level<R>, keys: readonly Key[], at: number, row: R): void {
  const key = keys[at]!;
  const child = level.children.get(key);
  if (child instanceof Level) {
    removeFrom(child, keys, at + 1, row);
    if (child.children.size === 0) level.drop(key);
  } else if (child instanceof Set) {
    child.delete(row);
    if (child.size === 0) level.drop(key);
  } else if (child === row) level.drop(key);
}

function collectAll<R extends Key | object>(child: Child<R>, into: R[]): void {
  if (child instanceof Level) collectRange(child, EVERYTHING, into);
  else if (child instanceof Set) for (const row of child) into.push(row);
  else into.push(child);
}

function collectRange<R extends Key | object>(level: Level<R>, range: KeyRange, into: R[]): void {
  for (const key of level.keysIn(range)) collectAll(level.children.get(key)!, into);
}
