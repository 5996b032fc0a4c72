import fc from 'fast-check';
import {
  type AlgebraicType,
  ConnectionId,
  Identity,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  type TypeBuilder,
  t,
  Uuid,
} from '../../../src/values/index.ts';

/** A declared type and an arbitrary of its values, in the form that decoding gives them. */
export interface Shape {
  readonly builder: TypeBuilder<unknown>;
  readonly values: fc.Arbitrary<unknown>;
}

/** A type with one value of it. */
export interface Sample {
  readonly type: AlgebraicType;
  readonly value: unknown;
}

interface Options {
  /** False leaves out what JSON has no form for: NaN, the infinities, -0. */
  readonly oddFloats: boolean;
}

const int = (bits: number, signed: boolean): fc.Arbitrary<number> => {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const max = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0));
};

const big = (bits: number, signed: boolean): fc.Arbitrary<bigint> => {
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n));
};

/** Text of every script and length class, a byte order mark in front of some. */
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }).map((tail) => `\ufeff${tail}`),
);

const micros = big(64, true);

function leaves({ oddFloats }: Options): Shape[] {
  const plain = { noNaN: true, noDefaultInfinity: true };
  const floats = (values: fc.Arbitrary<number>) => (oddFloats ? values : values.map((value) => value + 0));
  const leaf = <T>(builder: TypeBuilder<T>, values: fc.Arbitrary<T>): Shape => ({ builder, values });
  return [
    leaf(t.bool(), fc.boolean()),
    leaf(t.u8(), int(8, false)),
    leaf(t.i8(), int(8, true)),
    leaf(t.u16(), int(16, false)),
    leaf(t.i16(), int(16, true)),
    leaf(t.u32(), int(32, false)),
    leaf(t.i32(), int(32, true)),
    leaf(t.u64(), big(64, false)),
    leaf(t.i64(), big(64, true)),
    leaf(t.u128(), big(128, false)),
    leaf(t.i128(), big(128, true)),
    leaf(t.u256(), big(256, false)),
    leaf(t.i256(), big(256, true)),
    leaf(t.f32(), floats(fc.float(oddFloats ? {} : plain))),
    leaf(t.f64(), floats(fc.double(oddFloats ? {} : plain))),
    leaf(t.string(), text),
    leaf(t.byteArray(), fc.uint8Array({ maxLength: 40 })),
    leaf(t.unit(), fc.constant({})),
    leaf(
      t.identity(),
      big(256, false).map((n) => new Identity(n)),
    ),
    leaf(
      t.connectionId(),
      big(128, false).map((n) => new ConnectionId(n)),
    ),
    leaf(
      t.timestamp(),
      micros.map((n) => new Timestamp(n)),
    ),
    leaf(
      t.timeDuration(),
      micros.map((n) => new TimeDuration(n)),
    ),
    leaf(
      t.uuid(),
      big(128, false).map((n) => new Uuid(n)),
    ),
    leaf(t.scheduleAt(), fc.oneof(micros.map(ScheduleAt.interval), micros.map(ScheduleAt.time))),
  ];
}

// Names that code generation could trip over: clashing with each other, with helpers, or no identifiers at all.
const typeNames = fc.constantFrom('Ship', 'ShipLevel', 'Tree', 'TreeLevel', 'Array', 'Array2', 'Orb-7', 'Größe', '');
const keys = fc.constantFrom(
  'id',
  'x',
  'hull',
  'class',
  'odd-key',
  'constructor',
  'toString',
  'length',
  'tag',
  'value',
);
const variantNames = fc.constantFrom('Red', 'Green', 'Custom', 'some', 'ok', 'odd "name"', 'toString');

/** Shapes nested up to `depth` levels. */
function shapesOf(depth: number, options: Options): fc.Arbitrary<Shape> {
  const leaf = fc.constantFrom(...leaves(options));
  if (depth === 0) return leaf;
  const inner = shapesOf(depth - 1, options);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    inner.map(optionOf),
    inner.map(arrayOf),
    fc.tuple(inner, inner).map(([ok, err]) => resultOf(ok, err)),
    fc.tuple(typeNames, fc.dictionary(keys, inner, { maxKeys: 4 })).map(([name, fields]) => objectOf(name, fields)),
    fc.tuple(typeNames, fc.dictionary(variantNames, inner, { minKeys: 1, maxKeys: 4 })).map(([name, payloads]) => {
      return enumOf(name, payloads);
    }),
    fc.tuple(typeNames, inner).map(([name, item]) => listOf(name, item)),
    fc.tuple(typeNames, inner).map(([name, item]) => treeOf(name, item)),
    fc.tuple(typeNames, inner).map(([name, item]) => sumTreeOf(name, item)),
  );
}

