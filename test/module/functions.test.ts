import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  collectSchemas,
  describeModule,
  type ProcedureCtx,
  Range,
  type ReducerCtx,
  schema,
  t,
  table,
} from '../../src/module/index.ts';

const Ship = table(
  {
    public: true,
    indexes: [
      { accessor: 'byKind', algorithm: 'hash', columns: ['kind'] },
      { accessor: 'byKindAndCell', algorithm: 'hash', columns: ['kind', 'cell'] },
      { accessor: 'byCell', algorithm: 'direct', column: 'cell' },
    ],
  },
  { id: t.u32().primaryKey().autoInc(), ownerId: t.identity(), kind: t.string().name('class'), cell: t.u32() },
);
const Timer = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const Score = t.row('Score', { kind: t.string().primaryKey(), best: t.u32().default(0) });

const start = () => schema({ ship: Ship, timer: Timer });
const refusal = (exports: Record<string, unknown>): string => {
  try {
    describeModule(exports);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('described');
};

describe('functions of a module', () => {
  it('[M40] are procedures, with or without name, options and parameters', () => {
    const comet = start();
    const described = describeModule({
      default: comet,
      countShips: comet.procedure(t.u32(), () => 5),
      raise: comet.procedure({ by: t.u32() }, t.u32(), (_ctx, { by }) => by + 1),
      other: comet.procedure({ name: 'find_ship' }, { id: t.u32() }, t.option(Ship.rowType), () => undefined),
      old: comet.procedure('make_request', t.string(), () => 'ok'),
      poll: comet.procedure({ onSchedule: Timer }, { timer: Timer.rowType }, t.unit(), () => ({})),
    });
    expect(described.procedures).toMatchObject([
      { name: 'count_ships', accessor: 'countShips', returnType: { tag: 'U32' }, scheduledBy: undefined },
      { name: 'raise', params: { elements: [{ key: 'by' }] } },
      { name: 'find_ship', accessor: 'findShip' },
      { name: 'make_request' },
      { name: 'poll', scheduledBy: 'timer' },
    ]);
    expect(described.warnings).toEqual([]);
    const twice = comet.procedure({ n: t.u32() }, t.u32(), (_ctx, { n }) => n * 2);
    expect(twice({} as never, { n: 4 })).toBe(8);
  });

  it('[M41] are views: tables whose columns know of keys only', () => {
    const comet = start();
    const described = describeModule({
      default: comet,
      myShips: comet.view({ public: true }, t.array(Ship.rowType), (ctx) => ctx.from.ship.where((s) => s.cell.gt(3))),
      flag: comet.view({ name: 'flag_ship', public: true }, t.option(Ship.rowType), (ctx) => ctx.db.ship.id.find(1)),
      scores: comet.anonymousView({ public: true }, t.array(Score), () => [{ kind: 'tug', best: 3 }]),
    });
    expect(described.views.map(({ name, isAnonymous }) => [name, isAnonymous])).toEqual([
      ['my_ships', false],
      ['flag_ship', false],
      ['scores', true],
    ]);
    const [mine, , scores] = described.views.map((view) => view.table);
    expect(mine).toMatchObject({ name: 'my_ships', accessor: 'myShips', isPublic: true, isView: true, primaryKey: 0 });
    expect(mine).toMatchObject({ autoInc: [], uniques: [[0]], indexes: [{ accessor: 'id' }] });
    expect(mine!.columns.map(({ name }) => name)).toEqual(['id', 'owner_id', 'class', 'cell']);
    expect(scores).toMatchObject({ rowType: { name: 'Score' }, primaryKey: 0 });
    expect(scores!.columns[1]).not.toHaveProperty('default');
  });

  it('[M42] are row filters', () => {
    const comet = start();
    const own = 'SELECT * FROM ship WHERE owner_id = :sender';
    const filters = describeModule({ default: comet, own: comet.clientVisibilityFilter.sql(own) });
    expect(filters.rowFilters).toEqual([own]);
    expect(() => comet.clientVisibilityFilter.sql(' ')).toThrow(/takes a query/);
  });

  it('[M5] count only when exported, row filters aside', () => {
    const comet = start();
    comet.clientVisibilityFilter.sql('SELECT * FROM ship');
    comet.procedure(t.u32(), () => 1);
    comet.view({ public: true }, t.array(Score), () => []);
    const described = describeModule({ default: comet });
    expect(described).toMatchObject({ procedures: [], views: [], rowFilters: ['SELECT * FROM ship'] });
    expect(described.warnings).toMatchObject([
      expect.stringContaining('The row filter SELECT * FROM ship is not exported'),
      expect.stringContaining('A procedure with parameters () is defined but not exported'),
      expect.stringContaining('A view is defined but not exported'),
    ]);
  });

  it('[M7] are exported by groups', () => {
    const comet = start();
    const all = comet.exportGroup({
      steerShip: comet.reducer(() => undefined),
      scores: comet.procedure(t.u8(), () => 1),
    });
    const described = describeModule({ default: comet, all });
    expect(described.reducers).toMatchObject([{ name: 'steer_ship' }]);
    expect(described.procedures).toMatchObject([{ name: 'scores' }]);
  });

  it('[M8] find indexes of the 1.x dialect by name', () => {
    const { schemas } = collectSchemas(() => {
      const Old = table(
        { name: 'old', indexes: [{ name: 'by_cell', algorithm: 'btree', columns: ['cell'] }] },
        { cell: t.u32() },
      );
      const old = schema(Old);
      old.reducer('look', (ctx) => {
        expectTypeOf(ctx.db.old.by_cell.filter(4)).toExtend<Iterable<{ cell: number }>>();
      });
    });
    expect(describeModule({}, schemas).tables[0]!.indexes).toMatchObject([{ accessor: 'by_cell', name: 'by_cell' }]);
  });

  it('[M11] have names of their own', () => {
    const comet = start();
    const procedure = comet.procedure(t.u32(), () => 1);
    const scores = comet.anonymousView({ name: 'scores', public: true }, t.array(Score), () => []);
    const reducer = comet.reducer({ name: 'scores' }, {}, () => undefined);
    const taken = "There is already a reducer, procedure, or view with the name 'scores'";
    expect(refusal({ default: comet, procedure, scores, reducer })).toContain(taken);
    const other = start();
    const ship = other.anonymousView({ public: true }, t.array(Score), () => []);
    expect(refusal({ default: other, ship })).toContain('View ship: there is a table of that name');
  });

  it('[M12] are plain functions that say what they return', () => {
    const comet = start();
    const of = (run: () => void) => expect(run);
    of(() => comet.procedure(t.u32(), (async () => 1) as never)).toThrow(/a procedure is an async function/);
    of(() => comet.procedure({ x: 5 } as never, t.u32(), () => 1)).toThrow(/parameter x is not a type/);
    of(() => comet.procedure({}, 5 as never, (() => 1) as never)).toThrow(/what it returns is not a type/);
    of(() => comet.view({ public: true }, undefined as never, () => undefined as never)).toThrow(/is not a type/);
    const numbers = comet.anonymousView({ public: true }, t.array(t.u32()), () => [1]);
    expect(refusal({ default: comet, numbers })).toMatch(/View numbers returns array<u32>/);
  });

  it('[M13] are scheduled only when nobody waits for an answer', () => {
    const comet = start();
    const poll = comet.procedure({ onSchedule: Timer }, { timer: Timer.rowType }, t.u32(), () => 1);
    expect(refusal({ default: comet, poll })).toContain('it must return t.unit()');
  });

  it('[M23] know the rows of tables', () => {
    const comet = start();
    const described = describeModule({
      default: comet,
      dock: comet.reducer({ ship: Ship.rowType }, () => undefined),
      fleet: comet.procedure({ ships: t.array(Ship.rowType) }, t.option(Ship.rowType), () => undefined),
    });
    const row = described.tables[0]!.rowType;
    expect(described.reducers[0]!.params.elements[0]!.type).toBe(row);
    const [fleet] = described.procedures;
    expect(fleet!.params.elements[0]!.type).toMatchObject({ tag: 'Array' });
    expect((fleet!.params.elements[0]!.type as { element: unknown }).element).toBe(row);
    expect((fleet!.returnType as unknown as { variants: { type: unknown }[] }).variants[0]!.type).toBe(row);
  });

  it('[M22] are typed from the declarations', () => {
    const comet = start();
    type Ctx = ReducerCtx<(typeof comet)['tables']>;
    const types = (ctx: Ctx, procedure: ProcedureCtx<(typeof comet)['tables']>) => {
      ctx.db.ship.byKind.filter('tug');
      ctx.db.ship.byKindAndCell.filter(['tug', 4]);
      ctx.db.ship.byCell.filter(new Range<number>());
      // @ts-expect-error a hash index finds values
      ctx.db.ship.byKind.filter(new Range<string>());
      // @ts-expect-error of all its columns
      ctx.db.ship.byKindAndCell.filter(['tug']);
      expectTypeOf(procedure.withTx((tx) => tx.db.ship.count())).toEqualTypeOf<bigint>();
      // @ts-expect-error a procedure is no transaction
      procedure.db;
    };
    expect(types).toBeTypeOf('function');
    comet.view({ public: true }, t.array(Ship.rowType), (ctx) => {
      expectTypeOf(ctx.sender.toHexString()).toEqualTypeOf<string>();
      // @ts-expect-error a view reads
      ctx.db.ship.insert;
      return [...ctx.db.ship.byKind.filter('tug')];
    });
    // @ts-expect-error rows of another table
    comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => ctx.from.timer);
    // @ts-expect-error nobody looks in particular
    comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => [ctx.sender]);
    // @ts-expect-error no such answer
    comet.procedure(t.u32(), () => 'five');
  });
});
