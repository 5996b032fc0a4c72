import { errors } from '../../module/errors.ts';
import type { LoadedView } from '../../module/index.ts';
import { TableQuery } from '../../schema/index.ts';
import type { Identity, Key } from '../../values/index.ts';
import { failureOf } from '../failure.ts';
import { enterModule, leaveModule } from '../globals.ts';
import type { Row } from '../store/row.ts';
import type { TableStore } from '../store/table-store.ts';
import { isQuery, queryRows } from './query-rows.ts';
import { type ReadRecorder, readOnlyDb } from './read-only-db.ts';
import { ReadSet } from './read-set.ts';
import { rowsByKey } from './view-rows.ts';

/** What a view's function gave. */
export interface Computed {
  /** What it read, up to where it failed. */
  readonly reads: ReadSet;
  /** Undefined when it failed. */
  readonly rows: ReadonlyMap<Key, Row> | undefined;
  readonly error: string | undefined;
}

/** Runs the functions of views over the tables of a module. */
export class ViewRunner implements ReadRecorder {
  readonly #find: (name: string) => TableStore | undefined;
  readonly #db: unknown;
  readonly #from: unknown;
  #reads: ReadSet | undefined;

  constructor(stores: readonly TableStore[]) {
    this.#find = (name) => stores.find(({ def }) => def.name === name);
    this.#db = readOnlyDb(stores, this);
    this.#from = Object.freeze(
      Object.fromEntries(stores.map(({ def }) => [def.accessor, new TableQuery(def)] as const)),
    );
  }

  /** @throws SpacetimeHostError NotInTransaction */
  get reads(): ReadSet {
    if (this.#reads !== undefined) return this.#reads;
    throw new errors.NotInTransaction('The ctx of a view was used after the view had returned. Keep no ctx for later.');
  }

  /** @param store the view's own, for the shape of its rows. @param sender who looks; of no meaning to an anonymous view */
  compute(view: LoadedView, sender: Identity, store: TableStore): Computed {
    const reads = new ReadSet();
    this.#reads = reads;
    const common = { db: this.#db, from: this.#from };
    const ctx = Object.freeze(view.isAnonymous ? common : { ...common, sender });
    let rows: ReadonlyMap<Key, Row> | undefined;
    let error: string | undefined;
    enterModule();
    try {
      const returned = view.run(ctx as never);
      rows = rowsByKey(store, isQuery(returned) ? queryRows(returned, this.#find, sender, reads) : returned);
    } catch (thrown) {
      error = `View ${view.name} failed: ${failureOf(thrown).message}`;
    }
    leaveModule();
    this.#reads = undefined;
    return { reads, rows, error };
  }

  /** The function was stopped in the middle. */
  reset(): void {
    this.#reads = undefined;
  }
}
