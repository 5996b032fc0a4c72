import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeIndex } from '../../src/client/cache/lean-make-index.ts';
import { Table as LeanTable } from '../../src/client/cache/lean-table.ts';
import { UniqueIndex } from '../../src/client/cache/unique-index.ts';
import type { IndexDef } from '../../src/schema/index.ts';
import { table, tablesSchema } from '../../src/schema/index.ts';
import { tableDefOf as leanTableDefOf } from '../../src/schema/lean-table-def.ts';
import { tableDefOf } from '../../src/schema/table-def.ts';
import { decodeUtf8 } from '../../src/values/decode-utf8.ts';
import { identityAt } from '../../src/values/identity-at.ts';
import {
  BsatnWriter,
  type ColumnMeta,
  ConnectionId,
  elementsOf,
  Identity,
  keyOf,
  plainCodecOf,
  TimeDuration,
  Timestamp,
  type TypeBuilder,
  t,
  Uuid,
} from '../../src/values/index.ts';
import { elementsOf as leanElementsOf, keyOf as leanKeyOf, t as leanT } from '../../src/values/lean/type.ts';
import { BsatnWriter as LeanWriter } from '../../src/values/lean/writer.ts';
import { decodeUtf8 as leanDecodeUtf8 } from '../../src/values/lean-decode-utf8.ts';
import { identityAt as leanIdentityAt } from '../../src/values/lean-identity-at.ts';
import type { Row, TableDelta } from '../../src/wire/index.ts';
import { samples } from '../values/support/shapes.ts';

// What the lean build has in the place of other files does what those do.

const script: string = new URL('../../scripts/lean.mjs', import.meta.url).href;
const { LEAN_FILES } = (await import(script)) as { LEAN_FILES: ReadonlyMap<string, string> };
const RUNS = { numRuns: 200 };
/** Members of the other ones that no prototype of theirs has: fields, and what a class inherits. */
const OTHER_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Settlement: Object.getOwnPropertyNames(Promise.prototype),
  Table: ['isKeyed', 'keyOf'],
};

async function moduleOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path: string = new URL(`../../src/${file}.ts`, import.meta.url).href;
  return (await import(path)) as Readonly<Record<string, unknown>>;
}

/** The names of a module, and of the members of its classes. */
async function namesOf(file: string): Promise<string[]> {
  return Object.entries(await moduleOf(file)).flatMap(([name, value]) => {
    const isClass = typeof value === 'function' && /^class\b/.test(String(value));
    const members = isClass ? Object.getOwnPropertyNames(value.prototype) : [];
    return [name, ...members.map((member) => `${name}.${member}`)];
  });
}

const pairs = [...LEAN_FILES];
const isIndex = ([file]: readonly [string, string]) => file.endsWith('/index');

it.each(pairs.filter((pair) => !isIndex(pair)))(
  '[B11] %s: the other one has its exports and their members',
  async (file, lean) => {
    const inherited = Object.entries(OTHER_MEMBERS).flatMap(([name, members]) =>
      members.map((member) => `${name}.${member}`),
    );
    const known = new Set([...(await namesOf(lean)), ...inherited]);
    expect((await namesOf(file)).filter((name) => !known.has(name))).toEqual([]);
  },
);

// That nothing is missing which somebody asks for is shown where all of the lean build is bundled (test/pack [B9]).
it.each(pairs.filter(isIndex))('[B11] %s: the other one exports less, and nothing else', async (file, lean) => {
  const [all, fewer] = [await moduleOf(file), await moduleOf(lean)];
  expect(Object.keys(fewer).filter((name) => !(name in all))).toEqual([]);
});

it('[B11] writes the same bytes', () => {
  fc.assert(
    fc.property(samples, ({ type, value }) => {
      const [whole, lean] = [new BsatnWriter(), new LeanWriter()];
      plainCodecOf(type).write(whole, value);
      plainCodecOf(type).write(lean as never, value);
      expect(lean.finish()).toEqual(whole.finish());
    }),
    RUNS,
  );
});

