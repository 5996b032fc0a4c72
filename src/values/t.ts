import {
  type AlgebraicType,
  type ArrayType,
  BYTES,
  CONNECTION_ID,
  IDENTITY,
  Primitive,
  resultOf,
  SCHEDULE_AT,
  TIME_DURATION,
  TIMESTAMP,
  UNIT,
  UUID,
} from './algebraic-type.ts';
import type { ColumnMeta } from './column-meta.ts';
import type { ConnectionId } from './connection-id.ts';
import { SpacetickError } from './errors.ts';
import type { Identity } from './identity.ts';
import type { ScheduleAt } from './schedule-at.ts';
import type { TimeDuration } from './time-duration.ts';
import type { Timestamp } from './timestamp.ts';
import { type Fields, type Infer, LazySum, lazyOption, ObjectBuilder, TypeBuilder, type Unit } from './type-builder.ts';
import type { Uuid } from './uuid.ts';

/** A builder nothing has been said of yet. */
type Plain<T> = TypeBuilder<T, Record<never, never>>;

/** Values of an enum: `{ tag, value }`; a variant without payload may leave `value` out. */
export type InferVariants<V> = {
  [K in keyof V & string]: Infer<V[K]> extends Unit ? { tag: K; value?: Unit } : { tag: K; value: Infer<V[K]> };
}[keyof V & string];

function of<T>(type: AlgebraicType): () => Plain<T> {
  return () => new TypeBuilder(() => type);
}

function object<F extends Fields>(name: string, fields: F): ObjectBuilder<F, Record<never, never>> {
  return new ObjectBuilder(name, fields);
}

function row<F extends Fields>(fields: F): ObjectBuilder<F, Record<never, never>>;
function row<F extends Fields>(name: string, fields: F): ObjectBuilder<F, Record<never, never>>;
function row(nameOrFields: string | Fields, fields?: Fields): ObjectBuilder<Fields, Record<never, never>> {
  return typeof nameOrFields === 'string'
    ? new ObjectBuilder(nameOrFields, fields!)
    : new ObjectBuilder(undefined, nameOrFields);
}

function enumOf<const N extends readonly string[]>(
  name: string,
  variants: N,
): Plain<{ [I in keyof N]: { tag: N[I]; value?: Unit } }[number]>;
function enumOf<V extends Fields>(name: string, variants: V): Plain<InferVariants<V>>;
function enumOf(name: string, variants: readonly string[] | Fields): Plain<unknown> {
  if (isNames(variants) && new Set(variants).size < variants.length) {
    throw new SpacetickError('E_SCHEMA', `${name} names a variant twice: ${variants.join(', ')}.`);
  }
  const payloads: Fields = isNames(variants)
    ? Object.fromEntries(variants.map((variant) => [variant, t.unit()]))
    : variants;
  const type = new LazySum(name, payloads);
  return new TypeBuilder(() => type);
}

function isNames(variants: readonly string[] | Fields): variants is readonly string[] {
  return Array.isArray(variants);
}

function array<T>(element: TypeBuilder<T, ColumnMeta>): Plain<T[]> {
  let type: ArrayType | undefined;
  return new TypeBuilder(() => {
    type ??= { tag: 'Array', element: element.algebraicType };
    return type;
  });
}

function result<T, E>(ok: TypeBuilder<T, ColumnMeta>, err: TypeBuilder<E, ColumnMeta>): Plain<{ ok: T } | { err: E }> {
  let type: AlgebraicType | undefined;
  return new TypeBuilder(() => {
    type ??= resultOf(ok.algebraicType, err.algebraicType);
    return type;
  });
}

function lazy<T>(declaration: () => TypeBuilder<T, ColumnMeta>): Plain<T> {
  let isOpen = false;
  return new TypeBuilder(() => {
    if (isOpen) {
      throw new SpacetickError(
        'E_SCHEMA',
        'A type contains itself without an object or an enum in between. ' +
          "Give it one: t.object('Tree', { children: t.array(t.lazy(() => Tree)) }).",
      );
    }
    isOpen = true;
    try {
      return declaration().algebraicType;
    } finally {
      isOpen = false;
    }
  });
}

/**
 * Type declarations (`api.md` 3.3). 64-bit integers and wider are bigint; an option's none is undefined; an array of u8
 * decodes to a Uint8Array.
 */
export const t = Object.freeze({
  bool: of<boolean>(Primitive.Bool),
  string: of<string>(Primitive.String),
  /** The same as `f64`. */
  number: of<number>(Primitive.F64),
  u8: of<number>(Primitive.U8),
  i8: of<number>(Primitive.I8),
  u16: of<number>(Primitive.U16),
  i16: of<number>(Primitive.I16),
  u32: of<number>(Primitive.U32),
  i32: of<number>(Primitive.I32),
  u64: of<bigint>(Primitive.U64),
  i64: of<bigint>(Primitive.I64),
  u128: of<bigint>(Primitive.U128),
  i128: of<bigint>(Primitive.I128),
  u256: of<bigint>(Primitive.U256),
  i256: of<bigint>(Primitive.I256),
  /** Rounded to the nearest 32-bit float when stored. */
  f32: of<number>(Primitive.F32),
  f64: of<number>(Primitive.F64),
  unit: of<Unit>(UNIT),
  byteArray: of<Uint8Array>(BYTES),
  identity: of<Identity>(IDENTITY),
  connectionId: of<ConnectionId>(CONNECTION_ID),
  timestamp: of<Timestamp>(TIMESTAMP),
  timeDuration: of<TimeDuration>(TIME_DURATION),
  scheduleAt: of<ScheduleAt>(SCHEDULE_AT),
  uuid: of<Uuid>(UUID),
  /** A named product: `t.object('Vec2', { x: t.f32(), y: t.f32() })`. */
  object,
  /** The columns of a table, with or without a name. */
  row,
  /** A named sum: of bare names, or of names with payloads. */
  enum: enumOf,
  array,
  option: <T>(some: TypeBuilder<T, ColumnMeta>): Plain<T | undefined> => new TypeBuilder(lazyOption(some)),
  result,
  /** For recursive types: the declaration is read when it is needed. The recursion must pass an object or an enum. */
  lazy,
});
