import { describe, expect, it } from 'vitest';
import { type ReducerCtx, ScheduleAt, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, OWNER, player, World } from './support/world.ts';

const Ship = table(
  { public: true },
  {
    id: t.u32().primaryKey().autoInc(),
    name: t.string().unique(),
    cellX: t.i32().index(),
    speed: t.f32(),
    pilot: t.identity(),
  },
);
const Orb = table({ public: true }, { id: t.u32().primaryKey(), cell: t.i32(), worth: t.u8() });
const Trail = table({ public: true }, { cell: t.i32(), age: t.u8() });
const Secret = table({}, { id: t.u32().primaryKey(), cell: t.i32().index() });
const Blast = table({ public: true, event: true }, { cell: t.i32() });
const Pass = table({ public: true }, { id: t.u32().primaryKey(), bytes: t.byteArray() });
const Tagged = table({ public: true }, { id: t.u32().primaryKey(), note: t.option(t.string()) });
const comet = schema({
  ship: Ship,
  orb: Orb,
  trail: Trail,
  secret: Secret,
  blast: Blast,
  tagged: Tagged,
  pass: Pass,
});
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, {
  run: comet.reducer(({ db }) => job(db)),
});

function start() {
  const world = new World(module);
  job = (db) => {
    for (const [id, name, cellX] of [
      [1, 'Ann', 3],
      [2, 'Bob', 3],
      [3, 'Cid', 4],
    ] as const) {
      db.ship.insert({ id: 0, name, cellX, speed: id / 2, pilot: player(id) });
    }
    for (const [id, cell] of [
      [1, 3],
      [2, 3],
      [3, 5],
    ] as const)
      db.orb.insert({ id, cell, worth: id * 10 });
    db.trail.insert({ cell: 3, age: 1 });
    db.trail.insert({ cell: 3, age: 2 });
    db.secret.insert({ id: 7, cell: 3 });
  };
  world.run('run');
  const { database } = world;
  const sql = (text: string, number?: number) => database.sql(text, number === undefined ? OWNER : player(number));
  const rows = (text: string, number?: number) => {
    const result = sql(text, number);
    return result.rows.map((row) => row.map((value) => (typeof value === 'object' ? 'object' : value)));
  };
  const sorted = (text: string, number?: number) =>
    rows(text, number)
      .map((row) => row.join(' '))
      .sort();
  const refusal = (text: string, number?: number): string => {
    const before = JSON.stringify(world.rows('ship'), (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    try {
      sql(text, number);
    } catch (error) {
      const after = JSON.stringify(world.rows('ship'), (_, value) => (typeof value === 'bigint' ? `${value}` : value));
      expect(after).toBe(before);
      return (error as Error).message.replace(`, executing: \`${text}\``, '');
    }
    throw new Error(`ran: ${text}`);
  };
  return { world, database, sql, rows, sorted, refusal };
}

describe('SQL that is run once', () => {
  it('[H90] gives columns with their types, and rows as lists', () => {
    const { sql, rows } = start();
    const { schema, rows: all, stats, durationMicros } = sql('SELECT * FROM orb WHERE id = 2');
    expect(schema.map(({ name, type }) => [name, type.tag])).toEqual([
      ['id', 'U32'],
      ['cell', 'I32'],
      ['worth', 'U8'],
    ]);
    expect(all).toEqual([[2, 3, 20]]);
    expect(stats).toEqual({ inserted: 0, deleted: 0, updated: 0 });
    expect(durationMicros).toBeTypeOf('bigint');
    const named = sql('SELECT s.name, "cell_x" AS cell, cellX b FROM ship AS s WHERE s.id = 1;');
    expect(named.schema.map(({ name }) => name)).toEqual(['name', 'cell', 'b']);
    expect(named.rows).toEqual([['Ann', 3, 3]]);
    expect(rows('SELECT COUNT(*) AS n FROM ship WHERE cell_x = 3')).toEqual([[2n]]);
    expect(sql('SELECT COUNT(*) AS n FROM ship').schema).toMatchObject([{ name: 'n', type: { tag: 'U64' } }]);
    expect(rows('SELECT id FROM ship LIMIT 2')).toHaveLength(2);
    expect(rows('SELECT id FROM ship LIMIT 0')).toEqual([]);
    expect(rows('SELECT COUNT(*) AS n FROM ship LIMIT 1')).toEqual([[3n]]);
    expect(rows('SELECT name FROM ship WHERE pilot = :sender', 2)).toEqual([['Bob']]);
    expect(rows('SELECT id FROM ship WHERE FALSE')).toEqual([]);
  });

  it('[H91] joins tables by an index or without, and with themselves', () => {
    const { sorted, rows } = start();
    expect(sorted('SELECT s.name, o.id FROM ship s JOIN orb o ON s.cell_x = o.cell')).toEqual([
      'Ann 1',
      'Ann 2',
      'Bob 1',
      'Bob 2',
    ]);
    expect(
      sorted("SELECT o.id, s.name FROM orb o INNER JOIN ship s ON o.cell = s.cell_x WHERE s.name = 'Bob'"),
    ).toEqual(['1 Bob', '2 Bob']);
    expect(sorted('SELECT t.age, o.id FROM trail t JOIN orb o ON t.cell = o.cell WHERE o.worth > 10')).toEqual([
      '1 2',
      '2 2',
    ]);
    expect(
      sorted('SELECT a.id, b.id AS other FROM ship a JOIN ship b ON a.cell_x = b.cell_x WHERE a.id < b.id'),
    ).toEqual(['1 2']);
    expect(rows('SELECT COUNT(*) AS n FROM ship CROSS JOIN orb')).toEqual([[9n]]);
    expect(rows('SELECT COUNT(*) AS n FROM ship JOIN orb')).toEqual([[9n]]);
    expect(
      sorted('SELECT s.id, o.id AS o FROM ship s CROSS JOIN orb o WHERE s.id = o.id OR (s.id = 3 AND o.id = 1)'),
    ).toEqual(['1 1', '2 2', '3 1', '3 3']);
    expect(
      sorted(
        'SELECT s.name, o.id, t.age FROM trail t JOIN orb o ON t.cell = o.cell JOIN ship s ON s.cell_x = t.cell WHERE s.id = 1',
      ),
    ).toEqual(['Ann 1 1', 'Ann 1 2', 'Ann 2 1', 'Ann 2 2']);
    expect(sorted('SELECT o.* FROM ship s JOIN orb o ON o.cell = s.cell_x WHERE s.id = 1')).toEqual([
      '1 3 10',
      '2 3 20',
    ]);
  });

  it('[H91] refuses a join that looks at too much', () => {
    const { world, refusal, rows } = start();
    job = (db) => {
      for (let cell = 10; cell < 1600; cell++) db.trail.insert({ cell, age: 0 });
    };
    world.run('run');
    expect(refusal('SELECT COUNT(*) AS n FROM trail a CROSS JOIN trail b')).toBe(
      'The query joins more than 2000000 rows. Add conditions, or indexes on the columns of its joins.',
    );
    expect(rows('SELECT COUNT(*) AS n FROM trail a JOIN trail b ON a.cell = b.cell')).toEqual([[1594n]]);
    expect(rows('SELECT a.cell FROM trail a CROSS JOIN trail b CROSS JOIN trail c LIMIT 1')).toHaveLength(1);
  });

  it('[H91] refuses a join of many tables before it takes long', () => {
    const { database } = start();
    const many = Array.from({ length: 31 }, (_, i) => `ship a${i}`).join(' JOIN ');
    const began = process.cpuUsage();
    expect(() => database.sql(`SELECT COUNT(*) AS n FROM ${many}`, OWNER)).toThrow(/joins more than 2000000 rows/);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1000);
  });

  it('[H92] inserts, updates and deletes as the owner, in one transaction that subscribers are told', () => {
    const { world, sql, rows, refusal } = start();
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM ship WHERE cell_x >= 4');
    const pilot = `0x${player(5).hex}`;
    const columns = '(id, name, cell_x, speed, pilot)';
    expect(
      sql(`INSERT INTO ship ${columns} VALUES (0, 'Dot', 4, 1.5, ${pilot}), (9, 'It''s', 2, 1e1, :sender)`).stats,
    ).toEqual({
      ...{ inserted: 2, deleted: 0, updated: 0 },
    });
    expect(rows('SELECT id, name, speed FROM ship WHERE speed >= 1.5')).toContainEqual([9, "It's", 10]);
    expect(sql("UPDATE ship SET cell_x = 5, speed = -0.5 WHERE name = 'Bob' OR id = 9").stats.updated).toBe(2);
    expect(
      client
        .table('ship')
        .map(({ name, cellX }) => `${name} ${cellX}`)
        .sort(),
    ).toEqual(['Bob 5', 'Cid 4', 'Dot 4', "It's 5"]);
    expect(sql('DELETE FROM ship WHERE cell_x = 5').stats.deleted).toBe(2);
    expect(sql('UPDATE ship SET id = 30 WHERE id = 3').stats.updated).toBe(1);
    expect(
      client
        .table('ship')
        .map(({ id, name }) => `${id} ${name}`)
        .sort(),
    ).toEqual(['30 Cid', '4 Dot'].sort());
    expect(sql('INSERT INTO trail (age, cell) VALUES (1, 3), (9, 3)').stats.inserted).toBe(1);
    expect(sql('DELETE FROM trail').stats.deleted).toBe(3);
    client.subscribe(2, 'SELECT * FROM blast');
    expect(sql('INSERT INTO blast (cell) VALUES (3)').stats.inserted).toBe(1);
    client.read();
    expect(client.events).toEqual([{ table: 'blast', row: { cell: 3 } }]);
    for (const [text, reason] of [
      [
        `INSERT INTO ship ${columns} VALUES (50, 'New', 1, 1, ${pilot}), (51, 'Ann', 1, 1, ${pilot})`,
        /already has a row/,
      ],
      ['UPDATE ship SET id = 1', /already has a row/],
      ["UPDATE ship SET name = 'Ann'", /already has a row/],
      [
        'INSERT INTO ship VALUES (1)',
        /^The number of fields \(0\) in the INSERT does not match the number of columns \(5\) of/,
      ],
      [`INSERT INTO ship ${columns} VALUES (1)`, /^Inserting a row with 1 values into `ship` which has 5 fields$/],
      ['INSERT INTO trail (cell, cell) VALUES (1, 1)', /^Duplicate name `cell`$/],
      ['UPDATE ship SET nope = 1', /^`ship` does not have a field `nope`$/],
      ['UPDATE ship SET id = 1 WHERE nope = 1', /^`nope` is not in scope$/],
      ["UPDATE ship SET cell_x = 'far'", /^The literal expression `far` cannot be parsed as type `i32`$/],
      ['INSERT INTO tagged (id, note) VALUES (1, 5)', /^Literal values for type option<string> are not supported$/],
      ['UPDATE ship SET speed = :sender', /^Unexpected type: \(expected\) f32 != identity \(inferred\)$/],
      ['DELETE FROM nowhere', /^no such table: `nowhere`/],
    ] as const) {
      expect(refusal(text), text).toMatch(reason);
    }
  });

  it('[H93] lets others than the owner change nothing, whether a table is there or not', () => {
    const { sql, refusal } = start();
    for (const text of ['DELETE FROM ship', 'DELETE FROM secret', 'DELETE FROM nowhere', 'SET row_limit TO 1']) {
      expect(refusal(text, 1)).toMatch(/is not authorized to change rows or settings by SQL/);
      expect(() => sql(text, 1)).toThrow(expect.objectContaining({ code: 'E_NOT_OWNER' }));
    }
    expect(sql('SELECT * FROM secret').rows).toEqual([[7, 3]]);
    for (const rest of ['', ' WHERE nope = 1', ' s JOIN ship ON s.a = ship.b', ' LIMIT 0']) {
      const what = rest.includes('JOIN') ? 'ship.*' : '*';
      const [secret, missing] = ['secret', 'absent'].map((name) =>
        refusal(`SELECT ${what} FROM ${name}${rest}`, 1).replaceAll(name, 'x'),
      );
      expect(secret).toBe('no such table: `x`. If the table exists, it may be marked private.');
      expect(missing).toBe(secret);
    }
    expect(refusal('SELECT ship.id FROM ship JOIN secret ON ship.cell_x = secret.cell', 1)).toMatch(
      /^no such table: `secret`/,
    );
  });

  it("[H94] keeps a row limit, which is not the owner's", () => {
    const { world, sql, rows, refusal } = start();
    expect(sql('SHOW row_limit')).toMatchObject({ schema: [{ name: 'row_limit' }], rows: [] });
    sql('SET row_limit TO 2');
    expect(rows('SHOW row_limit')).toEqual([[2n]]);
    expect(rows('SELECT * FROM ship')).toHaveLength(3);
    expect(rows('SELECT * FROM orb WHERE cell = 3', 1)).toHaveLength(2);
    const reason = 'The estimated cardinality (3 rows) exceeds the limit (2 rows)';
    expect(refusal('SELECT * FROM ship', 1)).toBe(reason);
    expect(world.join(1).subscribe(1, 'SELECT * FROM ship')).toMatchObject({ tag: 'SubscriptionError', error: reason });
    expect(world.join(1).subscribe(1, 'SELECT * FROM orb WHERE cell = 3').tag).toBe('SubscribeApplied');
    expect(refusal('SET rows TO 3')).toBe('`rows` is no setting of a database; there is `row_limit`');
    expect(refusal("SET row_limit TO 'x'")).toBe('The literal expression `x` cannot be parsed as type `u64`');
  });

  it('[H90] refuses what does not fit, with the text of the real host and the query', () => {
    const { refusal, sql } = start();
    for (const [text, reason] of [
      ['SELECT nope FROM ship', '`nope` is not in scope'],
      ['SELECT ship.nope FROM ship', '`ship` does not have a field `nope`'],
      ['SELECT orb.id FROM ship', '`orb` is not in scope'],
      ['SELECT id, id FROM ship', 'Duplicate name `id`'],
      ['SELECT id FROM ship JOIN orb ON ship.id = orb.id', 'Names must be qualified when using joins'],
      [
        'SELECT ship.id FROM ship JOIN orb ON ship.id = orb.id WHERE worth = 1',
        'Names must be qualified when using joins',
      ],
      ['SELECT ship.id FROM ship JOIN ship ON ship.id = ship.id', 'Duplicate name `ship`'],
      ['SELECT s.id FROM ship s JOIN orb s ON s.id = s.id', 'Duplicate name `s`'],
      ['SELECT s.id FROM ship s JOIN orb o ON s.id = x.id', '`x` is not in scope'],
      ['SELECT s.id FROM ship s JOIN orb o ON s.speed = o.id', 'Unexpected type: (expected) f32 != u32 (inferred)'],
      ['SELECT * FROM ship JOIN orb ON ship.id = orb.id', 'SELECT * is not supported for joins'],
    ] as const) {
      expect(refusal(text), text).toBe(reason);
    }
    expect(() => sql('SELECT nope FROM ship')).toThrow('`nope` is not in scope, executing: `SELECT nope FROM ship`');
  });

  it('[H92] cancels what deleted rows had scheduled', () => {
    let steps = 0;
    const Timer = table({ scheduled: 'step' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
    const game = schema({ timer: Timer });
    const world = new World(
      moduleOf(game, {
        begin: game.reducer(({ db }) => void db.timer.insert({ id: 0n, at: ScheduleAt.interval(50_000n) })),
        step: game.reducer({ row: Timer.rowType }, () => void steps++),
      }),
    );
    world.run('begin');
    world.clock.advance(120);
    expect(steps).toBe(2);
    expect(world.database.sql('DELETE FROM timer', OWNER).stats.deleted).toBe(1);
    world.clock.advance(200);
    expect(steps).toBe(2);
  });

  it('[H93][H92] reads views, each sender their own, and writes to none', () => {
    const game = schema({ orb: Orb, secret: Secret });
    const world = new World(
      moduleOf(game, {
        fill: game.reducer(({ db }) => {
          for (let id = 1; id <= 4; id++) {
            db.secret.insert({ id, cell: id });
            db.orb.insert({ id, cell: id, worth: id });
          }
        }),
        mine: game.view({ public: true }, t.array(Secret.rowType), (ctx) => [
          ...ctx.db.secret.cell.filter(Number(ctx.sender.hex)),
        ]),
      }),
    );
    world.run('fill');
    const rows = (sql: string, number: number) => world.database.sql(sql, player(number)).rows;
    expect(rows('SELECT * FROM mine', 2)).toEqual([[2, 2]]);
    expect(rows('SELECT o.worth FROM mine m JOIN orb o ON m.cell = o.cell', 3)).toEqual([[3]]);
    for (const sql of ['INSERT INTO mine (id, cell) VALUES (9, 9)', 'UPDATE mine SET cell = 1', 'DELETE FROM mine']) {
      expect(() => world.database.sql(sql, OWNER), sql).toThrow(
        `\`mine\` is a view; DML on views is not supported, executing: \`${sql}\``,
      );
    }
  });

  it('[H90][H92] knows the caller, as an identity or as its bytes', () => {
    const { sql, rows } = start();
    sql('INSERT INTO pass (id, bytes) VALUES (1, :sender), (2, 0x00ff)');
    expect(rows('SELECT id FROM pass WHERE bytes = :sender')).toEqual([[1]]);
    expect(rows(`SELECT id FROM pass WHERE bytes = 0x${OWNER.hex}`)).toEqual([[1]]);
    expect(rows("SELECT id FROM pass WHERE bytes = X'00FF' OR bytes = :sender", 1)).toEqual([[2]]);
  });

  it('[H95] gives rows, columns and counts to who asks over the wire', () => {
    const { database } = start();
    const ask = (text: string) => database.select(text, player(1));
    const answer = ask('SELECT o.* FROM orb o JOIN ship s ON o.cell = s.cell_x WHERE s.id = 1');
    expect(answer.table).toBe('orb');
    expect((answer.rows as { id: unknown }[]).map(({ id }) => id).sort()).toEqual([1, 2]);
    expect(ask('SELECT * FROM ship LIMIT 1').rows).toHaveLength(1);
    const columns = 'SELECT s.id, s.cell_x AS x FROM ship s WHERE s.id = 1';
    expect(ask(columns)).toMatchObject({ table: 'ship', rows: database.sql(columns, player(1)).rows });
    const count = 'SELECT COUNT(*) AS n FROM orb o JOIN ship s ON o.cell = s.cell_x';
    expect(ask(count)).toMatchObject({ table: 'orb', rows: database.sql(count, player(1)).rows });
    for (const [text, reason] of [
      ['SELECT nope FROM ship', /^`nope` is not in scope/],
      ['DELETE FROM ship', /^A query over a connection reads rows/],
      ['SELECT * FROM secret', /^no such table: `secret`.*executing: `SELECT \* FROM secret`$/],
    ] as const) {
      expect(() => ask(text), text).toThrow(reason);
    }
  });
});
