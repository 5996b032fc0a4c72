import type {
  AnyTable,
  IndexBounds,
  OrderedAccessors,
  PointAccessors,
  PrimaryKeyOf,
  RowOf,
  TableQuery,
  Tables,
  UniqueAccessors,
} from '../schema/index.ts';
import type { ConnectionId, Identity, Timestamp, Uuid } from '../values/index.ts';
import type { HttpClient } from './http.ts';

// What a reducer sees. The host implements these; nothing here runs.

/** Lookup by a unique column. */
export interface UniqueIndex<Row, Value> {
  find(value: Value): Row | null;
  /** @returns whether there was such a row */
  delete(value: Value): boolean;
  /**
   * Replaces the row with this value in the column.
   * @returns the row as stored
   * @throws SpacetimeHostError NoSuchRow, UniqueAlreadyExists
   */
  update(row: Row): Row;
}

/** Lookup by an ordered index of one or several columns. */
export interface RangedIndex<Row, Columns extends readonly unknown[]> {
  /** Rows with this value, in this range, or with this prefix; a snapshot: writing while iterating is fine. */
  filter(bounds: IndexBounds<Columns>): IterableIterator<Row>;
  /** @returns how many rows it deleted */
  delete(bounds: IndexBounds<Columns>): number;
}

/** What a hash index is asked for: the value of its column, or those of all its columns. */
export type PointBounds<Columns extends readonly unknown[]> = Columns extends readonly [infer A]
  ? A | readonly [A]
  : Columns;

/** Lookup by a hash index of one or several columns. */
export interface PointIndex<Row, Columns extends readonly unknown[]> {
  /** Rows with this value; a snapshot: writing while iterating is fine. */
  filter(values: PointBounds<Columns>): IterableIterator<Row>;
  /** @returns how many rows it deleted */
  delete(values: PointBounds<Columns>): number;
}

/** A table inside a reducer. Rows given out are copies; rows taken are checked and copied. */
export type TableView<T> = TableMethods<RowOf<T>> & {
  readonly [K in keyof UniqueAccessors<T>]: UniqueIndex<RowOf<T>, UniqueAccessors<T>[K]>;
} & {
  readonly [K in keyof OrderedAccessors<T>]: OrderedAccessors<T>[K] extends infer C extends readonly unknown[]
    ? RangedIndex<RowOf<T>, C>
    : never;
} & {
  readonly [K in keyof PointAccessors<T>]: PointAccessors<T>[K] extends infer C extends readonly unknown[]
    ? PointIndex<RowOf<T>, C>
    : never;
};

/** A table inside a view: read only. */
export type ReadOnlyTableView<T> = Pick<TableMethods<RowOf<T>>, 'iter' | 'count' | typeof Symbol.iterator> & {
  readonly [K in keyof UniqueAccessors<T>]: Pick<UniqueIndex<RowOf<T>, UniqueAccessors<T>[K]>, 'find'>;
} & {
  readonly [K in keyof OrderedAccessors<T>]: OrderedAccessors<T>[K] extends infer C extends readonly unknown[]
    ? Pick<RangedIndex<RowOf<T>, C>, 'filter'>
    : never;
} & {
  readonly [K in keyof PointAccessors<T>]: PointAccessors<T>[K] extends infer C extends readonly unknown[]
    ? Pick<PointIndex<RowOf<T>, C>, 'filter'>
    : never;
};

export interface TableMethods<Row> {
  /**
   * Adds a row; zero in an autoInc column becomes the next number.
   * @returns the row as stored
   * @throws SpacetimeHostError UniqueAlreadyExists, AutoIncOverflow; ValueError naming column and value
   */
  insert(row: Row): Row;
  /** Deletes the row equal to this one in every column. @returns whether there was one */
  delete(row: Row): boolean;
  /** All rows; a snapshot: writing while iterating is fine. */
  iter(): IterableIterator<Row>;
  [Symbol.iterator](): IterableIterator<Row>;
  count(): bigint;
  /** Deletes all rows. @returns how many */
  clear(): bigint;
}

/** `ctx.db`: the module's tables. */
export type DbView<S extends Tables> = { readonly [K in keyof S]: TableView<S[K]> };

/** `ctx.db` of a view. */
export type ReadOnlyDbView<S extends Tables> = { readonly [K in keyof S]: ReadOnlyTableView<S[K]> };

/** Primary key value of a table's rows. */
export type PrimaryKeyValue<T extends AnyTable> = RowOf<T>[PrimaryKeyOf<T> & keyof RowOf<T>];

/** Randomness that is the same again when the transaction is run again; seeded per transaction. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  (): number;
  /** Fills an integer array with random bits. */
  fill<A extends Uint8Array | Uint16Array | Uint32Array | BigUint64Array>(array: A): A;
  uint32(): number;
  /** Both ends included. */
  integerInRange(low: number, high: number): number;
  /** Both ends included. */
  bigintInRange(low: bigint, high: bigint): bigint;
}

/** The claims of the caller's token. */
export interface JwtClaims {
  readonly rawPayload: string;
  readonly subject: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly identity: Identity;
  readonly fullPayload: Readonly<Record<string, unknown>>;
}

/** How the caller proved who they are. */
export interface AuthCtx {
  /** True for what the host itself calls: scheduled reducers and `init`. */
  readonly isInternal: boolean;
  readonly hasJWT: boolean;
  readonly jwt: JwtClaims | null;
}

/** What reducers and procedures know of their call. */
export interface CallCtx {
  /** Who called. */
  readonly sender: Identity;
  /** Over which connection; null for what a schedule runs and for `init`. */
  readonly connectionId: ConnectionId | null;
  /** When it runs; what a schedule runs, never before the time it was meant for. */
  readonly timestamp: Timestamp;
  readonly random: Random;
  /** Identity of the database. */
  readonly databaseIdentity: Identity;
  /** @deprecated use databaseIdentity */
  readonly identity: Identity;
  /** A random UUID from `random`. */
  newUuidV4(): Uuid;
  /** A UUID that sorts by `timestamp`, then by the order of these calls. */
  newUuidV7(): Uuid;
}

/** First argument of every reducer. Valid until the reducer returns. */
export interface ReducerCtx<S extends Tables = Tables> extends CallCtx {
  readonly db: DbView<S>;
  readonly senderAuth: AuthCtx;
}

/** First argument of a view that depends on who looks. Valid until the view returns. */
export interface ViewCtx<S extends Tables = Tables> extends AnonymousViewCtx<S> {
  /** Who looks. */
  readonly sender: Identity;
}

/** First argument of a view that is the same for everybody. Valid until the view returns. */
export interface AnonymousViewCtx<S extends Tables = Tables> {
  readonly db: ReadOnlyDbView<S>;
  /** Queries that the view may return: `ctx.from.ship.where((ship) => ship.speed.gt(5))`. */
  readonly from: { readonly [K in keyof S]: TableQuery<S[K]> };
}

/** `tx` of `ctx.withTx`: a reducer's context, valid until its function returns. */
export type TransactionCtx<S extends Tables = Tables> = ReducerCtx<S>;

/** First argument of a procedure: no transaction, no `db`; a transaction has a timestamp of its own. */
export interface ProcedureCtx<S extends Tables = Tables> extends CallCtx {
  readonly http: HttpClient;
  /**
   * Runs `body` as one transaction: if it throws, nothing of it stays and the error goes on. A transaction that cannot be
   * committed is run once more; keep no state from the first run.
   * @throws SpacetimeHostError WouldBlockTransaction within another transaction
   */
  withTx<R>(body: (tx: TransactionCtx<S>) => R): R;
}
