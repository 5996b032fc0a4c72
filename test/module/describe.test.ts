import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  CaseConversionPolicy,
  collectSchemas,
  describeModule,
  errors,
  HOST_ERROR_CODES,
  type LoadedModule,
  type ReducerCtx,
  type Schema,
  SenderError,
  SpacetimeHostError,
  schema,
  t,
  table,
} from '../../src/module/index.ts';
import type { AnyTable, Tables } from '../../src/schema/index.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey(), name: t.string(), cell: t.i32().index() });
const Orb = table({ name: 'orb' }, { id: t.u32().primaryKey() });
const timer = { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() };
const nothing = () => undefined;

const names = ({ reducers }: LoadedModule) => reducers.map(({ name }) => name);

function refusal(exports: Record<string, unknown>, schemas?: Schema<Tables>[]): string {
  try {
    describeModule(exports, schemas);
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^E_(MODULE|SCHEMA)$/) });
    return (error as Error).message;
  }
  throw new Error('described');
}

describe('a module', () => {
  it('[M1] of the 2.x dialect is its exports', () => {
    const comet = schema({ ship: Ship, orb: Orb });
    const steer = comet.reducer({ id: t.u32(), toX: t.f32() }, nothing);
    const described = describeModule({ default: comet, steerShip: steer, helper: () => 5, TABLE: Ship });
    expect(described.tables.map(({ name, accessor }) => [name, accessor])).toEqual([
      ['ship', 'ship'],
      ['orb', 'orb'],
    ]);
    expect(described.reducers).toMatchObject([{ name: 'steer_ship', accessor: 'steerShip', publicArgs: false }]);
    expect(described.reducers[0]!.params.elements.map(({ name, key }) => [name, key])).toEqual([
      ['id', 'id'],
      ['to_x', 'toX'],
    ]);
  });

  it('[M9] warns of exports that its schema did not make', () => {
    const comet = schema({ ship: Ship });
    const group = comet.exportGroup({ go: comet.reducer(nothing), SPEED: 3 });
    const made = { default: comet, again: comet, group, stop: comet.reducer(nothing) };
    const { warnings } = describeModule({ ...made, ORB: Orb, helper: nothing, r: 5, gone: undefined });
    expect(warnings.map((text) => text.split(' is exported and is no reducer')[0])).toEqual([
      ...['SPEED', 'ORB', 'helper', 'r', 'gone'],
    ]);
    expect(warnings[0]).toContain('exporting something that is not a spacetime export');
    expect(describeModule(made).warnings).toHaveLength(1);
    const old = schema(Orb);
    old.reducer('ping', nothing);
    expect(describeModule({ helper: nothing }, [old] as never).warnings).toEqual([]);
  });

  it('[M2] of the 1.x dialect registers by name, exported or not', () => {
    const { result, schemas } = collectSchemas(() => {
      const comet = schema(Orb, table({ name: 'space_ship' }, { id: t.u32() }));
      comet.reducer('set_name', { name: t.string() }, nothing);
      comet.reducer('ping', nothing);
      return {};
    });
    const described = describeModule(result, schemas);
    expect(described.tables.map(({ accessor }) => accessor)).toEqual(['orb', 'space_ship']);
    expect(names(described)).toEqual(['set_name', 'ping']);
    expect(() => schema(Ship)).toThrow(/each table needs a name of its own/);
    expect(() => schema(Orb, Orb)).toThrow(/two tables are called orb/);
  });

  it('[M3] takes names from options, and leaves them as written when asked', () => {
    const comet = schema({ bigShip: Ship }, { CASE_CONVERSION_POLICY: CaseConversionPolicy.None });
    const takeOrb = comet.reducer({ orbId: t.u32() }, nothing);
    const other = comet.reducer({ name: 'dash' }, {}, nothing);
    const described = describeModule({ default: comet, takeOrb, other });
    expect(described.tables[0]!.name).toBe('bigShip');
    expect(names(described)).toEqual(['takeOrb', 'dash']);
    expect(described.reducers[0]!.params.elements[0]!.name).toBe('orbId');
  });

  it('[M4][M21] has its lifecycle whether exported or not, and nobody calls it', () => {
    const comet = schema({ ship: Ship });
    comet.init(nothing);
    comet.clientConnected(nothing);
    const gone = comet.clientDisconnected(nothing);
    const described = describeModule({ default: comet, onGone: gone });
    expect(described.reducers.map(({ name, lifecycle }) => [name, lifecycle])).toEqual([
      ['init', 'init'],
      ['client_connected', 'onConnect'],
      ['on_gone', 'onDisconnect'],
    ]);
  });

  it('[M5] is told of reducers that nobody can call', () => {
    const comet = schema({ ship: Ship });
    comet.reducer({ speed: t.f32() }, nothing);
    const described = describeModule({ default: comet });
    expect(described.reducers).toEqual([]);
    expect(described.warnings).toEqual([
      expect.stringContaining('A reducer with parameters (speed) is defined but not exported'),
    ]);
  });

  it('[M10] has one schema', () => {
    const [comet, other] = [schema({ ship: Ship }), schema({ orb: Orb })];
    expect(refusal({})).toContain('It seems like you have not exported your schema');
    expect(refusal({ default: comet }, [comet, other] as never)).toContain('multiple schemas are not supported');
    const foreign = [
      other.reducer(nothing),
      other.reducer('steal', nothing),
      other.init(nothing),
      other.procedure(t.u8(), () => 5),
      other.view({ public: true }, t.array(Orb.rowType), () => []),
      other.anonymousView({ public: true }, t.array(Orb.rowType), () => []),
      other.clientVisibilityFilter.sql('SELECT * FROM orb'),
    ];
    for (const steal of foreign) {
      const text = 'steal: exporting something that is not a spacetime export: it was registered with another schema';
      expect(refusal({ default: comet, steal })).toContain(text);
      expect(refusal({ default: comet, group: comet.exportGroup({ steal }) })).toContain(text);
    }
  });

  it('[M11] has each name and each lifecycle once', () => {
    const comet = schema({ ship: Ship });
    comet.reducer('go', nothing);
    expect(refusal({ default: comet, go: comet.reducer({ x: t.u8() }, nothing) })).toContain(
      "There is already a reducer, procedure, or view with the name 'go'",
    );
    const twice = schema({ ship: Ship });
    twice.init(nothing);
    expect(refusal({ default: twice, again: twice.init(nothing) })).toContain('There are two init reducers');
  });

  it('[M12] has plain functions as reducers', () => {
    const comet = schema({ ship: Ship });
    expect(() => comet.reducer('wait', async () => undefined)).toThrow(/wait is an async function.*cannot wait/);
    expect(() => comet.reducer('many', function* () {} as never)).toThrow(/many is a generator/);
    expect(() => comet.clientConnected(5 as never)).toThrow(/onConnect: the last argument must be a function/);
    expect(() => comet.reducer({ x: 'u8' } as never, nothing)).toThrow(/parameter x is not a type/);
  });

  it('[M13] has schedules that can run', () => {
    const refused = (
      build: (comet: Schema<Tables>) => Record<string, unknown>,
      step: AnyTable = table({}, timer) as never,
    ) => {
      const comet = schema({ step, ship: Ship as never } as Tables);
      return refusal({ default: comet, ...build(comet) });
    };
    const Step = table({}, timer);
    const onSchedule = Step as never;
    expect(
      refused((c) => ({ a: c.reducer({ onSchedule }, {}, nothing), b: c.reducer({ onSchedule }, {}, nothing) }), Step),
    ).toContain('Table step defines multiple schedules: a and b');
    expect(refused((c) => ({ a: c.reducer({ onSchedule: Orb }, {}, nothing) }), Step)).toContain(
      'Schedule target table is not part of this schema',
    );
    expect(
      refused((c) => {
        c.reducer({ onSchedule }, {}, nothing);
        return {};
      }, Step),
    ).toContain('it seems like the associated function was not exported');
    expect(refused((c) => ({ a: c.reducer({ onSchedule: Ship as never }, {}, nothing) }), Step)).toContain(
      'Table ship defines a schedule, but it does not have a ScheduleAt column',
    );
    expect(refused(() => ({}), table({ scheduled: () => undefined as never }, { id: t.u64().primaryKey() }))).toBe(
      'Table step defines a schedule, but it does not have a ScheduleAt column.',
    );
    const keyless = table({}, { at: t.scheduleAt() });
    expect(refused((c) => ({ a: c.reducer({ onSchedule: keyless as never }, {}, nothing) }), keyless)).toContain(
      'it has no primary key',
    );
    expect(refused(() => ({}), table({ scheduled: 'gone' }, timer))).toContain(
      'scheduled by gone, but there is no such reducer',
    );
    expect(refused(() => ({}), table({ scheduled: () => nothing }, timer))).toContain('was not exported');
    for (const params of [{}, { n: t.u32() }, { a: Step.rowType, b: t.u8() }, { ship: Ship.rowType }]) {
      expect(refused((c) => ({ a: c.reducer({ onSchedule }, params as never, nothing) }), Step)).toContain(
        'must be the row of step',
      );
    }
    const [One, Two] = [table({ scheduled: 'tick' }, timer), table({ scheduled: 'tick' }, timer)];
    const both = schema({ one: One, two: Two });
    expect(refusal({ default: both, tick: both.reducer(nothing) })).toContain('tick is scheduled by one and by two');
  });

  it('[M14] declares a schedule on either side', () => {
    for (const [scheduled, name, onTable] of [
      [() => lookUp.step, undefined, false],
      ['stepWorld', 'stepWorld', false],
      ['stepWorld', 'step_world', false],
      [() => lookUp.step, undefined, true],
      [undefined, undefined, true],
    ] as const) {
      const Step = table({ name: 'timer', scheduled }, timer);
      const comet = schema({ timer: Step });
      const reducers = {
        step: comet.reducer(
          { ...(name && { name }), ...(onTable && { onSchedule: Step }) },
          { row: Step.rowType },
          nothing,
        ),
      };
      lookUp = reducers;
      expect(describeModule({ default: comet, ...reducers }).reducers[0]!.scheduledBy).toBe('timer');
    }
  });

  it('[M20] calls a reducer as a function', () => {
    const calls: unknown[] = [];
    const comet = schema({ ship: Ship });
    const hail = comet.reducer({ text: t.string() }, (ctx, args) => void calls.push([ctx, args]));
    const ping = comet.reducer((_ctx, args) => void calls.push(args));
    hail('ctx' as never, { text: 'ahoy' });
    ping('ctx' as never);
    expect(calls).toEqual([['ctx', { text: 'ahoy' }], {}]);
  });

  it('[M22] types what reducers see', () => {
    const comet = schema({ ship: Ship });
    comet.reducer('steer', { id: t.u32(), to: t.option(t.string()) }, (ctx, args) => {
      expectTypeOf(args).toEqualTypeOf<{ id: number; to: string | undefined }>();
      const found = ctx.db.ship.id.find(args.id);
      expectTypeOf(found).toEqualTypeOf<{ id: number; name: string; cell: number } | null>();
      expectTypeOf(ctx.db.ship.count()).toEqualTypeOf<bigint>();
      expectTypeOf(ctx.db.ship.cell.filter).parameter(0).toExtend<unknown>();
      // @ts-expect-error a ship has no such column
      expectTypeOf(found?.speed);
      // @ts-expect-error the name is a text
      ctx.db.ship.insert({ id: 1, name: 5, cell: 0 });
    });
    expectTypeOf<ReducerCtx['timestamp']['toMillis']>().returns.toEqualTypeOf<bigint>();
    expect(comet.registrations).toHaveLength(1);
  });

  it('[M30] throws errors with names, numbers and codes', () => {
    expect(new SenderError('no')).toMatchObject({ name: 'SenderError', message: 'no', code: 'E_SENDER' });
    expect(HOST_ERROR_CODES.UniqueAlreadyExists).toBe(12);
    const refused = new errors.NoSuchRow('no ship 5');
    expect(refused).toBeInstanceOf(SpacetimeHostError);
    expect(refused).not.toBeInstanceOf(errors.NoSuchTable);
    expect(refused).toMatchObject({
      name: 'NoSuchRow',
      hostCode: 15,
      code: 'E_HOST_NO_SUCH_ROW',
      message: 'no ship 5',
    });
    expect(Object.keys(errors)).toEqual(Object.keys(HOST_ERROR_CODES));
    expect(new SpacetimeHostError('AutoIncOverflow', 'full')).toMatchObject({
      ...{ name: 'AutoIncOverflow', errorName: 'AutoIncOverflow', hostCode: 16, code: 'E_HOST_AUTO_INC_OVERFLOW' },
    });
  });
});

let lookUp: Record<string, unknown> = {};
