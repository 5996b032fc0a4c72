import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQueries } from '../../src/host/query/compile.ts';
import { evaluate } from '../../src/host/query/evaluate.ts';
import { Subscriptions } from '../../src/host/query/subscriptions.ts';
import type { Row } from '../../src/host/store/row.ts';
import { type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const Probe = table(
  { public: true },
  {
    id: t.u32().primaryKey(),
    name: t.string().index(),
    mass: t.u64().unique(),
    speed: t.f32(),
    hull: t.byteArray(),
    docked: t.bool().index(),
    owner: t.identity(),
  },
);
const Ping = table({ public: true, event: true }, { id: t.u32(), speed: t.f32() });
const comet = schema({ probe: Probe, ping: Ping });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(({ db }) => job(db)) });

const id = fc.nat(5);
const speed = fc.constantFrom(-Infinity, -1.5, -0, 0, 0.1, 2, Infinity, Number.NaN);
const name = fc.constantFrom('', 'a', 'ab', 'b', '\u{ffff}', '\u{10000}');
const hull = fc.array(fc.constantFrom(0, 1, 255), { minLength: 1, maxLength: 3 });
const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
const probe = fc
  .record({ id, name, mass: fc.bigInt(0n, 2n ** 64n - 1n), speed, hull, docked: fc.boolean(), owner: fc.nat(2) })
  .map((row) => ({ ...row, hull: Uint8Array.from(row.hull), owner: player(row.owner) }));

const operator = fc.constantFrom('=', '=', '=', '<', '<=', '>', '>=', '<>');
const leaf = fc.oneof(
  fc.tuple(operator, id).map(([o, n]) => `id ${o} ${n}`),
  fc.tuple(operator, name).map(([o, text]) => `name ${o} '${text}'`),
  fc.tuple(operator, fc.bigInt(0n, 2n ** 64n - 1n)).map(([o, n]) => `${n} ${o} mass`),
  fc.tuple(operator, fc.constantFrom('-1.5', '0', '-0', '0.1', '2')).map(([o, n]) => `speed ${o} ${n}`),
  fc.tuple(operator, hull).map(([o, bytes]) => `hull ${o} 0x${hex(bytes)}`),
  fc.constantFrom('docked', 'docked = FALSE', 'TRUE = TRUE', 'TRUE = FALSE', 'owner = :sender', 'owner < :sender'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} OR ${b})`),
  ),
}));

describe('the ways from a changed row to its queries', () => {
  it('[H66][H60] lead to all queries that asking each of them would find, and to them once', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 8 }),
        fc.array(probe, { maxLength: 8 }),
        fc.array(probe, { maxLength: 8 }),
        (conditions, earlier, later) => {
          const world = new World(module);
          const store = world.database.store('probe')!;
          const put = (probes: typeof earlier) => {
            job = (db) => {
              for (const row of probes) {
                if (db.probe.mass.find(row.mass) !== null) continue;
                if (db.probe.id.find(row.id) === null) db.probe.insert(row);
                else db.probe.id.update(row);
              }
            };
            world.run('run');
          };
          put(earlier);
          const before = new Map(store.rows);
          put(later);
          const subscriptions = new Subscriptions<string>();
          const lives = conditions.map((where) => {
            const sql = `SELECT * FROM probe WHERE ${where}`;
            const query = compileQueries(sql, world.database.access(player(1)))[0]!;
            expect(new Set(evaluate(query))).toEqual(new Set([...store.rows.values()].filter(query.test!)));
            expect(evaluate(query)).toHaveLength(new Set(evaluate(query)).size);
            return subscriptions.subscribe(where, query);
          });
          const changes = [...new Set([...before.keys(), ...store.rows.keys()])].map((key) => ({
            before: before.get(key),
            after: store.rows.get(key),
          }));
          const told = new Set(subscriptions.apply([{ store, changes, events: [] }]));
          for (const live of new Set(lives)) {
            const test = (row: Row | undefined) => row !== undefined && live.query.test!(row);
            const { inserts, updates, deletes } = live.delta;
            const gone = changes.filter((change) => test(change.before) && !test(change.after));
            const kept = changes.filter((change) => test(change.before) && test(change.after));
            const come = changes.filter((change) => !test(change.before) && test(change.after));
            expect([inserts, updates, deletes].map((rows) => rows.length)).toEqual(
              [come, kept, gone].map((list) => list.length),
            );
            expect(inserts).toEqual(come.map((change) => change.after));
            expect(updates).toEqual(kept.map((change) => change.after));
            expect(deletes).toEqual(gone.map((change) => change.before));
            expect(told.has(live)).toBe(come.length + kept.length + gone.length > 0);
          }
          for (const [i, live] of lives.entries()) subscriptions.unsubscribe(conditions[i]!, live);
          expect(subscriptions.watches(store)).toBe(false);
          expect(subscriptions.apply([{ store, changes, events: [] }])).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[H66][H69] tell an event once, though several alternatives of a query hold for it', () => {
    const world = new World(module);
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ping WHERE id = 1 OR speed > 1 OR (id < 5 AND speed >= 2)');
    job = ({ ping }) => {
      for (const row of [
        { id: 1, speed: 3 },
        { id: 7, speed: 0 },
        { id: 9, speed: 2 },
      ])
        ping.insert(row);
    };
    world.run('run');
    client.read();
    expect(client.events.map(({ row }) => row)).toEqual([
      { id: 1, speed: 3 },
      { id: 9, speed: 2 },
    ]);
  });

  it('[H66] are as many for a long list of alternatives, and stay few where alternatives are multiplied', () => {
    const access = new World(module).database.access(player(1));
    const routesOf = (where: string) => compileQueries(`SELECT * FROM probe WHERE ${where}`, access)[0]!.routes;
    const list = Array.from({ length: 500 }, (_, n) => `id = ${n}`).join(' OR ');
    expect(routesOf(list)).toHaveLength(500);
    const four = "(name = 'a' OR name = 'b' OR name = 'c' OR name = 'd')";
    const all = Array.from({ length: 10 }, () => four).join(' AND ');
    expect(routesOf(all).length).toBeLessThanOrEqual(64);
    expect(routesOf(`(${list}) AND ${four}`)).toHaveLength(4);
    expect(routesOf(`${list} OR id <> 3`)).toEqual([[]]);
    expect(routesOf('id = 3 AND FALSE')).toEqual([]);
    expect(routesOf("id > 3 AND 5 <= id AND id < 9 AND id <= 7 AND name = 'a'")).toEqual([
      [
        { kind: 'equal', column: 1, key: 'a' },
        { kind: 'between', column: 0, low: 5, high: 7 },
      ],
    ]);
  });
});