const STRANGE = [
  undefined,
  null,
  true,
  'text',
  '\ud800',
  '5',
  -1,
  -129,
  256,
  0.5,
  2 ** 31,
  2 ** 32,
  1e39,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1n,
  5n,
  1n << 63n,
  1n << 64n,
  1n << 128n,
  1n << 256n,
  {},
  { tag: 'Comet' },
  [],
  [1, 300],
  [-1],
  () => undefined,
  Symbol.iterator,
  new Uint8Array([1, 2]),
  Identity.zero(),
  ConnectionId.zero(),
  new Timestamp(5n),
  new Timestamp(1n << 63n),
  new TimeDuration(5n),
  Uuid.NIL,
];
const TYPES: readonly (readonly [string, TypeBuilder<unknown, ColumnMeta>])[] = [
  ...([
    'bool',
    'u8',
    'i8',
    'u16',
    'i16',
    'u32',
    'i32',
    'u64',
    'i64',
    'u128',
    'i128',
    'u256',
    'i256',
    'f32',
    'f64',
  ] as const),
  ...(['string', 'byteArray', 'identity', 'connectionId', 'timestamp', 'timeDuration', 'uuid'] as const),
].map((name) => [name, t[name]()] as const);
const composites: readonly (readonly [string, TypeBuilder<unknown, ColumnMeta>])[] = [
  ['array', t.array(t.u8())],
  ['object', t.object('Point', { x: t.u8() })],
  ['enum', t.enum('Kind', ['Orb', 'Ship'])],
];

it.each([...TYPES, ...composites])(
  '[B11] takes and refuses what the other one does: %s',
  (_name, { algebraicType: type }) => {
    const taken = (writer: BsatnWriter, value: unknown): string => {
      try {
        plainCodecOf(type).write(writer, value);
        return writer.textOf(0, writer.length);
      } catch (error) {
        return (error as { code?: string }).code ?? (error instanceof TypeError ? 'E_VALUE_TYPE' : String(error));
      }
    };
    for (const value of STRANGE) {
      expect([value, taken(new LeanWriter() as never, value)]).toEqual([value, taken(new BsatnWriter(), value)]);
    }
  },
);

it('[B11] counts levels of recursive types', () => {
  interface Tree {
    readonly children: readonly Tree[];
  }
  const Tree: ReturnType<typeof t.object> = t.object('Tree', { children: t.array(t.lazy(() => Tree)) });
  const nested = (levels: number): Tree => ({ children: levels > 1 ? [nested(levels - 1)] : [] });
  const write = (levels: number) => plainCodecOf(Tree.algebraicType).write(new LeanWriter() as never, nested(levels));
  write(128);
  expect(() => write(129)).toThrow(/nested deeper/);
});

it('[B11] keys are equal where the other ones are', () => {
  const values = [fc.nat(3), fc.bigInt(0n, 3n), fc.constantFrom('a', 'b'), fc.boolean()];
  const kinds = t.enum('Kind', ['Orb', 'Ship']);
  const few = fc.bigInt(0n, 2n);
  const columns: readonly (readonly [TypeBuilder<unknown, ColumnMeta>, fc.Arbitrary<unknown>])[] = [
    ...[t.u32(), t.u64(), t.string(), t.bool()].map((type, i) => [type, values[i]!] as const),
    [t.identity(), few.map((n) => new Identity(n))],
    [t.connectionId(), few.map((n) => new ConnectionId(n))],
    [t.timestamp(), few.map((n) => new Timestamp(n))],
    [t.timeDuration(), few.map((n) => new TimeDuration(n))],
    [t.uuid(), few.map((n) => new Uuid(n))],
    [kinds, fc.constantFrom({ tag: 'Orb' }, { tag: 'Ship' })],
    [t.byteArray(), fc.uint8Array({ maxLength: 2, max: 1 })],
  ];
  const T = leanT as unknown as typeof t;
  for (const [type, some] of columns) {
    const declared = type === kinds ? T.enum('Kind', ['Orb', 'Ship']) : T.u8();
    const [whole, lean] = [keyOf(type.algebraicType), leanKeyOf(declared as never)];
    fc.assert(
      fc.property(some, some, (a, b) => (lean(a) === lean(b)) === (whole(a) === whole(b))),
      RUNS,
    );
  }
});

it('[B11] keys of enums are in the order of their variants', () => {
  const T = leanT as unknown as typeof t;
  const names = ['Zeta', 'Alpha', 'Mid'];
  for (const variants of [names, Object.fromEntries(names.map((name) => [name, T.unit()]))]) {
    const of = leanKeyOf(T.enum('Kind', variants as never) as never);
    expect(names.map((tag) => of({ tag }))).toEqual([0, 1, 2]);
  }
});

