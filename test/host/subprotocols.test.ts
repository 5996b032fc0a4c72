import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import { resolveReducer, resolveTables } from '../../src/schema/index.ts';
import {
  BsatnReader,
  BsatnWriter,
  type Codec,
  codecOf,
  encodeBsatn,
  type Fields,
  Timestamp,
  toHex,
} from '../../src/values/index.ts';
import {
  type EncodedArgs,
  msgpackProtocol,
  type OneOffQueryResult,
  type Row,
  type ServerMessage,
  v1Protocol,
  v2Protocol,
  v3Protocol,
} from '../../src/wire/index.ts';
import type { TestClient } from './support/client.ts';
import { toldSets } from './support/updates.ts';
import { moduleOf, World } from './support/world.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey(), cell: t.i32(), name: t.string() });
const Trail = table({ public: true }, { cell: t.i32(), x: t.u8() });
const Bump = table({ public: true, event: true }, { force: t.f32() });
const Berth = table({ public: true }, { id: t.u32().primaryKey() });
const Secret = table({}, { id: t.u32().primaryKey() });
const comet = schema({ ship: Ship, trail: Trail, bump: Bump, berth: Berth, secret: Secret });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const launch = ({ db }: { db: Db }, { id, name }: { id: number; name: string }) => {
  if (name === '') throw new SenderError('A ship needs a name');
  db.ship.insert({ id, cell: 0, name });
};
const params = { id: t.u32(), name: t.string() };
const module = moduleOf(comet, {
  run: comet.reducer(({ db }) => job(db)),
  launch: comet.reducer(params, launch),
  double: comet.procedure({ n: t.u32() }, t.u64(), (ctx, { n }) => {
    if (n === 0) throw new SenderError('There is nothing to double');
    ctx.withTx(({ db }) => db.ship.insert({ id: n, cell: 0, name: 'doubled' }));
    return BigInt(n) * 2n;
  }),
  launchSeen: comet.reducer({ publicArgs: true }, params, launch),
});

function change(world: World, what: (db: Db) => void): void {
  job = what;
  world.run('run');
}

const shipHex = (id: number, cell: number, name: string) =>
  toHex(encodeBsatn(Ship.rowType.algebraicType, { id, cell, name }));

/** The last frame as v2 has it. */
const told = (client: TestClient) => toldSets(client.frames.at(-1)!);
const tagOf = (client: TestClient) => client.frames.at(-1)![1];

