import type { Codec, Key } from '../../values/index.ts';
import type { Row, RowChange } from './row.ts';
import type { RowIndexes } from './row-indexes.ts';

/**
 * Where the rows of one table are written: at once, indexes and all. What was there before the open transaction is kept,
 * so that it can be put back and compared with.
 */
export class RowJournal {
  readonly #rows: Map<Key, Row>;
  readonly #indexes: RowIndexes;
  readonly #before = new Map<Key, Row | undefined>();

  constructor(rows: Map<Key, Row>, indexes: RowIndexes) {
    this.#rows = rows;
    this.#indexes = indexes;
  }

  /** @param before the stored row of this key. @param after what takes its place, if anything does */
  write(key: Key, before: Row | undefined, after: Row | undefined): void {
    if (!this.#before.has(key)) this.#before.set(key, before);
    if (after === undefined) {
      this.#rows.delete(key);
      this.#indexes.remove(key, before!);
    } else {
      this.#rows.set(key, after);
      if (before === undefined) this.#indexes.add(key, after);
      else this.#indexes.replace(key, before, after);
    }
  }

  /** What changed, one entry a key; keys whose row is as it was are left out. */
  changes(codec: Codec<Row>): RowChange[] {
    const changes: RowChange[] = [];
    for (const [key, before] of this.#before) {
      const after = this.#rows.get(key);
      if (before === after) continue;
      // Deleted and inserted again as it was: the same row, also for those who know it by its object.
      if (before !== undefined && after !== undefined && codec.equal(before, after)) this.#rows.set(key, before);
      else changes.push({ before, after });
    }
    return changes;
  }

  /** What was written stays. */
  commit(): void {
    this.#before.clear();
  }

  /** Puts back what was there. */
  rollback(): void {
    for (const [key, before] of this.#before) {
      const current = this.#rows.get(key);
      if (current !== undefined) this.#indexes.remove(key, current);
      if (before === undefined) this.#rows.delete(key);
    }
    for (const [key, before] of this.#before) {
      if (before === undefined) continue;
      this.#rows.set(key, before);
      this.#indexes.add(key, before);
    }
    this.#before.clear();
  }
}
