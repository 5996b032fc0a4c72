import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  decodeBsatn,
  decodeMsgpackValue,
  decodePlain,
  encodeBsatn,
  encodeMsgpack,
  fromSatsJson,
  SpacetickError,
  type TypeBuilder,
  t,
  toSatsJson,
  ValueError,
  ZERO_SIZE_ELEMENTS,
} from '../../src/values/index.ts';
import { CODEC_MAKERS } from './support/codecs.ts';
import { mutated } from './support/mutations.ts';
import { jsonSamples, leafShapes, samples, shapes } from './support/shapes.ts';

const RUNS = { numRuns: 500 };

type Decode = (bytes: Uint8Array) => unknown;

/** Runs a decoder on bytes it must refuse properly or take wholly: what it gives survives a round trip. */
function probe(type: AlgebraicType, decode: Decode, bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (error) {
    if (error instanceof ValueError || (error as SpacetickError).code === 'E_MSGPACK_INVALID') return;
    throw error;
  }
  expect(isDeepStrictEqual(decodeBsatn(type, encodeBsatn(type, value)), value)).toBe(true);
}

describe('bytes of a stranger', () => {
  it('[V56] random bytes, as every type', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.constantFrom(0, 1, 2, 0x91, 0xff)).map((all) => Uint8Array.from(all)),
    );
    fc.assert(
      fc.property(shapes, anything, ({ builder }, bytes) => {
        const type = builder.algebraicType;
        for (const make of Object.values(CODEC_MAKERS)) {
          const codec = make(type);
          probe(type, (all) => decodeBsatn(type, all, '', codec), bytes);
          probe(type, (all) => decodeMsgpackValue(type, all, '', codec), bytes);
        }
      }),
      RUNS,
    );
  });

  it('[V56] valid bytes with a few changes', () => {
    const bsatn = samples.chain(({ type, value }) =>
      mutated(encodeBsatn(type, value)).map((bytes) => ({ type, bytes })),
    );
    const msgpack = samples.chain(({ type, value }) =>
      mutated(encodeMsgpack(type, value)).map((bytes) => ({ type, bytes })),
    );
    fc.assert(
      fc.property(bsatn, ({ type, bytes }) => probe(type, (all) => decodeBsatn(type, all), bytes)),
      RUNS,
    );
    fc.assert(
      fc.property(msgpack, ({ type, bytes }) => probe(type, (all) => decodeMsgpackValue(type, all), bytes)),
      RUNS,
    );
  });

  it('[V56] JSON with a few changes', () => {
    const texts = jsonSamples.chain(({ type, value }) => {
      return mutated(Buffer.from(toSatsJson(type, value))).map((bytes) => ({
        type,
        text: Buffer.from(bytes).toString(),
      }));
    });
    fc.assert(
      fc.property(texts, ({ type, text }) => {
        let value: unknown;
        try {
          value = fromSatsJson(type, text);
        } catch (error) {
          if (error instanceof ValueError || (error as SpacetickError).code === 'E_JSON_INVALID') return;
          throw error;
        }
        expect(isDeepStrictEqual(decodeBsatn(type, encodeBsatn(type, value)), value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('[V12] cut off anywhere, or with a byte more', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        const bsatn = encodeBsatn(type, value);
        const msgpack = encodeMsgpack(type, value);
        for (let end = 0; end < bsatn.length; end += end < 64 ? 1 : 37) {
          expect(() => decodeBsatn(type, bsatn.subarray(0, end))).toThrow(ValueError);
        }
        for (let end = 0; end < msgpack.length; end += end < 64 ? 1 : 37) {
          expect(() => decodeMsgpackValue(type, msgpack.subarray(0, end))).toThrow(SpacetickError);
        }
        expect(() => decodeBsatn(type, Uint8Array.of(...bsatn, 0), 'ship')).toThrow(/^ship/);
        expect(() => decodePlain(Uint8Array.of(...msgpack, 0))).toThrow(/behind/);
      }),
      { numRuns: 150 },
    );
  });

  it('[V12] the error of cut bytes says where and what', () => {
    const Ship = t.object('Ship', { id: t.u32(), name: t.string(), at: t.object('Vec', { x: t.f32() }) });
    const bytes = encodeBsatn(Ship.algebraicType, { id: 1, name: 'Comet', at: { x: 1 } });
    for (const [end, path, type] of [
      [3, 'ship.id', 'u32'],
      [6, 'ship.name', 'string'],
      [12, 'ship.name', 'string'],
      [16, 'ship.at.x', 'f32'],
    ] as const) {
      expect(() => decodeBsatn(Ship.algebraicType, bytes.subarray(0, end), 'ship')).toThrow(
        expect.objectContaining({ code: 'E_VALUE_TRUNCATED', path, type }),
      );
    }
  });

  it('[V13] odd bools, variants and text', () => {
    const cases: readonly [TypeBuilder<unknown>, number[], string][] = [
      [t.bool(), [2], 'E_VALUE_TYPE'],
      [t.option(t.u8()), [2], 'E_VALUE_VARIANT'],
      [t.result(t.u8(), t.u8()), [2, 0], 'E_VALUE_VARIANT'],
      [t.enum('Colour', ['Red', 'Green']), [2], 'E_VALUE_VARIANT'],
      [t.scheduleAt(), [7, 0, 0, 0, 0, 0, 0, 0, 0], 'E_VALUE_VARIANT'],
      [t.string(), [1, 0, 0, 0, 0xff], 'E_VALUE_UTF8'],
      [t.string(), [2, 0, 0, 0, 0xc0, 0x80], 'E_VALUE_UTF8'], // overlong
      [t.string(), [3, 0, 0, 0, 0xed, 0xa0, 0x80], 'E_VALUE_UTF8'], // half of a surrogate pair
    ];
    for (const [builder, bytes, code] of cases) {
      for (const make of Object.values(CODEC_MAKERS)) {
        const type = builder.algebraicType;
        expect(() => decodeBsatn(type, Uint8Array.from(bytes), '', make(type))).toThrow(
          expect.objectContaining({ code }),
        );
      }
    }
  });
});

const MAX_RATIO = 250; // bytes of heap for a byte of input: an array of unit variants costs about 110
const SLACK_BYTES = 4 * 1024 * 1024;

/** Heap that a step takes, in bytes; what it throws counts as an answer. */
function heapOf(step: () => unknown): { bytes: number; millis: number } {
  const before = process.memoryUsage();
  const start = performance.now();
  let kept: unknown;
  try {
    kept = step();
  } catch (error) {
    kept = error;
  }
  const millis = performance.now() - start;
  const after = process.memoryUsage();
  if (kept === before) throw new Error('never: keeps the result alive until it is measured');
  return { bytes: after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers, millis };
}

function expectCheap(step: () => unknown, inputBytes: number): void {
  const { bytes, millis } = heapOf(step);
  expect(bytes).toBeLessThan(inputBytes * MAX_RATIO + SLACK_BYTES);
  expect(millis).toBeLessThan(30_000); // far above any machine, far below anything quadratic
}

describe('claims', () => {
  const MILLION = [0x00, 0x0f, 0x42, 0x40];
  const repeated = (unit: number[], times: number) => Uint8Array.from(Array.from({ length: times }, () => unit).flat());

  it('[V14] lengths that the bytes cannot hold, for every element type', () => {
    const composites = [t.array(t.u8().optional()), t.enum('Colour', ['Red']), t.row({ id: t.u32() }), t.unit()];
    for (const element of [...leafShapes.map(({ builder }) => builder), ...composites]) {
      const { algebraicType } = t.array(element);
      for (const claim of [0x7fffffff, 0xffffffff]) {
        const bytes = new Uint8Array(64);
        new DataView(bytes.buffer).setUint32(0, claim, true);
        for (const make of Object.values(CODEC_MAKERS)) {
          const codec = make(algebraicType);
          expect(() => decodeBsatn(algebraicType, bytes, '', codec)).toThrow(ValueError);
          expectCheap(() => decodeBsatn(algebraicType, bytes, '', codec), bytes.length);
        }
      }
    }
  });

  it('[V14] elements of zero bytes are limited, all arrays of a message together', () => {
    const Pair = t.object('Pair', { nothing: t.unit(), more: t.object('Empty', {}) });
    const type = t.array(t.array(Pair)).algebraicType;
    const claim = (count: number) => [count & 0xff, (count >> 8) & 0xff, (count >> 16) & 0xff, 0];
    const half = ZERO_SIZE_ELEMENTS / 2;
    const good = Uint8Array.from([...claim(2), ...claim(half), ...claim(half)]);
    const bad = Uint8Array.from([...claim(2), ...claim(half), ...claim(half + 1)]);
    for (const make of Object.values(CODEC_MAKERS)) {
      const codec = make(type);
      expect((decodeBsatn(type, good, '', codec) as unknown[][]).map((list) => list.length)).toEqual([half, half]);
      expect(() => decodeBsatn(type, bad, '', codec)).toThrow(expect.objectContaining({ code: 'E_VALUE_LIMIT' }));
    }
    expectCheap(() => decodeBsatn(type, repeated([0xff, 0xff, 0xff, 0xff], 100), ''), 400);
  });

  it('[V56] MessagePack of 500 bytes that claims millions of elements', () => {
    const claims = [
      [0xdd, ...MILLION],
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0xdc, 0xff, 0xff],
      [0xdf, ...MILLION],
      [0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61],
      [0xde, 0xff, 0xff, 0xa1, 0x61],
      [0xc6, ...MILLION],
      [0xdb, ...MILLION],
      [0xdd, 0x00, 0x00, 0x01, 0x90], // fewer than the bytes, in each of the hundred
      [0x9f],
    ];
    for (const unit of claims) {
      const bytes = repeated(unit, Math.floor(500 / unit.length));
      expect(() => decodePlain(bytes)).toThrow(expect.objectContaining({ code: 'E_MSGPACK_INVALID' }));
      expectCheap(() => decodePlain(bytes), bytes.length);
    }
  });

  it('[V56] large input costs in proportion', () => {
    const MEGABYTE = 1 << 20;
    const Colour = t.array(t.enum('Colour', ['Red', 'Green'])).algebraicType;
    const bsatn = new Uint8Array(MEGABYTE);
    new DataView(bsatn.buffer).setUint32(0, MEGABYTE - 4, true);
    expectCheap(() => decodeBsatn(Colour, bsatn), bsatn.length);
    const msgpack = new Uint8Array(MEGABYTE).fill(0x90);
    msgpack.set([0xdd, 0, 0x0f, 0xff, 0xfb]);
    expectCheap(() => decodePlain(msgpack), msgpack.length);
    expectCheap(() => decodeMsgpackValue(Colour, msgpack), msgpack.length);
    bsatn[MEGABYTE - 1] = 9;
    expectCheap(() => decodeBsatn(Colour, bsatn), bsatn.length);
  });

  it('[V56] nesting of recursive types', () => {
    const Tree: TypeBuilder<unknown> = t.object('Tree', { children: t.array(t.lazy(() => Tree)) });
    const Chain: TypeBuilder<unknown> = t.object('Chain', { next: t.option(t.lazy(() => Chain)) });
    const Nest: TypeBuilder<unknown> = t.enum('Nest', { Deep: t.lazy(() => Nest), End: t.unit() });
    for (const builder of [Tree, Chain, Nest]) {
      const type = builder.algebraicType;
      for (const unit of [[0], [1, 0, 0, 0], [0x91], [0x92, 0]]) {
        const bytes = repeated(unit, 100_000);
        for (const make of Object.values(CODEC_MAKERS)) {
          const codec = make(type);
          expectCheap(() => decodeBsatn(type, bytes, '', codec), bytes.length);
          expectCheap(() => decodeMsgpackValue(type, bytes, '', codec), bytes.length);
        }
      }
      for (const unit of ['[', '{"children":[', '{"next":{"some":', '{"Deep":']) {
        expectCheap(() => fromSatsJson(type, unit.repeat(100_000)), 100_000 * unit.length);
      }
    }
  });

  it('[V56] JSON of many megabytes: a string, a number, blanks', () => {
    const long = 'ab'.repeat(4e6);
    expect(fromSatsJson(t.string().algebraicType, `"${long}"`)).toBe(long);
    expect(() => fromSatsJson(t.u64().algebraicType, '1'.repeat(4e6))).toThrow(ValueError);
    expect(() => fromSatsJson(t.f64().algebraicType, '1'.repeat(4e6))).toThrow(ValueError);
    expect(() => fromSatsJson(t.u8().algebraicType, ' '.repeat(4e6))).toThrow(SpacetickError);
  });
});
