import { describe, expect, it } from 'vitest';
import { generateBindings, isGenerated, privateTables } from '../../src/codegen/index.ts';
import {
  EMPTY_MODULE,
  type Lifecycle,
  type Params,
  resolveReducer,
  resolveTables,
  table,
} from '../../src/schema/index.ts';
import { t } from '../../src/values/index.ts';
import { arena } from './arena.ts';

const files = generateBindings(arena);
const textOf = (path: string, from = files) => from.find((file) => file.path === path)!.text;
/** A file without banner and imports. */
const bodyOf = (path: string) => textOf(path).slice(textOf(path).indexOf('\nexport'));

describe('files', () => {
  it('[G1][G3] one for each public table and callable reducer, beside the fixed ones', () => {
    expect(files.map(({ path }) => path).sort()).toEqual([
      'bump_table.ts',
      'cargo_table.ts',
      'codecs.ts',
      'delete_reducer.ts',
      'delete_table.ts',
      'index.ts',
      'join_reducer.ts',
      'kind_table.ts',
      'parked_ship_table.ts',
      'seat_table.ts',
      'set_name_reducer.ts',
      'ship_reducer.ts',
      'ship_table.ts',
      'steer_reducer.ts',
      'types.ts',
      'types/procedures.ts',
      'types/reducers.ts',
    ]);
    expect(files.map(({ text }) => text).join()).not.toMatch(
      /clientConnected|client_connected|StepReducer|InitReducer/,
    );
  });

  it("[G9] for SpacetimeDB's own package there is nothing that it does not have", () => {
    const official = generateBindings(arena, { importPath: 'spacetimedb' });
    expect(official.map(({ path }) => path)).toEqual(
      files.map(({ path }) => path).filter((path) => path !== 'codecs.ts'),
    );
    const index = textOf('index.ts', official);
    expect(index).not.toMatch(/codec/i);
    expect(index).toContain("__reducerSchema('set_name', SetNameReducer)");
    expect(index).toContain(
      "  seat: __table({\n    name: 'seat',\n    indexes: [],\n    constraints: [],\n  }, SeatRow)",
    );
    expect(textOf('types.ts', official)).toContain('const Order: __TypeBuilder<Order, __AlgebraicTypeType> = ');
    const aliased = generateBindings(arena, { importPath: '../client/index.ts', isOfficial: true });
    expect(textOf('index.ts', aliased).replaceAll('../client/index.ts', 'spacetimedb')).toBe(index);
  });

  it('[G1][G3] of the quickstart chat as SpacetimeDB lists them, and the codecs', () => {
    const user = table(
      { public: true },
      { identity: t.identity().primaryKey(), name: t.option(t.string()), online: t.bool() },
    );
    const message = table({ public: true }, { sender: t.identity(), sent: t.timestamp(), text: t.string() });
    const reducer = (name: string, params: Params, lifecycle?: Lifecycle) => {
      return { ...resolveReducer(name, params), lifecycle, scheduledBy: undefined, publicArgs: false };
    };
    const reducers = [
      reducer('set_name', { name: t.string() }),
      reducer('send_message', { text: t.string() }),
      reducer('init', {}, 'init'),
      reducer('on_connect', {}, 'onConnect'),
      reducer('on_disconnect', {}, 'onDisconnect'),
    ];
    const generated = generateBindings({ ...EMPTY_MODULE, tables: resolveTables({ user, message }), reducers });
    expect(generated.map(({ path }) => path).sort()).toEqual([
      'codecs.ts',
      'index.ts',
      'message_table.ts',
      'send_message_reducer.ts',
      'set_name_reducer.ts',
      'types.ts',
      'types/procedures.ts',
      'types/reducers.ts',
      'user_table.ts',
    ]);
    const named = [...textOf('types.ts', generated).matchAll(/export type (\w+)/g)].map((found) => found[1]);
    expect(named).toEqual(['Message', 'User']);
    const params = [...textOf('types/reducers.ts', generated).matchAll(/export type (\w+)/g)].map((found) => found[1]);
    expect(params).toEqual(['SendMessageParams', 'SetNameParams']);
  });

  it('[G2] private tables are left out and named, their row types are not', () => {
    expect(privateTables(arena)).toEqual(['ledger', 'step_timer']);
    expect(textOf('index.ts')).not.toContain('ledger');
    expect(textOf('types.ts')).toContain("export const Ledger = __t.object('Ledger', {");
    const all = generateBindings(arena, { includePrivate: true });
    expect(all.map(({ path }) => path)).toEqual(expect.arrayContaining(['ledger_table.ts', 'step_timer_table.ts']));
    expect(textOf('index.ts', all)).toContain('  ledger: __table({');
  });

  it('[G4] begin with the banner and import what they use under aliases', () => {
    for (const { text } of files) expect(isGenerated(text)).toBe(true);
    expect(textOf('set_name_reducer.ts').split('\n').slice(-6)).toEqual([
      "import { t as __t } from 'spacetick';",
      '',
      'export default {',
      '  name: __t.string(),',
      '};',
      '',
    ]);
    const relative = files.flatMap(({ text }) => [...text.matchAll(/from '([^']+)'/g)].map((found) => found[1]!));
    expect(relative.filter((from) => from !== 'spacetick' && !/^\.\.?\/[\w/]+$/.test(from))).toEqual([]);
    const elsewhere = generateBindings(arena, { importPath: '@arena/client' });
    expect(elsewhere.map(({ text }) => text).join()).not.toContain("'spacetick'");
  });

  it('[G4] name the version whose shape they have', () => {
    expect(textOf('index.ts')).toContain("versionInfo: { cliVersion: '2.10.0' as const }");
    expect(textOf('index.ts', generateBindings(arena, { cliVersion: '2.9.1' }))).toContain("'2.9.1' as const");
  });

  it('[G5] are the same whatever the order of the module', () => {
    const turned = { ...EMPTY_MODULE, tables: [...arena.tables].reverse(), reducers: [...arena.reducers].reverse() };
    const sorted = (list: typeof files) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));
    // Emitted functions are numbered in the order of use, which is the order of names, too.
    expect(sorted(generateBindings(turned))).toEqual(sorted(files));
  });
});

