import type { Key, Timestamp } from '../values/index.ts';

/** What a row change belongs to. The contexts given to callbacks are richer; watchers rely on this much. */
export interface RowContext {
  /** `Reducer`, `Transaction`, `SubscribeApplied`, `UnsubscribeApplied`, ... */
  readonly event: { readonly tag: string };
  /** When the host committed the change; undefined where the wire does not carry it (v2 and v3 broadcasts). */
  readonly timestamp: Timestamp | undefined;
  /** When the message's bytes came in: milliseconds of the connection's clock (`performance.now()` by default). */
  readonly arrivedAt: number;
}

/**
 * Follows a table from inside: told of every change of a message before any listener of the user's runs, in the order
 * inserts, updates, deletes. Listeners see what watchers made of it (a mirror's objects exist before `onInsert`).
 */
export interface RowWatcher<Row> {
  insert(context: RowContext, row: Row): void;
  update(context: RowContext, before: Row, row: Row): void;
  delete(context: RowContext, row: Row): void;
  /** The connection is over: no more changes will come. The cache keeps its rows. */
  end(): void;
}

/** Rows that can be followed: a table of the client cache. */
export interface RowSource<Row> {
  /** Name on the wire. Not `name`: tables have indexes called that. */
  readonly tableName: string;
  /** The rows there are, oldest first. */
  iter(): IterableIterator<Row>;
  /** Primary key of a row as a map key; undefined for tables without one. */
  keyOf(row: Row): Key | undefined;
  /** Starts following; rows already there are not told, `iter` has them. Returns how to stop. */
  watch(watcher: RowWatcher<Row>): () => void;
}
