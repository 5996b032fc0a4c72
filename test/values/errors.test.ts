import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  BsatnWriter,
  Copier,
  codecOf,
  copyValue,
  decodeBsatn,
  decodeMsgpackValue,
  encodeBsatn,
  encodeMsgpack,
  fromSatsJson,
  Identity,
  MAX_DEPTH,
  MsgpackWriter,
  SpacetickError,
  show,
  TimeDuration,
  Timestamp,
  type TypeBuilder,
  t,
  toSatsJson,
  Uuid,
  ValueError,
  writeValue,
} from '../../src/values/index.ts';
import { CODEC_MAKERS } from './support/codecs.ts';
import { leafShapes, samples } from './support/shapes.ts';

it('[V58] an id, a time and a duration are shown as their text', () => {
  const identity = Identity.fromString('c2'.repeat(32));
  const values = [identity, Uuid.NIL, new Timestamp(0n), new TimeDuration(1_500_000n), { hex: 'c2' }];
  expect(values.map(show)).toEqual([
    'c2'.repeat(32),
    '00000000-0000-0000-0000-000000000000',
    '1970-01-01T00:00:00.000000Z',
    String(values[3]),
    'an object with fields hex',
  ]);
  expect(show(new Timestamp(2n ** 63n - 1n))).toMatch(/^an object with fields __timestamp|Z$/);
});

