import type { Key } from '../../values/index.ts';

/** How many of the client's queries hold each row. Nearly all rows are held by one: only the others are written down. */
export class RowCounts {
  readonly #counts = new Map<Key, number>();

  /** Whether every row is held by one query. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  raise(key: Key): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 1) + 1);
  }

  /** @returns whether no query holds the row any more */
  lower(key: Key): boolean {
    const count = this.#counts.get(key);
    if (count === undefined) return true;
    if (count > 2) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
    return false;
  }
}