function optionOf(inner: Shape): Shape {
  return { builder: t.option(inner.builder), values: fc.option(inner.values, { nil: undefined }) };
}

function arrayOf(inner: Shape): Shape {
  // An array of u8 is bytes; fast-check gives its elements, the codec gives a Uint8Array.
  const isBytes = inner.builder.algebraicType.tag === 'U8';
  const values = fc.array(inner.values, { maxLength: 5 });
  return {
    builder: t.array(inner.builder),
    values: isBytes ? values.map((items) => Uint8Array.from(items as number[])) : values,
  };
}

function resultOf(ok: Shape, err: Shape): Shape {
  return {
    builder: t.result(ok.builder, err.builder),
    values: fc.oneof(fc.record({ ok: ok.values }), fc.record({ err: err.values })).map(plainObject),
  };
}

function objectOf(name: string, fields: Record<string, Shape>): Shape {
  const builders = mapOf(fields, (shape) => shape.builder);
  const values = fc.record(mapOf(fields, (shape) => shape.values)).map(plainObject);
  return { builder: t.object(name, builders), values };
}

function enumOf(name: string, payloads: Record<string, Shape>): Shape {
  const values = Object.entries(payloads).map(([tag, shape]) => shape.values.map((value) => ({ tag, value })));
  return {
    builder: t.enum(
      name,
      mapOf(payloads, (shape) => shape.builder),
    ),
    values: fc.oneof(...values),
  };
}

/** `{ item, next: option }` */
function listOf(name: string, item: Shape): Shape {
  const builder: TypeBuilder<unknown> = t.object(name, { item: item.builder, next: t.option(t.lazy(() => builder)) });
  const values = fc.array(item.values, { minLength: 1, maxLength: 6 }).map((items) => {
    return items.reduceRight<unknown>((next, value) => ({ item: value, next }), undefined);
  });
  return { builder, values };
}

/** `{ item, children: array }` */
function treeOf(name: string, item: Shape): Shape {
  const builder: TypeBuilder<unknown> = t.object(name, {
    item: item.builder,
    children: t.array(t.lazy(() => builder)),
  });
  const level = (depth: number): fc.Arbitrary<unknown> => {
    const children = depth === 0 ? fc.constant([]) : fc.array(level(depth - 1), { maxLength: 3 });
    return fc.tuple(item.values, children).map(([value, below]) => ({ item: value, children: below }));
  };
  return { builder, values: level(2) };
}

/** `Leaf: item | Fork: { left, right }`, two types that contain each other. */
function sumTreeOf(name: string, item: Shape): Shape {
  const fork: TypeBuilder<unknown> = t.object(`${name}Fork`, {
    left: t.lazy(() => builder),
    right: t.lazy(() => builder),
  });
  const builder: TypeBuilder<unknown> = t.enum(name, { Leaf: item.builder, Fork: fork });
  const level = (depth: number): fc.Arbitrary<unknown> => {
    const leaf = item.values.map((value): unknown => ({ tag: 'Leaf', value }));
    if (depth === 0) return leaf;
    const below = level(depth - 1);
    return fc.oneof(
      leaf,
      fc.tuple(below, below).map(([left, right]): unknown => ({ tag: 'Fork', value: { left, right } })),
    );
  };
  return { builder, values: level(3) };
}

function mapOf<A, B>(record: Record<string, A>, map: (item: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, map(item)]));
}

function plainObject(record: object): object {
  return { ...record }; // fast-check may make objects without a prototype
}

const DEPTH = 3;

/** Any type. */
export const shapes = shapesOf(DEPTH, { oddFloats: true });

function samplesOf(arbitrary: fc.Arbitrary<Shape>): fc.Arbitrary<Sample> {
  return arbitrary.chain((shape) => shape.values.map((value) => ({ type: shape.builder.algebraicType, value })));
}

/** Any type with any value. */
export const samples = samplesOf(shapes);

/** Any type with any value that SATS-JSON can carry. */
export const jsonSamples = samplesOf(shapesOf(DEPTH, { oddFloats: false }));

/** Every leaf type by itself, for tests that want to be sure of each. */
export const leafShapes: readonly Shape[] = leaves({ oddFloats: true });
