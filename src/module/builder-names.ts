import type {
  ColumnMeta,
  ConnectionId,
  Fields,
  Identity,
  Infer,
  InferVariants,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  TypeBuilder,
  Uuid,
} from '../values/index.ts';

// Names that modules of SpacetimeDB give to declared types (`api.md` 3.1). Here one class declares them all, and these
// say what its values are. A `...ColumnBuilder` is one of which something was said: `t.u32().primaryKey()`.

type AnyType = TypeBuilder<unknown, ColumnMeta>;
type Nothing = Record<never, never>;

/** A declared type with what was said of it as a column. */
export type ColumnBuilder<T, M extends ColumnMeta = ColumnMeta> = TypeBuilder<T, M>;
export type BoolBuilder = TypeBuilder<boolean, Nothing>;
export type BoolColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<boolean, M>;
export type StringBuilder = TypeBuilder<string, Nothing>;
export type StringColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<string, M>;
export type I8Builder = TypeBuilder<number, Nothing>;
export type I8ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type U8Builder = TypeBuilder<number, Nothing>;
export type U8ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type I16Builder = TypeBuilder<number, Nothing>;
export type I16ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type U16Builder = TypeBuilder<number, Nothing>;
export type U16ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type I32Builder = TypeBuilder<number, Nothing>;
export type I32ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type U32Builder = TypeBuilder<number, Nothing>;
export type U32ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type I64Builder = TypeBuilder<bigint, Nothing>;
export type I64ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type U64Builder = TypeBuilder<bigint, Nothing>;
export type U64ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type I128Builder = TypeBuilder<bigint, Nothing>;
export type I128ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type U128Builder = TypeBuilder<bigint, Nothing>;
export type U128ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type I256Builder = TypeBuilder<bigint, Nothing>;
export type I256ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type U256Builder = TypeBuilder<bigint, Nothing>;
export type U256ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<bigint, M>;
export type F32Builder = TypeBuilder<number, Nothing>;
export type F32ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type F64Builder = TypeBuilder<number, Nothing>;
export type F64ColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<number, M>;
export type ByteArrayBuilder = TypeBuilder<Uint8Array, Nothing>;
export type ByteArrayColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<Uint8Array, M>;
export type IdentityBuilder = TypeBuilder<Identity, Nothing>;
export type IdentityColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<Identity, M>;
export type ConnectionIdBuilder = TypeBuilder<ConnectionId, Nothing>;
export type ConnectionIdColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<ConnectionId, M>;
export type TimestampBuilder = TypeBuilder<Timestamp, Nothing>;
export type TimestampColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<Timestamp, M>;
export type TimeDurationBuilder = TypeBuilder<TimeDuration, Nothing>;
export type TimeDurationColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<TimeDuration, M>;
export type ScheduleAtBuilder = TypeBuilder<ScheduleAt, Nothing>;
export type ScheduleAtColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<ScheduleAt, M>;
export type UuidBuilder = TypeBuilder<Uuid, Nothing>;
export type UuidColumnBuilder<M extends ColumnMeta = ColumnMeta> = TypeBuilder<Uuid, M>;
export type ArrayBuilder<E extends AnyType> = TypeBuilder<Infer<E>[], Nothing>;
export type ArrayColumnBuilder<E extends AnyType, M extends ColumnMeta = ColumnMeta> = TypeBuilder<Infer<E>[], M>;
export type OptionBuilder<V extends AnyType> = TypeBuilder<Infer<V> | undefined, Nothing>;
export type OptionColumnBuilder<V extends AnyType, M extends ColumnMeta = ColumnMeta> = TypeBuilder<
  Infer<V> | undefined,
  M
>;
export type ResultBuilder<O extends AnyType, E extends AnyType> = TypeBuilder<
  { ok: Infer<O> } | { err: Infer<E> },
  Nothing
>;
export type ResultColumnBuilder<O extends AnyType, E extends AnyType, M extends ColumnMeta = ColumnMeta> = TypeBuilder<
  { ok: Infer<O> } | { err: Infer<E> },
  M
>;
export type SumBuilder<V extends Fields> = TypeBuilder<InferVariants<V>, Nothing>;
export type SumColumnBuilder<V extends Fields, M extends ColumnMeta = ColumnMeta> = TypeBuilder<InferVariants<V>, M>;
export type SimpleSumBuilder<V extends Fields> = TypeBuilder<InferVariants<V>, Nothing>;
export type SimpleSumColumnBuilder<V extends Fields, M extends ColumnMeta = ColumnMeta> = TypeBuilder<
  InferVariants<V>,
  M
>;
