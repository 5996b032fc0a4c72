import type { LoadedModule, LoadedProcedure, LoadedReducer, ReducerCtx } from '../module/index.ts';
import { type Lifecycle, toCamelCase } from '../schema/index.ts';
import { dbView } from './db-view.ts';
import type { StoreLookup } from './query/access.ts';
import { RowFilters } from './query/row-filters.ts';
import { checkSchedule } from './scheduler.ts';
import { TableStore } from './store/table-store.ts';
import type { Transaction } from './transaction.ts';
import { type ViewHost, Views } from './views/views.ts';

/** One version of a module with the tables of a database: what is replaced as a whole by a publish. */
export class RunningModule {
  readonly module: LoadedModule;
  readonly db: ReducerCtx['db'];
  /** The module's rules on rows. */
  readonly filters: RowFilters;
  readonly views: Views;
  readonly #stores = new Map<string, TableStore>();
  readonly #reducers = new Map<string, LoadedReducer>();
  readonly #lifecycles = new Map<Lifecycle, LoadedReducer>();
  readonly #procedures = new Map<string, LoadedProcedure>();
  readonly #scheduled = new Map<TableStore, LoadedReducer | LoadedProcedure>();

  /**
   * @param viewHost what views use of the database
   * @throws SpacetickError E_SCHEMA when a row filter cannot be
   */
  constructor(module: LoadedModule, transaction: Transaction, viewHost: ViewHost) {
    this.module = module;
    for (const def of module.tables) this.#stores.set(def.name, new TableStore(def, transaction));
    this.filters = new RowFilters(module.rowFilters, this.stores);
    this.views = new Views(module.views, this.stores, viewHost);
    this.db = dbView(this.stores, transaction) as ReducerCtx['db'];
    // An exact name goes before another one's camel case.
    for (const reducer of module.reducers) this.#reducers.set(toCamelCase(reducer.name), reducer);
    for (const reducer of module.reducers) {
      this.#reducers.set(reducer.name, reducer);
      if (reducer.lifecycle !== undefined) this.#lifecycles.set(reducer.lifecycle, reducer);
    }
    for (const procedure of module.procedures) this.#procedures.set(procedure.accessor, procedure);
    for (const procedure of module.procedures) this.#procedures.set(procedure.name, procedure);
    for (const each of [...module.reducers, ...module.procedures]) {
      const store = each.scheduledBy === undefined ? undefined : this.#stores.get(each.scheduledBy);
      if (store === undefined) continue;
      this.#scheduled.set(store, each);
      store.guard((row) => checkSchedule(store, row, transaction.startedAt));
    }
  }

  get stores(): TableStore[] {
    return [...this.#stores.values()];
  }

  /** Tables whose rows run a reducer or procedure. */
  get scheduledStores(): TableStore[] {
    return [...this.#scheduled.keys()];
  }

  store(name: string): TableStore | undefined {
    return this.#stores.get(name);
  }

  /** @param name on the wire, or in camel case */
  reducer(name: string): LoadedReducer | undefined {
    return this.#reducers.get(name);
  }

  /** @param name on the wire, or in camel case */
  procedure(name: string): LoadedProcedure | undefined {
    return this.#procedures.get(name);
  }

  lifecycle(lifecycle: Lifecycle): LoadedReducer | undefined {
    return this.#lifecycles.get(lifecycle);
  }

  /** The reducer or procedure that rows of this table run when they are due. */
  scheduledBy(store: TableStore): LoadedReducer | LoadedProcedure | undefined {
    return this.#scheduled.get(store);
  }

  /** A table or view by its name on the wire or in the module. @throws SpacetickError E_VIEW when the view fails */
  readonly find: StoreLookup = (name, caller) =>
    this.#stores.get(name) ?? this.stores.find(({ def }) => def.accessor === name) ?? this.views.find(name, caller);

  /** The same for a public table; undefined for private ones as for missing ones. */
  readonly findPublic: StoreLookup = (name, caller) => {
    const store = this.find(name, caller);
    return store?.def.isPublic ? store : undefined;
  };

  /** Takes the rows and sequences of another version. @throws SpacetickError E_MIGRATION; the other is unchanged */
  adopt(before: RunningModule): void {
    for (const [name, store] of this.#stores) {
      const old = before.#stores.get(name);
      if (old !== undefined) store.adopt(old);
    }
  }
}
