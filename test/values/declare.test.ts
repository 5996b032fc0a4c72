import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ConnectionId,
  formOf,
  type Identity,
  type Infer,
  isScheduleAt,
  minSize,
  optionOf,
  resultOf,
  type ScheduleAt,
  SpacetickError,
  type TimeDuration,
  type Timestamp,
  type TypeBuilder,
  t,
  typeName,
  type Unit,
  type Uuid,
} from '../../src/values/index.ts';

const Vec2 = t.object('Vec2', { x: t.f32(), y: t.f32() });
const Colour = t.enum('Colour', ['Red', 'Green']);
const Shape = t.enum('Shape', { Point: t.unit(), Circle: t.f64(), Path: t.array(Vec2) });
const Ship = t.object('Ship', {
  id: t.u32().primaryKey().autoInc(),
  at: Vec2,
  owner: t.identity().index(),
  note: t.string().optional(),
  target: t.option(t.u64()),
  colour: Colour,
  docked: t.result(t.u32(), t.string()),
  cargo: t.array(t.option(t.u16())),
});

const refused = expect.objectContaining({ name: 'SpacetickError', code: 'E_SCHEMA' });

describe('types', () => {
  it('[V3] Infer gives the type of the values', () => {
    expectTypeOf<Infer<typeof Vec2>>().toEqualTypeOf<{ x: number; y: number }>();
    expectTypeOf<Infer<typeof Colour>>().toEqualTypeOf<{ tag: 'Red'; value?: Unit } | { tag: 'Green'; value?: Unit }>();
    expectTypeOf<Infer<typeof Shape>>().toEqualTypeOf<
      | { tag: 'Point'; value?: Unit }
      | { tag: 'Circle'; value: number }
      | { tag: 'Path'; value: { x: number; y: number }[] }
    >();
    expectTypeOf<Infer<typeof Ship>>().toEqualTypeOf<{
      id: number;
      at: { x: number; y: number };
      owner: Identity;
      note: string | undefined;
      target: bigint | undefined;
      colour: Infer<typeof Colour>;
      docked: { ok: number } | { err: string };
      cargo: (number | undefined)[];
    }>();
  });

  it('[V3] a recursive type names itself', () => {
    interface Tree {
      hp: number;
      children: Tree[];
    }
    const Tree: TypeBuilder<Tree> = t.object('Tree', { hp: t.u8(), children: t.array(t.lazy(() => Tree)) });
    expectTypeOf<Infer<typeof Tree>>().toEqualTypeOf<Tree>();
    expect(typeName(Tree.algebraicType)).toBe('Tree');
  });

  it('[V1] each builder declares its type', () => {
    expectTypeOf<Infer<ReturnType<typeof t.bool>>>().toEqualTypeOf<boolean>();
    expectTypeOf<Infer<ReturnType<typeof t.u64>>>().toEqualTypeOf<bigint>();
    expectTypeOf<Infer<ReturnType<typeof t.byteArray>>>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<Infer<ReturnType<typeof t.connectionId>>>().toEqualTypeOf<ConnectionId>();
    expectTypeOf<Infer<ReturnType<typeof t.timestamp>>>().toEqualTypeOf<Timestamp>();
    expectTypeOf<Infer<ReturnType<typeof t.timeDuration>>>().toEqualTypeOf<TimeDuration>();
    expectTypeOf<Infer<ReturnType<typeof t.scheduleAt>>>().toEqualTypeOf<ScheduleAt>();
    expectTypeOf<Infer<ReturnType<typeof t.uuid>>>().toEqualTypeOf<Uuid>();
    expectTypeOf<Infer<ReturnType<typeof t.unit>>>().toEqualTypeOf<Unit>();
    expect(t.number().algebraicType).toBe(t.f64().algebraicType);
    expect(t.bool().algebraicType).toEqual({ tag: 'Bool' });
    expect(t.array(t.string()).algebraicType).toEqual({ tag: 'Array', element: { tag: 'String' } });
    expect(Vec2.algebraicType).toMatchObject({
      tag: 'Product',
      name: 'Vec2',
      elements: [
        { name: 'x', key: 'x', type: { tag: 'F32' } },
        { name: 'y', key: 'y', type: { tag: 'F32' } },
      ],
    });
    expect(Shape.algebraicType).toMatchObject({
      tag: 'Sum',
      variants: [{ name: 'Point' }, { name: 'Circle' }, { name: 'Path' }],
    });
    expect(t.row({ shipName: t.string().name('ship_name') }).algebraicType).toMatchObject({
      elements: [{ name: 'ship_name', key: 'shipName' }],
    });
    expect(t.option(t.u8()).algebraicType).toEqual(optionOf(t.u8().algebraicType));
    expect(t.u8().optional().algebraicType).toEqual(optionOf(t.u8().algebraicType));
    expect(t.result(t.u8(), t.string()).algebraicType).toEqual(
      resultOf(t.u8().algebraicType, t.string().algebraicType),
    );
  });

  it('[V2] special types are told by their names', () => {
    const wrapped = (name: string, type: TypeBuilder<unknown>) => formOf(t.row({ [name]: type }).algebraicType);
    expect(wrapped('__identity__', t.u256())).toBe('Identity');
    expect(wrapped('__connection_id__', t.u128())).toBe('ConnectionId');
    expect(wrapped('__timestamp_micros_since_unix_epoch__', t.i64())).toBe('Timestamp');
    expect(wrapped('__time_duration_micros__', t.i64())).toBe('TimeDuration');
    expect(wrapped('__uuid__', t.u128())).toBe('Uuid');
    expect(wrapped('__identity__', t.u128())).toBe('Product');
    expect(wrapped('identity', t.u256())).toBe('Product');
    expect(formOf(t.enum('Maybe', { some: t.u8(), none: t.unit() }).algebraicType)).toBe('Option');
    expect(formOf(t.enum('Maybe', { none: t.unit(), some: t.u8() }).algebraicType)).toBe('Sum');
    expect(formOf(t.enum('Outcome', { ok: t.u8(), err: t.u8() }).algebraicType)).toBe('Result');
    expect(formOf(t.array(t.u8()).algebraicType)).toBe('Bytes');
    const when = t.enum('When', { Interval: t.timeDuration(), Time: t.timestamp() });
    expect([isScheduleAt(when.algebraicType), isScheduleAt(t.scheduleAt().algebraicType)]).toEqual([true, true]);
    expect(isScheduleAt(Shape.algebraicType)).toBe(false);
  });

  it('[V50] types are called as they are declared', () => {
    const names: [TypeBuilder<unknown>, string][] = [
      [t.u8(), 'u8'],
      [t.connectionId(), 'connectionId'],
      [t.byteArray(), 'bytes'],
      [t.array(t.option(t.string())), 'array<option<string>>'],
      [t.result(t.u8(), Vec2), 'result<u8, Vec2>'],
      [t.row({ x: t.f32(), y: t.f32() }), '{ x, y }'],
      [t.unit(), 'unit'],
      [t.scheduleAt(), 'scheduleAt'],
    ];
    for (const [builder, name] of names) expect(typeName(builder.algebraicType)).toBe(name);
  });

  it('[V14] the least a value takes', () => {
    const sizes: [TypeBuilder<unknown>, number][] = [
      [t.unit(), 0],
      [t.bool(), 1],
      [t.string(), 4],
      [t.identity(), 32],
      [t.option(t.u64()), 1],
      [t.result(t.u64(), t.u16()), 3],
      [Vec2, 8],
      [t.array(t.unit()), 4],
    ];
    for (const [builder, size] of sizes)
      expect(minSize(builder.algebraicType), typeName(builder.algebraicType)).toBe(size);
  });
});

