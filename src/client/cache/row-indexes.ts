import type { IndexDef } from '../../schema/index.ts';
import { type ClientIndex, makeIndex } from './make-index.ts';
import type { Table } from './table.ts';

/** The indexes of a table that somebody has used: built on first use, kept up from then on. */
export class RowIndexes {
  readonly #table: Table;
  readonly #made = new Map<IndexDef, ClientIndex>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** The index, from its definition in the table. */
  get(def: IndexDef): ClientIndex {
    let index = this.#made.get(def);
    if (index === undefined) {
      const { columns } = this.#table.def;
      index = makeIndex(
        def,
        def.columns.map((column) => columns[column]!),
        this.#table,
      );
      this.#made.set(def, index);
    }
    return index;
  }

  /** Takes over what the current message changed. */
  follow(): void {
    for (const index of this.#made.values()) index.follow(this.#table.log);
  }
}
