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
  fc.record({ kind: fc.constant('add' as const), keys: fc.tuple(key, key), id: fc.nat(20) }),
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
        const index = new OrderedIndex<Entry>(2);
        const model: Entry[] = [];
        for (const each of steps) {
          if (each.kind === 'add') {
            const entry = { keys: each.keys, id: each.id };
            model.push(entry);
            index.add(entry.keys, entry);
          } else if (each.kind === 'remove') {
            const [entry] = model.splice(model.length === 0 ? 0 : each.at % model.length, 1);
            if (entry !== undefined) index.remove(entry.keys, entry);
          } else {
            const { prefix, range } = each;
            const asked = range !== undefined && prefix.length < 2 ? range : undefined;
            const found = index.collect(prefix, asked, []);
            const expected = model.filter(
              ({ keys }) =>
                prefix.every((part, i) => part === keys[i]) &&
                (asked === undefined || within(keys[prefix.length]!, asked)),
            );
            expect(new Set(found)).toEqual(new Set(expected));
            expect(found).toHaveLength(expected.length);
            for (let i = 1; i < found.length; i++) expect(order(found[i - 1]!, found[i]!)).toBeLessThanOrEqual(0);
          }
        }
      }),
      { numRuns: 500 },
    );
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
