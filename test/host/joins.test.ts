import { describe, expect, it, vi } from 'vitest';
import { compileQueries } from '../../src/host/query/compile.ts';
import { Subscriptions } from '../../src/host/query/subscriptions.ts';
import { type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { held } from './support/held.ts';
import { moduleOf, player, World } from './support/world.ts';

const Orb = table({ public: true }, { id: t.u32().primaryKey(), cell: t.i32().index(), worth: t.u8() });
const Watch = table(
  { public: true },
  { player: t.u32().primaryKey(), cell: t.i32().index(), name: t.string(), owner: t.identity().index() },
);
const Mark = table({ public: true }, { cell: t.i32().index(), note: t.string() });
const Blast = table({ public: true, event: true }, { cell: t.i32().index(), power: t.u8() });
const Secret = table({}, { cell: t.i32().index() });
const comet = schema({ orb: Orb, watch: Watch, mark: Mark, blast: Blast, secret: Secret });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(({ db }) => job(db)) });

function start() {
  const world = new World(module);
  const run = (next: typeof job) => {
    job = next;
    world.run('run');
  };
  run((db) => {
    for (let id = 1; id <= 4; id++) db.orb.insert({ id, cell: id % 2, worth: id });
    for (let number = 1; number <= 3; number++) {
      db.watch.insert({ player: number, cell: number, name: `p${number}`, owner: player(number) });
    }
    db.mark.insert({ cell: 1, note: 'here' });
  });
  return { world, run, client: world.join(1) };
}

const SLOW_MS = 60_000;