describe('v2 and v3', () => {
  it('[H120] tell set by set, table by table', () => {
    for (const protocol of [v2Protocol, v3Protocol]) {
      const world = new World(module);
      const client = world.join(1, protocol);
      client.subscribe(9, 'SELECT * FROM trail', 'SELECT * FROM ship', 'SELECT * FROM ship WHERE cell < 5');
      client.subscribe(2, 'SELECT * FROM ship', 'SELECT * FROM bump');
      change(world, (db) => {
        db.trail.insert({ cell: 1, x: 2 });
        db.bump.insert({ force: 2 });
        db.ship.insert({ id: 1, cell: 1, name: 'falcon' });
      });
      const ship = shipHex(1, 1, 'falcon');
      expect(told(client)).toEqual([
        {
          id: 2,
          tables: [
            { name: 'bump', parts: [{ events: ['00000040'] }] },
            { name: 'ship', parts: [{ inserts: [ship], deletes: [] }] },
          ],
        },
        {
          id: 9,
          tables: [
            {
              name: 'ship',
              parts: [
                { inserts: [ship], deletes: [] },
                { inserts: [ship], deletes: [] },
              ],
            },
            { name: 'trail', parts: [{ inserts: ['0100000002'], deletes: [] }] },
          ],
        },
      ]);
    }
  });

  it('[H120] tell the caller in the answer, and others only what changed for them', () => {
    const world = new World(module);
    const [caller, watcher, idler] = [1, 2, 3].map((n) => world.join(n, v2Protocol)) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    caller.subscribe(1, 'SELECT * FROM ship WHERE id = 1');
    watcher.subscribe(4, 'SELECT * FROM ship');
    const frames = idler.frames.length;
    const before = caller.frames.length;
    caller.call('launch', { id: 1, name: 'a' });
    expect(caller.frames).toHaveLength(before + 1);
    expect([tagOf(caller), tagOf(watcher)]).toEqual([6, 4]);
    expect(told(caller)).toEqual([
      { id: 1, tables: [{ name: 'ship', parts: [{ inserts: [shipHex(1, 0, 'a')], deletes: [] }] }] },
    ]);
    caller.call('launch', { id: 2, name: 'b' });
    expect(told(caller)).toEqual([]);
    expect(caller.last('TransactionUpdate')).toMatchObject({ tables: [], reducer: undefined });
    caller.call('launch', { id: 3, name: '' });
    expect(caller.last('ReducerResult')).toMatchObject({ status: 'Failed', error: 'A ship needs a name' });
    caller.call('warp');
    expect(caller.last('ReducerResult')).toMatchObject({ status: 'InternalError' });
    expect(watcher.table('ship')).toHaveLength(2);
    expect(idler.frames).toHaveLength(frames);
  });

  it('[H121] put the pairs of updates first, in equal bytes', () => {
    const world = new World(module);
    change(world, (db) => {
      for (const id of [1, 2, 3]) db.ship.insert({ id, cell: 0, name: `s${id}` });
      db.trail.insert({ cell: 1, x: 1 });
    });
    const client = world.join(1, v2Protocol);
    client.subscribe(1, 'SELECT * FROM ship');
    client.subscribe(2, 'SELECT * FROM trail');
    change(world, (db) => {
      db.ship.id.delete(1);
      db.ship.insert({ id: 4, cell: 0, name: 's4' });
      db.ship.id.update({ id: 3, cell: 9, name: 'renamed' });
      db.ship.id.update({ id: 2, cell: 8, name: 's2' });
      db.trail.delete({ cell: 1, x: 1 });
      db.trail.insert({ cell: 2, x: 2 });
    });
    const [ships, trails] = told(client);
    expect(ships!.tables[0]!.parts).toEqual([
      {
        inserts: [shipHex(3, 9, 'renamed'), shipHex(2, 8, 's2'), shipHex(4, 0, 's4')],
        deletes: [shipHex(3, 0, 's3'), shipHex(2, 0, 's2'), shipHex(1, 0, 's1')],
      },
    ]);
    expect(trails!.tables[0]!.parts).toEqual([{ inserts: ['0200000002'], deletes: ['0100000001'] }]);
    expect(client.table('trail')).toEqual([{ cell: 2, x: 2 }]);
  });

  it('[H122] list queries that match nothing, but not those of empty tables and events', () => {
    const world = new World(module);
    change(world, (db) => db.ship.insert({ id: 1, cell: 0, name: 'a' }));
    const client = world.join(1, v2Protocol);
    client.subscribe(1, 'SELECT * FROM ship WHERE id = 5', 'SELECT * FROM berth', 'SELECT * FROM bump');
    const frame = client.frames.at(-1)!;
    const tables = [...toHex(frame).matchAll(/04000000(73686970)|05000000(6265727468)|04000000(62756d70)/g)];
    expect(tables.map(([, ship]) => ship)).toEqual(['73686970']);
    expect(new BsatnReader(frame.subarray(10)).u32()).toBe(1);
  });

  it('[H122] tell the rows that leave to who asks for them', () => {
    const world = new World(module);
    change(world, (db) => db.ship.insert({ id: 1, cell: 0, name: 'a' }));
    const client = world.join(1, v2Protocol);
    client.subscribe(1, 'SELECT * FROM ship');
    client.subscribe(2, 'SELECT * FROM ship');
    client.unsubscribe(1);
    expect(toHex(client.frames.at(-1)!)).toContain(shipHex(1, 0, 'a'));
    expect(client.table('ship')).toHaveLength(1);
    client.send(Uint8Array.of(1, 7, 0, 0, 0, 2, 0, 0, 0, 0));
    expect(toHex(client.frames.at(-1)!)).toBe('0002070000000200000001');
    expect(world.database.querySets.subscriptions.size).toBe(0);
  });

  it('[H123] know every table at once', () => {
    for (const protocol of [msgpackProtocol, v1Protocol, v2Protocol, v3Protocol]) {
      const world = new World(module);
      change(world, (db) => {
        db.ship.insert({ id: 1, cell: 0, name: 'a' });
        db.trail.insert({ cell: 1, x: 1 });
        db.secret.insert({ id: 1 });
      });
      const client = world.join(1, protocol);
      expect(client.subscribe(1, 'select *  from * ;').tag).toBe('SubscribeApplied');
      expect([client.table('ship').length, client.table('trail').length, client.rows.has('secret')]).toEqual([
        1,
        1,
        false,
      ]);
      change(world, (db) => {
        db.berth.insert({ id: 1 });
        db.bump.insert({ force: 1 });
        db.secret.insert({ id: 2 });
      });
      expect(client.table('berth')).toEqual([{ id: 1 }]);
      expect([client.events, client.rows.has('secret')]).toEqual([[], false]);
    }
  });
});

