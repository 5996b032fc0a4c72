import type { IndexDef } from '../../schema/index.ts';
import { RangedIndex } from './ranged-index.ts';
import type { Table } from './table.ts';
import { UniqueIndex } from './unique-index.ts';

/** The indexes of a table that somebody has used: built on first use, kept up from then on. */
export class RowIndexes {
  readonly #table: Table;
  readonly #uniques = new Map<IndexDef, UniqueIndex>();
  readonly #ordered = new Map<IndexDef, RangedIndex>();

  constructor(table: Table) {
    this.#table = table;
  }

  unique(def: IndexDef): UniqueIndex {
    let index = this.#uniques.get(def);
    if (index === undefined) {
      index = new UniqueIndex(this.#table.def.columns[def.columns[0]!]!, this.#table.rows.values());
      this.#uniques.set(def, index);
    }
    return index;
  }

  ordered(def: IndexDef): RangedIndex {
    let index = this.#ordered.get(def);
    if (index === undefined) {
      index = new RangedIndex(
        def.columns.map((column) => this.#table.def.columns[column]!),
        this.#table,
      );
      this.#ordered.set(def, index);
    }
    return index;
  }

  /** Takes over what the current message changed. */
  follow(): void {
    const { log } = this.#table;
    for (const index of this.#uniques.values()) index.follow(log);
    for (const index of this.#ordered.values()) index.follow(log);
  }
}
