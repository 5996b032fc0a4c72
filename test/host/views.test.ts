import { describe, expect, it } from 'vitest';
import { type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table(
  { indexes: [{ accessor: 'byCell', algorithm: 'btree', columns: ['cell', 'speed'] }] },
  { id: t.u32().primaryKey(), owner: t.identity().index(), cell: t.u32().index(), speed: t.u32() },
);
const Orb = table({ public: true }, { id: t.u32().primaryKey(), cell: t.u32().index() });
const Blast = table({ public: true, event: true }, { cell: t.u32() });
const Fleet = t.row('Fleet', { name: t.string().primaryKey(), ships: t.u64() });

let runs: string[] = [];

function start() {
  const comet = schema({ ship: Ship, orb: Orb, blast: Blast });
  type Ctx = ReducerCtx<(typeof comet)['tables']>;
  let job: (ctx: Ctx) => void = () => undefined;
  const ran = (name: string) => void runs.push(name);
  const world = new World(
    moduleOf(comet, {
      run: comet.reducer((ctx) => job(ctx)),
      myShips: comet.view({ public: true }, t.array(Ship.rowType), (ctx) => {
        ran(`my ${Number(ctx.sender.hex)}`);
        return [...ctx.db.ship.owner.filter(ctx.sender)];
      }),
      flagShip: comet.anonymousView({ public: true }, t.option(Ship.rowType), (ctx) => {
        ran('flag');
        return ctx.db.ship.id.find(1);
      }),
      fastIn3: comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => {
        ran('fast');
        return ctx.from.ship.where((ship) => ship.cell.eq(3).and(ship.speed.gt(5)));
      }),
      docked: comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => {
        ran('docked');
        const slow = ctx.from.ship.where((ship) => ship.speed.lt(5));
        return slow.leftSemijoin(ctx.from.orb, (ship, orb) => ship.cell.eq(orb.cell));
      }),
      harvest: comet.view({ public: true }, t.array(Orb.rowType), (ctx) => {
        ran(`harvest ${Number(ctx.sender.hex)}`);
        const own = ctx.from.ship.where((ship) => ship.owner.eq(ctx.sender));
        return own.rightSemijoin(ctx.from.orb, (ship, orb) => ship.cell.eq(orb.cell));
      }),
      fleets: comet.anonymousView({ public: true }, t.array(Fleet), (ctx) => {
        ran('fleets');
        return [{ name: 'all', ships: ctx.db.ship.count() }];
      }),
      broken: comet.anonymousView({ public: true }, t.array(Fleet), (ctx) => {
        const ships = ctx.db.ship.count();
        if (ships === 2n) throw new Error('two is too many');
        return [...Array(Number(ships)).keys()].map((n) => ({ name: `fleet ${n}`, ships }));
      }),
      doubled: comet.anonymousView({ public: true }, t.array(Fleet), () => [
        { name: 'one', ships: 1n },
        { name: 'one', ships: 2n },
      ]),
      writing: comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => {
        (ctx as unknown as Ctx).db.ship.clear();
        return [];
      }),
      blasts: comet.anonymousView({ public: true }, t.array(Blast.rowType), (ctx) => [...ctx.db.blast.iter()]),
      late: comet.anonymousView({ public: true }, t.array(Fleet), (ctx) => {
        kept = () => ctx.db.ship.count();
        return [];
      }),
    }),
  );
  let kept: () => unknown = () => undefined;
  const inside = (body: (db: Ctx['db']) => void, number = 1) => {
    job = (ctx) => body(ctx.db);
    runs = [];
    return world.call('run', {}, number);
  };
  const ship = (id: number, owner = 1, cell = 3, speed = 9) => ({ id, owner: player(owner), cell, speed });
  return { world, inside, ship, kept: () => kept() };
}

