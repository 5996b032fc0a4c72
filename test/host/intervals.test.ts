import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Intervals } from '../../src/host/query/intervals.ts';
import { compareKeys, type Key } from '../../src/values/index.ts';

type End = Key | undefined;

/** Ends of one type: numbers, 64-bit integers, texts with characters of the upper planes. */
const KEYS: readonly fc.Arbitrary<Key>[] = [
  fc.integer({ min: -20, max: 20 }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 63n) + 20n }),
  fc.constantFrom('', 'a', 'ab', 'b', '\u{ffff}', '\u{10000}'),
];

const script = fc.constantFrom(...KEYS).chain((key) => {
  const end = fc.option(key, { nil: undefined, freq: 6 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), low: end, high: end }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), key }) },
  );
  return fc.array(step, { maxLength: 300, size: 'max' });
});

const holds = (low: End, high: End, key: Key) =>
  (low === undefined || compareKeys(low, key) <= 0) && (high === undefined || compareKeys(high, key) >= 0);

describe('intervals', () => {
  it('[H66] find what looking through all of them finds', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const intervals = new Intervals<number>();
        const model: { low: End; high: End; value: number }[] = [];
        for (const [number, step] of steps.entries()) {
          if (step.kind === 'set') {
            const { low, high } = step;
            const at = model.findIndex((entry) => entry.low === low && entry.high === high);
            expect(intervals.get(low, high)).toBe(model[at]?.value);
            if (at >= 0) model.splice(at, 1);
            model.push({ low, high, value: number });
            intervals.set(low, high, number);
          } else if (step.kind === 'delete' && model.length > 0) {
            const { low, high } = model.splice(step.at % model.length, 1)[0]!;
            intervals.delete(low, high);
            intervals.delete(low, high); // nothing there any more
          } else if (step.kind === 'ask') {
            const expected = model.filter(({ low, high }) => holds(low, high, step.key)).map(({ value }) => value);
            expect(intervals.at(step.key).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
          }
          expect(intervals.size).toBe(model.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('[H66] are none when the last of many has gone', () => {
    const intervals = new Intervals<number>();
    for (let round = 0; round < 40; round++) {
      intervals.set(0, 9, round);
      intervals.delete(0, 9);
      expect([intervals.size, intervals.at(5)]).toEqual([0, []]);
    }
  });

  it('[H66] cost what they find, however many there are', () => {
    const intervals = new Intervals<number>();
    let compared = 0;
    const end = (value: number) => {
      const toPrimitive = () => {
        compared++;
        return value;
      };
      return { [Symbol.toPrimitive]: toPrimitive } as unknown as Key;
    };
    for (let n = 0; n < 10_000; n++) intervals.set(end(n * 10), end(n * 10 + 5), n);
    compared = 0;
    expect(intervals.at(40_002)).toEqual([4000]);
    expect(compared).toBeLessThan(1000); // 14 levels, and the 116 that are not sorted in at most, some twice
  });
});