/** Sends a message of v1 that our client has no words for. */
function send(client: TestClient, tag: number, write: (writer: BsatnWriter) => void): Uint8Array {
  const writer = new BsatnWriter();
  writer.u8(tag);
  write(writer);
  client.send(writer.finish());
  return client.frames.at(-1)!;
}

function legacy(client: TestClient, requestId: number, ...queries: string[]): ServerMessage {
  send(client, 1, (writer) => {
    writer.u32(queries.length);
    for (const sql of queries) writer.string(sql);
    writer.u32(requestId);
  });
  return client.read().at(-1)!;
}

function callQuietly(client: TestClient, name: string, id: number, ship: string): void {
  send(client, 0, (writer) => {
    writer.string(name);
    writer.byteArray(encodeBsatn(t.row(params).algebraicType, { id, name: ship }));
    writer.u32(77);
    writer.u8(1);
  });
}

describe('v1', () => {
  const stocked = () => {
    const world = new World(module);
    change(world, (db) => {
      for (const id of [1, 2]) db.ship.insert({ id, cell: id, name: `s${id}` });
    });
    return world;
  };
  const rowsOf = (message: ServerMessage) =>
    (message as unknown as { tables: { inserts: object[]; deletedKeys: unknown[] }[] }).tables.map(
      ({ inserts, deletedKeys }) => inserts.length + deletedKeys.length,
    );

  it('[H124] brings what is new, tells it once, takes what nobody holds any more', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol);
    expect(rowsOf(client.subscribe(1, 'SELECT * FROM ship'))).toEqual([2]);
    expect(rowsOf(client.subscribe(2, 'SELECT * FROM ship', 'SELECT * FROM ship WHERE id = 1'))).toEqual([1]);
    change(world, (db) => db.ship.insert({ id: 3, cell: 3, name: 's3' }));
    expect(rowsOf(client.read().at(-1)!)).toEqual([1]);
    expect(rowsOf(client.unsubscribe(1))).toEqual([]);
    expect(client.table('ship')).toHaveLength(3);
    expect(rowsOf(client.unsubscribe(2)).sort()).toEqual([1, 3]);
    expect(client.table('ship')).toEqual([]);
  });

  it('[H124] answers a single subscription with its table, rows or not', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol);
    const single = (tag: number, requestId: number, sql?: string) =>
      send(client, tag, (writer) => {
        if (sql !== undefined) writer.string(sql);
        writer.u32(requestId);
        writer.u32(requestId);
      });
    single(3, 1, 'SELECT * FROM ship WHERE id = 1');
    expect(client.last('SubscribeApplied')).toMatchObject({ requestId: 1, querySetId: 1 });
    expect(client.table('ship')).toHaveLength(1);
    const nothing = single(3, 2, 'SELECT * FROM berth');
    expect([nothing[1], toHex(nothing).match(/6265727468/g)]).toEqual([5, ['6265727468', '6265727468']]);
    single(5, 1);
    expect(client.last('UnsubscribeApplied').requestId).toBe(1);
    expect(client.table('ship')).toEqual([]);
  });

  it('[H124] replaces the legacy set as a whole, or not at all', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol);
    const first = legacy(client, 5, 'SELECT * FROM ship');
    expect([first, rowsOf(first)]).toMatchObject([{ tag: 'SubscribeApplied', requestId: 5 }, [2]]);
    client.subscribe(0, 'SELECT * FROM berth'); // a set of that number is another one
    expect(rowsOf(legacy(client, 6, 'SELECT * FROM ship', 'SELECT * FROM ship WHERE id = 1'))).toEqual([2, 1]);
    expect(legacy(client, 7, 'SELECT * FROM secret')).toMatchObject({ tag: 'SubscriptionError', requestId: 7 });
    expect([...client.connection!.session.querySets.keys()]).toEqual([0, -1]);
    expect(world.database.querySets.subscriptions.size).toBe(3);
  });

  it('[H125] answers the caller, whatever changed', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol, true);
    const args = encodeBsatn(t.row(params).algebraicType, { id: 7, name: 's7' });
    const request = client.call('launch', { id: 7, name: 's7' });
    const answer = client.last('TransactionUpdate');
    expect(answer).toMatchObject({
      reducer: { name: 'launch', requestId: request, connectionId: client.connectionId, caller: client.identity },
      tables: [],
    });
    expect(answer.reducer!.args).toEqual({ encoding: 'bsatn', bytes: args });
    const refused = client.call('launch', { id: 8, name: '' });
    expect(client.last('ReducerResult')).toMatchObject({ requestId: refused, error: 'A ship needs a name' });
    client.call('warp');
    expect(client.last('ReducerResult')).toMatchObject({ requestId: 0, reducer: 'warp' });
    expect(toHex(client.frames.at(-1)!)).toContain('04000000' + '77617270' + 'ffffffff' + '00000000' + '00000000');
  });

  it('[H125] tells a quiet caller what it tells anybody', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol);
    const count = client.frames.length;
    callQuietly(client, 'launch', 3, 's3');
    callQuietly(client, 'launch', 3, '');
    callQuietly(client, 'warp', 3, '');
    expect(client.frames).toHaveLength(count);
    client.subscribe(1, 'SELECT * FROM ship');
    callQuietly(client, 'launch', 4, 's4');
    expect([tagOf(client), client.table('ship').length]).toEqual([2, 4]);
  });

  it('[H126] tells others of calls they may know of, or only what changed', () => {
    const world = stocked();
    const [full, light] = [world.join(1, v1Protocol), world.join(2, v1Protocol, true)];
    for (const client of [full, light]) client.subscribe(1, 'SELECT * FROM ship');
    const caller = world.join(3);
    caller.call('launch', { id: 3, name: 'hidden' });
    expect([tagOf(full), tagOf(light)]).toEqual([2, 2]);
    caller.call('launch_seen', { id: 4, name: 'seen' });
    expect([tagOf(full), tagOf(light)]).toEqual([1, 2]);
    expect(full.last('TransactionUpdate').reducer).toMatchObject({
      name: 'launch_seen',
      caller: caller.identity,
      args: { bytes: encodeBsatn(t.row(params).algebraicType, { id: 4, name: 'seen' }) },
    });
    job = (db) => db.ship.insert({ id: 5, cell: 0, name: 's5' });
    caller.call('run');
    expect([tagOf(full), tagOf(light)]).toEqual([1, 2]);
    expect([full.table('ship').length, light.table('ship').length]).toEqual([5, 5]);
  });

  it('[H127] has no event tables', () => {
    const world = stocked();
    const client = world.join(1, v1Protocol);
    expect(client.subscribe(1, 'SELECT * FROM ship', 'SELECT * FROM bump')).toMatchObject({
      tag: 'SubscriptionError',
      querySetId: 1,
      error: expect.stringContaining('WebSocket v2'),
    });
    expect(world.database.querySets.subscriptions.size).toBe(0);
  });

  it('[H127] ends all sets of a client with one', () => {
    const world = stocked();
    const [one, other] = [world.join(1, v1Protocol), world.join(2, v2Protocol)];
    for (const client of [one, other]) {
      client.subscribe(1, 'SELECT * FROM ship');
      client.subscribe(2, 'SELECT * FROM berth');
    }
    const hidden = schema({ ship: Ship, trail: Trail, bump: Bump, berth: table({}, Berth.rowType), secret: Secret });
    world.publish(moduleOf(hidden, { run: hidden.reducer(({ db }) => job(db as unknown as Db)) }), {
      breakClients: false,
    });
    expect(one.last('SubscriptionError')).toMatchObject({ requestId: undefined, querySetId: undefined });
    expect(other.last('SubscriptionError')).toMatchObject({ requestId: undefined, querySetId: 2 });
    expect([one.connection!.session.querySets.size, other.connection!.session.querySets.size]).toEqual([0, 1]);
    const frames = one.frames.length;
    change(world, (db) => db.ship.insert({ id: 9, cell: 9, name: 's9' }));
    expect([one.frames.length - frames, other.table('ship').length]).toEqual([0, 3]);
  });
});

