import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  bytesKey,
  ConnectionId,
  codecOf,
  compareKeys,
  encodeBsatn,
  Identity,
  type Key,
  keyOf,
  TimeDuration,
  Timestamp,
  t,
  Uuid,
} from '../../src/values/index.ts';
import { leafShapes, shapes } from './support/shapes.ts';

const isFloat = (type: AlgebraicType) => type.tag === 'F32' || type.tag === 'F64';

describe('keyOf', () => {
  it('[V60] equal values have equal keys, different values different ones', () => {
    const pairs = shapes
      .filter(({ builder }) => !isFloat(builder.algebraicType)) // no column of a float is a key
      .chain(({ builder, values }) => {
        return fc.record({ type: fc.constant(builder.algebraicType), a: values, b: values });
      });
    fc.assert(
      fc.property(pairs, ({ type, a, b }) => {
        const key = keyOf(type);
        const same = Buffer.compare(encodeBsatn(type, a), encodeBsatn(type, b)) === 0;
        expect(key(a) === key(b)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it('[V60] enums without payloads: their place, whether or not a value is given', () => {
    const key = keyOf(t.enum('Colour', ['Red', 'Green']).algebraicType);
    expect([key({ tag: 'Red' }), key({ tag: 'Green', value: {} })]).toEqual([0, 1]);
  });

  it('[V60] long values: a key of all their bytes', () => {
    const type = t.array(t.u8()).algebraicType;
    const key = bytesKey(codecOf(type));
    const long = new Uint8Array(100_000).fill(7);
    expect((key(long) as string).length).toBe(100_004);
    expect(key(long)).toBe(key(long.slice()));
    long[99_999] = 8;
    expect(key(long)).not.toBe(key(new Uint8Array(100_000).fill(7)));
  });
});

describe('compareKeys', () => {
  const sorted = (type: AlgebraicType, values: readonly unknown[]) => {
    const key = keyOf(type);
    return [...values].sort((a, b) => compareKeys(key(a), key(b)));
  };

  it('[V61] numbers by size, false before true', () => {
    expect(sorted(t.i32().algebraicType, [3, -1, 20])).toEqual([-1, 3, 20]);
    expect(sorted(t.u64().algebraicType, [3n, 2n ** 60n, 20n])).toEqual([3n, 20n, 2n ** 60n]);
    expect(sorted(t.bool().algebraicType, [true, false])).toEqual([false, true]);
  });

  it('[V61] texts by code point, as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    const texts = ['', 'a', 'ab', 'b', '\ue000', '\uffff', '\u{10000}', '\u{1f680}'];
    expect(sorted(t.string().algebraicType, [...texts].reverse())).toEqual(texts);
  });

  it('[V61] enums by variant, ids and times by their number', () => {
    const colours = ['Red', 'Green', 'Blue'].map((tag) => ({ tag }));
    expect(sorted(t.enum('Colour', ['Red', 'Green', 'Blue']).algebraicType, [...colours].reverse())).toEqual(colours);
    const numbers = [1n, 9n, 10n, 2n ** 100n];
    const identities = numbers.map((n) => new Identity(n));
    expect(sorted(t.identity().algebraicType, [...identities].reverse())).toEqual(identities);
    const connections = numbers.map((n) => new ConnectionId(n));
    expect(sorted(t.connectionId().algebraicType, [...connections].reverse())).toEqual(connections);
    const uuids = numbers.map((n) => new Uuid(n));
    expect(sorted(t.uuid().algebraicType, [...uuids].reverse())).toEqual(uuids);
    const times = [-5n, 0n, 7n].map((micros) => new Timestamp(micros));
    expect(sorted(t.timestamp().algebraicType, [...times].reverse())).toEqual(times);
    const spans = [-5n, 0n, 7n].map((micros) => new TimeDuration(micros));
    expect(sorted(t.timeDuration().algebraicType, [...spans].reverse())).toEqual(spans);
  });

  it('[V61] is an order', () => {
    for (const { builder, values } of leafShapes) {
      const type = builder.algebraicType;
      if (isFloat(type)) continue;
      const keys: Key[] = fc.sample(values, 12).map(keyOf(type));
      const inOrder = [...keys].sort(compareKeys);
      for (let i = 0; i < inOrder.length; i++) {
        for (let j = i; j < inOrder.length; j++) {
          expect(compareKeys(inOrder[i]!, inOrder[j]!)).toBeLessThanOrEqual(0);
          expect(compareKeys(inOrder[j]!, inOrder[i]!)).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });
});
