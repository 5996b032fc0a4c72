import { isDeepStrictEqual } from 'node:util';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConnectionId,
  decodeMsgpackValue,
  decodePlain,
  encodeMsgpack,
  fromHex,
  Identity,
  isUtf8,
  MSGPACK_LIMITS,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  type TypeBuilder,
  t,
  toHex,
  Uuid,
  validateMsgpack,
} from '../../src/values/index.ts';
import { mutated } from './support/mutations.ts';

const invalid = expect.objectContaining({ name: 'SpacetickError', code: 'E_MSGPACK_INVALID' });
const validate = (...bytes: number[]) => validateMsgpack(Uint8Array.from(bytes));
const text = (string: string) => [...Buffer.from(string)];

describe('the MessagePack of each type', () => {
  const Colour = t.enum('Colour', { Red: t.unit(), Custom: t.string() });
  const cases: readonly [string, TypeBuilder<unknown>, unknown, string][] = [
    ['bool', t.bool(), true, 'c3'],
    ['u8 small', t.u8(), 127, '7f'],
    ['u8', t.u8(), 255, 'ccff'],
    ['i8', t.i8(), -1, 'ff'],
    ['i8 low', t.i8(), -128, 'd080'],
    ['u16', t.u16(), 256, 'cd0100'],
    ['i16', t.i16(), -129, 'd1ff7f'],
    ['u32', t.u32(), 65536, 'ce00010000'],
    ['i32', t.i32(), -32769, 'd2ffff7fff'],
    ['u64 small', t.u64(), 5n, '05'],
    ['u64', t.u64(), 2n ** 64n - 1n, 'cfffffffffffffffff'],
    ['i64', t.i64(), -(2n ** 63n), 'd38000000000000000'],
    ['u128', t.u128(), 1n, `c410${'00'.repeat(15)}01`],
    ['i128', t.i128(), -1n, `c410${'ff'.repeat(16)}`],
    ['i256', t.i256(), -2n, `c420${'ff'.repeat(31)}fe`],
    ['f32', t.f32(), 1.5, 'ca3fc00000'],
    ['f64', t.f64(), -0, 'cb8000000000000000'],
    ['string', t.string(), 'Al', 'a2416c'],
    ['array', t.array(t.u16()), [1, 2], '920102'],
    ['array of u8', t.array(t.u8()), Uint8Array.of(1, 2), 'c4020102'],
    ['product', t.row({ id: t.u32(), name: t.string() }), { id: 7, name: 'Al' }, '9207a2416c'],
    ['unit', t.unit(), {}, '90'],
    ['sum with payload', Colour, { tag: 'Custom', value: '#f' }, '9201a22366'],
    ['sum without payload', Colour, { tag: 'Red', value: {} }, '920090'],
    ['none', t.option(t.u8()), undefined, 'c0'],
    ['some', t.option(t.u8()), 3, '03'],
    ['some of an option', t.option(t.option(t.u8())), 3, '9103'],
    ['ok', t.result(t.u8(), t.string()), { ok: 1 }, '920001'],
    ['err', t.result(t.u8(), t.string()), { err: 'no' }, '9201a26e6f'],
    ['Identity', t.identity(), new Identity(0xc200n), `c420${'00'.repeat(30)}c200`],
    ['ConnectionId', t.connectionId(), new ConnectionId(1n), `c410${'00'.repeat(15)}01`],
    ['Timestamp', t.timestamp(), new Timestamp(-1n), 'ff'],
    ['TimeDuration', t.timeDuration(), new TimeDuration(50_000n), 'cdc350'],
    ['ScheduleAt', t.scheduleAt(), ScheduleAt.time(1n), '920101'],
    ['Uuid', t.uuid(), Uuid.parse('0190a5f2-7b3c-7def-8123-456789abcdef'), 'c4100190a5f27b3c7def8123456789abcdef'],
  ];

  it.each(cases)('[V20] %s', (_, builder, value, hex) => {
    expect(toHex(encodeMsgpack(builder.algebraicType, value))).toBe(hex);
    expect(isDeepStrictEqual(decodeMsgpackValue(builder.algebraicType, fromHex(hex)!), value)).toBe(true);
  });

  it('[V23] any form of a number is read', () => {
    const read = (builder: TypeBuilder<unknown>, hex: string) =>
      decodeMsgpackValue(builder.algebraicType, fromHex(hex)!);
    expect(read(t.u8(), 'cf0000000000000005')).toBe(5);
    expect(read(t.i16(), 'd3ffffffffffffffff')).toBe(-1);
    expect(read(t.u64(), 'cc05')).toBe(5n);
    expect(read(t.f32(), '05')).toBe(5);
    expect(read(t.f64(), 'ca3fc00000')).toBe(1.5);
    expect(read(t.f64(), 'cf000000012a05f200')).toBe(5e9);
    expect(() => read(t.u8(), 'cf0000000000000100')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
    expect(() => read(t.f64(), 'cfffffffffffffffff')).toThrow(expect.objectContaining({ code: 'E_VALUE_TYPE' }));
    expect(() => read(t.f32(), 'cb3ff199999999999a')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
  });

  it('[V15] decoded bytes share no memory with the message, also when that is a Node Buffer', () => {
    const type = t.byteArray().algebraicType;
    const message = Buffer.from('c403010203', 'hex');
    const bytes = decodeMsgpackValue(type, message) as Uint8Array;
    message.fill(0);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  });

  it('[V25] a byte order mark at the start of a string stays, at every length', () => {
    const type = t.array(t.string()).algebraicType;
    const texts = [0, 1, 28, 29, 196, 197, 198, 250, 252, 253, 300, 65_530, 70_000].map(
      (n) => `\ufeff${'a'.repeat(n)}`,
    );
    expect(decodeMsgpackValue(type, encodeMsgpack(type, texts))).toEqual(texts);
    expect(decodePlain(encode(texts))).toEqual(texts);
    const twice = `\ufeff\ufeff${'b'.repeat(300)}`;
    const map = { [`\ufeff${'k'.repeat(240)}`]: twice, plain: [twice, 'c'.repeat(300)] };
    expect(decodePlain(encode(map))).toEqual(map);
  });
});

/** True when JavaScript would take a key for something else. */
const holdsProto = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, '__proto__') || Object.values(value).some(holdsProto));

