import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ArrayBuilder,
  evaluateBooleanExpr,
  getQueryAccessorName,
  getQueryTableName,
  getQueryWhereClause,
  type Infer,
  type InferTypeOfRow,
  isRowTypedQuery,
  isTypedQuery,
  literal,
  type ModuleSettings,
  makeQueryBuilder,
  not,
  type OptionBuilder,
  ProductBuilder,
  type Reducer,
  RowBuilder,
  type SimpleSumBuilder,
  schema,
  TypeBuilder,
  t,
  table,
  toSql,
  type U64Builder,
  type U64ColumnBuilder,
} from '../../src/module/index.ts';
import { tablesSchema } from '../../src/schema/index.ts';

const shipColumns = { id: t.u64().primaryKey(), cell: t.u32().index(), name: t.option(t.string()) };
const Ship = table({ name: 'star_ship' }, shipColumns);
const Orb = table({ name: 'orb' }, { id: t.u32().primaryKey(), cell: t.u32().index() });
const from = makeQueryBuilder(tablesSchema({ starShip: Ship, orb: Orb } as never).schemaType) as unknown as {
  [K in 'starShip' | 'orb']: import('../../src/schema/index.ts').TableQuery<K extends 'orb' ? typeof Orb : typeof Ship>;
};

describe('helpers of modules', () => {
  it('[M54] take queries apart', () => {
    const slow = from.starShip.where((ship) => not(ship.cell.gt(literal(4))));
    const near = slow.leftSemijoin(from.orb, (ship, orb) => ship.cell.eq(orb.cell));
    for (const query of [from.starShip, slow, near]) {
      expect([isTypedQuery(query), isRowTypedQuery(query)]).toEqual([true, true]);
      expect([getQueryTableName(query), getQueryAccessorName(query)]).toEqual(['star_ship', 'starShip']);
    }
    for (const other of [undefined, null, 'SELECT * FROM orb', [], { toSql: () => '' }]) {
      expect([isTypedQuery(other), isRowTypedQuery(other)]).toEqual([false, false]);
    }
    expect(toSql(slow)).toBe('SELECT * FROM "star_ship" WHERE "star_ship"."cell" <= 4');
    expect(getQueryWhereClause(from.starShip)).toBeUndefined();
    for (const query of [slow, near]) {
      const where = getQueryWhereClause(query)!;
      expect([3, 4, 5].map((cell) => evaluateBooleanExpr(where, { cell }))).toEqual([true, true, false]);
    }
  });

  it('[M54] name declared types', () => {
    const id: U64Builder = t.u64();
    const key: U64ColumnBuilder<{ readonly primaryKey: true }> = t.u64().primaryKey();
    const list: ArrayBuilder<U64Builder> = t.array(id);
    const maybe: OptionBuilder<typeof list> = t.option(list);
    const kind: SimpleSumBuilder<{ Scout: ReturnType<typeof t.unit> }> = t.enum('Kind', ['Scout']);
    for (const builder of [id, key, list, maybe, kind]) expect(builder).toBeInstanceOf(TypeBuilder);
    for (const Row of [RowBuilder, ProductBuilder]) expect(Ship.rowType).toBeInstanceOf(Row);
    expectTypeOf<Infer<typeof maybe>>().toEqualTypeOf<bigint[] | undefined>();
    expectTypeOf<InferTypeOfRow<typeof shipColumns>>().toEqualTypeOf<{
      id: bigint;
      cell: number;
      name: string | undefined;
    }>();
    const settings: ModuleSettings = { CASE_CONVERSION_POLICY: 'None' };
    const comet = schema({ ship: Ship }, settings);
    const launch: Reducer<(typeof comet)['tables'], { cell: typeof id }> = ({ db }, { cell }) => {
      db.ship.insert({ id: cell, cell: 1, name: undefined });
    };
    expect(comet.reducer({ cell: id }, launch)).toBeTypeOf('function');
  });
});
