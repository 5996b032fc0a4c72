import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  EMPTY_MODULE,
  namedTypes,
  type PrimaryKeyOf,
  type RangedAccessors,
  type RowOf,
  resolveReducer,
  resolveTables,
  table,
  tablesSchema,
  type UniqueAccessors,
} from '../../src/schema/index.ts';
import { type Fields, type Identity, t } from '../../src/values/index.ts';

const Hull = t.object('Hull', { plates: t.array(t.object('Plate', { wear: t.u8() })) });

const Ship = table(
  {
    public: true,
    indexes: [{ accessor: 'byCell', algorithm: 'btree', columns: ['cellX', 'cellY'] }],
    constraints: [{ constraint: 'unique', columns: ['cellX', 'berth'] }],
  },
  {
    id: t.u32().primaryKey().autoInc(),
    owner: t.identity().unique(),
    cellX: t.i32(),
    cellY: t.i32(),
    berth: t.u8(),
    kind: t.u8().index('hash'),
    label: t.string().name('display_name'),
    hull: Hull,
  },
);

const ship = () => resolveTables({ cometShip: Ship })[0]!;

describe('a table', () => {
  it('[S2] takes its names from the declaration, else from its keys', () => {
    expect(ship()).toMatchObject({ name: 'comet_ship', accessor: 'cometShip' });
    expect(ship().columns.map(({ name }) => name)).toEqual([
      ...['id', 'owner', 'cell_x', 'cell_y', 'berth', 'kind', 'display_name', 'hull'],
    ]);
    expect(resolveTables({ s: table({ name: 'Vessel' }, { id: t.u8() }) })[0]!.name).toBe('Vessel');
  });

  it('[S10] is private and kept unless it says otherwise', () => {
    const plain = resolveTables({ orb: table({}, { id: t.u8() }) })[0]!;
    expect(plain).toMatchObject({ isPublic: false, isEvent: false });
    expect(resolveTables({ hit: table({ public: true, event: true }, { id: t.u8() }) })[0]).toMatchObject({
      isPublic: true,
      isEvent: true,
    });
  });

  it('[S11] has the constraints and indexes its columns imply', () => {
    expect(ship()).toMatchObject({ primaryKey: 0, autoInc: [0], uniques: [[0], [1], [2, 4]] });
    expect(ship().indexes.map(({ name, accessor, unique }) => [name, accessor, unique])).toEqual([
      ['comet_ship_id_idx_btree', 'id', true],
      ['comet_ship_owner_idx_btree', 'owner', true],
      ['comet_ship_kind_idx_hash', 'kind', false],
      ['comet_ship_cell_x_cell_y_idx_btree', 'byCell', false],
      ['comet_ship_cell_x_berth_idx_btree', '', true],
    ]);
  });

  it('[S12] takes an index that is repeated for one', () => {
    const repeated = table(
      { indexes: [{ accessor: 'id', algorithm: 'btree', columns: ['id'] }] },
      { id: t.u32().primaryKey() },
    );
    expect(resolveTables({ repeated })[0]!.indexes).toHaveLength(1);
    const direct = table({ indexes: [{ accessor: 'slot', algorithm: 'direct', column: 'n' }] }, { n: t.u8() });
    expect(resolveTables({ direct })[0]!.indexes).toMatchObject([{ name: 'direct_n_idx_direct', columns: [0] }]);
  });

  it('[S13] is refused when it cannot be', () => {
    const refusals: [Parameters<typeof table>, RegExp][] = [
      [[{}, { a: t.u8().primaryKey(), b: t.u8().primaryKey() }], /Table orb: only one column can be the primary key/],
      [[{}, { chunkX: t.u8(), chunk_x: t.u8() }], /Table orb: two columns are called chunk_x/],
      [[{ constraints: [{ constraint: 'unique', columns: ['gone'] }] }, { a: t.u8() }], /there is no column gone/],
      [[{ indexes: [{ accessor: 'i', algorithm: 'btree', columns: ['x'] }] }, { x: t.f32() }], /column x is f32/],
      [[{ indexes: [{ accessor: 'i', algorithm: 'btree' }] }, { x: t.u8() }], /index i names no column/],
      [
        [{ indexes: [{ accessor: 'x', algorithm: 'btree', columns: ['y'] }] }, { x: t.u8().index(), y: t.u8() }],
        /two indexes have the accessor x/,
      ],
      [[{ scheduled: 'step' }, { id: t.u64() }], /it does not have a ScheduleAt column/],
      [[{}, { a: t.u8().default(300) }], /Table orb: .*default/],
    ];
    for (const [declaration, reason] of refusals) {
      expect(() => resolveTables({ orb: table(...declaration) }), String(reason)).toThrow(
        expect.objectContaining({ code: 'E_SCHEMA', message: expect.stringMatching(reason) }),
      );
    }
    expect(() => table({ name: 'orb' }, { a: 5 } as never)).toThrow(/Column a of table orb is not a type/);
    expect(() => resolveTables({ a: table({ name: 'orb' }, {}), b: table({ name: 'orb' }, {}) })).toThrow(
      /Two tables are called orb/,
    );
    expect(() => resolveTables({ orb: {} as never })).toThrow(/orb is not a table/);
    const unnamed = table(
      { name: 'orb', indexes: [{ accessor: '', algorithm: 'btree', columns: ['a'] }] },
      { a: t.u8() },
    );
    expect(() => resolveTables({ unnamed })).toThrow(TypeError);
    expect(() => resolveTables({ unnamed })).toThrow(/Index '' on table 'orb' must define a non-empty 'accessor'/);
  });

  it('[S12][S13] has direct indexes on small whole numbers, and constraints by their names', () => {
    const direct = (columns: Fields, ...names: string[]) =>
      resolveTables({
        orb: table({ indexes: [{ accessor: 'direct', algorithm: 'direct', columns: names }] }, columns),
      })[0]!;
    expect(direct({ a: t.u16() }, 'a').indexes).toMatchObject([{ name: 'orb_a_idx_direct', algorithm: 'direct' }]);
    expect(() => direct({ a: t.i32() }, 'a')).toThrow(
      /a direct index goes on one column of u8, u16, u32 or u64; a is i32/,
    );
    expect(() => direct({ a: t.u8(), b: t.u8() }, 'a', 'b')).toThrow(/it names several columns/);
    expect(() => resolveTables({ orb: table({}, { a: t.string().index('direct') }) })).toThrow(/a is string/);
    const [named] = resolveTables({
      orb: table(
        {
          constraints: [
            { name: 'one_berth', constraint: 'unique', columns: ['a', 'b'] },
            { name: 'one_a', constraint: 'unique', columns: ['a'] },
          ],
        },
        { a: t.u8().unique(), b: t.u8().unique() },
      ),
    });
    expect(named!.uniqueNames).toEqual(['one_a', 'orb_b_key', 'one_berth']);
  });

  it('[S14] of parameters keeps their order and refuses two of one name', () => {
    const def = resolveReducer('send_message', { text: t.string(), sentAt: t.timestamp() });
    expect(def).toMatchObject({ accessor: 'sendMessage', params: { name: 'SendMessageParams' } });
    expect(def.params.elements.map(({ name }) => name)).toEqual(['text', 'sent_at']);
    expect(() => resolveReducer('aim', { atX: t.u8(), at_x: t.u8() })).toThrow(/two parameters are called at_x/);
  });

  it('[S15] names each type once, however deep it is', () => {
    const reducer = resolveReducer('mount', { hull: Hull });
    const def = {
      ...EMPTY_MODULE,
      tables: [ship()],
      reducers: [{ ...reducer, lifecycle: undefined, scheduledBy: undefined, publicArgs: false }],
    };
    expect(namedTypes(def).map(({ name }) => name)).toEqual(['CometShip', 'Hull', 'Plate']);
  });

  it('[S16] types its rows and indexes', () => {
    type T = typeof Ship;
    expectTypeOf<RowOf<T>['hull']>().toEqualTypeOf<{ plates: { wear: number }[] }>();
    expectTypeOf<UniqueAccessors<T>['owner']>().toEqualTypeOf<Identity>();
    expectTypeOf<RangedAccessors<T>['byCell']>().toEqualTypeOf<[number, number]>();
    expectTypeOf<PrimaryKeyOf<T>>().toEqualTypeOf<'id'>();
    expect(tablesSchema({ ship: Ship }).schemaType.defs).toHaveLength(1);
  });
});
