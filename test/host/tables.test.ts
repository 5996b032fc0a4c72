import { describe, expect, it } from 'vitest';
import { Range, type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table(
  {
    public: true,
    indexes: [
      { accessor: 'byCell', algorithm: 'btree', columns: ['cellX', 'cellY'] },
      { accessor: 'byKind', algorithm: 'hash', columns: ['kind'] },
    ],
    constraints: [{ constraint: 'unique', columns: ['cellX', 'berth'] }],
  },
  {
    id: t.u32().primaryKey().autoInc(),
    owner: t.identity().unique(),
    cellX: t.i32(),
    cellY: t.i32().index(),
    berth: t.u32(),
    kind: t.string(),
    speed: t.f32(),
    tags: t.array(t.string()),
  },
);
const Trail = table({}, { x: t.i32(), y: t.i32() });
const Badge = table({}, { slot: t.u8().unique(), text: t.string() });
const Small = table({}, { id: t.i8().primaryKey().autoInc(), note: t.string().unique() });

const comet = schema({ ship: Ship, trail: Trail, badge: Badge, small: Small });
type Ctx = ReducerCtx<(typeof comet)['tables']>;

/** Runs `body` as one transaction on a new world, or on the one given. */
function within<R>(
  body: (ctx: Ctx) => R,
  world = new World(moduleOf(comet, { run: comet.reducer((ctx) => void job(ctx)) })),
): R {
  let result: R | undefined;
  job = (ctx) => {
    result = body(ctx);
  };
  world.run('run');
  return result as R;
}
let job: (ctx: Ctx) => void = () => undefined;

const ship = (number: number, more: Partial<Parameters<Ctx['db']['ship']['insert']>[0]> = {}) => ({
  ...{ id: 0, owner: player(number), cellX: number, cellY: 0, berth: number, kind: 'scout', speed: 1, tags: [] },
  ...more,
});
const ids = (rows: Iterable<{ id: number }>) => [...rows].map(({ id }) => id);

describe('a table', () => {
  it('[H10] is read and written', () => {
    within(({ db }) => {
      const first = db.ship.insert(ship(1));
      expect(first).toEqual({ ...ship(1), id: 1 });
      expect(db.ship.id.find(1)).toEqual(first);
      expect(db.ship.owner.find(player(1))).toEqual(first);
      expect(db.ship.id.find(9)).toBeNull();
      expect(db.ship.id.update({ ...first, speed: 2 })).toEqual({ ...first, speed: 2 });
      expect(db.ship.owner.update({ ...first, id: 7, kind: 'tug' })).toMatchObject({ id: 7 });
      expect([db.ship.id.find(1), db.ship.id.find(7)?.kind]).toEqual([null, 'tug']);
      expect(db.ship.count()).toBe(1n);
      expect(db.ship.delete(first)).toBe(false);
      expect(db.ship.delete(db.ship.id.find(7)!)).toBe(true);
      expect(db.ship.insert(ship(2)).id).toBe(2);
      expect([db.ship.id.delete(2), db.ship.id.delete(2)]).toEqual([true, false]);
      db.badge.insert({ slot: 1, text: 'ace' });
      expect(db.badge.slot.update({ slot: 1, text: 'veteran' })).toEqual({ slot: 1, text: 'veteran' });
      expect([...db.badge.iter()]).toEqual([{ slot: 1, text: 'veteran' }]);
      for (let i = 0; i < 5; i++) db.trail.insert({ x: i, y: 0 });
      expect([db.trail.clear(), db.trail.clear(), db.trail.count()]).toEqual([5n, 0n, 0n]);
    });
  });

  it('[H11] is filtered by value, prefix and range', () => {
    within(({ db }) => {
      const fleet = [
        [3, 1],
        [1, 2],
        [1, 5],
        [2, 0],
        [1, 9],
        [-4, 0],
      ].map(([cellX, cellY], i) =>
        db.ship.insert(ship(i + 1, { cellX, cellY, berth: i, kind: i % 2 === 0 ? 'scout' : 'tug' })),
      );
      expect(fleet.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
      const { byCell, byKind, cellY } = db.ship;
      expect(ids(byCell.filter(1))).toEqual([2, 3, 5]);
      expect(ids(byCell.filter([1]))).toEqual([2, 3, 5]);
      expect(ids(byCell.filter([1, 5]))).toEqual([3]);
      expect(ids(byCell.filter([1, new Range({ tag: 'excluded', value: 2 })]))).toEqual([3, 5]);
      expect(ids(byCell.filter([1, new Range({ tag: 'included', value: 2 }, { tag: 'excluded', value: 9 })]))).toEqual([
        2, 3,
      ]);
      expect(ids(byCell.filter(new Range({ tag: 'included', value: 2 })))).toEqual([4, 1]);
      expect(ids(byCell.filter(new Range(null, { tag: 'excluded', value: 1 })))).toEqual([6]);
      expect(ids(byCell.filter([99]))).toEqual([]);
      expect(ids(cellY.filter(0)).sort()).toEqual([4, 6]);
      expect(ids(byKind.filter('tug'))).toEqual([2, 4, 6]);
      expect(() => byKind.filter(new Range({ tag: 'included', value: 'a' }) as never)).toThrow(
        /byKind is a hash index/,
      );
      expect(() => byCell.filter([1, 2, 3] as never)).toThrow(expect.objectContaining({ errorName: 'NoSuchIndex' }));
      expect(() => byCell.filter('west' as never)).toThrow(/ship.byCell.cellX \(i32\)/);
      expect(byCell.delete([1, new Range(null, { tag: 'included', value: 5 })])).toBe(2);
      expect(ids(byCell.filter(1))).toEqual([5]);
    });
  });

  it('[H11] finds by hash and direct indexes', () => {
    const Buoy = table(
      {
        indexes: [
          { accessor: 'byPlace', algorithm: 'hash', columns: ['lane', 'mile'] },
          { accessor: 'byLane', algorithm: 'direct', column: 'lane' },
        ],
      },
      { id: t.u32().primaryKey(), lane: t.u8(), mile: t.u32() },
    );
    const sea = schema({ buoy: Buoy });
    const world = new World(
      moduleOf(sea, {
        run: sea.reducer(({ db: { buoy } }) => {
          for (let id = 0; id < 9; id++) buoy.insert({ id, lane: id % 3, mile: id });
          const ids = (rows: Iterable<{ id: number }>) => [...rows].map(({ id }) => id);
          expect(ids(buoy.byPlace.filter([1, 4]))).toEqual([4]);
          expect(ids(buoy.byPlace.filter([2, 4]))).toEqual([]);
          expect(() => buoy.byPlace.filter([1] as never)).toThrow(/it takes the values of all 2 columns/);
          expect(ids(buoy.byLane.filter(2))).toEqual([2, 5, 8]);
          expect(ids(buoy.byLane.filter(new Range({ tag: 'excluded', value: 0 })))).toEqual([1, 4, 7, 2, 5, 8]);
          expect(buoy.byPlace.delete([1, 4])).toBe(1);
          expect(ids(buoy.byLane.filter(1))).toEqual([1, 7]);
        }),
      }),
    );
    world.run('run');
  });

  it('[H12] is iterated as it was when the iteration began', () => {
    within(({ db }) => {
      for (let i = 1; i <= 4; i++) db.ship.insert(ship(i));
      const seen: number[] = [];
      for (const row of db.ship.iter()) {
        seen.push(row.id);
        db.ship.id.delete(row.id);
        db.ship.insert(ship(row.id + 100, { cellX: row.cellX + 100 }));
        if (row.id < 4) db.ship.id.update({ ...db.ship.id.find(row.id + 1)!, speed: 99 });
      }
      expect(seen).toEqual([1, 2, 3, 4]);
      expect(db.ship.count()).toBe(4n);
      for (const row of db.ship) db.ship.delete(row);
      expect(db.ship.count()).toBe(0n);
      for (let i = 1; i <= 4; i++) db.ship.insert(ship(i, { cellX: 1, kind: 'tug' }));
      for (const row of db.ship.byCell.filter(1)) db.ship.id.update({ ...row, cellX: row.cellX + 1 });
      expect(ids(db.ship.byCell.filter(2))).toHaveLength(4);
    });
  });

  it('[H13] gives and takes copies, and rounds f32', () => {
    within(({ db }) => {
      const mine = ship(1, { tags: ['red'], speed: 0.1 });
      const given = db.ship.insert(mine);
      mine.tags.push('mine');
      given.tags.push('given');
      db.ship.id.find(1)!.tags.push('found');
      for (const row of db.ship) row.tags.push('iterated');
      expect(db.ship.id.find(1)).toMatchObject({ tags: ['red'], speed: Math.fround(0.1) });
      expect(given.speed).toBe(Math.fround(0.1));
      expect(mine.id).toBe(0);
      const extra = db.ship.id.update({ ...db.ship.id.find(1)!, lasers: 3 } as never);
      expect(extra).not.toHaveProperty('lasers');
    });
  });

  it('[H14] numbers its rows', () => {
    const world = new World(moduleOf(comet, { run: comet.reducer((ctx) => void job(ctx)) }));
    within(({ db }) => {
      expect(db.small.insert({ id: 0, note: 'a' }).id).toBe(1);
      expect(db.small.insert({ id: 50, note: 'b' }).id).toBe(50);
      expect(db.small.insert({ id: 0, note: 'c' }).id).toBe(2);
      expect(db.small.insert({ id: -3, note: 'd' }).id).toBe(-3);
    }, world);
    within(({ db }) => {
      db.small.clear();
      for (let i = 3; i <= 127; i++) expect(db.small.insert({ id: 0, note: `${i}` }).id).toBe(i);
      expect(() => db.small.insert({ id: 0, note: 'full' })).toThrow(
        expect.objectContaining({ errorName: 'AutoIncOverflow', message: expect.stringContaining('small.id') }),
      );
      expect(db.small.count()).toBe(125n);
    }, world);
  });

  it('[H15] keeps its constraints', () => {
    within(({ db }) => {
      const taken = expect.objectContaining({ errorName: 'UniqueAlreadyExists', hostCode: 12 });
      const [a, b] = [db.ship.insert(ship(1)), db.ship.insert(ship(2))];
      expect(() => db.ship.insert(ship(3, { id: 1 }))).toThrow(taken);
      expect(() => db.ship.insert(ship(1, { cellX: 9 }))).toThrow(taken);
      expect(() => db.ship.insert(ship(3, { cellX: 1, berth: 1 }))).toThrow(
        /ship already has a row with cellX 1, berth 1/,
      );
      expect(db.ship.insert(ship(4, { cellX: 1, berth: 2 })).id).toBeGreaterThan(2);
      expect(() => db.ship.id.update({ ...b, owner: a.owner })).toThrow(taken);
      expect(() => db.ship.id.update({ ...b, cellX: 1, berth: 1 })).toThrow(taken);
      expect(() => db.ship.owner.update({ ...b, id: a.id })).toThrow(taken);
      expect(() => db.ship.id.update({ ...b, id: 99 })).toThrow(
        expect.objectContaining({
          errorName: 'NoSuchRow',
          message: expect.stringContaining('ship has no row with id 99'),
        }),
      );
      expect(db.ship.id.find(2)).toEqual(b);
      expect(db.ship.id.update({ ...b, berth: 5 })).toMatchObject({ berth: 5 });
      expect(db.ship.insert(ship(6, { cellX: b.cellX, berth: b.berth }))).toMatchObject({ berth: 2 });
      db.ship.id.delete(1);
      expect(db.ship.insert(ship(1, { id: 1 })).id).toBe(1);
    });
  });

  it('[H16] without a primary key holds each row once', () => {
    within(({ db }) => {
      expect(db.trail.insert({ x: 1, y: 2 })).toEqual({ x: 1, y: 2 });
      expect(db.trail.insert({ x: 1, y: 2 })).toEqual({ x: 1, y: 2 });
      db.trail.insert({ x: 1, y: 3 });
      expect(db.trail.count()).toBe(2n);
      expect(db.trail.delete({ x: 1, y: 2 })).toBe(true);
      expect([...db.trail]).toEqual([{ x: 1, y: 3 }]);
    });
  });

  it('[H17] refuses values that do not fit, and keeps nothing of them', () => {
    within(({ db }) => {
      const row = db.ship.insert(ship(1));
      for (const [wrong, path] of [
        [{ ...row, id: 2, cellX: 2 ** 31 }, 'ship.cellX (i32)'],
        [{ ...row, id: 2, tags: ['a', 5] }, 'ship.tags[1] (string)'],
        [{ ...row, id: 2, owner: 'me' }, 'ship.owner (identity)'],
        [5, 'ship (Ship)'],
      ] as const) {
        for (const write of [() => db.ship.insert(wrong as never), () => db.ship.id.update(wrong as never)]) {
          expect(write).toThrow(expect.objectContaining({ message: expect.stringContaining(path) }));
        }
      }
      expect(() => db.ship.id.find('1' as never)).toThrow(/ship.id \(u32\)/);
      expect([...db.ship]).toEqual([row]);
    });
  });

  it('[H18] is found under all spellings, whatever it is called', () => {
    const odd = schema({
      constructor: table({}, { toString: t.u8().primaryKey(), orbCount: t.u8().index() }),
      cometShip: table({ name: 'wire_ship' }, { id: t.u8() }),
      comet_ship: table({ name: 'other_ship' }, { id: t.u8() }),
    } as never);
    type Handle = { insert(row: unknown): void } & Record<string, unknown>;
    let seen: unknown[] = [];
    const world = new World(
      moduleOf(odd, {
        look: odd.reducer((ctx) => {
          const db = ctx.db as never as Record<string, Handle>;
          const made = db['constructor' as string]!;
          made.insert({ toString: 1, orbCount: 2 });
          const { find } = made['toString' as string] as { find: (value: number) => unknown };
          seen = [find(1), made.orbCount === made.orb_count, db.cometShip === db.comet_ship];
        }),
      }),
    );
    world.run('look');
    expect(seen).toEqual([{ toString: 1, orbCount: 2 }, true, false]);
  });
});