describe('a join that is subscribed to', () => {
  it('[H96] gives rows of either table, also of one joined with itself', () => {
    const { client } = start();
    const rows = (sql: string) => {
      const answer = client.subscribe(1, sql);
      if (answer.tag !== 'SubscribeApplied') throw new Error(`${sql}: ${JSON.stringify(answer)}`);
      client.unsubscribe(1);
      return answer.tables.flatMap(({ inserts }) => inserts.map((row) => row.id ?? row.player ?? row.note)).sort();
    };
    expect(rows('SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.cell')).toEqual([1, 3]);
    expect(rows('SELECT w.* FROM orb o INNER JOIN watch AS w ON o.cell = w.cell')).toEqual([1, 1]);
    expect(rows('SELECT w.* FROM watch w JOIN orb ON orb.cell = w.cell WHERE orb.worth > 1')).toEqual([1]);
    expect(rows('SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.cell WHERE watch.owner = :sender')).toEqual([
      1, 3,
    ]);
    expect(rows('SELECT a.* FROM orb a JOIN orb b ON a.cell = b.cell WHERE a.id < b.id')).toEqual([1, 2]);
    expect(rows('SELECT mark.* FROM mark JOIN orb ON mark.cell = orb.cell')).toEqual(['here', 'here']);
    expect(rows('SELECT orb.* FROM orb CROSS JOIN watch WHERE orb.cell = watch.cell')).toEqual([1, 3]);
    expect(
      rows('SELECT "o".* FROM "watch" JOIN "orb" "o" ON "watch"."cell" = "o"."cell" WHERE ("o"."worth" < 2)'),
    ).toEqual([1]);
  });

  it('[H96] is refused when it cannot be followed, with the text of the real host', () => {
    const { client } = start();
    for (const [sql, reason] of [
      [
        'SELECT orb.* FROM orb JOIN watch ON orb.worth = watch.cell',
        'Unexpected type: (expected) u8 != i32 (inferred)',
      ],
      [
        'SELECT orb.* FROM orb JOIN blast ON orb.worth = blast.power',
        'Unsupported: event tables cannot be the lookup side of a join',
      ],
      ['SELECT a.* FROM orb a JOIN orb b ON a.worth = b.worth', 'Subscriptions require indexes on join columns'],
      ['SELECT orb.* FROM orb CROSS JOIN watch', 'Subscriptions require indexes on join columns'],
      ['SELECT * FROM orb JOIN watch ON orb.cell = watch.cell', 'SELECT * is not supported for joins'],
      [
        'SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.cell WHERE worth = 1',
        'Names must be qualified when using joins',
      ],
      ['SELECT x.* FROM orb JOIN watch ON orb.cell = watch.cell', '`x` is not in scope'],
      ['SELECT orb.* FROM orb JOIN orb ON orb.cell = orb.cell', 'Duplicate name `orb`'],
      ['SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.nope', '`watch` does not have a field `nope`'],
      [
        'SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.cell JOIN mark ON mark.cell = orb.cell',
        'Unsupported: subscriptions to more than two joined tables',
      ],
      ['SELECT orb.* FROM orb LEFT JOIN watch ON orb.cell = watch.cell', 'Non-inner joins are not supported'],
      [
        'SELECT orb.id FROM orb JOIN watch ON orb.cell = watch.cell',
        'Column projections are not supported in subscriptions; Subscriptions must return a table type',
      ],
    ] as const) {
      expect(client.subscribe(1, sql), sql).toMatchObject({
        tag: 'SubscriptionError',
        error: `${reason}, executing: \`${sql}\``,
      });
    }
    const [secret, missing] = ['secret', 'absent'].map((name) => {
      const sql = `SELECT orb.* FROM orb JOIN ${name} ON orb.cell = ${name}.nope`;
      return JSON.stringify(client.subscribe(1, sql))
        .replaceAll(name, 'x')
        .replace(/"requestId":\d+/, '');
    });
    expect(secret).toContain('no such table: `x`. If the table exists, it may be marked private.');
    expect(missing).toBe(secret);
  });

  it('[H97] tells rows that come and go with their partners, and those that stay as updates', () => {
    const { client, run } = start();
    client.subscribe(1, 'SELECT orb.* FROM orb JOIN watch ON orb.cell = watch.cell');
    expect(client.table('orb').map(({ id }) => id)).toEqual([1, 3]);
    const told = () => {
      const message = client.last('TransactionUpdate');
      return message.tables.map(({ inserts, updates, deletedKeys }) => ({
        in: inserts.map(({ id }) => id),
        up: updates.map(({ id, worth }) => `${id}:${worth}`),
        out: deletedKeys,
      }));
    };
    run((db) => db.watch.player.update({ player: 2, cell: 1, name: 'p2', owner: player(2) }));
    expect(told()).toEqual([{ in: [1, 3], up: [], out: [] }]);
    expect([...held(client).values()]).toEqual([2, 2]);
    run((db) => db.orb.id.update({ id: 3, cell: 1, worth: 30 }));
    expect(told()).toEqual([{ in: [], up: ['3:30'], out: [] }]);
    run((db) => {
      db.watch.player.delete(1);
      db.orb.id.update({ id: 1, cell: 1, worth: 10 });
    });
    expect(told()).toEqual([{ in: [], up: ['1:10'], out: [1, 3] }]);
    const before = client.frames.length;
    run((db) => db.watch.player.update({ player: 2, cell: 1, name: 'renamed', owner: player(3) }));
    expect(client.frames.length).toBe(before);
    run((db) => db.orb.id.update({ id: 3, cell: 0, worth: 30 }));
    expect(told()).toEqual([{ in: [], up: [], out: [3] }]);
    expect(client.unsubscribe(1)).toMatchObject({ tables: [{ deletedKeys: [1] }] });
    run((db) => db.orb.id.update({ id: 1, cell: 1, worth: 11 }));
    expect(held(client).size).toBe(0);
  });

  it('[H99] is refused when it would look at too many pairs', () => {
    const { client, run } = start();
    run((db) => {
      for (let id = 10; id < 1510; id++) db.orb.insert({ id, cell: 9, worth: 0 });
    });
    const sql = 'SELECT a.* FROM orb a JOIN orb b ON a.cell = b.cell';
    expect(client.subscribe(1, sql)).toMatchObject({
      tag: 'SubscriptionError',
      error: expect.stringMatching(/^The query joins more than 2000000 rows\. Add conditions/),
    });
    expect(client.subscribe(2, `${sql} WHERE b.id = 10`)).toMatchObject({ tag: 'SubscribeApplied' });
    expect(client.table('orb')).toHaveLength(1500);
  });

  it('[H97][H69] tells events for each partner they have when they happen', () => {
    const { client, run } = start();
    client.subscribe(1, 'SELECT blast.* FROM blast JOIN watch ON blast.cell = watch.cell WHERE watch.owner = :sender');
    run((db) => {
      db.blast.insert({ cell: 1, power: 5 });
      db.blast.insert({ cell: 2, power: 6 });
    });
    run((db) => {
      db.watch.player.update({ player: 1, cell: 7, name: 'p1', owner: player(1) });
      db.blast.insert({ cell: 7, power: 7 });
      db.blast.insert({ cell: 1, power: 8 });
    });
    client.read();
    expect(client.events.map(({ row }) => row.power)).toEqual([5, 7]);
  });

  /** What each of many players may ask for; orbs and watches of number n are in cell n. */
  const FORMS: Readonly<Record<string, (n: number) => string>> = {
    'by the other row': (n) => `SELECT orb.* FROM orb JOIN watch w ON orb.cell = w.cell WHERE w.player = ${n}`,
    'by both rows': (n) =>
      `SELECT orb.* FROM orb JOIN watch w ON orb.cell = w.cell WHERE w.player = ${n} AND orb.worth < 9`,
    'by either of two players': (n) =>
      `SELECT orb.* FROM orb JOIN watch w ON orb.cell = w.cell WHERE w.player = ${n} OR w.player = ${-1 - n + 2 ** 31}`,
    'with itself': (n) => `SELECT a.* FROM orb a JOIN orb b ON a.cell = b.cell WHERE b.id = ${n}`,
    'the other table': (n) => `SELECT w.* FROM orb JOIN watch w ON orb.cell = w.cell WHERE w.player = ${n}`,
  };

  for (const [name, sql] of Object.entries(FORMS)) {
    it(`[H98] costs what its pairs cost, however many queries and rows there are: ${name}`, {
      timeout: SLOW_MS,
    }, () => {
      const costs = [10, 10_000].map((count) => {
        const world = new World(module);
        const { database } = world;
        job = (db) => {
          for (let n = 0; n < count; n++) {
            db.orb.insert({ id: n, cell: n, worth: 1 });
            db.watch.insert({ player: n, cell: n, name: '', owner: player(n) });
          }
        };
        world.run('run');
        const subscriptions = new Subscriptions<number>();
        let asked = 0;
        for (let n = 0; n < count; n++) {
          const [query] = compileQueries(sql(n), database.access(player(n)));
          const { join, test } = query!;
          const counted = (row: Parameters<NonNullable<typeof test>>[0]) => {
            asked++;
            return test?.(row) ?? true;
          };
          subscriptions.subscribe(n, { ...query!, test: counted, join: join! });
        }
        const stores = ['orb', 'watch'].map((each) => database.store(each)!);
        const spies = stores.map((store) => vi.spyOn(store, 'rowsWith'));
        const before = stores.map((store) => new Map(store.rows));
        job = (db) => {
          db.orb.id.update({ id: 3, cell: 3, worth: 2 });
          db.orb.id.update({ id: 4, cell: 5, worth: 1 });
          db.watch.player.update({ player: 6, cell: 5, name: '', owner: player(6) });
        };
        world.run('run');
        const committed = stores.map((store, i) => ({
          store,
          changes: [...store.rows].flatMap(([key, after]) => {
            const was = before[i]!.get(key);
            return was === after ? [] : [{ before: was, after }];
          }),
          events: [],
        }));
        const changed = subscriptions.apply(committed).map(({ id, delta }) => {
          const counts = [delta.inserts, delta.updates, delta.deletes].map((rows) => rows.length);
          return [id, ...counts].join(' ');
        });
        const looked = spies.flatMap(({ mock }) => mock.results).reduce((sum, { value }) => sum + value.length + 1, 0);
        return { asked, looked, changed: changed.sort() };
      });
      expect(costs[0]!.changed.length).toBeGreaterThan(0);
      expect(costs[1]).toEqual(costs[0]);
      expect(costs[1]!.asked).toBeLessThan(40);
    });
  }
});
