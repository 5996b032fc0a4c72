import type { CamelCase, IndexBounds, PrimaryKeyOf, RangedAccessors, RowOf, UniqueAccessors } from '../schema/index.ts';
import type { EventContextInterface } from './context.ts';
import type { AnyModule } from './remote-module.ts';
import type { RowSource } from './row-source.ts';

/** Finds one row by a unique column. */
export interface UniqueIndexHandle<Row, Value> {
  find(value: Value): Row | null;
  /** The handle itself: `identity().find(...)` reads as in Rust. */
  (): UniqueIndexHandle<Row, Value>;
}

/** Finds rows by an ordered index: a value, a range, or a list that begins with values of the leading columns. */
export interface RangedIndexHandle<Row, Columns extends readonly unknown[]> {
  /** The rows as they are now, in the order of the index. */
  filter(bounds: IndexBounds<Columns>): IterableIterator<Row>;
  (): RangedIndexHandle<Row, Columns>;
}

/** A row of the client cache: whoever wants another one calls a reducer. */
export type CachedRow<T> = Readonly<RowOf<T>>;

type RowCallback<M extends AnyModule, Row> = (ctx: EventContextInterface<M>, row: Row) => void;
type UpdateCallback<M extends AnyModule, Row> = (ctx: EventContextInterface<M>, before: Row, row: Row) => void;

/** What every table has. A listener added twice is heard once. */
export interface TableReader<M extends AnyModule, Row> extends RowSource<Row> {
  count(): bigint;
  /**
   * Rows of the whole table, asked of the host; the client cache is left alone.
   * @param condition SQL behind the table's name: `WHERE online = TRUE`; all rows without one
   * @returns rejected with E_QUERY (the host's text) or ConnectionLostError
   */
  remoteQuery(condition?: string): Promise<Row[]>;
  [Symbol.iterator](): IterableIterator<Row>;
  onInsert(callback: RowCallback<M, Row>): void;
  removeOnInsert(callback: RowCallback<M, Row>): void;
  onDelete(callback: RowCallback<M, Row>): void;
  removeOnDelete(callback: RowCallback<M, Row>): void;
}

/** Tables with a primary key know that a row changed; the others see one leave and one come. */
export interface UpdateReader<M extends AnyModule, Row> {
  onUpdate(callback: UpdateCallback<M, Row>): void;
  removeOnUpdate(callback: UpdateCallback<M, Row>): void;
}

/** Names of a handle's own; an index called so is reached with `Index` behind its name: `countIndex`. */
export type ReservedAccessor = keyof TableReader<AnyModule, never> | keyof UpdateReader<AnyModule, never>;

type Free<K> = K extends string ? (K extends ReservedAccessor ? `${K}Index` : K) : never;
/** As declared, and in camel case. */
type Spellings<K> = K extends string ? Free<K> | Free<CamelCase<K>> : never;

type UniqueHandles<T> = {
  readonly [K in keyof UniqueAccessors<T> as Spellings<K>]: UniqueIndexHandle<CachedRow<T>, UniqueAccessors<T>[K]>;
};
type RangedHandles<T> = {
  readonly [K in keyof RangedAccessors<T> as Spellings<K>]: RangedAccessors<T>[K] extends readonly unknown[]
    ? RangedIndexHandle<CachedRow<T>, RangedAccessors<T>[K]>
    : never;
};

/** A table of the client cache. */
export type TableHandle<M extends AnyModule, T> = TableReader<M, CachedRow<T>> &
  ([PrimaryKeyOf<T>] extends [never] ? unknown : UpdateReader<M, CachedRow<T>>) &
  UniqueHandles<T> &
  RangedHandles<T> &
  /** The handle itself: `conn.db.user()` reads as in Rust. */
  (() => TableHandle<M, T>);

type WireName<T> = T extends { readonly options: { readonly name: infer N extends string } } ? N : never;

/** `conn.db`: the tables by accessor, and by their names on the wire. */
export type DbView<M extends AnyModule> = {
  readonly [K in keyof M['tables']]: TableHandle<M, M['tables'][K]>;
} & {
  readonly [K in keyof M['tables'] as WireName<M['tables'][K]>]: TableHandle<M, M['tables'][K]>;
};
