import { isDeepStrictEqual } from 'node:util';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  BsatnReader,
  BsatnWriter,
  Copier,
  codecOf,
  copyValue,
  decodeBsatn,
  decodeMsgpackValue,
  decodePlain,
  encodeBsatn,
  encodeMsgpack,
  fromSatsJson,
  jsonCodecOf,
  MsgpackWriter,
  plainCodecOf,
  plainEqualityOf,
  plainUnpacker,
  t,
  toSatsJson,
} from '../../src/values/index.ts';
import { CODEC_MAKERS } from './support/codecs.ts';
import { jsonSamples, leafShapes, samples } from './support/shapes.ts';

const RUNS = { numRuns: 300 };

describe('round trips over generated types', () => {
  it('[V11] BSATN: decoding what was encoded gives the value', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        expect(isDeepStrictEqual(decodeBsatn(type, encodeBsatn(type, value)), value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('[V21] MessagePack: decoding what was encoded gives the value', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        expect(isDeepStrictEqual(decodeMsgpackValue(type, encodeMsgpack(type, value)), value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('[V31] SATS-JSON: parsing what was written gives the value', () => {
    fc.assert(
      fc.property(jsonSamples, ({ type, value }) => {
        const text = toSatsJson(type, value);
        JSON.parse(text);
        expect(isDeepStrictEqual(fromSatsJson(type, text), value)).toBe(true);
      }),
      RUNS,
    );
  });

  it('[V11] [V21] [V31] every leaf type by itself', () => {
    for (const { builder, values } of leafShapes) {
      const type = builder.algebraicType;
      for (const value of fc.sample(values, 50)) {
        expect(decodeBsatn(type, encodeBsatn(type, value))).toEqual(value);
        expect(decodeMsgpackValue(type, encodeMsgpack(type, value))).toEqual(value);
        if (type.tag !== 'F32' && type.tag !== 'F64')
          expect(fromSatsJson(type, toSatsJson(type, value))).toEqual(value);
      }
    }
  });

  it('[V22] any MessagePack decoder reads what is written', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        const bytes = encodeMsgpack(type, value);
        // The library drops the byte order mark of a long string; its reader is not to blame us for that.
        fc.pre(!holdsMark(value));
        expect(isDeepStrictEqual(decode(bytes, { useBigInt64: true }), decodePlain(bytes))).toBe(true);
      }),
      RUNS,
    );
  });

  it('[V23] what another encoder makes of the same plain value is read as the same value', () => {
    fc.assert(
      fc.property(jsonSamples, fc.boolean(), ({ type, value }, useBigInt64) => {
        const plain = decodePlain(encodeMsgpack(type, value));
        fc.pre(useBigInt64 || !holdsBigint(plain));
        const foreign = encode(plain, { useBigInt64 });
        expect(isDeepStrictEqual(decodeMsgpackValue(type, foreign), value)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the three ways of building a codec', () => {
  it('[V40] agree byte for byte and value for value', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        const results = Object.values(CODEC_MAKERS).map((make) => {
          const codec = make(type);
          const bsatn = new BsatnWriter();
          codec.write(bsatn, value);
          const msgpack = new MsgpackWriter();
          codec.write(msgpack, value);
          const reader = new BsatnReader(bsatn.finish());
          const read = codec.read(reader);
          expect(reader.remaining).toBe(0);
          const copy = codec.copy(new Copier(), value);
          expect(codec.equal(read, copy)).toBe(true);
          return {
            bsatn: bsatn.finish(),
            msgpack: msgpack.finish(),
            read,
            unpacked: codec.unpack(plainUnpacker, decodePlain(msgpack.finish())),
            copy,
          };
        });
        // What pages carry that ask for BSATN alone.
        const plain = plainCodecOf(type);
        const bytes = new BsatnWriter();
        plain.write(bytes, value);
        expect(bytes.finish()).toEqual(results[0]!.bsatn);
        expect(isDeepStrictEqual(plain.read(new BsatnReader(bytes.finish())), value)).toBe(true);
        for (const result of results) {
          expect(isDeepStrictEqual(result, results[0])).toBe(true);
          expect(isDeepStrictEqual(result.read, value)).toBe(true);
          expect(isDeepStrictEqual(result.unpacked, value)).toBe(true);
          expect(isDeepStrictEqual(result.copy, value)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('[V44] agree on which values are equal: those of the same bytes', () => {
    const pairs = samples.chain(({ type, value }) => {
      const again = fc.constantFrom(value, ...mutations(type, value));
      return again.map((other) => ({ type, value, other }));
    });
    fc.assert(
      fc.property(pairs, ({ type, value, other }) => {
        const same = Buffer.compare(encodeBsatn(type, value), encodeBsatn(type, other)) === 0;
        for (const make of Object.values(CODEC_MAKERS)) expect(make(type).equal(value, other)).toBe(same);
        expect(plainEqualityOf(type)(value, other)).toBe(same);
      }),
      RUNS,
    );
  });

  it('[V43] a copy shares nothing that can change with the original', () => {
    fc.assert(
      fc.property(samples, ({ type, value }) => {
        for (const make of Object.values(CODEC_MAKERS)) {
          const copy = make(type).copy(new Copier(), value);
          const shared = partsOf(value);
          for (const part of partsOf(copy)) expect(shared.has(part)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});

/** Values that decoding a few changed bytes gives, where it gives any. */
function mutations(type: AlgebraicType, value: unknown): unknown[] {
  const bytes = encodeBsatn(type, value);
  const others: unknown[] = [];
  for (let i = 0; i < Math.min(bytes.length, 16); i++) {
    const changed = bytes.slice();
    changed[i]! ^= 1;
    try {
      others.push(decodeBsatn(type, changed));
    } catch {
      // not a value: nothing to compare
    }
  }
  return others;
}

/** The mutable objects inside a value: objects, arrays and byte arrays. */
function partsOf(value: unknown, parts = new Set<unknown>()): Set<unknown> {
  if (typeof value !== 'object' || value === null) return parts;
  const isPlain = Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value);
  if (isPlain || value instanceof Uint8Array) parts.add(value);
  if (isPlain) for (const part of Object.values(value)) partsOf(part, parts);
  return parts;
}

function holdsMark(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('\ufeff');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsMark);
}

function holdsBigint(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsBigint);
}

describe('codecs', () => {
  it('[V11] [V44] every NaN is written as the same NaN', () => {
    const odd = new DataView(Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf8, 0xff).buffer).getFloat64(0, true);
    for (const { algebraicType } of [t.f32(), t.f64()]) {
      expect(encodeBsatn(algebraicType, odd)).toEqual(encodeBsatn(algebraicType, Number.NaN));
      expect(encodeMsgpack(algebraicType, odd)).toEqual(encodeMsgpack(algebraicType, Number.NaN));
    }
  });

  it('[V45] are built once per type', () => {
    const { algebraicType } = t.object('Ship', { id: t.u32() });
    expect(codecOf(algebraicType)).toBe(codecOf(algebraicType));
    expect(jsonCodecOf(algebraicType)).toBe(jsonCodecOf(algebraicType));
  });

  it('[V15] decoded bytes share no memory with the message, also when that is a Node Buffer', () => {
    const type = t.byteArray().algebraicType;
    const message = Buffer.from('03000000010203', 'hex');
    const bytes = decodeBsatn(type, message) as Uint8Array;
    message.fill(0);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    const given = Buffer.from([1, 2, 3]);
    const copy = copyValue(type, codecOf(type), given, '') as Uint8Array;
    given.fill(0);
    expect(copy).toEqual(Uint8Array.of(1, 2, 3));
  });
});
