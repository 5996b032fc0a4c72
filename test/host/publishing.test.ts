import { describe, expect, it } from 'vitest';
import { checkName } from '../../src/host/index.ts';
import { type LoadedModule, ScheduleAt, schema, t, table } from '../../src/module/index.ts';
import type { AnyTable } from '../../src/schema/index.ts';
import type { TypeBuilder } from '../../src/values/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const columns = { id: t.u32().primaryKey().autoInc(), name: t.string(), cell: t.i32() };
const timer = { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() };
let ran = 0;

/** A version of the module with this table of ships, and perhaps other tables. */
function version(ship: AnyTable, more: Record<string, AnyTable> = {}, greeting = 'v1'): LoadedModule {
  const Timer = table({}, timer);
  const comet = schema({ ship, timer: Timer, ...more });
  return moduleOf(comet, {
    launch: comet.reducer({ row: t.string() }, (ctx, { row }) => {
      const db = ctx.db as never as { ship: { insert(row: unknown): void } };
      db.ship.insert(JSON.parse(row));
    }),
    every: comet.reducer((ctx) => void ctx.db.timer.insert({ id: 0n, at: ScheduleAt.interval(50_000n) } as never)),
    greet: comet.reducer(() => {
      throw new Error(greeting);
    }),
    tick: comet.reducer({ onSchedule: Timer as never }, { timer: Timer.rowType }, () => void ran++),
    starting: comet.init(() => void inits++),
  });
}
let inits = 0;

const publicShip = (more: object = {}, options: object = {}) =>
  table({ public: true, ...options }, { ...columns, ...more }) as never as AnyTable;
const launch = (world: World, name: string, more: object = {}) =>
  world.run('launch', { row: JSON.stringify({ id: 0, name, cell: 1, ...more }) });

