import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntegerMap } from '../../src/client/cache/integer-map.ts';
import { IntegerMap as LeanIntegerMap } from '../../src/client/cache/lean-integer-map.ts';
import { plainCodecOf as leanCodecOf } from '../../src/values/codec/lean-plain.ts';
import { BsatnReader, BsatnWriter, plainCodecOf, t } from '../../src/values/index.ts';
import type { Row } from '../../src/wire/index.ts';
import { samples } from '../values/support/shapes.ts';

// What the lean build has in the place of other files does what those do.

const script: string = new URL('../../scripts/lean.mjs', import.meta.url).href;
const { LEAN_FILES } = (await import(script)) as { LEAN_FILES: ReadonlyMap<string, string> };
const RUNS = { numRuns: 200 };

/** The names of a module, and of the members of its classes. */
async function namesOf(file: string): Promise<string[]> {
  const path: string = new URL(`../../src/${file}.ts`, import.meta.url).href;
  const module = (await import(path)) as Readonly<Record<string, unknown>>;
  return Object.entries(module).flatMap(([name, value]) => {
    const isClass = typeof value === 'function' && /^class\b/.test(String(value));
    const members = isClass ? Object.getOwnPropertyNames(value.prototype) : [];
    return [name, ...members.map((member) => `${name}.${member}`)];
  });
}

it.each([...LEAN_FILES])('[B11] %s: the other one has its exports and their members', async (file, lean) => {
  const inherited = Object.getOwnPropertyNames(Map.prototype).map((member) => `IntegerMap.${member}`);
  const known = new Set([...(await namesOf(lean)), ...(lean.endsWith('integer-map') ? inherited : [])]);
  expect((await namesOf(file)).filter((name) => !known.has(name))).toEqual([]);
});

it('[B11] codecs that walk types write the same bytes and read the same values', () => {
  fc.assert(
    fc.property(samples, ({ type, value }) => {
      const [whole, lean] = [new BsatnWriter(), new BsatnWriter()];
      plainCodecOf(type).write(whole, value);
      leanCodecOf(type).write(lean, value);
      expect(lean.finish()).toEqual(whole.finish());
      expect(isDeepStrictEqual(leanCodecOf(type).read(new BsatnReader(whole.finish())), value)).toBe(true);
    }),
    RUNS,
  );
});

it('[B11] they refuse what has no variant, and count levels of recursive types', () => {
  const kind = t.enum('Kind', ['Orb', 'Ship']).algebraicType;
  expect(() => leanCodecOf(kind).write(new BsatnWriter(), { tag: 'Comet' })).toThrow(/Kind/);
  interface Tree {
    readonly children: readonly Tree[];
  }
  const Tree: ReturnType<typeof t.object> = t.object('Tree', { children: t.array(t.lazy(() => Tree)) });
  const nested = (levels: number): Tree => ({ children: levels > 1 ? [nested(levels - 1)] : [] });
  const write = (levels: number) => leanCodecOf(Tree.algebraicType).write(new BsatnWriter(), nested(levels));
  write(128);
  expect(() => write(129)).toThrow(/nested deeper/);
});

const key = fc.integer({ min: -20, max: 20 });
it('[B11] rows by an integer are the same rows', () => {
  const row = fc.record({ id: key, x: fc.nat() });
  fc.assert(
    fc.property(fc.array(row), fc.array(key), fc.array(row), (first, gone, more) => {
      const [whole, lean] = [new IntegerMap(true), new LeanIntegerMap(true)];
      const seen = [whole, lean].map((rows) => {
        const filled = rows.fill(first as Row[], 'id');
        const left = gone.map((id) => rows.delete(id));
        for (const one of more) rows.set(one.id, one as Row);
        return { filled, left, size: rows.size, has: gone.map((id) => rows.has(id)) };
      });
      expect(seen[1]).toEqual(seen[0]);
      const sorted = (rows: Iterable<Row>) => [...rows].map((one) => JSON.stringify(one)).sort();
      expect(sorted(lean.values())).toEqual(sorted(whole.values()));
    }),
    RUNS,
  );
});