describe('all', () => {
  const PROTOCOLS = [msgpackProtocol, v1Protocol, v2Protocol, v3Protocol];

  it('[H128] send the same bytes to those of one kind who hold the same', () => {
    const world = new World(module);
    for (const protocol of PROTOCOLS) {
      const [a, b] = [world.join(1, protocol), world.join(2, protocol)];
      for (const client of [a, b]) client.subscribe(3, 'SELECT * FROM ship');
      change(world, (db) => db.ship.insert({ id: Number(db.ship.count()), cell: 1, name: 'same' }));
      expect(a.frames.at(-1)).toBe(b.frames.at(-1)); // the very same array
    }
    const elsewhere = world.join(3, v2Protocol);
    elsewhere.subscribe(4, 'SELECT * FROM ship');
    const same = world.join(4, v2Protocol);
    same.subscribe(3, 'SELECT * FROM ship');
    change(world, (db) => db.ship.insert({ id: 99, cell: 1, name: 'same' }));
    expect(elsewhere.frames.at(-1)).not.toEqual(same.frames.at(-1)); // it names another set
  });

  it('[H128] encode a row once for each encoding', () => {
    const world = new World(module);
    const clients = PROTOCOLS.flatMap((protocol) => [1, 2, 3].map((n) => world.join(n, protocol)));
    for (const [i, client] of clients.entries()) client.subscribe(i, 'SELECT * FROM ship');
    let written = 0;
    const { codec } = world.database.store('ship')!;
    const { write } = codec;
    Object.defineProperty(codec, 'write', {
      configurable: true,
      value: (...args: Parameters<typeof write>) => {
        written++;
        write.apply(codec, args);
      },
    });
    try {
      change(world, (db) => db.ship.insert({ id: 1, cell: 1, name: 'once' }));
    } finally {
      Object.defineProperty(codec, 'write', { value: write });
    }
    expect(written).toBe(2);
    for (const client of clients) expect(client.table('ship')).toHaveLength(1);
  });

  it('[H129] ignore what stands behind arguments, and miss what is not there', () => {
    const world = new World(module);
    const client = world.join(1, v2Protocol);
    const args = encodeBsatn(t.row(params).algebraicType, { id: 1, name: 'a' });
    const call = (bytes: Uint8Array) =>
      send(client, 3, (writer) => {
        writer.u32(1);
        writer.u8(0);
        writer.string('launch');
        writer.byteArray(bytes);
      });
    call(Uint8Array.from([...args, 1, 2, 3]));
    expect(client.last('TransactionUpdate').requestId).toBe(1);
    call(args.subarray(0, args.length - 1));
    expect(client.last('ReducerResult')).toMatchObject({
      status: 'InternalError',
      error: expect.stringMatching(/^invalid arguments for reducer launch: name \(string\)/),
    });
    expect(world.rows('ship')).toHaveLength(1);
  });

  it.each(PROTOCOLS)('[H95] answer a one-off query over $name', (protocol) => {
    const world = new World(module);
    change(world, (db) => db.ship.insert({ id: 1, cell: 4, name: 'a' }));
    const client = world.join(1, protocol);
    const ask = (sql: string) => {
      client.send(protocol.oneOffQuery(5, sql));
      return client.last('OneOffQueryResult');
    };
    expect(ask('SELECT * FROM ship WHERE cell = 4')).toMatchObject({
      requestId: 5,
      outcome: { tables: [{ inserts: [{ id: 1, cell: 4, name: 'a' }] }] },
    });
    const none = ask('SELECT * FROM ship WHERE cell = 5').outcome as unknown as { tables: { inserts: object[] }[] };
    expect(none.tables.flatMap(({ inserts }) => inserts)).toEqual([]);
    const refusal = (table: string) =>
      (ask(`SELECT * FROM ${table}`).outcome as { error: string }).error.replaceAll(table, 'X');
    expect(refusal('secret')).toBe(refusal('nowhere'));
    expect(world.database.querySets.subscriptions.size).toBe(0);
  });

  it.each(PROTOCOLS)('[H95] answer a one-off query for columns and counts, of joins too, over $name', (protocol) => {
    const world = new World(module);
    change(world, (db) => {
      for (const id of [1, 2, 3]) db.ship.insert({ id, cell: id % 2, name: 'x'.repeat(id) });
      db.berth.insert({ id: 3 });
    });
    const client = world.join(1, protocol);
    /** The rows of the answer, read as a table of these columns. */
    const ask = (sql: string, columns: Fields, name = 'ship') => {
      client.send(protocol.oneOffQuery(5, sql));
      const [def] = resolveTables({ [name]: table({ public: true }, columns) });
      const bytes = client.frames.at(-1)!;
      const tables = new Map([[name, { def: def!, codec: codecOf(def!.rowType) as Codec<Row> }]]);
      const [message] = protocol.decode(protocol.isFramed ? bytes.subarray(1) : bytes, tables);
      const { outcome } = message as OneOffQueryResult;
      return 'error' in outcome ? outcome.error : outcome.tables.flatMap(({ inserts }) => inserts);
    };
    const names = { called: t.string(), id: t.u32() };
    expect(ask('SELECT name AS called, id FROM ship WHERE cell = 1', names)).toEqual([
      { called: 'x', id: 1 },
      { called: 'xxx', id: 3 },
    ]);
    expect(ask('SELECT name AS called, id FROM ship WHERE cell = 7', names)).toEqual([]);
    expect(ask('SELECT id FROM ship LIMIT 2', { id: t.u32() })).toHaveLength(2);
    expect(ask('SELECT COUNT(*) AS n FROM ship', { n: t.u64() })).toEqual([{ n: 3n }]);
    const joined = 'SELECT s.name, b.id FROM berth b JOIN ship s ON s.id = b.id';
    expect(ask(joined, { name: t.string(), id: t.u32() }, 'berth')).toEqual([{ name: 'xxx', id: 3 }]);
    expect(ask('SELECT COUNT(*) AS n FROM secret', { n: t.u64() })).toMatch(/^no such table: `secret`/);
    for (const sql of [
      'DELETE FROM ship',
      'INSERT INTO berth (id) VALUES (9)',
      'SHOW row_limit',
      'SET row_limit TO 5',
    ]) {
      const refused = ask(sql, {});
      expect(refused, sql).toMatch(/^A query over a connection reads rows: SELECT.*HTTP/);
      expect(refused).not.toMatch(/subscription/i);
    }
    expect(world.rows('ship')).toHaveLength(3);
  });

  it.each(PROTOCOLS)('[P1] [P2] [P4] answer a procedure over $name', (protocol) => {
    const world = new World(module);
    const client = world.join(1, protocol);
    client.subscribe(1, 'SELECT * FROM ship');
    const def = resolveReducer('double', { n: t.u32() });
    const ask = (n: number, name = 'double') => {
      client.send(protocol.callProcedure(n, { ...def, name }, { n }));
      return client.read();
    };
    const [update, result] = ask(9);
    expect(update).toMatchObject({ tag: 'TransactionUpdate', tables: [{ inserts: [{ id: 9 }] }] });
    expect(result).toMatchObject({ tag: 'ProcedureResult', requestId: 9 });
    const { outcome } = result as ServerMessage & { outcome: { returned: EncodedArgs } };
    expect(protocol.decodeValue(t.u64().algebraicType, outcome.returned, 'double')).toBe(18n);
    expect(ask(0)).toMatchObject([{ requestId: 0, outcome: { error: 'There is nothing to double' } }]);
    expect(ask(3, 'triple')).toMatchObject([
      { requestId: 3, timestamp: new Timestamp(0n), outcome: { error: 'No such procedure: triple' } },
    ]);
  });

  it.each(PROTOCOLS)('[H70] survive or end on $name, whatever comes, and nobody else notices', (protocol) => {
    const world = new World(module);
    const other = world.join(2, protocol);
    other.subscribe(1, 'SELECT * FROM ship');
    const seeds = [
      protocol.subscribe(1, 1, ['SELECT * FROM ship WHERE cell = 1', 'SELECT * FROM trail']),
      protocol.unsubscribe(2, 1),
      protocol.oneOffQuery(3, 'SELECT * FROM ship'),
      protocol.callReducer(4, resolveReducer('launch', params), { id: 1, name: 'a' }),
      protocol.callProcedure(5, resolveReducer('double', { n: t.u32() }), { n: 4 }),
    ];
    const edits = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 });
    const mutated = fc.tuple(fc.constantFrom(...seeds), edits, fc.nat(120)).map(([seed, changes, length]) => {
      const bytes = seed.slice(0, Math.max(length, 1));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 6 }), (frames) => {
        const client = world.join(1, protocol);
        for (const frame of frames) client.send(frame);
        client.leave();
        if (client.closed !== undefined)
          expect(client.closed).toMatchObject({ code: 1011, reason: expect.stringMatching(/./) });
      }),
      { numRuns: 400 },
    );
    expect([other.closed, other.table('ship').length]).toEqual([undefined, world.rows('ship').length]);
    expect([world.database.querySets.subscriptions.size, world.database.sessions.size]).toEqual([1, 1]);
  });

  const QUERIES = [
    'SELECT * FROM ship',
    'SELECT * FROM ship WHERE cell = 1',
    'SELECT * FROM ship WHERE cell < 2',
    'SELECT * FROM ship WHERE id = 1 OR cell = 0',
    'SELECT * FROM trail',
    'SELECT * FROM trail WHERE cell = 1',
  ];
  const holds: Readonly<Record<string, (row: { id: number; cell: number }) => boolean>> = {
    [QUERIES[0]!]: () => true,
    [QUERIES[1]!]: ({ cell }) => cell === 1,
    [QUERIES[2]!]: ({ cell }) => cell < 2,
    [QUERIES[3]!]: ({ id, cell }) => id === 1 || cell === 0,
    [QUERIES[4]!]: () => true,
    [QUERIES[5]!]: ({ cell }) => cell === 1,
  };
  const small = fc.nat(3);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('ship' as const), id: small, cell: small }),
    fc.record({ kind: fc.constant('sink' as const), id: small }),
    fc.record({ kind: fc.constant('trail' as const), cell: small, x: fc.nat(1) }),
    fc.record({ kind: fc.constant('erase' as const), cell: small, x: fc.nat(1) }),
    fc.record({ kind: fc.constantFrom('berth' as const, 'secret' as const, 'bump' as const), id: small }),
  );
  const turn = fc.oneof(
    fc.record({ commit: fc.array(step, { maxLength: 5 }) }),
    fc.record({ set: fc.nat(2), queries: fc.subarray(QUERIES, { minLength: 1 }) }),
    fc.record({ end: fc.nat(2) }),
  );

  it('[H130] [H131] hold what their queries give', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 25 }), (turns) => {
        const world = new World(module);
        const clients = PROTOCOLS.map((protocol) => world.join(1, protocol));
        const sets = new Map<number, string[]>();
        for (const turn of turns) {
          if ('set' in turn) {
            if (sets.has(turn.set)) continue;
            for (const client of clients) client.subscribe(turn.set, ...turn.queries);
            sets.set(turn.set, turn.queries);
          } else if ('end' in turn) {
            if (!sets.delete(turn.end)) continue;
            for (const client of clients) client.unsubscribe(turn.end);
          } else {
            change(world, (db) => {
              for (const step of turn.commit) {
                if (step.kind === 'ship') {
                  const row = { id: step.id, cell: step.cell, name: `s${step.cell}` };
                  if (db.ship.id.find(step.id) === null) db.ship.insert(row);
                  else db.ship.id.update(row);
                } else if (step.kind === 'sink') db.ship.id.delete(step.id);
                else if (step.kind === 'trail') db.trail.insert({ cell: step.cell, x: step.x });
                else if (step.kind === 'erase') db.trail.delete({ cell: step.cell, x: step.x });
                else if (step.kind === 'bump') db.bump.insert({ force: step.id });
                else if (!db[step.kind].id.delete(step.id)) db[step.kind].insert({ id: step.id });
              }
            });
          }
          const held = [...new Set([...sets.values()].flat())];
          for (const name of ['ship', 'trail']) {
            const queries = held.filter((sql) => sql.startsWith(`SELECT * FROM ${name}`));
            const wanted = world.rows(name).filter((row) => queries.some((sql) => holds[sql]!(row as never)));
            const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
            for (const client of clients) expect(sorted(client.table(name))).toEqual(sorted(wanted));
            if (queries.length === 0 && sets.size === 0) continue;
          }
          const known = new Set(clients.flatMap((client) => [...client.rows.keys()]));
          expect([...known].filter((name) => name !== 'ship' && name !== 'trail')).toEqual([]);
          expect(clients.flatMap((client) => client.events)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
