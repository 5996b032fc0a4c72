import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Range, type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const PLAYERS = 3;
const CELLS = 4;

const Ship = table(
  { indexes: [{ accessor: 'byPlace', algorithm: 'btree', columns: ['cell', 'speed'] }] },
  { id: t.u32().primaryKey(), owner: t.identity().index(), cell: t.u32().index(), speed: t.u32() },
);
const Orb = table({}, { cell: t.u32().index('hash'), worth: t.u32() });
const Count = t.row('Count', { cell: t.u32().primaryKey(), orbs: t.u32(), ships: t.u64() });

const comet = schema({ ship: Ship, orb: Orb });
type Ctx = ReducerCtx<(typeof comet)['tables']>;
let job: (ctx: Ctx) => void = () => undefined;

const mine = comet.view({ public: true }, t.array(Ship.rowType), (ctx) => [...ctx.db.ship.owner.filter(ctx.sender)]);
// What it reads depends on what it finds.
const near = comet.view({ public: true }, t.array(Orb.rowType), (ctx) =>
  [...ctx.db.ship.owner.filter(ctx.sender)].flatMap((ship) => [...ctx.db.orb.cell.filter(ship.cell)]),
);
const fast = comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) => [
  ...ctx.db.ship.byPlace.filter([1, new Range({ tag: 'excluded', value: 2 }, { tag: 'included', value: 4 })]),
]);
const queried = comet.view({ public: true }, t.array(Ship.rowType), (ctx) =>
  ctx.from.ship.where((ship) => ship.owner.eq(ctx.sender).or(ship.cell.eq(2).and(ship.speed.lte(2)))),
);
const counts = comet.anonymousView({ public: true }, t.array(Count), (ctx) =>
  [...Array(CELLS).keys()].map((cell) => ({
    cell,
    orbs: [...ctx.db.orb.cell.filter(cell)].length,
    ships: ctx.db.ship.count(),
  })),
);
// A ship with several orbs in its cell, or an orb with several ships, is one row of the view all the same.
const docked = comet.anonymousView({ public: true }, t.array(Ship.rowType), (ctx) =>
  ctx.from.ship.leftSemijoin(
    ctx.from.orb.where((orb) => orb.worth.gt(0)),
    (ship, orb) => ship.cell.eq(orb.cell),
  ),
);
const harvest = comet.view({ public: true }, t.array(Orb.rowType), (ctx) =>
  ctx.from.ship
    .where((ship) => ship.owner.eq(ctx.sender))
    .rightSemijoin(ctx.from.orb, (ship, orb) => ship.cell.eq(orb.cell)),
);
const leader = comet.anonymousView({ public: true }, t.option(Ship.rowType), (ctx) => ctx.db.ship.id.find(0));

const module = moduleOf(comet, {
  ...{ mine, near, fast, queried, counts, docked, harvest, leader },
  run: comet.reducer((ctx) => job(ctx)),
});

const small = (max: number) => fc.nat({ max: max - 1 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('ship' as const),
    id: small(6),
    owner: small(PLAYERS),
    cell: small(CELLS),
    speed: small(6),
  }),
  fc.record({ kind: fc.constant('sink' as const), id: small(6) }),
  fc.record({ kind: fc.constant('orb' as const), cell: small(CELLS), worth: small(3) }),
  fc.record({ kind: fc.constant('take' as const), cell: small(CELLS) }),
);
const transaction = fc.record({ steps: fc.array(step, { maxLength: 5 }), fails: fc.boolean() });

it('[V9] hold after any transactions what their functions give when run afresh', () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 25 }), (transactions) => {
      const world = new World(module);
      const clients = [...Array(PLAYERS).keys()].map((number) => world.join(number));
      const views = module.views.map(({ name }) => name);
      for (const client of clients) client.subscribe(1, ...views.map((view) => `SELECT * FROM ${view}`));
      for (const { steps, fails } of transactions) {
        job = ({ db }) => {
          for (const each of steps) {
            if (each.kind === 'ship') {
              const row = { id: each.id, owner: player(each.owner), cell: each.cell, speed: each.speed };
              if (db.ship.id.find(each.id)) db.ship.id.update(row);
              else db.ship.insert(row);
            } else if (each.kind === 'sink') db.ship.id.delete(each.id);
            else if (each.kind === 'orb') db.orb.insert({ cell: each.cell, worth: each.worth });
            else db.orb.cell.delete(each.cell);
          }
          if (fails && steps.length % 2 === 1) throw new Error('undone');
        };
        world.call('run');
        // A client who comes now has each view computed afresh, unless it is the same for everybody.
        for (const [number, client] of clients.entries()) {
          const fresh = new World(module);
          job = ({ db }) => {
            for (const row of world.rows('ship')) db.ship.insert(row as never);
            for (const row of world.rows('orb')) db.orb.insert(row as never);
          };
          fresh.run('run');
          const newcomer = fresh.join(number);
          newcomer.subscribe(1, ...views.map((view) => `SELECT * FROM ${view}`));
          for (const view of views) expect(sorted(client.table(view))).toEqual(sorted(newcomer.table(view)));
        }
      }
    }),
    { numRuns: 40 },
  );
});

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}
