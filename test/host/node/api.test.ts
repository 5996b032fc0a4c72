import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { identityFromClaims, NodeHost } from '../../../src/host/node/index.ts';
import { ARENA, EMPTY } from './support/arena-module.ts';
import { databaseRoutes } from './support/routes.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

interface Owner {
  readonly host: TestHost;
  readonly identity: string;
  readonly database: string;
  /** Asks as the owner. @returns status, and the text or what its JSON says */
  ask(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<readonly [number, unknown]>;
}

async function answerOf(response: Response): Promise<readonly [number, unknown]> {
  const text = await response.text();
  return [response.status, response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text];
}

/** A host with the arena, and its owner. */
async function arena(options: Parameters<typeof TestHost.open>[0] = {}): Promise<Owner> {
  const host = await TestHost.open(options);
  const { identity, token } = await host.newToken();
  const published = (await (await host.publish('arena', ARENA, token)).json()) as {
    Success: { database_identity: string };
  };
  return {
    host,
    identity,
    database: published.Success.database_identity,
    ask: async (method, path, body, headers = {}) =>
      answerOf(
        await host.fetch(`/v1${path}`, {
          method,
          ...(body === undefined ? {} : { body }),
          headers: { authorization: `Bearer ${token}`, ...headers },
        }),
      ),
  };
}

const JSON_BODY = { 'content-type': 'application/json' };

describe('calls', () => {
  const call = (host: TestHost, fn: string, body: string, headers: Record<string, string> = JSON_BODY) =>
    host.fetch(`/v1/database/arena/call/${fn}`, { method: 'POST', body, headers });

  it('[H10] take an array in order or an object by name', async () => {
    const { host } = await arena();
    const done = await call(host, 'launch', '[1.5]');
    expect([done.status, await done.text()]).toEqual([200, '']);
    expect(done.headers.get('spacetime-energy-used')).toBe('0');
    expect(Number(done.headers.get('spacetime-execution-duration-micros'))).toBeGreaterThan(0);
    expect((await call(host, 'launch', '{"x":2}')).status).toBe(200);
    for (const nothing of ['[]', '{}', '']) expect((await call(host, 'unload', nothing)).status).toBe(200);
    expect(host.rows('ship').map(({ x }) => x)).toEqual([1.5, 2]);
    expect(host.rows('ship').map(({ owner }) => String(owner))[0]).toContain(done.headers.get('spacetime-identity')!);
  });

  it('[H10] that the module refuses, or that do not end, are 530 with the reason', async () => {
    const { host } = await arena({ reducerLimitMs: 100 });
    expect(await answerOf(await call(host, 'launch', '[-1]'))).toEqual([530, 'The arena begins at 0.']);
    const [status, text] = await answerOf(await call(host, 'launch', '[2000]'));
    expect([status, text]).toEqual([530, expect.stringContaining('x went through the wall')]);
    expect(await answerOf(await call(host, 'spin', '[]'))).toEqual([530, expect.stringMatching(/did not return/)]);
    expect([host.rows('ship'), (await call(host, 'launch', '[1]')).status]).toEqual([[], 200]);
  });

  it('[H11] that cannot be made are refused with what is wrong', async () => {
    const { host } = await arena();
    const wrong: [string, string, Record<string, string>, number, RegExp][] = [
      ['launch', '[]', JSON_BODY, 400, /^invalid arguments for reducer launch: .*1/],
      ['launch', '[1,2]', JSON_BODY, 400, /^invalid arguments for reducer launch: /],
      ['launch', '["far"]', JSON_BODY, 400, /^invalid arguments for reducer launch: .*x/],
      ['launch', '[null]', JSON_BODY, 400, /expected a number, got null$/],
      ['launch', '{"y":1}', JSON_BODY, 400, /^invalid arguments for reducer launch: /],
      ['launch', '[1', JSON_BODY, 400, /Not JSON/],
      ['fly', '[]', JSON_BODY, 404, /^no such reducer or procedure: fly$/],
      ['step', '[]', JSON_BODY, 404, /^no such reducer or procedure: step$/],
      ['init', '[]', JSON_BODY, 400, /lifecycle reducer init/],
      ['launch', '[1]', { 'content-type': 'text/plain' }, 415, /application\/json/],
    ];
    for (const [fn, body, headers, status, text] of wrong) {
      expect([fn, body, ...(await answerOf(await call(host, fn, body, headers)))]).toEqual([
        fn,
        body,
        status,
        expect.stringMatching(text),
      ]);
    }
    const bare = await host.fetch('/v1/database/arena/call/launch', { method: 'POST', body: new Uint8Array([91, 93]) });
    expect(bare.status).toBe(400);
    expect((await call(host, 'launch', `["${'x'.repeat(2 * 1024 * 1024)}"]`)).status).toBe(413);
    expect(host.rows('visit')).toEqual([]);
  });

  it('[H11] of scheduled reducers are for the owner, those of lifecycle reducers for nobody', async () => {
    const { host, ask } = await arena();
    const beats = () => host.rows('beat')[0]!.count;
    const timer = '[[1,{"Interval":{"__time_duration_micros__":20000}}]]';
    expect(await answerOf(await call(host, 'step', timer))).toEqual([404, 'no such reducer or procedure: step']);
    expect(beats()).toBe(0);
    const asOwner = (fn: string, body: string) => ask('POST', `/database/arena/call/${fn}`, body, JSON_BODY);
    expect(await asOwner('step', timer)).toEqual([200, '']);
    expect(beats()).toBe(1);
    expect(await asOwner('step', '[]')).toEqual([400, expect.stringMatching(/^invalid arguments for reducer step: /)]);
    expect(await asOwner('init', '[]')).toEqual([400, expect.stringMatching(/lifecycle reducer init$/)]);
  });

  it('[H21] leave rows, and SQL is answered with no more of them than there is room for', async () => {
    const { host } = await arena();
    await call(host, 'load', '[9, 1048576]');
    const sql = async (body: string) => answerOf(await host.fetch('/v1/database/arena/sql', { method: 'POST', body }));
    expect(await sql('SELECT a.* FROM cargo a JOIN cargo b')).toEqual([
      400,
      expect.stringMatching(/take more than 67108864 bytes/),
    ]);
    expect((await sql('SELECT a.id FROM cargo a JOIN cargo b'))[0]).toBe(200);
  });

  it('[H12] let their caller come and go', async () => {
    const { host } = await arena();
    const done = await call(host, 'setRule', '["open"]');
    await call(host, 'launch', '[-1]');
    expect(host.rows('visit').map(({ what }) => what)).toEqual(['came', 'left', 'came', 'left']);
    expect(String(host.rows('visit')[0]!.who)).toContain(done.headers.get('spacetime-identity')!);
    expect(host.node.host.find('arena')!.sessions.size).toBe(0);
    const sql = (body: string) => host.fetch('/v1/database/arena/sql', { method: 'POST', body });
    await sql('SELECT * FROM ship');
    expect(host.rows('visit').length).toBe(6);
    await call(host, 'setRule', '["closed"]');
    expect(await answerOf(await sql('SELECT * FROM ship'))).toEqual([403, 'The arena is closed.']);
    expect(await answerOf(await call(host, 'launch', '[1]'))).toEqual([403, 'The arena is closed.']);
    expect(host.rows('ship')).toEqual([]);
  });
});

describe('procedures and queries', () => {
  const FLEET = `
    const { schema, table, t } = require('spacetick/server');
    const place = t.object('Place', { x: t.f32(), y: t.f32() });
    const kind = t.enum('Kind', { tug: t.unit(), liner: t.u16() });
    const ship = table({ name: 'ship', public: true }, {
      id: t.u32().primaryKey().autoInc(), owner: t.identity(), at: place, kind, name: t.option(t.string()),
      cargo: t.array(t.u8()), seen: t.timestamp(), mass: t.u64(),
    });
    const secret = table({ name: 'secret' }, { id: t.u8().primaryKey() });
    const fleet = schema({ ship, secret });
    exports.default = fleet;
    exports.launch = fleet.reducer({ at: place }, (ctx, { at }) => {
      const rest = { id: 0, owner: ctx.sender, at, cargo: new Uint8Array([1, 171]), seen: ctx.timestamp };
      ctx.db.ship.insert({ ...rest, kind: { tag: 'liner', value: 7 }, name: 'Ada', mass: 2n ** 60n });
      ctx.db.ship.insert({ ...rest, kind: { tag: 'tug' }, name: undefined, mass: 1n });
    });
    exports.count = fleet.procedure({ factor: t.u32() }, t.object('Count', { ships: t.u64(), factor: t.u32() }), (ctx, { factor }) => {
      if (factor === 0) throw new Error('nothing comes of nothing');
      return ctx.withTx((tx) => ({ ships: tx.db.ship.count() * BigInt(factor), factor }));
    });`;

  async function fleet() {
    const owner = await arena();
    await owner.ask('PUT', '/database/fleet', FLEET);
    const call = (fn: string, args: string) => owner.ask('POST', `/database/fleet/call/${fn}`, args, JSON_BODY);
    expect((await call('launch', '[{"x":1.5,"y":[]}]'))[0]).toBe(400);
    expect((await call('launch', '[{"x":1.5,"y":-2}]'))[0]).toBe(200);
    const sql = async (query: string) => owner.ask('POST', '/database/fleet/sql', query);
    return { ...owner, call, sql };
  }

  it('[H19] give back what a procedure returned', async () => {
    const { call } = await fleet();
    expect(await call('count', '[3]')).toEqual([200, [6, 3]]);
    expect(await call('count', '{"factor":0}')).toEqual([530, expect.stringContaining('nothing comes of nothing')]);
    expect((await call('count', '[]'))[0]).toBe(400);
    expect(await call('recount', '[]')).toEqual([404, 'no such reducer or procedure: recount']);
  });

  it('[H21] give back rows by position, with the types of their columns', async () => {
    const { host, identity, sql } = await fleet();
    const answer = await host.fetch('/v1/database/fleet/sql', { method: 'POST', body: 'SELECT * FROM ship' });
    const text = await answer.text();
    expect(answer.headers.get('spacetime-execution-duration-micros')).toMatch(/^\d+$/);
    expect(text).toContain('1152921504606846976'); // 2^60, all digits
    const [result] = JSON.parse(text) as { schema: { elements: unknown[] }; rows: unknown[][] }[];
    const seen = [expect.any(Number)];
    const mass = expect.any(Number);
    expect(result).toEqual({
      schema: { elements: expect.any(Array) },
      rows: [
        [1, [`0x${identity}`], [1.5, -2], [1, 7], [0, 'Ada'], '01ab', seen, mass],
        [2, [`0x${identity}`], [1.5, -2], [0, []], [1, []], '01ab', seen, 1],
      ],
      total_duration_micros: expect.any(Number),
      stats: { rows_inserted: 0, rows_deleted: 0, rows_updated: 0 },
    });
    expect(result!.schema.elements.slice(2, 4)).toEqual([
      {
        name: { some: 'at' },
        algebraic_type: {
          Product: {
            elements: [
              { name: { some: 'x' }, algebraic_type: { F32: [] } },
              { name: { some: 'y' }, algebraic_type: { F32: [] } },
            ],
          },
        },
      },
      {
        name: { some: 'kind' },
        algebraic_type: {
          Sum: {
            variants: [
              { name: { some: 'tug' }, algebraic_type: { Product: { elements: [] } } },
              { name: { some: 'liner' }, algebraic_type: { U16: [] } },
            ],
          },
        },
      },
    ]);
    expect((await sql('SELECT name FROM ship WHERE id = 1'))[1]).toMatchObject([{ rows: [[[0, 'Ada']]] }]);
  });

  it('[H21] change rows and read private ones for the owner alone', async () => {
    const { host, sql } = await fleet();
    const asNobody = async (body: string) =>
      answerOf(await host.fetch('/v1/database/fleet/sql', { method: 'POST', body }));
    expect((await sql('DELETE FROM ship WHERE id = 2'))[1]).toMatchObject([
      { schema: { elements: [] }, rows: [], stats: { rows_inserted: 0, rows_deleted: 1, rows_updated: 0 } },
    ]);
    expect((await sql('INSERT INTO secret (id) VALUES (7)'))[1]).toMatchObject([{ stats: { rows_inserted: 1 } }]);
    expect((await sql('SELECT * FROM secret'))[1]).toMatchObject([{ rows: [[7]] }]);
    expect((await asNobody('DELETE FROM ship'))[0]).toBe(403);
    expect(await asNobody('SELECT * FROM secret')).toEqual([400, expect.stringMatching(/secret/)]);
    expect(await asNobody('SELECT * FROM nowhere')).toEqual([400, expect.stringMatching(/nowhere/)]);
    expect(await asNobody('SELEKT')).toEqual([400, expect.stringMatching(/executing: `SELEKT`/)]);
    expect((await asNobody('SELECT * FROM ship; SELECT * FROM ship'))[0]).toBe(400);
    expect((await asNobody(`SELECT * FROM ship WHERE id = 1 -- ${'x'.repeat(2 * 1024 * 1024)}`))[0]).toBe(413);
  });
});

describe('names of a database', () => {
  it('[H14] are listed, added to and replaced', async () => {
    const { host, ask, database } = await arena();
    expect(await ask('GET', '/database/arena/names')).toEqual([200, { names: ['arena'] }]);
    expect(await answerOf(await host.fetch('/v1/database/arena/identity'))).toEqual([200, database]);
    expect(await ask('POST', '/database/arena/names', 'ring')).toEqual([
      200,
      { Success: { domain: 'ring', database_identity: database } },
    ]);
    const player = await host.join('ring');
    expect(await ask('PUT', '/database/ring/names', '["dome","pit"]')).toEqual([200, 'Success']);
    expect((await ask('GET', `/database/${database}/names`))[1]).toEqual({ names: ['dome', 'pit'] });
    expect((await ask('GET', '/database/arena'))[0]).toBe(404);
    expect((await player.ask('launch', [1])).type).toBe('TransactionUpdate');
  });

  it('[H13] [H15] are given by the owner alone, and each to one database', async () => {
    const { host, ask, database } = await arena();
    await host.publish('theirs', EMPTY);
    await ask('PUT', '/database/mine?host_type=Js', EMPTY);
    const asNobody = async (method: string, body: string) =>
      answerOf(await host.fetch('/v1/database/arena/names', { method, body }));
    expect(await asNobody('POST', 'ring')).toEqual([401, { PermissionDenied: { domain: 'ring' } }]);
    expect(await asNobody('PUT', '["ring"]')).toEqual([401, { NotYourDatabase: { database } }]);
    expect(await ask('POST', '/database/arena/names', 'theirs')).toEqual([
      401,
      { PermissionDenied: { domain: 'theirs' } },
    ]);
    expect(await ask('PUT', '/database/arena/names', '["a","theirs"]')).toEqual([
      401,
      { PermissionDeniedOnAny: { domains: ['theirs'] } },
    ]);
    expect(await ask('POST', '/database/arena/names', 'mine')).toEqual([
      500,
      { OtherError: expect.stringMatching(/another database of yours/) },
    ]);
    expect((await ask('POST', '/database/arena/names', 'No Name'))[0]).toBe(400);
    for (const body of ['ring', '{}', '[1]']) expect((await ask('PUT', '/database/arena/names', body))[0]).toBe(400);
    expect((await ask('PUT', '/database/nowhere/names', '[]'))[0]).toBe(404);
    const many = JSON.stringify(Array.from({ length: 65 }, (_, i) => `n${i}`));
    expect((await ask('PUT', '/database/arena/names', many))[0]).toBe(400);
    expect((await ask('GET', '/database/arena/names'))[1]).toEqual({ names: ['arena'] });
  });

  it("[H13] and all else that is the owner's is refused to others", async () => {
    const { host, ask } = await arena();
    await ask('POST', '/database/arena/lock');
    // Every route of a database: what it says to whoever does not own it.
    const open: Record<string, number> = {
      'GET ': 200,
      'GET /names': 200,
      'GET /identity': 200,
      'GET /schema': 400,
      'GET /subscribe': 426,
      'GET /unstable/timestamp': 200,
      'POST /call/x': 400,
      'POST /sql': 400,
    };
    const said: Record<string, number> = { 'PUT ': 401, 'POST /names': 401, 'PUT /names': 401 };
    const body: Record<string, string> = { 'PUT ': EMPTY, 'POST /names': 'ring', 'PUT /names': '["ring"]' };
    const refused: string[] = [];
    for (const { method, path } of databaseRoutes()) {
      const route = `${method} ${path}`;
      const { status } = await host.fetch(`/v1/database/arena${path}`, { method, body: body[route] ?? null });
      expect([route, status]).toEqual([route, open[route] ?? said[route] ?? 403]);
      if (status === 403) refused.push(route);
    }
    const owners = ['DELETE ', 'GET /logs', 'POST /lock', 'POST /pre_publish', 'POST /unlock', 'PUT /reset'];
    expect(refused.sort()).toEqual(owners);
    const arenas = host.node.host.find('arena')!;
    expect([host.node.host.namesOf(arenas), host.node.host.isLocked(arenas)]).toEqual([['arena'], true]);
  });
});

describe('publishing', () => {
  it('[P11] may be without a name', async () => {
    const { host, ask } = await arena();
    const [status, { Success }] = (await ask('POST', '/database', EMPTY)) as [
      number,
      { Success: Record<string, string> },
    ];
    const { database_identity: identity } = Success;
    expect([status, Success]).toEqual([200, { domain: null, database_identity: identity, op: 'created' }]);
    expect((await ask('GET', `/database/${identity}/names`))[1]).toEqual({ names: [] });
    const again = await ask('PUT', `/database/${identity}`, EMPTY);
    expect(again[1]).toEqual({ Success: { domain: null, database_identity: identity, op: 'updated' } });
    await ask('POST', `/database/${identity}/names`, 'orbs');
    expect(host.node.host.find('orbs')!.identity.hex).toBe(identity);
    expect((await host.fetch(`/v1/database/${identity}`, { method: 'PUT', body: EMPTY })).status).toBe(403);
  });

  it('[P12] may begin anew', async () => {
    const { host, ask, database } = await arena();
    await (await host.join()).ask('launch', [1]);
    const answer = { Success: { domain: 'arena', database_identity: database, op: 'updated' } };
    expect(await ask('PUT', '/database/arena/reset')).toEqual([200, answer]);
    expect([host.rows('ship'), host.rows('beat').length]).toEqual([[], 1]);
    expect(await ask('PUT', `/database/${database}/reset`, EMPTY)).toEqual([200, answer]);
    expect(host.rows('orb')).toEqual([]);
    expect((await ask('PUT', '/database/nowhere/reset'))[0]).toBe(404);
  });

  it('[P13] may be planned first', async () => {
    const { host, ask } = await arena();
    type Auto = { AutoMigrate: { migrate_plan: string; break_clients: boolean; token: string } };
    const wider = ARENA.replace('x: t.f32(),', 'x: t.f32(),\n  crew: t.u8().default(0),');
    const plan = async (source: string) => (await ask('POST', '/database/arena/pre_publish', source))[1] as Auto;
    const same = (await plan(ARENA)).AutoMigrate;
    expect(same).toEqual({
      migrate_plan: '',
      break_clients: false,
      token: expect.stringMatching(/^[0-9a-f]{64}$/),
      major_version_upgrade: false,
    });
    const { AutoMigrate: wide } = await plan(wider);
    expect([wide.break_clients, wide.migrate_plan]).toEqual([
      true,
      '- Add the column crew: u8 to the table ship\n' +
        '- Clients are disconnected: Adding a column crew to table ship\n',
    ]);
    await (await host.join()).ask('launch', [1]);
    expect(await plan(EMPTY)).toEqual({
      ManualMigrate: { reason: expect.stringMatching(/table ship, which holds rows/), major_version_upgrade: false },
    });
    expect(((await ask('POST', '/database/arena/pre_publish', 'throw 1')) as [number, unknown])[0]).toBe(400);
    expect(host.node.host.find('arena')!.module.tables.length).toBe(6);
    const put = (token: string) => ask('PUT', `/database/arena?policy=BreakClients&token=${token}`, wider);
    expect(await put(same.token)).toEqual([400, expect.stringMatching(/since its migration was planned/)]);
    expect((await put(wide.token))[0]).toBe(200);
  });

  it('[P14] is undone by deleting, for good', async () => {
    const dataDirectory = await temporaryFolder();
    const { host, ask, database } = await arena({ dataDirectory });
    const player = await host.join();
    expect((await host.fetch('/v1/database/arena', { method: 'DELETE' })).status).toBe(403);
    expect(await ask('DELETE', '/database/arena')).toEqual([200, '']);
    expect(await player.ended).toEqual({ code: 1001, reason: 'module exited' });
    expect((await ask('DELETE', '/database/arena'))[0]).toBe(404);
    expect((await ask('DELETE', `/database/${database}`))[0]).toBe(200);
    expect(await readdir(`${dataDirectory}/programs`)).toEqual([]);
    expect((await host.publish('arena', EMPTY)).status).toBe(200);
  });

  it('[P14] ends what waited for the deleted database', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', EMPTY, token);
    const ask = (method: string, path: string, body?: string) =>
      host.fetch(`/v1/database/arena${path}`, { method, body, headers: { authorization: `Bearer ${token}` } });
    const answers = await Promise.all([
      ask('DELETE', ''),
      ask('POST', '/lock'),
      ask('POST', '/unlock'),
      ask('POST', '/names', 'arena-too'),
      ask('PUT', '/names', '["arena-three"]'),
      ask('POST', '/pre_publish', EMPTY),
      ask('PUT', '/reset'),
      ask('DELETE', ''),
    ]);
    for (const answer of answers) {
      const text = await answer.text();
      expect(text).not.toContain('The host failed');
      if (!answer.ok) expect(text).toMatch(/deleted meanwhile|No such database|DatabaseNotFound|arena/);
    }
    expect((await host.fetch('/v1/ping')).status).toBe(200);
  });

  it('[P14] tells a reset that waited that the database was deleted', async () => {
    const host = await NodeHost.open();
    const owner = identityFromClaims('test', 'owner');
    const { database } = await host.publish({ name: 'arena', owner, source: EMPTY });
    const deleting = host.delete(database);
    const reset = host.publish({ name: database.identity.hex, owner, deleteData: true });
    await expect(reset).rejects.toMatchObject({ code: 'E_DATABASE_DELETED' });
    await deleting;
    await host.close();
  });

  it('[P15] is held back by a lock, over restarts', async () => {
    const dataDirectory = await temporaryFolder();
    const { host, ask, database } = await arena({ dataDirectory });
    await ask('POST', '/database/arena/names', 'ring');
    expect(await ask('POST', '/database/arena/lock')).toEqual([200, '']);
    const locked = [403, expect.stringMatching(/^The database arena is locked/)];
    expect(await ask('DELETE', '/database/arena')).toEqual(locked);
    expect(await ask('PUT', '/database/arena?clear=true', ARENA)).toEqual(locked);
    expect(await ask('PUT', '/database/arena/reset')).toEqual(locked);
    expect((await ask('PUT', '/database/arena', ARENA))[0]).toBe(200);
    await host.close();
    const { node } = await TestHost.open({ dataDirectory });
    const found = node.host.find('ring')!;
    expect([found.identity.hex, node.host.namesOf(found), node.host.isLocked(found)]).toEqual([
      database,
      ['arena', 'ring'],
      true,
    ]);
    await node.lock(found, false);
    await node.delete(found);
    expect(node.host.databases).toEqual([]);
  });
});