function errorOf(step: () => unknown): ValueError {
  try {
    step();
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const ENCODERS = { encodeBsatn, encodeMsgpack, copy: copy, toSatsJson } as const;

function copy(type: AlgebraicType, value: unknown): unknown {
  return copyValue(type, codecOf(type), value, '');
}

/** The error that every encoder gives for the value; they must agree. */
function refusal(builder: TypeBuilder<unknown>, value: unknown): ValueError {
  const type = builder.algebraicType;
  const errors = Object.values(ENCODERS).map((encode) => errorOf(() => encode(type, value)));
  for (const make of Object.values(CODEC_MAKERS)) {
    expect(() => make(type).write(new BsatnWriter(), value)).toThrow();
    expect(() => make(type).write(new MsgpackWriter(), value)).toThrow();
    expect(() => make(type).copy(new Copier(), value)).toThrow();
  }
  for (const error of errors) {
    expect([error.code, error.path, error.reason]).toEqual([errors[0]!.code, errors[0]!.path, errors[0]!.reason]);
  }
  return errors[0]!;
}

const Hull = t.object('Hull', { hp: t.u8() });
const Ship = t.object('Ship', { name: t.string(), hull: t.array(Hull) });
const Tree: TypeBuilder<unknown> = t.object('Tree', { children: t.array(t.lazy(() => Tree)) });

describe('values that do not fit', () => {
  it('[V50] the error names code, type, path and value', () => {
    const ship = { name: 'Comet', hull: [{ hp: 1 }, { hp: 300 }] };
    const error = errorOf(() => encodeBsatn(Ship.algebraicType, ship, 'ship'));
    expect(error).toMatchObject({
      name: 'ValueError',
      code: 'E_VALUE_RANGE',
      type: 'u8',
      path: 'ship.hull[1].hp',
      value: 300,
      reason: '300 is out of range 0..255',
      message: 'ship.hull[1].hp (u8): 300 is out of range 0..255',
    });
    expect(error).toBeInstanceOf(SpacetickError);
    expect(errorOf(() => encodeMsgpack(Ship.algebraicType, ship, 'ship')).message).toBe(error.message);
    expect(errorOf(() => toSatsJson(Ship.algebraicType, ship)).message).toBe(error.message.slice('ship.'.length));
  });

  it('[V50] the error of a decoder names them too', () => {
    const type = t.array(t.row({ on: t.bool() })).algebraicType;
    expect(errorOf(() => decodeBsatn(type, Uint8Array.of(2, 0, 0, 0, 1, 7), 'lamps'))).toMatchObject({
      code: 'E_VALUE_TYPE',
      type: 'bool',
      path: 'lamps[1].on',
      value: 7,
    });
    const bytes = encodeMsgpack(t.array(t.row({ on: t.u8() })).algebraicType, [{ on: 1 }, { on: 2 }]);
    expect(errorOf(() => decodeMsgpackValue(type, bytes, 'lamps'))).toMatchObject({
      type: 'bool',
      path: 'lamps[0].on',
    });
    expect(errorOf(() => fromSatsJson(type, '[{"on":true},{"on":3}]'))).toMatchObject({ type: 'bool', path: '[1].on' });
  });

  it('[V51] integers beyond either end, fractions and other kinds of number', () => {
    for (const bits of [8, 16, 32]) {
      for (const signed of [false, true]) {
        const builder = t[`${signed ? 'i' : 'u'}${bits}` as 'u8']();
        const min = signed ? -(2 ** (bits - 1)) : 0;
        const max = 2 ** (signed ? bits - 1 : bits) - 1;
        for (const good of [min, max]) expect(copy(builder.algebraicType, good)).toBe(good);
        for (const bad of [min - 1, max + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
          expect(refusal(builder, bad)).toMatchObject({ code: 'E_VALUE_RANGE', value: bad });
        }
        expect(refusal(builder, 1n)).toMatchObject({ code: 'E_VALUE_TYPE' });
      }
    }
    for (const bits of [64, 128, 256]) {
      for (const signed of [false, true]) {
        const builder = t[`${signed ? 'i' : 'u'}${bits}` as 'u64']();
        const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
        const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
        for (const good of [min, max]) expect(copy(builder.algebraicType, good)).toBe(good);
        for (const bad of [min - 1n, max + 1n]) {
          expect(refusal(builder, bad)).toMatchObject({ code: 'E_VALUE_RANGE', value: bad });
        }
        expect(refusal(builder, 1)).toMatchObject({ code: 'E_VALUE_TYPE', reason: expect.stringContaining('1n') });
      }
    }
  });

  it('[V51] f32 refuses finite numbers beyond its range, and rounds the others', () => {
    expect(refusal(t.f32(), 3.5e38)).toMatchObject({ code: 'E_VALUE_RANGE' });
    expect(refusal(t.f32(), -Number.MAX_VALUE)).toMatchObject({ code: 'E_VALUE_RANGE' });
    const type = t.f32().algebraicType;
    expect(copy(type, 0.1)).toBe(Math.fround(0.1));
    expect(decodeBsatn(type, encodeBsatn(type, Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('[V51] timestamps and durations beyond 64 bits', () => {
    expect(refusal(t.timestamp(), new Timestamp(1n << 63n))).toMatchObject({ code: 'E_VALUE_RANGE' });
  });

  it('[V52] every leaf type refuses values of another JavaScript type', () => {
    const strangers = [
      undefined,
      null,
      true,
      1,
      1n,
      'text',
      Symbol('s'),
      {},
      [],
      new Date(0),
      () => 1,
      Uint16Array.of(1),
    ];
    for (const { builder, values } of leafShapes) {
      const { algebraicType } = builder;
      if (algebraicType.tag === 'Product' && algebraicType.elements.length === 0) continue; // a unit is not looked at
      const [own] = fc.sample(values, 1);
      for (const stranger of strangers) {
        const isSameKind = typeof stranger === typeof own && typeof own !== 'object';
        const isBytes = own instanceof Uint8Array && Array.isArray(stranger);
        if (!isSameKind && !isBytes) refusal(builder, stranger);
      }
    }
  });

  it('[V52] composites refuse them too, also where every part could be missing', () => {
    const AllOptional = t.object('AllOptional', { name: t.option(t.string()), note: t.unit() });
    for (const stranger of [undefined, null, 5, 'text', true, 1n, () => 1]) {
      expect(refusal(Ship, stranger)).toMatchObject({ code: 'E_VALUE_TYPE', path: '' });
      expect(refusal(AllOptional, stranger)).toMatchObject({ code: 'E_VALUE_TYPE', path: '' });
      expect(refusal(t.array(t.string()), stranger)).toMatchObject({ code: 'E_VALUE_TYPE', path: '' });
      expect(refusal(t.enum('Colour', ['Red']), stranger)).toMatchObject({ code: 'E_VALUE_TYPE', path: '' });
      expect(refusal(t.result(t.unit(), t.unit()), stranger)).toMatchObject({ code: 'E_VALUE_TYPE', path: '' });
    }
    expect(refusal(t.array(t.u8().optional()), { length: 2 })).toMatchObject({ code: 'E_VALUE_TYPE' });
    expect(refusal(t.array(t.u16()), new Array(2))).toMatchObject({ code: 'E_VALUE_TYPE', path: '[0]' });
    expect(refusal(t.byteArray(), [1, 256])).toMatchObject({ code: 'E_VALUE_RANGE' });
    expect(refusal(Ship, { name: 'Comet' })).toMatchObject({ code: 'E_VALUE_TYPE', path: 'hull' });
  });

  it('[V52] a variant that is not there', () => {
    expect(refusal(t.enum('Colour', ['Red', 'Green']), { tag: 'Blue' })).toMatchObject({
      code: 'E_VALUE_VARIANT',
      type: 'Colour',
      reason: '"Blue" is not a variant; there are Red, Green',
    });
    expect(refusal(t.enum('Colour', ['Red']), { tag: 'toString' })).toMatchObject({ code: 'E_VALUE_VARIANT' });
    expect(refusal(t.result(t.u8(), t.unit()), {})).toMatchObject({ code: 'E_VALUE_VARIANT' });
  });

  it('[V52] bytes may be given as an array of u8, none as null, -0 as 0', () => {
    expect(copy(t.byteArray().algebraicType, [1, 255])).toEqual(Uint8Array.of(1, 255));
    expect(copy(t.option(t.u8()).algebraicType, null)).toBeUndefined();
    for (const builder of [t.u8(), t.i8(), t.u16(), t.i16(), t.u32(), t.i32()]) {
      expect(Object.is(copy(builder.algebraicType, -0), 0)).toBe(true);
    }
  });

  it('[V53] lone surrogates are refused, whole pairs are not', () => {
    for (const bad of ['\ud800', 'x\udc00y', `${'long '.repeat(20)}\ud83d`, '\udc00\ud800']) {
      expect(refusal(t.string(), bad)).toMatchObject({ code: 'E_VALUE_UTF8', type: 'string' });
    }
    expect(copy(t.string().algebraicType, '\u{1f680}\ufffd')).toBe('\u{1f680}\ufffd');
  });

  it('[V54] a failed write leaves the writer as it was', () => {
    fc.assert(
      fc.property(samples, samples, fc.boolean(), (before, after, isBsatn) => {
        const writer = isBsatn ? new BsatnWriter() : new MsgpackWriter();
        writeValue(writer, before.type, codecOf(before.type), before.value, 'before');
        const written = writer.finish();
        const broken = t.object('Broken', { name: t.string(), hp: t.u8() }).algebraicType;
        expect(() => writeValue(writer, broken, codecOf(broken), { name: 'x'.repeat(999), hp: -1 }, '')).toThrow(
          ValueError,
        );
        expect(writer.finish()).toEqual(written);
        writeValue(writer, after.type, codecOf(after.type), after.value, 'after');
        expect(writer.finish().subarray(0, written.length)).toEqual(written);
      }),
      { numRuns: 50 },
    );
  });

  it('[V50] a value in an error text is short, whatever it is', () => {
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i]));
    for (const value of ['x'.repeat(1e6), wide, new Float64Array(1e5), 1n << 4000n, new Map(), class Comet {}]) {
      expect(refusal(t.u8(), value).message.length).toBeLessThan(160);
    }
  });
});

describe('depth', () => {
  const nested = (levels: number): unknown => (levels === 1 ? { children: [] } : { children: [nested(levels - 1)] });
  const type = Tree.algebraicType;

  it(`[V55] ${MAX_DEPTH} levels pass in every encoding`, () => {
    const value = nested(MAX_DEPTH);
    expect(decodeBsatn(type, encodeBsatn(type, value))).toEqual(value);
    expect(decodeMsgpackValue(type, encodeMsgpack(type, value))).toEqual(value);
    expect(fromSatsJson(type, toSatsJson(type, value))).toEqual(value);
    expect(copy(type, value)).toEqual(value);
  });

  it('[V55] a level more is refused when written', () => {
    expect(refusal(Tree, nested(MAX_DEPTH + 1))).toMatchObject({ code: 'E_VALUE_LIMIT' });
  });

  it('[V55] a value that contains itself is refused', () => {
    const loop = { children: [] as unknown[] };
    loop.children.push(loop);
    expect(refusal(Tree, loop)).toMatchObject({ code: 'E_VALUE_LIMIT' });
  });

  it('[V55] a level more is refused when read', () => {
    const levels = MAX_DEPTH + 1;
    const bsatn = Uint8Array.from({ length: levels * 4 }, (_, i) => (i % 4 === 0 && i < (levels - 1) * 4 ? 1 : 0));
    const msgpack = Uint8Array.from({ length: levels * 2 }, (_, i) => (i === levels * 2 - 1 ? 0x90 : 0x91));
    const json = `${'{"children":['.repeat(levels)}${']}'.repeat(levels)}`;
    expect(errorOf(() => decodeBsatn(type, bsatn))).toMatchObject({ code: 'E_VALUE_LIMIT' });
    expect(errorOf(() => decodeMsgpackValue(type, msgpack))).toMatchObject({ code: 'E_VALUE_LIMIT' });
    expect(errorOf(() => fromSatsJson(type, json))).toMatchObject({ code: 'E_VALUE_LIMIT' });
    for (const make of Object.values(CODEC_MAKERS)) {
      expect(errorOf(() => decodeBsatn(type, bsatn, '', make(type)))).toMatchObject({ code: 'E_VALUE_LIMIT' });
      expect(errorOf(() => decodeMsgpackValue(type, msgpack, '', make(type)))).toMatchObject({ code: 'E_VALUE_LIMIT' });
    }
  });

  it('[V55] [V56] a fault deep inside is named as what it is, and afterwards all levels are free again', () => {
    const Chain: TypeBuilder<unknown> = t.object('Chain', { hp: t.u8(), next: t.option(t.array(t.lazy(() => Chain))) });
    const chain = (levels: number, hp: number): unknown => {
      return levels === 0 ? { hp, next: undefined } : { hp: 1, next: [chain(levels - 1, hp)] };
    };
    for (let again = 0; again < 3; again++) {
      const error = refusal(Chain, chain(100, 256));
      expect(error).toMatchObject({ code: 'E_VALUE_RANGE', type: 'u8' });
      expect(error.path.endsWith('.next[0].hp')).toBe(true);
    }
    const bytes = encodeMsgpack(Chain.algebraicType, chain(100, 77));
    bytes[bytes.lastIndexOf(77)] = 0xc0; // nil
    for (let again = 0; again < 3; again++) expect(() => decodeMsgpackValue(Chain.algebraicType, bytes)).toThrow();
    expect(copy(Chain.algebraicType, chain(MAX_DEPTH - 1, 1))).toEqual(chain(MAX_DEPTH - 1, 1));
    const deepest = encodeMsgpack(Chain.algebraicType, chain(MAX_DEPTH - 1, 1));
    expect(decodeMsgpackValue(Chain.algebraicType, deepest)).toEqual(chain(MAX_DEPTH - 1, 1));
  });
});
