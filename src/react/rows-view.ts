import {
  type AnyModule,
  type Clock,
  conditionTest,
  type RowContext,
  type RowSource,
  SpacetickError,
  type SubscriptionBuilderImpl,
  type TableQuery,
} from '../client/index.ts';
import type { AnyConnection } from './connection-state.ts';
import type { ListeningTable, RowsObserver } from './rows-observer.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A query over one table of the bindings. */
export type RowsQuery = Pick<TableQuery<unknown>, 'accessorName' | 'condition' | 'toSql'>;

/** Rows, and whether they are all there. */
export type RowsSnapshot = readonly [rows: readonly Row[], isReady: boolean];

/** What is there before anything is. */
export const NO_ROWS: RowsSnapshot = Object.freeze([Object.freeze([]), false] as const);

export interface RowsViewOptions {
  readonly clock: Clock;
  /** Somebody uses it from now on. */
  readonly onUsed: (view: RowsView) => void;
  /** Nobody uses it any more. */
  readonly onUnused: (view: RowsView) => void;
}

type Table = RowSource<Row> & ListeningTable;

/** The rows of one query for all components that ask for them: one subscription, one list, made anew when it differs. */
export class RowsView {
  readonly #query: RowsQuery;
  #test: ((row: Row) => boolean) | undefined; // made when first asked for: a query may never see a row
  readonly #options: RowsViewOptions;
  readonly #listeners = new Set<() => void>();
  readonly #observers = new Set<RowsObserver>();
  #connection: AnyConnection | undefined;
  #table: Table | undefined;
  #leave: (() => void) | undefined;
  #snapshot: RowsSnapshot = NO_ROWS;
  #isReady = false;
  #isStale = false;
  /** The list is the one of the last connection, until this one's is whole. */
  #isKept = false;
  #willNotify = false;

  constructor(query: RowsQuery, options: RowsViewOptions) {
    this.#query = query;
    this.#options = options;
  }

  get isUsed(): boolean {
    return this.#listeners.size > 0;
  }

  /** The rows as they are now: the same tuple, and the same list in it, until one of them changes. */
  readonly getSnapshot = (): RowsSnapshot => {
    if (this.#isStale) {
      this.#isStale = false;
      this.#snapshot = [this.#collect(), this.#isReady];
    } else if (this.#snapshot[1] !== this.#isReady) {
      this.#snapshot = [this.#snapshot[0], this.#isReady];
    }
    return this.#snapshot;
  };

  /** Calls `listener` when there is another snapshot. Returns how to stop; the last one to do so ends the subscription. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const wasUsed = this.isUsed;
    this.#listeners.add(listener);
    if (!wasUsed) this.#options.onUsed(this);
    return () => {
      this.#listeners.delete(listener);
      // Later: StrictMode stops every effect and starts it again at once.
      this.#options.clock.after(0, () => {
        if (!this.isUsed) this.#release();
      });
    };
  };

  /** Tells somebody of single changes. Returns how to stop. */
  observe(observer: RowsObserver): () => void {
    this.#observers.add(observer);
    if (this.#table !== undefined) observer.listen(this.#table);
    return () => {
      this.#observers.delete(observer);
      observer.stop();
    };
  }

  /** Whether a row is one of the query's: the client cache also holds those of other queries. */
  matches(row: Row): boolean {
    this.#test ??= conditionTest(this.#query.condition);
    return this.#test(row);
  }

  /** Follows the query on this connection. @throws SpacetickError E_QUERY when its bindings are others */
  attach(connection: AnyConnection): void {
    if (this.#connection === connection) return;
    this.#isKept = this.#connection !== undefined && this.#snapshot[0].length > 0;
    this.#detach();
    this.#connection = connection;
    const table = this.#tableOf(connection);
    this.#table = table;
    const changed = (row: Row): void => {
      if (this.matches(row)) this.#change();
    };
    const unwatch = table.watch({
      insert: (_context: RowContext, row) => changed(row),
      update: (_context: RowContext, before, row) => {
        if (this.matches(before) || this.matches(row)) this.#change();
      },
      delete: (_context: RowContext, row) => changed(row),
      end: () => this.#ready(false),
    });
    for (const observer of this.#observers) observer.listen(table);
    const builder = connection.subscriptionBuilder() as SubscriptionBuilderImpl<AnyModule>;
    const subscription = builder
      .onApplied(() => {
        if (this.#connection !== connection) return;
        this.#isStale ||= this.#isKept;
        this.#isKept = false;
        this.#ready(true);
      })
      .subscribe(this.#query);
    this.#leave = () => {
      unwatch();
      for (const observer of this.#observers) observer.stop();
      if (connection.isActive && !subscription.isEnded()) subscription.unsubscribe();
    };
    // What other queries have brought is shown at once.
    if (!this.#isKept && table.iter().next().done !== true) this.#change();
  }

  #detach(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#table = undefined;
    this.#connection = undefined;
    this.#isReady = false;
  }

  #release(): void {
    this.#detach();
    this.#snapshot = NO_ROWS;
    this.#isStale = false;
    this.#isKept = false;
    this.#options.onUnused(this);
  }

  #collect(): readonly Row[] {
    if (this.#table === undefined) return NO_ROWS[0];
    const rows: Row[] = [];
    for (const row of this.#table.iter()) if (this.matches(row)) rows.push(row);
    return rows;
  }

  #change(): void {
    if (this.#isKept) return;
    this.#isStale = true;
    this.#notify();
  }

  #ready(isReady: boolean): void {
    if (this.#isReady === isReady && !this.#isStale) return;
    this.#isReady = isReady;
    this.#notify();
  }

  /** Once for all rows of a tick. */
  #notify(): void {
    if (this.#willNotify) return;
    this.#willNotify = true;
    queueMicrotask(() => {
      this.#willNotify = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #tableOf(connection: AnyConnection): Table {
    const { accessorName } = this.#query;
    const table = (connection.db as Readonly<Record<string, unknown>>)[accessorName];
    if (table !== undefined) return table as Table;
    throw new SpacetickError(
      'E_QUERY',
      `useTable(tables.${accessorName}): the connection knows no such table. Import tables from the bindings whose ` +
        'DbConnection the provider was given.',
    );
  }
}