describe('logs', () => {
  it('[H16] are a JSON object a line, of which the last are asked for', async () => {
    const { host, ask } = await arena();
    const database = host.node.host.find('arena')!;
    database.writeLog('warn', 'first');
    await host.join().then((player) => player.ask('tellTime'));
    database.writeLog('info', 'last');
    const [, text] = await ask('GET', '/database/arena/logs');
    const lines = (text as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([lines[0], lines.at(-1)]).toEqual([
      { level: 'Warn', ts: expect.any(Number), message: 'first' },
      { level: 'Info', ts: expect.any(Number), message: 'last' },
    ]);
    expect(lines[1]).toMatchObject({ level: 'Error', function: 'tell_time', message: expect.stringMatching(/Date/) });
    expect(Math.abs((lines[0]!.ts as number) / 1000 - Date.now())).toBeLessThan(60_000);
    expect((await ask('GET', '/database/arena/logs?num_lines=1'))[1]).toMatch(/^\{"level":"Info".*\n$/);
    expect((await ask('GET', '/database/arena/logs?num_lines=0'))[1]).toBe('');
    expect((await ask('GET', '/database/arena/logs?num_lines=many'))[0]).toBe(400);
  });

  it('[H24] know what a parameter may say, as publishing and SQL do', async () => {
    const { host, ask } = await arena();
    const wrong: readonly [string, string, string][] = [
      ['PUT', '/database/arena?clear=yes', 'clear is true or false, not yes.'],
      ['PUT', '/database/arena?clear=', 'clear is true or false, not .'],
      ['POST', '/database?clear=TRUE', 'clear is true or false, not TRUE.'],
      ['PUT', '/database/arena?clear=true&policy=Foo', 'policy is Compatible or BreakClients, not Foo.'],
      ...['zz', '5', '5 parsecs', '', '-5s'].map((time): [string, string, string] => [
        'PUT',
        `/database/arena?clear=true&update_confirmation_timeout=${time}`,
        `update_confirmation_timeout is a time like 5s or 1m 30s, not ${time}.`,
      ]),
      ['PUT', '/database/arena?clear=true&num_replicas=0', 'num_replicas is a number from 1 to 255, not 0.'],
      ['PUT', '/database/arena/reset?num_replicas=many', 'num_replicas is a number from 1 to 255, not many.'],
      ['POST', '/database/arena/sql?confirmed=maybe', 'confirmed is true or false, not maybe.'],
      ['GET', '/database/arena/logs?follow=1', 'follow is true or false, not 1.'],
    ];
    await (await host.join()).ask('launch', [1]);
    const { commits } = host.node.host.find('arena')!;
    for (const [method, path, text] of wrong) {
      const body = path.includes('sql') ? 'DELETE FROM ship' : method === 'GET' ? undefined : ARENA;
      expect(await ask(method, path, body), path).toEqual([400, text]);
    }
    expect(host.rows('ship')).toHaveLength(1);
    expect(host.node.host.databases).toHaveLength(1);
    expect(host.node.host.find('arena')!.commits).toBe(commits);
    const right = 'policy=Compatible&num_replicas=3&update_confirmation_timeout=1m%2030s&clear=false&shoe=9';
    expect((await ask('PUT', `/database/arena?${right}`, ARENA))[0]).toBe(200);
    expect((await ask('POST', '/database/arena/sql?confirmed=false', 'SELECT * FROM ship'))[0]).toBe(200);
  });

  it('[H16] are followed until the database ends', async () => {
    const { host, ask } = await arena();
    const database = host.node.host.find('arena')!;
    const { token } = await host.newToken();
    await host.publish('mine', EMPTY, token);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await host.fetch('/v1/database/mine/logs?follow=true&num_lines=0', { headers });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    host.node.host.find('mine')!.writeLog('info', 'now');
    expect(JSON.parse((await lines.read()).value!)).toMatchObject({ message: 'now' });
    await host.fetch('/v1/database/mine', { method: 'DELETE', headers });
    expect((await lines.read()).done).toBe(true);
    expect([database.log.records.length, (await ask('GET', '/ping'))[0]]).toEqual([0, 200]);
  });
});

describe('a follower of a log', () => {
  it('[H16] that does not read is cut off, and costs no more', async () => {
    const { host } = await arena();
    const { token } = await host.newToken();
    await host.publish('mine', EMPTY, token);
    const { hostname, port } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /v1/database/mine/logs?follow=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const database = host.node.host.find('mine')!;
    const line = 'x'.repeat(100_000);
    let ended = false;
    socket.on('close', () => {
      ended = true;
    });
    for (let i = 0; i < 400 && !ended; i++) {
      database.writeLog('info', line);
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    socket.resume();
    await expect.poll(() => ended).toBe(true);
    expect(database.log.records.length).toBeLessThanOrEqual(1000);
  });
});

describe('identities and figures', () => {
  it('[H17] are verified, and known by their databases', async () => {
    const { host, identity, database, ask } = await arena();
    expect(await ask('GET', `/identity/${identity}/verify`)).toEqual([204, '']);
    expect((await ask('GET', `/identity/${database}/verify`))[0]).toBe(400);
    expect((await ask('GET', '/identity/ada/verify'))[0]).toBe(400);
    expect((await host.fetch(`/v1/identity/${identity}/verify`)).status).toBe(401);
    expect(await ask('GET', `/identity/${identity}/databases`)).toEqual([200, { identities: [database] }]);
    expect(await ask('GET', `/identity/${database}/databases`)).toEqual([200, { identities: [] }]);
    expect(await ask('GET', `/energy/${identity}`)).toEqual([200, { balance: '0' }]);
  });

  it('[H18] are told', async () => {
    const { host, ask, database } = await arena();
    expect((await ask('GET', '/health'))[1]).toEqual({
      package_name: 'spacetick',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      nodes: [0],
      schedulable: true,
    });
    const { host: target } = new URL(host.url);
    expect((await ask('GET', '/prometheus/sd_config'))[1]).toEqual([
      { targets: [target], labels: { __metrics_path__: '/v1/metrics' } },
    ]);
    await (await host.join()).ask('launch', [1]);
    const answer = await host.fetch('/v1/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m);
    expect(text).toContain(`spacetick_connected_clients{db="${database}"} 1\n`);
    expect(text).toContain(`spacetick_transactions_total{db="${database}"} 3\n`); // init, the client, the call
    expect(text).toMatch(/^spacetick_http_requests_total\{status="200"\} \d+$/m);
    expect(text).not.toMatch(/arena|ship/);
    const [, time] = await ask('GET', '/database/arena/unstable/timestamp');
    const micros = (time as Record<string, number>).__timestamp_micros_since_unix_epoch__!;
    expect(Math.abs(micros / 1000 - Date.now())).toBeLessThan(60_000);
  });
});
