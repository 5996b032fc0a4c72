import { compareKeys, type Key } from '../values/index.ts';
import type { KeyRange } from './sorted-keys.ts';

/** In place of sorted-keys.ts in the lean build: keys are put in order when a range is asked for, which looks at each. */
export class SortedKeys {
  readonly #keys: Set<Key>;

  constructor(keys: Iterable<Key>) {
    this.#keys = new Set(keys);
  }

  add(key: Key): void {
    this.#keys.add(key);
  }

  remove(key: Key): void {
    this.#keys.delete(key);
  }

  /** Those of a range, in order. */
  in({ from, to }: KeyRange): Key[] {
    const isWithin = (key: Key) => {
      const low = from.tag === 'unbounded' ? 1 : compareKeys(key, from.value);
      const high = to.tag === 'unbounded' ? -1 : compareKeys(key, to.value);
      return (low > 0 || (low === 0 && from.tag === 'included')) && (high < 0 || (high === 0 && to.tag === 'included'));
    };
    return [...this.#keys].filter(isWithin).sort(compareKeys);
  }
}
