import { errors } from '../module/errors.ts';
import type { Row, RowChange } from './store/row.ts';
import type { TableStore, TouchListener } from './store/table-store.ts';

/** What a committed transaction did to one table. */
export interface TableChanges {
  readonly store: TableStore;
  /** Rows of a table that keeps them. */
  readonly changes: readonly RowChange[];
  /** Rows of an event table. */
  readonly events: readonly Row[];
}

/**
 * The one open transaction of a database, if any. Stores report here when they are first touched; tables outside of a
 * transaction can be neither read nor written through `ctx.db`.
 */
export class Transaction implements TouchListener {
  readonly #touched: TableStore[] = [];
  #isOpen = false;
  #startedAt = 0n;

  /** Time of the open transaction, in microseconds since the epoch. */
  get startedAt(): bigint {
    return this.#startedAt;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Tables written to by the open transaction. */
  get stores(): readonly TableStore[] {
    return this.#touched;
  }

  touched(store: TableStore): void {
    this.#touched.push(store);
  }

  /** @param at its time, in microseconds since the epoch */
  begin(at: bigint): void {
    this.#isOpen = true;
    this.#startedAt = at;
  }

  /** @throws SpacetimeHostError NotInTransaction */
  mustBeOpen(): void {
    if (this.#isOpen) return;
    throw new errors.NotInTransaction(
      'ctx.db was used after its reducer had returned. A reducer is one transaction: read and write before it returns, ' +
        'and keep no ctx for later.',
    );
  }

  /** Keeps what was written. @param wanted which tables' changes somebody wants to know */
  commit(wanted: (store: TableStore) => boolean): TableChanges[] {
    this.#isOpen = false;
    const all: TableChanges[] = [];
    for (const store of this.#touched) {
      if (wanted(store)) {
        const changes = store.changes();
        if (changes.length > 0 || store.events.length > 0) all.push({ store, changes, events: [...store.events] });
      }
      store.commit();
    }
    this.#touched.length = 0;
    return all;
  }

  /** Puts everything back. */
  rollback(): void {
    this.#isOpen = false;
    for (const store of this.#touched) store.rollback();
    this.#touched.length = 0;
  }

  /** Puts everything back after code was stopped anywhere: also what was half done. Takes time in large tables. */
  abort(): void {
    const stores = [...this.#touched];
    this.rollback();
    for (const store of stores) store.rebuildIndexes();
  }
}
