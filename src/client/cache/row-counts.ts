import type { Key } from '../../values/index.ts';

/** How many of the client's queries hold each row. Nearly all rows are held by one: only the others are written down. */
export class RowCounts extends Map<Key, number> {
  /** One more query holds a row that is there. */
  raise(key: Key): void {
    this.set(key, (this.get(key) ?? 1) + 1);
  }

  /** One query fewer holds the row. @returns whether none does any more */
  lower(key: Key): boolean {
    const count = this.get(key);
    if (count === undefined) return true;
    if (count > 2) this.set(key, count - 1);
    else this.delete(key);
    return false;
  }
}
