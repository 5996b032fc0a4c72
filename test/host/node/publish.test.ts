import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NodeHost } from '../../../src/host/node/index.ts';
import { ARENA, EMPTY } from './support/arena-module.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

async function answerOf(response: Response): Promise<readonly [number, unknown]> {
  const text = await response.text();
  return [response.status, response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text];
}

describe('publishing', () => {
  it('[P1] creates a database, then puts the new version in its place: rows stay', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    const [status, created] = await answerOf(await host.publish('arena', ARENA, token));
    expect([status, created]).toEqual([
      200,
      {
        Success: { domain: 'arena', database_identity: expect.stringMatching(/^c200[0-9a-f]{60}$/), op: 'created' },
      },
    ]);
    await (await host.join()).ask('launch', [1]);
    const program = await (await host.fetch('/v1/database/arena')).json();
    const [, updated] = await answerOf(await host.publish('arena', `${ARENA}\n`, token));
    const { Success } = created as { Success: object };
    expect(updated).toEqual({ Success: { ...Success, op: 'updated' } });
    expect(host.rows('ship')).toHaveLength(1);
    expect(await (await host.fetch('/v1/database/arena')).json()).not.toEqual(program);
  });

  it('[P2] begins with empty tables when asked to, and runs init again', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    const [, before] = await answerOf(await host.publish('arena', ARENA, token));
    for (const query of ['?clear=true', '?host_type=Js&clear=1']) {
      await (await host.join()).ask('launch', [1]);
      const [status, after] = await answerOf(await host.publish('arena', ARENA, token, query));
      const { Success } = before as { Success: object };
      expect([status, after]).toEqual([200, { Success: { ...Success, op: 'updated' } }]);
      expect(host.rows('ship')).toEqual([]);
      expect(host.rows('beat')).toEqual([{ id: 0, count: 0 }]);
    }
    await (await host.join()).ask('launch', [1]);
    await host.publish('arena', ARENA, token, '?clear=false');
    expect(host.rows('ship')).toHaveLength(1);
  });

  it('[P3] is for the owner of a name only; without a token the owner is nobody who could come back', async () => {
    const host = await TestHost.open();
    const [owner, other] = [await host.newToken(), await host.newToken()];
    await host.publish('arena', ARENA, owner.token);
    for (const token of [other.token, undefined]) {
      const answer = await answerOf(await host.publish('arena', EMPTY, token));
      expect(answer).toEqual([401, { PermissionDenied: { name: 'arena' } }]);
    }
    expect(host.rows('beat')).toHaveLength(1);
    expect((await host.publish('nobodys', EMPTY)).status).toBe(200);
    expect((await host.publish('nobodys', EMPTY)).status).toBe(401);
    expect((await host.publish('arena', EMPTY, 'abc')).status).toBe(401);
  });

  it('[P4] takes names of the real host, and the identity of a database that exists', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    for (const name of ['a', 'comet-run', '7', 'x'.repeat(128)]) {
      expect([name, (await host.publish(name, EMPTY, token)).status]).toEqual([name, 200]);
    }
    for (const name of ['Arena', 'a_b', '-a', 'a-', 'a--b', 'a.b', '..%2Fa', 'ä', 'x'.repeat(129)]) {
      const [status, text] = await answerOf(await host.publish(name, EMPTY, token));
      expect([name, status]).toEqual([name, 400]);
      expect(text).toMatch(/cannot be a database's name: lowercase letters and digits/);
    }
    const { hex } = host.node.host.find('a')!.identity;
    for (const name of [hex, `0x${hex}`]) {
      const [status, answer] = await answerOf(await host.publish(name, EMPTY, token));
      expect([status, answer]).toMatchObject([200, { Success: { domain: 'a', op: 'updated' } }]);
    }
    const unknown = `c200${'0'.repeat(60)}`;
    expect(await answerOf(await host.publish(unknown, EMPTY, token))).toEqual([404, 'No such database.']);
  });

  it('[P5] is refused to web pages', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    const ask = async (method: string, path: string, origin: string) => {
      const headers = { origin, authorization: `Bearer ${token}` };
      return answerOf(await host.fetch(`/v1/database${path}`, { method, body: EMPTY, headers }));
    };
    const refused = [403, 'Modules are not published from web pages. Use the command line: spacetick publish.'];
    for (const origin of [host.url, 'https://some.itch.zone', 'null']) {
      expect(await ask('PUT', '/arena', origin)).toEqual(refused);
      expect(await ask('POST', '', origin)).toEqual(refused);
    }
    expect(host.node.host.databases).toEqual([]);
    await host.publish('arena', ARENA, token);
    await (await host.join()).ask('launch', [1]);
    for (const [method, path] of [
      ['PUT', '/arena'],
      ['PUT', '/arena/reset'],
      ['POST', '/arena/pre_publish'],
    ] as const) {
      expect([path, await ask(method, path, host.url)]).toEqual([path, refused]);
    }
    expect(host.rows('ship')).toHaveLength(1);
  });

  it('[P5] can be switched off', async () => {
    const host = await TestHost.open({ takesPublishes: false });
    for (const [method, path] of [
      ['PUT', '/arena'],
      ['POST', ''],
      ['PUT', '/arena/reset'],
      ['POST', '/arena/pre_publish'],
    ] as const) {
      const answer = await host.fetch(`/v1/database${path}`, { method, body: EMPTY });
      expect([path, ...(await answerOf(answer))]).toEqual([path, 403, expect.stringMatching(/takes no modules/)]);
    }
  });

  it('[P6] refuses what is no module, with the reason, and changes nothing', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    const database = host.node.host.find('arena');
    const head = `const { schema, table, t } = require('spacetick/server');`;
    const bad: [string, RegExp][] = [
      ['const = 1;', /^The module does not load: SyntaxError: /],
      ['throw new RangeError("no fuel");', /^The module does not load: RangeError: no fuel\./],
      ['throw { toString() { throw 1; } };', /^The module does not load: a value that cannot be shown\./],
      ['throw new Proxy({}, { getPrototypeOf() { throw 1; } });', /^The module does not load: /],
      [`require('node:fs');`, /^The module imports node:fs, which a host does not have\./],
      ['process.exit(1);', /does not load: TypeError/],
      ['Date.now();', /^Date is not available in SpacetimeDB modules/],
      ['', /have not exported your schema/],
      [`${head} exports.default = schema({ a: table({}, { x: t.u8(), x2: 3 }) });`, /x2/],
      [`${ARENA} exports.init = arena.init(() => { throw new Error('no fuel'); });`, /already a reducer/],
    ];
    for (const [source, reason] of bad) {
      for (const name of ['arena', 'new']) {
        const [status, text] = await answerOf(await host.publish(name, source, token));
        expect([source, status]).toEqual([source, 400]);
        expect(text).toMatch(reason);
      }
    }
    const failing = `${EMPTY} exports.init = exports.default.init(() => { throw new Error('no fuel'); });`;
    expect(await answerOf(await host.publish('new', failing, token))).toEqual([
      400,
      "The module's init reducer failed: spacetick-module.js:4:52: Error: no fuel",
    ]);
    expect(await answerOf(await host.publish('arena', failing, token, '?clear=true'))).toMatchObject([400, /no fuel/]);
    const bytes = await host.fetch('/v1/database/new?host_type=Js', {
      method: 'PUT',
      body: Uint8Array.of(0, 0x61, 0x73, 0x6d, 0xff),
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answerOf(bytes)).toEqual([400, 'The body is not UTF-8.']);
    const wasm = await host.publish('new', EMPTY, token, '?host_type=Wasm');
    expect(await answerOf(wasm)).toEqual([400, 'This host runs TypeScript modules (host_type Js), not Wasm.']);
    expect(host.node.host.find('arena')).toBe(database);
    expect(host.node.host.databases).toHaveLength(1);
    await (await host.join()).ask('launch', [1]);
    expect(host.rows('ship')).toHaveLength(1);
  });

  it('[P7] refuses a version that the rows do not fit: the old one goes on', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    const player = await host.join();
    await player.ask('launch', [1]);
    const changed = ARENA.replace('x: t.f32(),\n});', 'x: t.string(),\n});');
    const [status, text] = await answerOf(await host.publish('arena', changed, token));
    expect(status).toBe(400);
    expect(text).toBe(
      'Automatic migration planning failed:\n' +
        '  Changing the type of column x in table ship from f32 to string requires a manual migration\n' +
        'Publish with --delete-data to start over with an empty database.',
    );
    expect((await player.ask('launch', [2])).type).toBe('TransactionUpdate');
    expect((await host.publish('arena', changed, token, '?clear=true')).status).toBe(200);
  });

  it('[P7] refuses a version that clients would not understand, unless they may be disconnected', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    const player = await host.join();
    const wider = ARENA.replace('x: t.f32(),\n});', 'x: t.f32(),\n  hull: t.u8().default(3),\n});');
    const [status, text] = await answerOf(await host.publish('arena', wider, token));
    expect([status, text]).toMatchObject([400, /^This version changes what connected clients know of the tables:/]);
    expect((await player.ask('launch', [1])).type).toBe('TransactionUpdate');
    expect((await host.publish('arena', wider, token, '?policy=BreakClients')).status).toBe(200);
    expect((await player.ended).code).toBe(1001);
    expect(host.rows('ship')).toMatchObject([{ x: 1, hull: 3 }]);
  });

  it('[P8] comes one after the other: the last one counts, also after a restart', async () => {
    const dataDirectory = await temporaryFolder();
    const host = await TestHost.open({ dataDirectory });
    const { token } = await host.newToken();
    const versions = Array.from(
      { length: 8 },
      (_, i) => `${EMPTY}\nexports.version${i} = exports.default.reducer(() => {});`,
    );
    const answers = await Promise.all(versions.map((source) => host.publish('orbs', source, token)));
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 200));
    const running = host.node.host.find('orbs')!.module.reducers.map(({ name }) => name);
    await host.close();
    const again = await TestHost.open({ dataDirectory });
    expect(again.node.host.find('orbs')!.module.reducers.map(({ name }) => name)).toEqual(running);
  });
});