const jsonLike = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).filter((value) => !holdsProto(value));

describe('validateMsgpack', () => {
  it('[V24] whatever @msgpack/msgpack writes of JSON-like values passes and decodes', () => {
    fc.assert(
      fc.property(jsonLike, (value) => {
        const bytes = encode(value);
        validateMsgpack(bytes);
        expect(decodePlain(bytes)).toEqual(decode(bytes, { useBigInt64: true }));
      }),
      { numRuns: 300 },
    );
  });

  it('[V24] changed bytes are refused, or decode', () => {
    const frames = jsonLike.chain((value) => mutated(encode(value)));
    fc.assert(
      fc.property(frames, (bytes) => {
        try {
          validateMsgpack(bytes);
        } catch (error) {
          expect(error).toEqual(invalid);
          return;
        }
        expect(isDeepStrictEqual(decodePlain(bytes), decode(bytes, { useBigInt64: true }))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('[V24] what the library refuses is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let isDecoded = true;
        try {
          decode(bytes);
        } catch {
          isDecoded = false;
        }
        if (!isDecoded) expect(() => validateMsgpack(bytes)).toThrow(invalid);
      }),
      { numRuns: 1000 },
    );
  });

  it('[V24] every fixed form passes', () => {
    for (const bytes of [[0xc0], [0xc2], [0xc3], [0x00], [0x7f], [0xe0], [0xff], [0x80], [0x90], [0xa0]])
      validate(...bytes);
    for (const [format, size] of [
      [0xcc, 1],
      [0xcd, 2],
      [0xce, 4],
      [0xcf, 8],
      [0xd0, 1],
      [0xd1, 2],
      [0xd2, 4],
      [0xd3, 8],
      [0xca, 4],
      [0xcb, 8],
    ] as const) {
      validate(format, ...new Uint8Array(size));
      expect(() => validate(format, ...new Uint8Array(size - 1))).toThrow(invalid);
      expect(() => validate(format, ...new Uint8Array(size + 1))).toThrow(invalid);
    }
    for (const [format, size] of [
      [0xc4, 1],
      [0xc5, 2],
      [0xc6, 4],
      [0xd9, 1],
      [0xda, 2],
      [0xdb, 4],
      [0xdc, 2],
      [0xdd, 4],
    ] as const) {
      validate(format, ...new Uint8Array(size - 1), 1, 0x41);
      expect(() => validate(format, ...new Uint8Array(size - 1), 2, 0x41)).toThrow(invalid);
      expect(() => validate(format, ...new Uint8Array(size - 1))).toThrow(invalid);
    }
    validate(0xde, 0, 1, 0xa1, 0x6b, 0xc0);
    validate(0xdf, 0, 0, 0, 1, 0xd9, 1, 0x6b, 0xc0);
  });

  it('[V24] extensions, the unused format, nothing at all', () => {
    for (const format of [0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8]) {
      expect(() => validate(format, ...new Uint8Array(32))).toThrow(invalid);
    }
    expect(() => validate()).toThrow(invalid);
  });

  it('[V24] keys: short strings other than __proto__', () => {
    const key = (name: string) => [0x81, 0xd9, name.length, ...text(name), 0xc0];
    validate(...key('k'.repeat(255)));
    expect(() => validate(0x81, 0x01, 0xc0)).toThrow(invalid);
    expect(() => validate(0x81, 0xda, 0, 1, 0x6b, 0xc0)).toThrow(invalid);
    expect(() => validate(...key('__proto__'))).toThrow(invalid);
    expect(() => validate(0x81, 0xa9, ...text('__proto__'), 0xc0)).toThrow(invalid);
    validate(...key('__proto'));
    validate(0xa9, ...text('__proto__'));
  });

  it(`[V24] ${MSGPACK_LIMITS.maxDepth} levels of nesting, not one more`, () => {
    const nested = (levels: number) => [...new Uint8Array(levels - 1).fill(0x91), 0x90];
    validate(...nested(MSGPACK_LIMITS.maxDepth));
    expect(() => validate(...nested(MSGPACK_LIMITS.maxDepth + 1))).toThrow(invalid);
    expect(() => validateMsgpack(Uint8Array.from(nested(4)), { maxDepth: 3 })).toThrow(invalid);
  });

  it('[V24] UTF-8 is judged as the platform judges it', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const isText = (bytes: Uint8Array) => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const likely = fc.array(
      fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x8f, 0x90),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          likely.map((all) => Uint8Array.from(all)),
          fc.uint8Array({ maxLength: 6 }),
        ),
        (bytes) => {
          expect(isUtf8(bytes, 0, bytes.length)).toBe(isText(bytes));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
