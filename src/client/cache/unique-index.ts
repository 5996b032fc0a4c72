import type { ColumnDef } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { ChangeLog } from './change-log.ts';
import type { IndexedRows } from './ranged-index.ts';

/** Rows by the value of a unique column. */
export class UniqueIndex {
  readonly #rows = new Map<Key, Row>();
  readonly #column: string;
  readonly #keyOf: KeyOf;

  constructor([column]: readonly ColumnDef[], table: IndexedRows) {
    this.#column = column!.key;
    this.#keyOf = keyOf(column!.type);
    for (const row of table.rows.values()) this.#rows.set(this.#keyOf(row[this.#column]), row);
  }

  find(value: unknown): Row | undefined {
    return this.#rows.get(this.#keyOf(value));
  }

  follow(log: ChangeLog): void {
    const rows = this.#rows;
    // All departures first: rows may have exchanged their values.
    for (let i = log.start; i < log.length; i++) {
      const before = log.before[i];
      if (before !== undefined) rows.delete(this.#keyOf(before[this.#column]));
    }
    for (let i = log.start; i < log.length; i++) {
      const after = log.after[i];
      if (after !== undefined) rows.set(this.#keyOf(after[this.#column]), after);
    }
  }
}
