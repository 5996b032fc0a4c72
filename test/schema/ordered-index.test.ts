import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRange, type KeyRange, OrderedIndex, Range } from '../../src/schema/index.ts';
import { compareKeys, type Key } from '../../src/values/index.ts';

interface Entry {
  readonly keys: readonly [Key, Key];
  readonly id: number;
}

const order = (a: Entry, b: Entry) => compareKeys(a.keys[0], b.keys[0]) || compareKeys(a.keys[1], b.keys[1]);

const within = (key: Key, { from, to }: KeyRange) =>
  (from.tag === 'unbounded' || compareKeys(key, from.value) >= (from.tag === 'included' ? 0 : 1)) &&
  (to.tag === 'unbounded' || compareKeys(key, to.value) <= (to.tag === 'included' ? 0 : -1));

const key = fc.integer({ min: -3, max: 3 });
const bound = fc.oneof(
  fc.record({ tag: fc.constantFrom('included' as const, 'excluded' as const), value: key }),
  fc.constant({ tag: 'unbounded' as const }),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), keys: fc.tuple(key, key) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('ask' as const),
    prefix: fc.array(key, { maxLength: 2 }),
    range: fc.option(fc.record({ from: bound, to: bound }), { nil: undefined }),
  }),
);

describe('the ordered index', () => {
  it('[S40] answers as a sorted list does, whatever was added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new OrderedIndex<number>(2);
        const model: Entry[] = [];
        for (const [id, each] of steps.entries()) {
          if (each.kind === 'add') {
            model.push({ keys: each.keys, id });
            index.add(each.keys, id);
          } else if (each.kind === 'remove') {
            const [entry] = model.splice(model.length === 0 ? 0 : each.at % model.length, 1);
            if (entry !== undefined) index.remove(entry.keys, entry.id);
          } else {
            const { prefix, range } = each;
            const asked = range !== undefined && prefix.length < 2 ? range : undefined;
            const found = index.collect(prefix, asked, []);
            const expected = model.filter(
              ({ keys }) =>
                prefix.every((part, i) => part === keys[i]) &&
                (asked === undefined || within(keys[prefix.length]!, asked)),
            );
            expect(found).toEqual(expected.sort(order).map((entry) => entry.id)); // a stable sort: oldest first
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('[S40] keeps thousands of keys in order, whatever comes and goes', () => {
    const index = new OrderedIndex<number>(1);
    const there = new Set<number>();
    const range = (from: number, to: number): KeyRange => ({
      from: { tag: 'included', value: from },
      to: { tag: 'excluded', value: to },
    });
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    index.collect([], range(0, 1), []); // sorted from here on
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 300; i++) {
        const id = random(4000);
        if (there.delete(id)) index.remove([id], id);
        else {
          there.add(id);
          index.add([id], id);
        }
      }
      const from = random(4000);
      const to = from + random(1500);
      const sorted = [...there].sort((a, b) => a - b);
      expect(index.collect([], range(from, to), [])).toEqual(sorted.filter((id) => id >= from && id < to));
      expect(index.collect([], undefined, [])).toEqual(sorted);
    }
    for (const id of there) index.remove([id], id);
    expect(index.collect([], undefined, [])).toEqual([]);
  });

  it('[S41] orders texts by code point and takes every kind of end', () => {
    const index = new OrderedIndex<string>(1);
    const names = ['Zoe', 'ada', '\u{1F680}', '\uFF5E', 'Ada', ''];
    for (const name of names) index.add([name], name);
    expect(index.collect([], { from: { tag: 'unbounded' }, to: { tag: 'unbounded' } }, [])).toEqual([
      ...['', 'Ada', 'Zoe', 'ada', '\uFF5E', '\u{1F680}'],
    ]);
    const { from, to } = new Range({ tag: 'excluded', value: 'Ada' }, { tag: 'included', value: 'ada' });
    expect(index.collect([], { from, to }, [])).toEqual(['Zoe', 'ada']);
    expect(new Range()).toEqual({ from: { tag: 'unbounded' }, to: { tag: 'unbounded' } });
    expect([isRange(new Range()), isRange({ from: { tag: 'unbounded' }, to: { tag: 'unbounded' } })]).toEqual([
      true,
      true,
    ]);
    expect([isRange(null), isRange({ from: 1, to: 2 }), isRange('a')]).toEqual([false, false, false]);
  });
});