describe('what cannot be declared', () => {
  it('[V4] keys and indexes on types without an order of their own', () => {
    for (const builder of [
      t.f32(),
      t.f64(),
      t.array(t.u8()),
      t.option(t.u8()),
      Vec2,
      Shape,
      t.unit(),
      t.result(t.u8(), t.u8()),
    ]) {
      expect(() => builder.primaryKey()).toThrow(refused);
      expect(() => builder.unique()).toThrow(refused);
      expect(() => builder.index()).toThrow(refused);
      expect(() => builder.autoInc()).toThrow(refused);
    }
    for (const builder of [
      t.bool(),
      t.string(),
      t.u256(),
      t.identity(),
      t.connectionId(),
      t.timestamp(),
      t.uuid(),
      Colour,
    ]) {
      expect(builder.primaryKey().meta).toEqual({ primaryKey: true });
      expect(builder.unique().index('hash').meta).toEqual({ unique: true, index: 'hash' });
    }
    for (const builder of [t.string(), t.identity(), t.bool()]) expect(() => builder.autoInc()).toThrow(refused);
    expect(t.u8().autoInc().meta).toEqual({ autoInc: true });
  });

  it('[V4] a default beside a key or a sequence, an option that is a key, in either order', () => {
    expect(() => t.u8().primaryKey().default(1)).toThrow(refused);
    expect(() => t.u8().unique().default(1)).toThrow(refused);
    expect(() => t.u8().autoInc().default(1)).toThrow(refused);
    expect(() => t.u8().default(0).primaryKey()).toThrow(refused);
    expect(() => t.u8().default(1).unique()).toThrow(refused);
    expect(() => t.u8().default(1).autoInc()).toThrow(refused);
    expect(() => t.u8().unique().optional()).toThrow(refused);
    expect(() => t.u8().optional().unique()).toThrow(refused);
    expect(t.u8().optional().default(undefined).name('hp').meta).toEqual({ default: undefined, name: 'hp' });
    expect(t.option(t.u8().primaryKey()).meta).toEqual({});
  });

  it('[V4] the error says what may be where', () => {
    expect(() => t.f32().primaryKey()).toThrow(/\.primaryKey\(\) cannot be on a column of type f32\..*integers/s);
  });

  it('[V4] fields and variants that are no types, or have names with a meaning', () => {
    const read = (builder: TypeBuilder<unknown>) => {
      const type = builder.algebraicType;
      return type.tag === 'Product' ? type.elements : type.tag === 'Sum' ? type.variants : type;
    };
    const odd = { hp: 5 } as unknown as { hp: TypeBuilder<number> };
    expect(() => read(t.object('Odd', odd))).toThrow(refused);
    expect(() => read(t.enum('Odd', odd))).toThrow(refused);
    expect(() => read(t.object('Odd', { ['__proto__']: t.u8() }))).toThrow(refused);
    expect(() => read(t.object('Odd', { 7: t.u8() }))).toThrow(refused);
    expect(() => read(t.enum('Odd', ['2', '1']))).toThrow(refused);
    expect(() => read(t.enum('Odd', []))).toThrow(refused);
    expect(() => read(t.enum('Odd', ['A', 'A']))).toThrow(refused);
    const names = Array.from({ length: 257 }, (_, i) => `V${i}`);
    expect(() => read(t.enum('Wide', names))).toThrow(refused);
    expect(read(t.enum('Wide', names.slice(1)))).toHaveLength(256);
  });

  it('[V5] a type may contain itself through an object or an enum, not through arrays alone', () => {
    const Nest: TypeBuilder<unknown> = t.array(t.lazy(() => Nest));
    expect(() => Nest.algebraicType).toThrow(refused);
    const Loop: TypeBuilder<unknown> = t.lazy(() => Loop);
    expect(() => Loop.algebraicType).toThrow(SpacetickError);
    const Expr: TypeBuilder<unknown> = t.enum('Expr', { Num: t.f64(), Neg: t.lazy(() => Expr) });
    expect(Expr.algebraicType).toMatchObject({ tag: 'Sum', name: 'Expr' });
  });

  it('[V5] a field may be a getter to a declaration further down', () => {
    const Fleet = t.object('Fleet', {
      get flagship() {
        return Later;
      },
    });
    const Later = t.object('Later', { id: t.u8() });
    expect(Fleet.algebraicType).toMatchObject({ elements: [{ name: 'flagship', type: { name: 'Later' } }] });
  });
});