describe('tables and types', () => {
  it('[B1][N2][B2] a table file holds the columns', () => {
    expect(bodyOf('ship_table.ts')).toBe(`
export default __t.row({
  id: __t.u32().primaryKey(),
  owner: __t.identity(),
  chunkX: __t.i32().name('chunk_x'),
  chunkY: __t.i32().name('chunk_y'),
  get kind() {
    return ShipKind;
  },
  get position() {
    return Vec2;
  },
  score: __t.u64(),
});
`);
    expect(textOf('ship_table.ts')).toContain("import { ShipKind, Vec2 } from './types';");
    expect(bodyOf('kind_table.ts')).toContain('return ShipKind.primaryKey();');
  });

  it('[B1][B5][B6][N1] the index holds names, indexes, constraints and events', () => {
    const index = textOf('index.ts');
    expect(index).toContain(`
  ship: __table({
    name: 'ship',
    indexes: [
      { accessor: 'id', name: 'ship_id_idx_btree', algorithm: 'btree', columns: ['id'] },
      { accessor: 'owner', name: 'ship_owner_idx_btree', algorithm: 'btree', columns: ['owner'], index: __UniqueIndex },
      { accessor: 'score', name: 'ship_score_idx_btree', algorithm: 'btree', columns: ['score'], index: __RangedIndex },
      { accessor: 'by_chunk', name: 'ship_chunk_x_chunk_y_idx_btree', algorithm: 'btree', columns: ['chunkX', 'chunkY'], index: __RangedIndex },
      { accessor: 'kindIndex', name: 'ship_kinds', algorithm: 'btree', columns: ['kind'], index: __RangedIndex },
    ],
    constraints: [
      { name: 'ship_id_key', constraint: 'unique', columns: ['id'] },
      { name: 'ship_owner_key', constraint: 'unique', columns: ['owner'] },
    ],
    codec: ShipCodec,
  }, ShipRow),
`);
    expect(index).toContain("  kind: __table({\n    name: 'kind_stats',");
    expect(index).toContain("columns: ['row', 'column'] },\n    ],\n    codec: SeatCodec");
    expect(index).toContain('event: true,\n    codec: BumpCodec');
    expect(index).toContain("__reducerSchema('set_name', SetNameReducer, SetNameParamsCodec)");
  });

  it('[B3][N1] recursive types are written out', () => {
    expect(bodyOf('types.ts')).toContain(
      "export type Order = { tag: 'Halt'; value?: Record<string, never> } | { tag: 'Then'; value: Orders };\n" +
        "export const Order: __TypeBuilder<Order> = __t.enum('Order', {",
    );
    expect(bodyOf('types.ts')).toContain('export type Vec2 = __Infer<typeof Vec2>;');
  });

  it('[G1] arguments have types of their own', () => {
    expect(textOf('types/reducers.ts')).toContain(
      "import type SteerReducer from '../steer_reducer';\n\nexport type DeleteParams = __Infer<typeof DeleteReducer>;",
    );
    expect(textOf('types/procedures.ts')).toMatch(/\nexport \{\};\n$/);
  });

  it('[N6] tables of several words answer to their names on the wire, too', () => {
    expect(textOf('index.ts')).toContain(`
export type Tables = Queries & {
  /** @deprecated It is called kind. */
  readonly kind_stats: Queries['kind'];
  /** @deprecated It is called parkedShip. */
  readonly parked_ship: Queries['parkedShip'];
};

/** Queries: \`tables.<table>.where((row) => ...)\`. */
export const tables: Tables = Object.freeze({
  ...queries,
  kind_stats: queries.kind,
  parked_ship: queries.parkedShip,
});
`);
    const swapped = {
      ...EMPTY_MODULE,
      tables: resolveTables({ a: table({ name: 'b' }, {}), b: table({ name: 'a' }, {}) }),
    };
    const text = textOf('index.ts', generateBindings(swapped, { includePrivate: true }));
    expect(text).not.toContain('export type Tables');
  });

  it('[N7] the exports of the index', () => {
    const exportsOf = (text: string) =>
      [...text.matchAll(/^export (const|class|type) (\w+)/gm)].map(([, , name]) => name);
    const always = [
      'tables',
      'reducers',
      'procedures',
      'EventContext',
      'ReducerEventContext',
      'SubscriptionEventContext',
      'ErrorContext',
      'SubscriptionHandle',
      'SubscriptionBuilder',
      'DbConnectionBuilder',
      'DbConnection',
    ];
    const orb = table({ public: true }, { id: t.u32().primaryKey() });
    const plain = generateBindings({ ...EMPTY_MODULE, tables: resolveTables({ orb }) });
    expect(exportsOf(textOf('index.ts', plain)).sort()).toEqual([...always].sort());
    expect(textOf('index.ts', plain).match(/^export/gm)).toHaveLength(always.length);
    expect(exportsOf(textOf('index.ts')).sort()).toEqual([...always, 'DbView', 'Tables'].sort());
  });
});