function refusal(publish: () => unknown): { code: string; message: string } {
  try {
    publish();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('published');
}

describe('publishing', () => {
  it('[H80] is for names that are names, and for their owner', () => {
    for (const name of ['comet-run', 'a', '1', 'x'.repeat(128)]) checkName(name);
    for (const name of ['', 'Comet', 'comet_run', '-a', 'a-', 'a--b', 'x'.repeat(129), 'c2/', 'é'])
      expect(() => checkName(name), name).toThrow(expect.objectContaining({ code: 'E_DATABASE_NAME' }));
    const world = new World(version(publicShip()));
    const stolen = {
      name: 'comet-run',
      identity: player(9),
      owner: player(9),
      program: { module: version(publicShip()) },
    };
    expect(() => world.host.publish(stolen)).toThrow(expect.objectContaining({ code: 'E_NOT_OWNER' }));
    const { database } = world;
    for (const name of ['comet-run', database.identity.hex, `0x${database.identity.hex.toUpperCase()}`])
      expect(world.host.find(name)).toBe(database);
    expect([world.host.find('nowhere'), world.host.ownerOf(database)?.hex]).toEqual([undefined, player(0xacce55).hex]);
  });

  it('[H81] keeps rows, sequences, schedules, connections and subscriptions', () => {
    const world = new World(version(publicShip()));
    const clients = [world.join(1), world.join(2)];
    for (const client of clients) client.subscribe(1, 'SELECT * FROM ship WHERE cell = 1');
    launch(world, 'Ada');
    world.run('every');
    world.clock.advance(60);
    [ran, inits] = [0, 0];
    const outcome = world.publish(version(publicShip({ cell: t.i32().index() }), {}, 'v2'));
    expect([outcome.op, inits, world.fail('greet')]).toEqual(['updated', 0, 'v2']);
    world.clock.advance(45); // the next step is due at 100, as if nothing had happened
    expect(ran).toBe(1);
    launch(world, 'Bob');
    for (const client of clients) {
      expect(client.closed).toBeUndefined();
      expect(client.table('ship')).toMatchObject([
        { id: 1, name: 'Ada' },
        { id: 2, name: 'Bob' },
      ]);
    }
    world.publish(version(publicShip({}, { public: false })));
    for (const client of clients) {
      expect(client.last('SubscriptionError')).toMatchObject({
        requestId: undefined,
        querySetId: 1,
        error: expect.stringContaining('no such table: `ship`'),
      });
      expect(client.closed).toBeUndefined();
      expect(client.subscribe(1, 'SELECT * FROM ship').tag).toBe('SubscriptionError');
    }
  });

  it('[H82] adds tables, indexes, constraints, sequences and columns with defaults', () => {
    const world = new World(
      version(table({ public: true }, { id: t.u32().primaryKey(), name: t.string(), cell: t.i32() }) as never),
    );
    launch(world, 'Ada', { id: 7 });
    launch(world, 'Bob', { id: 3 });
    const Orb = table({ public: true }, { id: t.u32() }) as never as AnyTable;
    world.publish(version(publicShip({ name: t.string().unique(), cell: t.i32().index() }), { orb: Orb }));
    launch(world, 'Cyd');
    expect(world.rows('ship').map(({ id }) => id)).toEqual([7, 3, 8]);
    expect(() => launch(world, 'Ada')).toThrow(/already has a row with name "Ada"/);
    const grown = publicShip({ shield: t.f32().default(0.1), tags: t.array(t.string()).default(['new']) });
    world.publish(version(grown), { breakClients: true });
    expect(world.rows('ship')[0]).toEqual({ id: 7, name: 'Ada', cell: 1, shield: Math.fround(0.1), tags: ['new'] });
    launch(world, 'Dee', { shield: 1, tags: [] });
    expect(world.rows('ship')).toHaveLength(4);
    world.publish(
      version(
        table(
          { public: true },
          {
            id: columns.id,
            callSign: t.string().name('name'),
            cell: t.i32(),
            shield: t.f32(),
            tags: t.array(t.string()),
          },
        ) as never,
      ),
    );
    expect(world.rows('ship')[0]).toMatchObject({ id: 7, callSign: 'Ada' });
  });

  it('[H82] an enum may gain variants at its end, wherever a column holds it', () => {
    const Load = (...more: string[]) => t.enum('Load', ['Ore', ...more] as never);
    const Order = (): TypeBuilder<unknown> => t.enum('Order', { halt: t.unit(), carry: Load() });
    const withKind = (kinds: readonly string[], load = Load(), order = Order()) =>
      publicShip({
        ...{ kind: t.enum('Kind', kinds as never).index(), order, loads: t.array(load) },
        hold: t.option(t.object('Hold', { load, weight: t.u32() })),
      });
    const freight = { kind: { tag: 'Tug' }, order: { tag: 'carry', value: { tag: 'Ore' } }, loads: [{ tag: 'Ore' }] };
    const world = new World(version(withKind(['Scout', 'Tug'])));
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ship');
    launch(world, 'Ada', { ...freight, hold: { load: { tag: 'Ore' }, weight: 5 } });
    const grown = Load('Ice');
    const order = t.enum('Order', { halt: t.unit(), carry: grown, wait: t.u32() });
    world.publish(version(withKind(['Scout', 'Tug', 'Liner'], grown, order)));
    expect(client.closed).toBeUndefined();
    launch(world, 'Bob', { kind: { tag: 'Liner' }, order: { tag: 'wait', value: 3 }, loads: [{ tag: 'Ice' }] });
    expect(client.table('ship')).toMatchObject([
      { ...freight, hold: { load: { tag: 'Ore' }, weight: 5 } },
      { kind: { tag: 'Liner' }, order: { tag: 'wait', value: 3 }, loads: [{ tag: 'Ice' }] },
    ]);
    for (const kinds of [
      ['Scout', 'Tug'],
      ['Scout', 'Liner', 'Tug'],
      ['Liner', 'Scout', 'Tug', 'Yacht'],
    ]) {
      const { code, message } = refusal(() => world.publish(version(withKind(kinds, grown, order))));
      expect([code, message]).toEqual([
        'E_MIGRATION',
        expect.stringContaining('the type of column kind in table ship'),
      ]);
    }
  });

  it('[H83] refuses what the rows do not survive, and changes nothing', () => {
    const first = version(publicShip());
    const world = new World(first);
    launch(world, 'Ada');
    launch(world, 'Bob');
    const { id, name } = columns;
    for (const [ship, reason] of [
      [table({ public: true }, { id, name }), 'Removing a column cell from table ship requires a manual migration'],
      [table({ public: true }, { id, cell: t.i32(), name }), 'Reordering table ship requires a manual migration'],
      [
        publicShip({ cell: t.i64() }),
        'Changing the type of column cell in table ship from i32 to i64 requires a manual migration',
      ],
      [publicShip({ hull: t.u8() }), 'Adding a column hull to table ship requires a default value annotation'],
      [
        table({ public: true }, { hull: t.u8().default(1), ...columns }),
        'Reordering table ship requires a manual migration',
      ],
      [publicShip({}, { event: true }), 'Changing whether ship is an event table requires a manual migration'],
      [
        publicShip({ cell: t.i32().unique() }),
        'Adding a unique constraint on cell to table ship requires rows that differ there, but two have cell 1',
      ],
      [
        table({ public: true }, { ...columns, id: t.u32(), cell: t.i32().primaryKey() }),
        'Adding a unique constraint on cell',
      ],
    ] as const) {
      const error = refusal(() => world.publish(version(ship as never), { breakClients: true }));
      expect(error.code, reason).toBe('E_MIGRATION');
      expect(error.message).toContain(reason);
      expect(error.message).toContain('--delete-data');
    }
    const Comet = schema({ timer: table({}, timer) });
    expect(refusal(() => world.publish(moduleOf(Comet))).message).toContain(
      'Removing the table ship, which holds rows',
    );
    expect(world.database.module).toBe(first);
    expect(world.rows('ship')).toMatchObject([{ name: 'Ada' }, { name: 'Bob' }]);
    launch(world, 'Cyd');
    expect(world.rows('ship')).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('[H84] asks before it breaks clients', () => {
    const world = new World(version(publicShip()));
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ship');
    launch(world, 'Ada');
    const grown = version(publicShip({ shield: t.f32().default(1) }));
    const rekeyed = version(
      table({ public: true }, { id: t.u32(), name: t.string().primaryKey(), cell: t.i32() }) as never,
    );
    for (const [module, reason] of [
      [grown, 'Adding a column shield to table ship'],
      [rekeyed, 'Changing the primary key of table ship'],
    ] as const) {
      expect(refusal(() => world.publish(module))).toMatchObject({
        code: 'E_BREAKS_CLIENTS',
        message: expect.stringContaining(reason),
      });
    }
    launch(world, 'Bob');
    expect(client.table('ship')).toHaveLength(2);
    const frames = client.frames.length;
    world.publish(rekeyed, { breakClients: true });
    expect(client.closed).toEqual({ code: 1001, reason: 'the module has changed; reload' });
    world.run('launch', { row: JSON.stringify({ id: 5, name: 'Cyd', cell: 2 }) });
    expect(client.frames).toHaveLength(frames);
    client.leave();
    const again = world.join();
    again.subscribe(1, "SELECT * FROM ship WHERE name = 'Ada'");
    expect(again.table('ship')).toEqual([{ id: 1, name: 'Ada', cell: 1 }]);
  });

  it('[H85] begins anew when asked to', () => {
    const world = new World(version(publicShip()));
    const client = world.join();
    launch(world, 'Ada');
    world.run('every');
    const { identity } = world.database;
    [ran, inits] = [0, 0];
    expect(world.publish(version(table({ public: true }, { id: t.string() }) as never), { deleteData: true }).op).toBe(
      'updated',
    );
    expect([world.rows('ship'), inits, world.database.identity]).toEqual([[], 1, identity]);
    expect(client.closed).toEqual({ code: 1001, reason: 'module exited' });
    world.clock.advance(500);
    expect([ran, world.clock.timers]).toEqual([0, 0]);
    client.call('greet');
    client.leave();
    world.host.delete('comet-run');
    expect(world.host.find('comet-run')).toBeUndefined();
  });
});
