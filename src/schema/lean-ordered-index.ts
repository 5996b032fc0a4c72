import { compareKeys, type Key } from '../values/index.ts';
import type { KeyRange } from './sorted-keys.ts';

/**
 * In place of ordered-index.ts in the lean build. Rows lie by the key of their first column; the other columns, ranges and
 * the order are looked at when rows are asked for.
 */
export class OrderedIndex<R extends Key | object> {
  readonly #groups = new Map<Key, Map<R, readonly Key[]>>();

  // biome-ignore lint/complexity/noUselessConstructor: the other one needs to know how many columns there are
  constructor(_depth: number) {}

  add(keys: readonly Key[], row: R): void {
    const first = keys[0]!;
    this.#groups.set(first, (this.#groups.get(first) ?? new Map()).set(row, keys));
  }

  remove(keys: readonly Key[], row: R): void {
    const first = keys[0]!;
    const group = this.#groups.get(first);
    group?.delete(row);
    if (group?.size === 0) this.#groups.delete(first);
  }

  /** Rows whose leading columns have these keys and whose next column lies in `range`, in the index's order. */
  collect(prefix: readonly Key[], range: KeyRange | undefined, into: R[]): R[] {
    const groups = prefix.length > 0 ? [this.#groups.get(prefix[0]!)] : this.#groups.values();
    const found: [R, readonly Key[]][] = [];
    for (const group of groups) {
      for (const entry of group ?? []) {
        const [, keys] = entry;
        const isWithin = range === undefined || within(keys[prefix.length]!, range);
        if (isWithin && prefix.every((key, column) => key === keys[column])) found.push(entry);
      }
    }
    found.sort(([, a], [, b]) => {
      const column = a.findIndex((key, i) => key !== b[i]);
      return column < 0 ? 0 : compareKeys(a[column]!, b[column]!);
    });
    for (const [row] of found) into.push(row);
    return into;
  }
}

function within(key: Key, { from, to }: KeyRange): boolean {
  const low = from.tag === 'unbounded' ? 1 : compareKeys(key, from.value);
  const high = to.tag === 'unbounded' ? -1 : compareKeys(key, to.value);
  return (low > 0 || (low === 0 && from.tag === 'included')) && (high < 0 || (high === 0 && to.tag === 'included'));
}
