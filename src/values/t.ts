import {
  type AlgebraicType,
  type ArrayType,
  BYTES,
  CONNECTION_ID,
  IDENTITY,
  PRIMITIVES,
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

interface Primitives {
  bool(): Plain<boolean>;
  string(): Plain<string>;
  u8(): Plain<number>;
  i8(): Plain<number>;
  u16(): Plain<number>;
  i16(): Plain<number>;
  u32(): Plain<number>;
  i32(): Plain<number>;
  u64(): Plain<bigint>;
  i64(): Plain<bigint>;
  u128(): Plain<bigint>;
  i128(): Plain<bigint>;
  u256(): Plain<bigint>;
  i256(): Plain<bigint>;
  /** Rounded to the nearest 32-bit float when stored. */
  f32(): Plain<number>;
  f64(): Plain<number>;
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
  mustDiffer(variants, name);
  const payloads: Fields = isNames(variants)
    ? Object.fromEntries(variants.map((variant) => [variant, t.unit()]))
    : variants;
  const type = new LazySum(name, payloads);
  return new TypeBuilder(() => type);
}

function mustDiffer(variants: readonly string[] | Fields, name: string): void {
  if (!isNames(variants) || new Set(variants).size === variants.length) return;
  throw new SpacetickError('E_SCHEMA', `${name} names a variant twice: ${variants.join(', ')}.`);
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
export const t = /* @__PURE__ */ Object.freeze({
  ...(Object.fromEntries(PRIMITIVES.map((tag) => [tag.toLowerCase(), of(Primitive[tag])])) as unknown as Primitives),
  /** The same as `f64`. */
  number: of<number>(Primitive.F64),
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
