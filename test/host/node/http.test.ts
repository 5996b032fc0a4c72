import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ARENA } from './support/arena-module.ts';
import { TestHost } from './support/test-host.ts';

/** Sends bytes as they are; resolves to all that came back. */
function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });
}

describe('HTTP', () => {
  it('[H1] answers a ping, and refuses one with a bad token', async () => {
    const host = await TestHost.open();
    const answer = await host.fetch('/v1/ping');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const bad = await host.fetch('/v1/ping', { headers: { authorization: 'Bearer abc' } });
    expect(bad.status).toBe(401);
    expect(await bad.text()).toMatch(/^The token is not valid here: .*Forget it to play as somebody new\.$/);
    const malformed = await host.fetch('/v1/ping', { headers: { authorization: 'Basic abc' } });
    expect([malformed.status, await malformed.text()]).toEqual([
      400,
      'The Authorization header must read "Bearer <token>".',
    ]);
  });

  it('[H20] says what it is to somebody who opens its address', async () => {
    const host = await TestHost.open();
    const answer = await host.fetch('/', { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const text = await answer.text();
    expect(text).toMatch(/^This is a spacetick host: databases that run games/);
    // What it names is there.
    expect((await host.fetch('/v1/database/my-game')).status).toBe(404);
    await host.publish('my-game', ARENA);
    const paths = [...text.matchAll(/GET (\S+)/g)].map(([, path]) => path!);
    expect(paths).toHaveLength(3);
    for (const path of paths) expect([path, (await host.fetch(path)).status]).toEqual([path, 200]);
  });

  it('[H2] lets pages of any origin ask', async () => {
    const host = await TestHost.open();
    const preflight = await host.fetch('/v1/identity/websocket-token', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://some.itch.zone',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    for (const answer of [preflight, await host.fetch('/v1/ping'), await host.fetch('/v1/nowhere')]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-headers')).toBe('authorization, accept, content-type');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('[H3] says when there is nothing, or nothing for that method', async () => {
    const host = await TestHost.open();
    const nowhere = await host.fetch('/v1/nowhere');
    expect([nowhere.status, await nowhere.text()]).toEqual([404, 'There is nothing at /v1/nowhere.']);
    const wrong = await host.fetch('/v1/database/arena', { method: 'PATCH' });
    expect([wrong.status, wrong.headers.get('allow'), await wrong.text()]).toEqual([
      405,
      'PUT, GET, HEAD, DELETE',
      'PATCH is not allowed here.',
    ]);
    expect((await host.fetch('/v1/database/%E0%A4%A')).status).toBe(400);
    expect((await host.fetch('/v1/database/arena')).status).toBe(404);
    expect((await host.fetch('/v1/database/arena/schema?version=9')).status).toBe(404);
  });

  it('[H23] answers HEAD as GET, without the body', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ['/v1/ping', '/v1/health', '/v1/database/arena', '/v1/database/arena/logs?follow=true']) {
      const answer = await host.fetch(path, { method: 'HEAD', headers });
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, '']);
    }
    const described = await host.fetch('/v1/database/arena', { method: 'HEAD' });
    expect(described.headers.get('content-type')).toBe('application/json');
    expect(described.headers.get('spacetime-identity')).toMatch(/^[0-9a-f]{64}$/);
    expect((await host.fetch('/v1/database/nowhere', { method: 'HEAD' })).status).toBe(404);
    expect((await host.fetch('/v1/database/arena/logs', { method: 'HEAD' })).status).toBe(403);
    const refused = await host.fetch('/v1/database/arena/sql', { method: 'HEAD' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await host.fetch('/v1/ping', { method: 'HEAD', headers: { authorization: 'Bearer a.b.c' } })).status).toBe(
      401,
    );
  });

  it('[H22] says how to subscribe to somebody who asks without an upgrade', async () => {
    const host = await TestHost.open();
    await host.publish('arena', ARENA);
    const answer = await host.fetch('/v1/database/arena/subscribe');
    expect([answer.status, answer.headers.get('upgrade'), await answer.text()]).toEqual([
      426,
      'websocket',
      'Clients subscribe over a WebSocket: ask with "Upgrade: websocket".',
    ]);
    expect((await host.fetch('/v1/database/nowhere/subscribe')).status).toBe(404);
    const headers = { authorization: 'Bearer a.b.c' };
    expect((await host.fetch('/v1/database/arena/subscribe', { headers })).status).toBe(401);
    expect((await host.fetch('/v1/database/arena/subscribe', { method: 'POST' })).status).toBe(405);
  });

  it('[H4] survives requests and upgrades that name no URL', async () => {
    const host = await TestHost.open();
    for (const target of ['//', 'http://[', '*', '/%', '//v1/ping']) {
      for (const upgrade of ['', 'Connection: upgrade\r\nUpgrade: websocket\r\n']) {
        const answer = await raw(host.url, `GET ${target} HTTP/1.1\r\nHost: x\r\n${upgrade}Connection: close\r\n\r\n`);
        expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
    }
    expect((await host.fetch('/v1/ping')).status).toBe(200);
  });

  it('[H4] says why bytes are no request', async () => {
    const host = await TestHost.open();
    const answers = [
      ['\u0000\u0001\r\n\r\n', /^HTTP\/1\.1 400 .*This is no HTTP request: /s],
      ['GET /v1/\u00df HTTP/1.1\r\nHost x\r\n\r\n', /^HTTP\/1\.1 400 .*This is no HTTP request: /s],
      [
        `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
        /^HTTP\/1\.1 431 .*This is no HTTP request: /s,
      ],
    ] as const;
    for (const [request, answer] of answers) expect(await raw(host.url, request)).toMatch(answer);
  });

  it('[H5] tells who asked on every answer about a database: somebody new without a token', async () => {
    const host = await TestHost.open();
    const owner = await host.newToken();
    const published = await host.publish('arena', ARENA, owner.token);
    expect(published.headers.get('spacetime-identity')).toBe(owner.identity);
    expect(published.headers.get('spacetime-identity-token')).toBe(owner.token);
    const stranger = await host.fetch('/v1/database/arena');
    const token = stranger.headers.get('spacetime-identity-token')!;
    expect(stranger.headers.get('spacetime-identity')).not.toBe(owner.identity);
    const again = await host.fetch('/v1/database/arena', { headers: { authorization: `Bearer ${token}` } });
    expect(again.headers.get('spacetime-identity')).toBe(stranger.headers.get('spacetime-identity'));
    const bad = await host.fetch('/v1/database/arena?token=abc');
    expect(bad.status).toBe(401);
  });

  it('[H6] describes a database by name and by identity', async () => {
    const host = await TestHost.open();
    const owner = await host.newToken();
    const { Success } = (await (await host.publish('arena', ARENA, owner.token)).json()) as {
      Success: { database_identity: string };
    };
    const expected = {
      database_identity: { __identity__: `0x${Success.database_identity}` },
      owner_identity: { __identity__: `0x${owner.identity}` },
      host_type: { Js: [] },
      initial_program: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    };
    for (const name of ['arena', Success.database_identity, `0x${Success.database_identity}`]) {
      const answer = await host.fetch(`/v1/database/${name}`);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toEqual(expected);
    }
  });

  it('[H7] answers the schema in version 9', async () => {
    const host = await TestHost.open();
    await host.publish('arena', ARENA);
    const answer = await host.fetch('/v1/database/arena/schema?version=9');
    const def = (await answer.json()) as Record<string, never[]> & { typespace: { types: unknown[] } };
    expect(Object.keys(def)).toEqual([
      'typespace',
      'tables',
      'reducers',
      'types',
      'misc_exports',
      'row_level_security',
    ]);
    const ship = def.tables!.find(({ name }) => name === 'ship') as unknown as Record<string, unknown>;
    expect(ship).toEqual({
      name: 'ship',
      product_type_ref: expect.any(Number),
      primary_key: [0],
      indexes: [{ name: { some: 'ship_id_idx_btree' }, accessor_name: { some: 'id' }, algorithm: { BTree: [0] } }],
      constraints: [{ name: { some: 'ship_id_key' }, data: { Unique: { columns: [0] } } }],
      sequences: [
        {
          name: { some: 'ship_id_seq' },
          column: 0,
          start: { none: [] },
          min_value: { none: [] },
          max_value: { none: [] },
          increment: 1,
        },
      ],
      schedule: { none: [] },
      table_type: { User: [] },
      table_access: { Public: [] },
    });
    expect(def.typespace.types[ship.product_type_ref as number]).toMatchObject({
      Product: {
        elements: [
          { name: { some: 'id' }, algebraic_type: { U32: [] } },
          { name: { some: 'owner' } },
          { name: { some: 'x' }, algebraic_type: { F32: [] } },
        ],
      },
    });
    expect(def.tables!.find(({ name }) => name === 'rule')).toMatchObject({ table_access: { Private: [] } });
    expect(def.tables!.find(({ name }) => name === 'beat_timer')).toMatchObject({
      schedule: { some: { name: { none: [] }, reducer_name: 'step', scheduled_at_column: 1 } },
    });
    expect(def.reducers!.find(({ name }) => name === 'launch')).toEqual({
      name: 'launch',
      params: { elements: [{ name: { some: 'x' }, algebraic_type: { F32: [] } }] },
      lifecycle: { none: [] },
    });
    expect(def.reducers!.find(({ name }) => name === 'init')).toMatchObject({ lifecycle: { some: { Init: [] } } });
    // The scheduled reducer takes a row, which is named by number.
    const step = def.reducers!.find(({ name }) => name === 'step') as unknown as {
      params: { elements: { algebraic_type: { Ref: number } }[] };
    };
    const { Ref } = step.params.elements[0]!.algebraic_type;
    const timer = def.tables!.find(({ name }) => name === 'beat_timer') as unknown as { product_type_ref: number };
    expect(Ref).toBe(timer.product_type_ref);
    expect(def.types!.find(({ ty }) => ty === Ref)).toMatchObject({ name: { scope: [] } });
  });

  it('[H7] answers the schema in version 10, and asks which version is meant', async () => {
    const host = await TestHost.open();
    await host.publish('arena', ARENA);
    const answer = await host.fetch('/v1/database/arena/schema?version=10');
    const { sections } = (await answer.json()) as { sections: Record<string, unknown[]>[] };
    expect(sections.map((section) => Object.keys(section)[0])).toEqual([
      'Typespace',
      'Types',
      'Tables',
      'Reducers',
      'Schedules',
      'LifeCycleReducers',
    ]);
    const { Reducers } = sections[3]!;
    expect(Reducers).toContainEqual({
      source_name: 'launch',
      params: { elements: [{ name: { some: 'x' }, algebraic_type: { F32: [] } }] },
      visibility: { ClientCallable: [] },
      ok_return_type: { Product: { elements: [] } },
      err_return_type: { String: [] },
    });
    expect(Reducers).toContainEqual(expect.objectContaining({ source_name: 'step', visibility: { Private: [] } }));
    expect(sections[4]!.Schedules).toEqual([
      { source_name: { none: [] }, table_name: 'beat_timer', schedule_at_col: 1, function_name: 'step' },
    ]);
    expect(sections[5]!.LifeCycleReducers).toContainEqual({
      lifecycle_spec: { OnConnect: [] },
      function_name: 'client_connected',
    });
    for (const version of ['', '?version=8']) {
      expect((await host.fetch(`/v1/database/arena/schema${version}`)).status).toBe(400);
    }
  });

  it('[H8] refuses a body that is too large, with an answer', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    const answer = await host.publish('arena', 'x'.repeat(32 * 1024 * 1024 + 1), token);
    expect([answer.status, await answer.text()]).toEqual([413, 'The body is larger than 33554432 bytes.']);
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 3; i++) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    const unannounced = await host.fetch('/v1/identity/websocket-token', {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { authorization: `Bearer ${token}` },
    } as RequestInit);
    expect(unannounced.status).toBe(413);
    expect((await host.fetch('/v1/ping')).status).toBe(200);
  });
});
