import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntegerMap } from '../../src/client/cache/integer-map.ts';

const SIGNED = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const UNSIGNED = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Few keys, so that they meet; some far away. */
const keys = (far: fc.Arbitrary<number>) => fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) }, far);

const steps = (isSigned: boolean) =>
  fc.array(
    fc.record({ what: fc.constantFrom('set', 'set', 'delete', 'fill'), key: keys(isSigned ? SIGNED : UNSIGNED) }),
    { maxLength: 400 },
  );

it.each([true, false])('[C8] rows by integer keys are those of a Map, in its order (signed: %s)', (isSigned) => {
  fc.assert(
    fc.property(steps(isSigned), (list) => {
      const map = new IntegerMap(isSigned);
      const model = new Map<number, object>();
      list.forEach(({ what, key }, n) => {
        if (what === 'set') {
          const row = { n };
          map.set(key, row);
          model.set(key, row);
        } else if (what === 'fill') {
          const rows = [key, key ^ 1, key ^ 64].map((id) => ({ id: isSigned ? id : id >>> 0, n }));
          const fresh = rows.findIndex(({ id }) => model.has(id));
          expect(map.fill(rows, 'id')).toBe(fresh < 0 ? rows.length : fresh);
          for (const row of fresh < 0 ? rows : rows.slice(0, fresh)) model.set(row.id, row);
        } else expect(map.delete(key)).toBe(model.delete(key));
        expect(map.get(key)).toBe(model.get(key));
      });
      expect(map.size).toBe(model.size);
      expect([...map.values()]).toEqual([...model.values()]);
      for (const key of model.keys()) expect(map.get(key)).toBe(model.get(key));
    }),
  );
});

it('[C8] rows that come and go by the thousand leave those that stay, in order', () => {
  const map = new IntegerMap(false);
  const model = new Map<number, object>();
  for (let id = 0; id < 20_000; id++) {
    const row = { id };
    map.set(id, row);
    model.set(id, row);
    const gone = id % 3 === 0 ? id - 7 : id - 5000;
    expect(map.delete(gone)).toBe(model.delete(gone));
  }
  for (let id = 0; id < 19_990; id++) expect(map.delete(id)).toBe(model.delete(id));
  expect([...map.values()]).toEqual([...model.values()]);
});

it('[C9] a value that is no such integer is found nowhere', () => {
  const map = new IntegerMap(false);
  map.set(2 ** 32 - 1, { id: 1 });
  map.set(0, { id: 2 });
  for (const value of [-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY, 'x', 0n, true]) {
    expect(map.get(value)).toBe(undefined);
    expect(map.has(value)).toBe(false);
  }
  expect(map.get(2 ** 32 - 1)).toEqual({ id: 1 });
  const signed = new IntegerMap(true);
  signed.set(-1, { id: 3 });
  expect(signed.get(2 ** 32 - 1)).toBe(undefined);
  expect(signed.get(-1)).toEqual({ id: 3 });
});

it('[C8] a row list that is being read is not disturbed by what comes and goes', () => {
  const map = new IntegerMap(false);
  for (let id = 0; id < 100; id++) map.set(id, { id });
  const rows = map.values();
  const seen = [rows.next().value];
  for (let id = 1; id < 99; id++) map.delete(id);
  for (let id = 200; id < 400; id++) map.set(id, { id });
  for (const row of rows) seen.push(row);
  expect(seen).toContainEqual({ id: 0 });
  expect(seen).toContainEqual({ id: 99 });
  expect(new Set(seen).size).toBe(seen.length);
});

it('[C8] rows are read as any iterator is', () => {
  const map = new IntegerMap(false);
  map.set(1, { id: 1 });
  const rows = map.values();
  const own = [1].values();
  for (const name of ['map', 'filter', 'take', 'toArray']) expect(name in rows).toBe(name in own);
  expect(Array.from(rows)).toEqual([{ id: 1 }]);
  expect(rows.next()).toEqual({ value: undefined, done: true });
});
