import type { ColumnDef } from '../../schema/index.ts';
import { type KeyOf, keyOf } from '../../values/index.ts';
import type { RowChange } from '../store/row.ts';

interface Seen {
  /** Property of the row. */
  readonly property: string;
  readonly keyOf: KeyOf;
  /** How many queries look at it. */
  queries: number;
}

/** The columns of a table that queries look at, where its rows matter to them in no other way. */
export class SeenColumns {
  readonly #columns: readonly ColumnDef[];
  readonly #seen = new Map<number, Seen>();

  constructor(columns: readonly ColumnDef[]) {
    this.#columns = columns;
  }

  add(columns: readonly number[]): void {
    for (const column of columns) {
      const seen = this.#seen.get(column);
      const { key, type } = this.#columns[column]!;
      if (seen === undefined) this.#seen.set(column, { property: key, keyOf: keyOf(type), queries: 1 });
      else seen.queries++;
    }
  }

  remove(columns: readonly number[]): void {
    for (const column of columns) {
      const seen = this.#seen.get(column);
      if (seen !== undefined && --seen.queries === 0) this.#seen.delete(column);
    }
  }

  /** Those of the changes that some query can see. */
  changed(changes: readonly RowChange[]): readonly RowChange[] {
    const seen = [...this.#seen.values()];
    return changes.filter(
      ({ before, after }) =>
        before === undefined ||
        after === undefined ||
        seen.some(
          ({ property, keyOf }) =>
            before[property] !== after[property] && keyOf(before[property]) !== keyOf(after[property]),
        ),
    );
  }
}
