import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ARENA, EMPTY } from './support/arena-module.ts';
import { PROTOCOL } from './support/player.ts';
import { TestHost } from './support/test-host.ts';

/** Asks for an upgrade that is to be refused. */
function refusal(url: string, path: string, protocols: string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws') + path, protocols);
    socket.on('open', () => reject(new Error('let in')));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let left = 1000; !holds(); left--) {
    if (left === 0) throw new Error('it never came to be');
    await pause(10);
  }
}

describe('sockets', () => {
  it('[W1] are greeted with who they are, over the subprotocol that was agreed on', async () => {
    const host = await TestHost.withArena();
    const player = await host.join();
    expect(player.socket.protocol).toBe(PROTOCOL);
    expect(player.socket.extensions).toBe('');
    expect(player.messages[0]).toEqual({
      type: 'InitialConnection',
      identity: expect.any(Uint8Array),
      connectionId: expect.any(Uint8Array),
      token: expect.stringMatching(/^ey/),
    });
    expect(player.identity).toMatch(/^c200[0-9a-f]{60}$/);
    expect(player.greeting.connectionId).toHaveLength(16);
    const other = new WebSocket(`${host.url.replace('http', 'ws')}/v1/database/arena/subscribe`, [
      'v2.bsatn.spacetimedb',
      PROTOCOL,
    ]);
    await new Promise((resolve) => other.on('open', resolve));
    expect(other.protocol).toBe(PROTOCOL);
    other.terminate();
  });

  it('[W1] tell who they are in the answer to the upgrade, too', async () => {
    const host = await TestHost.withArena();
    const player = host.open();
    const headers = await new Promise<Record<string, unknown>>((resolve) =>
      player.socket.on('upgrade', (response) => resolve(response.headers)),
    );
    await player.next(({ type }) => type === 'InitialConnection');
    expect(headers['spacetime-identity']).toBe(player.identity);
    expect(headers['spacetime-identity-token']).toBe(player.greeting.token);
  });

  it('[W1] are found by the name of the database and by its identity', async () => {
    const host = await TestHost.withArena();
    const { hex } = host.node.host.find('arena')!.identity;
    for (const name of [hex, `0x${hex}`]) await (await host.join(name)).leave();
  });

  it('[W2] are refused, with the reason as text, before they are any', async () => {
    const host = await TestHost.withArena();
    const path = '/v1/database/arena/subscribe';
    expect(await refusal(host.url, path, [])).toEqual({ status: 400, text: 'no valid protocol selected' });
    expect(await refusal(host.url, path, ['v1.json.spacetimedb'])).toMatchObject({ status: 400 });
    expect(await refusal(host.url, '/v1/database/nowhere/subscribe', [PROTOCOL])).toEqual({
      status: 404,
      text: 'No such database.',
    });
    expect(await refusal(host.url, '/v1/elsewhere', [PROTOCOL])).toEqual({
      status: 404,
      text: 'There is nothing to subscribe to at /v1/elsewhere.',
    });
    expect(await refusal(host.url, '/v1/database/%E0%A4%A/subscribe', [PROTOCOL])).toMatchObject({ status: 400 });
    expect(host.rows('visit')).toEqual([]);
  });

  it('[W3] see each other: what one does the other is told, in the very same bytes', async () => {
    const host = await TestHost.withArena();
    const [ada, bob] = [await host.join(), await host.join()];
    const bytes: Buffer[][] = [[], []];
    for (const [i, player] of [ada, bob].entries()) {
      await player.subscribe(1, 'SELECT * FROM ship');
      player.socket.on('message', (data) => bytes[i]!.push(data as Buffer));
    }
    const answer = await ada.ask('launch', [7]);
    const told = await bob.next(({ type }) => type === 'TransactionUpdate');
    expect(told).toEqual(answer);
    expect(told).toMatchObject({
      reducer: { name: 'launch', caller: ada.greeting.identity, connectionId: ada.greeting.connectionId },
      tables: [{ table: 'ship', inserts: [[1, ada.greeting.identity, 7]] }],
    });
    expect(bytes[0]!.at(-1)!.equals(bytes[1]!.at(-1)!)).toBe(true);
  });

  it('[W4] get their answers in the order they asked', async () => {
    const host = await TestHost.withArena();
    const player = await host.join();
    const calls: [string, unknown[], string][] = [
      ['launch', [1], 'TransactionUpdate'],
      ['launch', [-1], 'Failed'],
      ['nothing', [], 'InternalError'],
      ['launch', ['far'], 'InternalError'],
      ['launch', [2000], 'InternalError'],
      ['step', [], 'InternalError'],
      ['launch', [2], 'TransactionUpdate'],
    ];
    for (const [reducer, args] of calls) player.call(reducer, args);
    await player.subscribe(1, 'SELECT * FROM ship', 'SELECT * FROM rule');
    await player.subscribe(2, 'SELECT * FROM ship');
    const got = player.messages.slice(1).map(({ type, status }) => status ?? type);
    expect(got).toEqual([...calls.map(([, , answer]) => answer), 'SubscriptionError', 'SubscribeApplied']);
    const errors = player.messages.flatMap(({ error }) => error ?? []);
    expect(errors.slice(0, 2)).toEqual(['The arena begins at 0.', 'no such reducer: nothing']);
    expect(errors[2]).toMatch(/^invalid arguments for reducer launch: x \(f32\): /);
    expect(errors[5]).toMatch(/rule.*executing: `SELECT \* FROM rule`$/);
    expect(player.inserted('ship').map((row) => row[2])).toEqual([1, 2]);
  });

  it('[W4] call scheduled reducers when they are the owner', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    const timer = [1, [0, 20_000_000]];
    const [owner, other] = [await host.join('arena', token), await host.join()];
    expect(await owner.ask('step', [timer])).toMatchObject({ type: 'TransactionUpdate' });
    expect(host.rows('beat')).toMatchObject([{ count: 1 }]);
    expect(await other.ask('step', [timer])).toMatchObject({
      error: "no such reducer: step is run by the host, only the database's owner may call it",
    });
    expect(await owner.ask('init')).toMatchObject({ error: "can't directly call special lifecycle reducer init" });
    expect(host.rows('beat')).toMatchObject([{ count: 1 }]);
  });

  it('[W5] that send what cannot be read are closed with 1011 and why; others go on', async () => {
    const host = await TestHost.withArena();
    const witness = await host.join();
    await witness.subscribe(1, 'SELECT * FROM ship');
    const frames: (string | Uint8Array)[] = [
      'hello',
      '',
      new Uint8Array(0),
      Uint8Array.of(0xc1),
      Uint8Array.of(0x81, 0xa1),
      encode(['CallReducer']),
      encode({ type: 'Dance' }),
      encode({ type: 'CallReducer', requestId: -1, reducer: 'launch', args: [1] }),
      encode({ type: 'Subscribe', requestId: 1, querySetId: 1, queries: [1] }),
      Buffer.concat([encode({ type: 'Unsubscribe', requestId: 1, querySetId: 1 }), Uint8Array.of(0)]),
      Buffer.concat([Buffer.alloc(600, 0x91), Uint8Array.of(0xc0)]),
    ];
    for (const frame of frames) {
      const player = await host.join();
      player.call('launch', [1]);
      player.socket.send(frame);
      player.call('launch', [2]); // too late: it is not looked at
      const { code, reason } = await player.ended;
      expect([frame, code]).toEqual([frame, 1011]);
      expect(reason).toMatch(/^\S.{10,}/);
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
      expect(player.messages.at(-1)!.type).toBe('TransactionUpdate'); // the answer to what came before
    }
    await witness.ask('launch', [3]);
    expect(witness.inserted('ship').map((row) => row[2])).toEqual([...frames.map(() => 1), 3]);
  });

  it('[W6] that send too large a message are closed with 1009, and that is all', async () => {
    const host = await TestHost.withArena({ limits: { maxMessageBytes: 1000 } });
    const [fat, witness] = [await host.join(), await host.join()];
    fat.call('setRule', ['x'.repeat(900)]);
    fat.call('setRule', ['x'.repeat(1001)]);
    expect(await fat.ended).toEqual({ code: 1009, reason: expect.stringContaining('larger than this host takes') });
    expect((await witness.ask('launch', [1])).type).toBe('TransactionUpdate');
    expect(host.rows('rule')).toEqual([{ id: 0, text: 'x'.repeat(900) }]);
  });

  it('[W6] may send 4 MiB in a message, and what SpacetimeDB takes, 32 MiB, where the host is told so', async () => {
    const frame = (bytes: number): Uint8Array => {
      const message = (padding: number) =>
        encode({ type: 'CallReducer', requestId: 7, reducer: 'launch', args: [1], padding: new Uint8Array(padding) });
      const around = message(2 ** 20).length - 2 ** 20;
      return message(bytes - around);
    };
    for (const [limits, mebibytes] of [
      [{}, 4],
      [{ maxMessageBytes: 32 * 2 ** 20 }, 32],
    ] as const) {
      const host = await TestHost.withArena({ limits });
      const player = await host.join();
      player.socket.send(frame(mebibytes * 2 ** 20));
      expect((await player.answerTo(7)).type).toBe('TransactionUpdate');
      player.socket.send(frame(mebibytes * 2 ** 20 + 1));
      expect((await player.ended).code).toBe(1009);
      expect(host.rows('ship')).toHaveLength(1);
    }
  });

  it('[W7] are pinged, and cut off when nothing comes back', async () => {
    const host = await TestHost.withArena({ limits: { pingIntervalMs: 50, idleTimeoutMs: 2000 } });
    const alive = await host.join();
    let pings = 0;
    alive.socket.on('ping', () => pings++);
    const dead = await host.join('arena', undefined, { autoPong: false });
    expect(await dead.ended).toEqual({ code: 1006, reason: '' }); // the other, here for longer, answered its pings
    expect(pings).toBeGreaterThan(3);
    expect((await alive.ask('launch', [1])).type).toBe('TransactionUpdate');
    await until(() => host.node.host.find('arena')!.sessions.size === 1);
  });

  it('[W7] are not silent while half of a message has come, however slowly the rest follows', async () => {
    const host = await TestHost.withArena({ limits: { pingIntervalMs: 200, idleTimeoutMs: 600 } });
    const slow = await host.join('arena', undefined, { autoPong: false });
    const { _socket: tcp } = slow.socket as unknown as { _socket: import('node:net').Socket };
    const message = encode({ type: 'CallReducer', requestId: 7, reducer: 'launch', args: [1], pad: 'x'.repeat(100) });
    // A frame as RFC 6455 5.2 has it, masked with nothing.
    const frame = Uint8Array.of(0x82, 0xfe, message.length >> 8, message.length & 0xff, 0, 0, 0, 0, ...message);
    for (let at = 0; at < frame.length; at += 2) {
      tcp.write(frame.subarray(at, at + 2));
      await pause(20); // 1.6 s and more in all
    }
    expect((await slow.answerTo(7)).type).toBe('TransactionUpdate');
    expect((await slow.ended).code).toBe(1006); // from here on nothing comes
  });

  it('[W8] are farewelled exactly once, however they end', async () => {
    const host = await TestHost.withArena();
    const witness = await host.join();
    await witness.subscribe(1, "SELECT * FROM visit WHERE what = 'left'");
    const ways: ((player: Awaited<ReturnType<TestHost['join']>>) => void)[] = [
      (player) => player.socket.close(),
      (player) => player.socket.close(4000, 'bye'),
      (player) => player.socket.terminate(),
      // A reset in the middle of a frame.
      (player) => {
        const { _socket: tcp } = player.socket as unknown as { _socket: import('node:net').Socket };
        tcp.write(Uint8Array.of(0x82, 0xfe, 0x10));
        setTimeout(() => tcp.resetAndDestroy(), 20);
      },
      (player) => player.socket.send('text'),
    ];
    const left: string[] = [];
    for (const end of ways) {
      const player = await host.join();
      left.push(player.identity);
      end(player);
      await player.ended;
    }
    await until(() => witness.inserted('visit').length === ways.length);
    await pause(50);
    const told = witness.inserted('visit').map((row) => Buffer.from(row[1] as Uint8Array).toString('hex'));
    expect(told.sort()).toEqual(left.sort());
    expect(host.node.host.find('arena')!.sessions.size).toBe(1);
  });

  it('[W8] that are gone before they were let in leave nothing behind', async () => {
    const host = await TestHost.withArena();
    for (let i = 0; i < 20; i++) {
      const player = host.open();
      player.socket.on('open', () => player.socket.terminate());
      await player.ended;
      const soon = host.open();
      setTimeout(() => soon.socket.terminate(), i / 4);
      await soon.ended;
    }
    await until(() => host.node.host.find('arena')!.sessions.size === 0);
    const visits = host.rows('visit');
    const count = (what: string): number => visits.filter((visit) => visit.what === what).length;
    expect(count('left')).toBe(count('came'));
  });

  it('[W9] that the module refuses are closed with 1008 and its text, and never farewelled', async () => {
    const host = await TestHost.withArena();
    const inside = await host.join();
    for (const [rule, reason] of [
      ['closed', 'The arena is closed.'],
      ['broken', 'the gate fell off'],
    ]) {
      await inside.ask('setRule', [rule]);
      const player = host.open();
      player.socket.on('open', () => player.call('launch', [5]));
      expect(await player.ended).toEqual({ code: 1008, reason });
      expect(player.messages).toEqual([]);
    }
    await inside.ask('setRule', ['']);
    await host.join();
    expect(host.rows('visit').map(({ what }) => what)).toEqual(['came', 'came']);
    expect(host.rows('ship')).toEqual([]);
  });

  it('[W10] are let in up to a number', async () => {
    const host = await TestHost.withArena({ limits: { maxConnections: 2 } });
    const [first] = [await host.join(), await host.join()];
    const path = '/v1/database/arena/subscribe';
    const full = { status: 503, text: 'The host has as many connections as it takes.' };
    expect(await refusal(host.url, path, [PROTOCOL])).toEqual(full);
    await first.leave();
    await until(() => !host.node.isFull);
    await host.join();
  });

  it('[W11] keep their place when the module is published again, and are closed when its data is deleted', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    await host.publish('orbs', EMPTY, token);
    const player = await host.join('orbs');
    await host.publish('orbs', `${EMPTY}\n// another version`, token);
    expect((await player.subscribe(1, 'SELECT * FROM orb')).type).toBe('SubscribeApplied');
    await host.publish('orbs', EMPTY, token, '?clear=true');
    expect(await player.ended).toEqual({ code: 1001, reason: 'module exited' });
  });

  it('[W12] are closed with 1001 when the host closes, those that do not answer included', async () => {
    const host = await TestHost.withArena();
    const player = await host.join();
    const deaf = await host.join();
    deaf.socket.pause();
    const started = performance.now();
    await host.close();
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await player.ended).toEqual({ code: 1001, reason: 'host is shutting down' });
    await expect(host.fetch('/v1/ping')).rejects.toThrow();
    expect(host.log.filter(({ level }) => level === 'error')).toEqual([]);
    await host.close(); // again does nothing
  });
});
