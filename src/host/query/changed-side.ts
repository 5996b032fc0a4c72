import type { ColumnDef } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf } from '../../values/index.ts';
import type { Row, RowChange, TableStore } from '../store/table-store.ts';

/** One of the tables of a join, with what a commit did to it: finds its rows as they were before and are now. */
export class ChangedSide {
  readonly store: TableStore;
  readonly #column: number;
  readonly #property: string;
  readonly #keyOf: KeyOf;
  #changes: readonly RowChange[] = [];
  /** Made when first asked for: most commits lead to no query. */
  #now: Set<Row | undefined> | undefined;
  #earlier: Map<Key, Row[]> | undefined;

  /** @param column the one that equals the other table's */
  constructor(store: TableStore, column: number) {
    this.store = store;
    this.#column = column;
    const { key, type } = store.def.columns[column] as ColumnDef;
    this.#property = key;
    this.#keyOf = keyOf(type);
  }

  get changes(): readonly RowChange[] {
    return this.#changes;
  }

  /** Begins a commit; an empty list ends it. */
  begin(changes: readonly RowChange[]): void {
    this.#changes = changes;
    this.#now = this.#earlier = undefined;
  }

  /** What the other table's column must be for this row. */
  keyOf(row: Row): Key {
    return this.#keyOf(row[this.#property]);
  }

  /** Rows with this key now. */
  after(key: Key): readonly Row[] {
    return this.store.rowsWith(this.#column, key)!;
  }

  /** Rows with this key that the commit did not touch. */
  untouched(key: Key): readonly Row[] {
    const rows = this.after(key);
    if (this.#changes.length === 0 || rows.length === 0) return rows;
    const now = this.#now ?? new Set<Row | undefined>(this.#changes.map(({ after }) => after));
    this.#now = now;
    return rows.filter((row) => !now.has(row));
  }

  /** Rows with this key before the commit. */
  before(key: Key): readonly Row[] {
    const rows = this.untouched(key);
    if (this.#changes.length === 0) return rows;
    this.#earlier ??= this.#byKey();
    const earlier = this.#earlier.get(key);
    return earlier === undefined ? rows : [...rows, ...earlier];
  }

  #byKey(): Map<Key, Row[]> {
    const byKey = new Map<Key, Row[]>();
    for (const { before } of this.#changes) {
      if (before === undefined) continue;
      const rows = byKey.get(this.keyOf(before));
      if (rows === undefined) byKey.set(this.keyOf(before), [before]);
      else rows.push(before);
    }
    return byKey;
  }
}