describe('views', () => {
  it('[V1] are read like tables, each sender their own, also of private tables', () => {
    const { world, inside, ship } = start();
    inside(({ ship: ships }) => {
      for (const row of [ship(1, 1), ship(2, 2), ship(3, 1)]) ships.insert(row);
    });
    const [ann, ben] = [world.join(1), world.join(2)];
    ann.subscribe(1, 'SELECT * FROM my_ships', 'SELECT * FROM flagShip');
    ben.subscribe(1, 'SELECT * FROM my_ships WHERE speed > 5', 'SELECT * FROM fleets');
    expect(ann.table('my_ships').map(({ id }) => id)).toEqual([1, 3]);
    expect(ann.table('flag_ship')).toMatchObject([{ id: 1 }]);
    expect(ben.table('my_ships').map(({ id }) => id)).toEqual([2]);
    expect(ben.table('fleets')).toEqual([{ name: 'all', ships: 3n }]);
    expect(ann.subscribe(2, 'SELECT * FROM ship')).toMatchObject({ tag: 'SubscriptionError' });
    const { rows } = world.database.select('SELECT * FROM my_ships WHERE id > 1', player(1));
    expect(rows).toMatchObject([{ id: 3 }]);
    expect(() => world.database.sql('DELETE FROM my_ships', player(1), true)).toThrow(/is a view; DML on views/);
  });

  it('[V2] change with the commit that changes what they read', () => {
    const { world, inside, ship } = start();
    const [ann, ben] = [world.join(1), world.join(2)];
    ann.subscribe(1, 'SELECT * FROM my_ships', 'SELECT * FROM flag_ship');
    ben.subscribe(1, 'SELECT * FROM my_ships');
    inside(({ ship: ships }) => void ships.insert(ship(1, 1)));
    expect(ann.last('TransactionUpdate').tables.map(({ table, inserts }) => [table.def.name, inserts.length])).toEqual([
      ['my_ships', 1],
      ['flag_ship', 1],
    ]);
    inside(({ ship: ships }) => void ships.id.update(ship(1, 1, 3, 20)));
    expect(ann.last('TransactionUpdate').tables[0]).toMatchObject({ updates: [{ speed: 20 }], inserts: [] });
    inside(({ ship: ships }) => void ships.id.update(ship(1, 2)));
    expect(ann.table('my_ships')).toEqual([]);
    expect(ben.table('my_ships')).toMatchObject([{ id: 1 }]);
    inside(({ ship: ships }) => void ships.clear());
    expect(ann.table('flag_ship')).toEqual([]);
    expect(ben.table('my_ships')).toEqual([]);
  });

  it('[V3] are computed only when a commit touches what they read', () => {
    const { world, inside, ship } = start();
    const [ann, ben] = [world.join(1), world.join(2)];
    const all = ['my_ships', 'flag_ship', 'fast_in3', 'fleets'].map((view) => `SELECT * FROM ${view}`);
    ann.subscribe(1, ...all);
    ben.subscribe(1, ...all);
    inside(({ ship: ships }) => void ships.insert(ship(5, 2, 7)));
    expect(runs.sort()).toEqual(['fleets', 'my 2']);
    inside(({ ship: ships }) => void ships.id.update(ship(5, 2, 8)));
    expect(runs).toEqual(['my 2']);
    inside(({ ship: ships }) => void ships.id.update(ship(5, 2, 3, 3)));
    expect(runs).toEqual(['my 2']);
    inside(({ ship: ships }) => void ships.id.update(ship(5, 1, 3, 9)));
    expect(runs.sort()).toEqual(['fast', 'my 1', 'my 2']);
    inside(({ orb }) => void orb.insert({ id: 1, cell: 3 }));
    expect(runs).toEqual([]);
    inside(({ ship: ships }) => {
      ships.insert(ship(1));
      ships.id.delete(1);
    });
    expect(runs).toEqual([]);
  });

  it('[V3] that are queries of two tables are computed when either changes where they look', () => {
    const { world, inside, ship } = start();
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM docked', 'SELECT * FROM harvest');
    inside(({ ship: ships }) => {
      ships.insert(ship(1, 1, 3, 2));
      ships.insert(ship(2, 1, 3, 9));
    });
    expect(runs.sort()).toEqual(['docked', 'harvest 1']);
    expect(client.table('docked')).toEqual([]);
    inside(({ orb }) => {
      orb.insert({ id: 1, cell: 3 });
      orb.insert({ id: 2, cell: 3 });
    });
    expect(runs.sort()).toEqual(['docked', 'harvest 1']);
    expect(client.table('docked').map(({ id }) => id)).toEqual([1]);
    expect(client.table('harvest').map(({ id }) => id)).toEqual([1, 2]);
    inside(({ ship: ships }) => void ships.insert(ship(3, 2, 3, 9)));
    expect(runs).toEqual([]);
    inside(({ orb }) => void orb.cell.delete(3));
    expect(client.table('docked')).toEqual([]);
    expect(client.table('harvest')).toEqual([]);
  });

  it('[V4] are kept while somebody watches, and dropped when nobody does', () => {
    const { world, inside, ship } = start();
    const [ann, ben] = [world.join(1), world.join(2)];
    ann.subscribe(1, 'SELECT * FROM my_ships', 'SELECT * FROM flag_ship');
    ben.subscribe(1, 'SELECT * FROM flag_ship');
    expect(runs.splice(0)).toBeDefined();
    ann.unsubscribe(1);
    inside(({ ship: ships }) => void ships.insert(ship(1, 1)));
    expect(runs).toEqual(['flag']);
    ben.leave();
    inside(({ ship: ships }) => void ships.clear());
    expect(runs).toEqual([]);
    ann.subscribe(2, 'SELECT * FROM flag_ship');
    expect(ann.table('flag_ship')).toEqual([]);
    expect(runs).toEqual(['flag']);
  });

  it('[V5] only read, and only tables that keep their rows, and only until they return', () => {
    const { world, kept } = start();
    const client = world.join(1);
    const error = (view: string) => (client.subscribe(9, `SELECT * FROM ${view}`) as { error?: string }).error;
    expect(error('writing')).toMatch(/View writing failed: A view reads: it cannot insert, update or delete/);
    expect(error('blasts')).toMatch(/blast is an event table/);
    expect(error('doubled')).toMatch(/View doubled returned two rows with the primary key name "one"/);
    expect(error('late')).toBeUndefined();
    expect(kept).toThrow(expect.objectContaining({ errorName: 'NotInTransaction' }));
  });

  it('[V6] that fail in a commit stay as they were, and the log says so', () => {
    const { world, inside, ship } = start();
    const client = world.join(1);
    inside(({ ship: ships }) => void ships.insert(ship(1)));
    client.subscribe(1, 'SELECT * FROM broken');
    expect(inside(({ ship: ships }) => void ships.insert(ship(2)))).toMatchObject({ status: 'Committed' });
    expect(client.table('broken')).toHaveLength(1);
    expect(world.database.log.records.at(-1)).toMatchObject({
      level: 'error',
      message: 'View broken failed: two is too many',
    });
    inside(({ ship: ships }) => void ships.insert(ship(3)));
    expect(client.table('broken')).toHaveLength(3);
  });

  it('[V7] see nothing of what is rolled back', () => {
    const { world, inside, ship } = start();
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM my_ships', 'SELECT * FROM fleets');
    inside(({ ship: ships }) => {
      ships.insert(ship(1));
      throw new Error('no');
    });
    expect(client.table('my_ships')).toEqual([]);
    expect(client.table('fleets')).toEqual([{ name: 'all', ships: 0n }]);
    world.onSeal = () => {
      world.onSeal = undefined;
      throw new Error('struck');
    };
    expect(() => inside(({ ship: ships }) => void ships.insert(ship(1)))).toThrow('struck');
    world.database.abort();
    inside(({ ship: ships }) => void ships.insert(ship(2)));
    expect(client.table('fleets')).toEqual([{ name: 'all', ships: 1n }]);
  });

  it('[V8] of a new version show what it makes of the rows', () => {
    const version = (least: number, row = Ship.rowType as typeof Ship.rowType) => {
      const comet = schema({ ship: Ship });
      return moduleOf(comet, {
        fast: comet.anonymousView({ public: true }, t.array(row), (ctx) =>
          [...ctx.db.ship.iter()].filter(({ speed }) => speed >= least),
        ),
        add: comet.reducer({ id: t.u32(), speed: t.u32() }, ({ db }, { id, speed }) => {
          db.ship.insert({ id, owner: player(1), cell: 1, speed });
        }),
      });
    };
    const world = new World(version(5));
    for (const id of [1, 5, 9]) world.run('add', { id, speed: id });
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM fast');
    const ids = () => client.table('fast').map(({ id }) => id);
    expect(ids()).toEqual([5, 9]);
    world.publish(version(9));
    expect(ids()).toEqual([9]);
    world.run('add', { id: 10, speed: 10 });
    expect(ids()).toEqual([9, 10]);
    const Other = t.row('Other', { id: t.u32() }) as unknown as typeof Ship.rowType;
    expect(() => world.publish(version(1, Other))).toThrow(/Changing the columns of view fast/);
    world.publish(version(1, Other), { breakClients: true });
    expect(client.closed).toMatchObject({ code: 1001 });
  });

  it('[V8] of a new version in which an enum grew stay with their watchers', () => {
    const version = (kinds: readonly string[]) => {
      const kind = t.enum('Kind', kinds);
      const fleet = schema({ hull: table({}, { id: t.u32().primaryKey(), kind }) });
      return moduleOf(fleet, {
        hulls: fleet.anonymousView({ public: true }, t.array(t.row('Hull', { id: t.u32(), kind })), (ctx) => [
          ...ctx.db.hull.iter(),
        ]),
        build: fleet.reducer({ id: t.u32(), kind }, ({ db }, { id, kind }) => void db.hull.insert({ id, kind })),
      });
    };
    const world = new World(version(['Scout', 'Tug']));
    world.run('build', { id: 1, kind: { tag: 'Tug' } });
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM hulls');
    const heard = client.frames.length;
    world.publish(version(['Scout', 'Tug', 'Liner']));
    expect([client.closed, client.frames.length]).toEqual([undefined, heard]);
    world.run('build', { id: 2, kind: { tag: 'Liner' } });
    expect(client.table('hulls').map(({ kind }) => (kind as { tag: string }).tag)).toEqual(['Tug', 'Liner']);
  });
});