const KEPT = 'c200'.padEnd(64, '0'); // identity of a database

describe('programs', () => {
  it('[P9] are there again after a restart: same identity, same owner, init run anew', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await TestHost.open({ dataDirectory });
    const { token } = await first.newToken();
    await first.publish('arena', ARENA, token);
    await first.publish('orbs', EMPTY, token);
    await (await first.join()).ask('launch', [1]);
    const before = await (await first.fetch('/v1/database/arena')).json();
    await first.close();
    const second = await TestHost.open({ dataDirectory });
    expect(await (await second.fetch('/v1/database/arena')).json()).toEqual(before);
    expect(second.node.host.databases.map(({ name }) => name).sort()).toEqual(['arena', 'orbs']);
    expect(second.rows('ship')).toEqual([]);
    expect(second.rows('beat')).toEqual([{ id: 0, count: 0 }]);
    expect((await second.publish('arena', ARENA)).status).toBe(401);
    expect((await second.publish('arena', ARENA, token)).status).toBe(200);
  });

  it('[P9] are kept or not, as the host was told; a failed publish is not kept', async () => {
    const dataDirectory = await temporaryFolder();
    const host = await TestHost.open({ dataDirectory, keepsPrograms: false });
    await host.publish('arena', ARENA);
    expect(await readdir(dataDirectory)).toEqual(['id_ecdsa', 'id_ecdsa.pub']);
    await host.close();
    const keeping = await TestHost.open({ dataDirectory });
    await keeping.publish('arena', 'throw 1;');
    expect(await readdir(dataDirectory)).toEqual(['host.lock', 'id_ecdsa', 'id_ecdsa.pub']);
  });

  it('[P10] that cannot be started again stop the start, and name their file', async () => {
    const bad: Record<string, string> = {
      'no JSON': '{',
      'other format': '{"format":1,"name":"arena"}',
      'other name': '{"format":2,"identity":"other"}',
      'no module': JSON.stringify({ format: 2, identity: KEPT, names: ['arena'], owner: KEPT, source: 'throw 1' }),
    };
    for (const [what, text] of Object.entries(bad)) {
      const dataDirectory = await temporaryFolder();
      await mkdir(join(dataDirectory, 'programs'));
      const file = join(dataDirectory, 'programs', `${KEPT}.json`);
      await writeFile(file, text);
      const opening = NodeHost.open({ dataDirectory });
      await expect(opening, what).rejects.toMatchObject({ code: 'E_DATA_DIRECTORY' });
      await expect(opening, what).rejects.toThrow(file);
      expect(await readFile(file, 'utf8')).toBe(text);
    }
  });

  it('[P10] that cannot be written are said to run, but not to be kept', async () => {
    const dataDirectory = await temporaryFolder();
    const host = await TestHost.open({ dataDirectory });
    await writeFile(join(dataDirectory, 'programs'), 'a file where the folder should be');
    const [status, text] = await answerOf(await host.publish('arena', ARENA));
    expect(status).toBe(500);
    expect(text).toMatch(/^arena runs, but could not be kept for the next start: /);
    await host.join();
  });
});