it('[B11] rows leave once, and are compared whole', () => {
  const { defs } = tablesSchema({
    song: table({ name: 'song' }, { id: t.u32().primaryKey(), length: t.timeDuration(), notes: t.array(t.u8()) }),
  }).schemaType;
  const songs = new LeanTable(defs[0]!);
  const song = (notes: number[]) => ({ id: 1, length: new TimeDuration(5n), notes });
  const applied = (inserts: Row[], deletes: Row[]): unknown[] => {
    songs.deltas.push({ table: songs, inserts, deletes, events: [] } as unknown as TableDelta);
    songs.apply();
    songs.deltas.length = 0;
    const told = songs.log.after.map((after, i) => [songs.log.before[i] !== undefined, after !== undefined]);
    songs.log.clear();
    return told;
  };
  const [came, changed, left] = [[[false, true]], [[true, true]], [[true, false]]];
  expect(applied([song([1])], [])).toEqual(came);
  expect(applied([song([1])], [])).toEqual([]); // another query has it, too
  expect(applied([song([1, 2])], [song([1]), song([1])])).toEqual([...changed]);
  expect(applied([], [song([1, 2]), song([1, 2])])).toEqual(left);
});

it('[B11] reads the same of a declared table', () => {
  const declared = () =>
    table(
      {
        name: 'ships',
        event: true,
        indexes: [
          { accessor: 'id', name: 'ships_id_idx_btree', algorithm: 'btree', columns: ['id'] },
          {
            accessor: 'byPlace',
            name: 'ships_place',
            algorithm: 'btree',
            columns: ['x', 'ownerId'],
            index: UniqueIndex,
          },
        ],
        constraints: [{ name: 'ships_id_key', constraint: 'unique', columns: ['id'] }],
      },
      t.row({ x: t.u8(), id: t.u32().primaryKey(), ownerId: t.identity().name('owner_id') }) as never,
    );
  const whole = tableDefOf('theShip', declared() as never);
  const lean = leanTableDefOf('theShip', declared() as never);
  const facts = ({ name, accessor, isEvent, columns, primaryKey, indexes }: typeof whole) => ({
    name,
    accessor,
    isEvent,
    primaryKey,
    columns: columns.map(({ name, key }) => ({ name, key })),
    indexes: indexes.map(({ accessor, columns, unique }) => ({ accessor, columns, unique })),
  });
  expect(isDeepStrictEqual(facts(lean), facts(whole))).toBe(true);
  const rows = { rows: new Map([[1, { x: 1 }]]), isKeyed: true, keyOf: () => 1 };
  const index = makeIndex(lean.indexes[1] as IndexDef, whole.columns, rows as never);
  expect(index).toBeInstanceOf(UniqueIndex);
});

it('[B11] reads the same texts, and refuses what is no UTF-8', () => {
  const outcome = (decode: typeof decodeUtf8, bytes: Uint8Array, from: number): unknown => {
    try {
      return decode(bytes, from, bytes.length);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), fc.nat(2), (said, from) => {
      const bytes = typeof said === 'string' ? new TextEncoder().encode(`\ufeff--${said}`) : said;
      expect(outcome(leanDecodeUtf8, bytes, from)).toEqual(outcome(decodeUtf8, bytes, from));
    }),
    RUNS,
  );
});

it('[B11] reads the same identities', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), fc.nat(8), (bytes, at) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      expect(leanIdentityAt(view, bytes, at).hex).toBe(identityAt(view, bytes, at).hex);
    }),
    RUNS,
  );
});

it('[B11] names the same columns', () => {
  const declared = (T: typeof t) => ({
    id: T.u32().primaryKey(),
    at: T.u8(),
    who: T.identity().name('owner'),
  });
  const facts = (list: readonly { name: unknown; key: string }[]) => list.map(({ name, key }) => ({ name, key }));
  const upper = (key: string) => key.toUpperCase();
  const lean = declared(leanT as unknown as typeof t);
  expect(facts(leanElementsOf(lean as never, upper))).toEqual(facts(elementsOf(declared(t), upper)));
  expect(Object.values(lean).map(({ meta }) => 'primaryKey' in meta)).toEqual([true, false, false]);
});
