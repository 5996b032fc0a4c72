import { encode } from '@msgpack/msgpack';
import { describe, expect, it, vi } from 'vitest';
import * as browserEntry from '../../src/client/index.ts';
import { ConnectionLostError, type Identity, SpacetickError } from '../../src/client/index.ts';
import * as nodePlatform from '../../src/client/node/platform.ts';
import { nodeSocket } from '../../src/client/node/web-socket.ts';
import * as pagePlatform from '../../src/client/platform.ts';
import { DbConnection, type ErrorContext } from '../fixtures/bindings/index.ts';
import { arena, connectedArena, ship } from './support/arena.ts';
import { HandVisibility } from './support/hand-clock.ts';
import { ALICE, ALICE_CONNECTION } from './support/scripted-host.ts';

/** Logs how a connection begins and ends. */
function logged(): [log: unknown[], made: ReturnType<typeof arena>] {
  const log: unknown[] = [];
  const made = arena((builder) =>
    builder
      .onConnect((conn, identity, token) => log.push(['connect', conn.isActive, identity, token]))
      .onConnectError((ctx, error) => log.push(['connect error', (error as SpacetickError).code, ctx.isActive]))
      .onDisconnect((ctx, error) => log.push(['disconnect', (error as SpacetickError)?.code, ctx.isActive])),
  );
  return [log, made];
}

describe('the beginning', () => {
  it('[L2] the identity is known from the tick that calls onConnect', () => {
    const [log, { conn, host, tick }] = logged();
    expect([conn.isActive, conn.identity, conn.token]).toEqual([true, undefined, undefined]);
    const madeUp = conn.connectionId;
    expect([madeUp.isZero(), conn.connectionId.isEqual(madeUp), arena().conn.connectionId.isEqual(madeUp)]).toEqual([
      false,
      true,
      false,
    ]);
    host.welcome();
    host.pair.flush();
    expect(conn.identity).toBeUndefined();
    tick();
    expect(log).toEqual([['connect', true, ALICE, 'token-of-alice']]);
    expect([conn.identity, conn.connectionId, conn.token]).toEqual([ALICE, ALICE_CONNECTION, 'token-of-alice']);
  });

  it('[L2] a token that was given stays', () => {
    const tokens: string[] = [];
    const { conn, host, tick } = arena((builder) =>
      builder.withToken('mine').onConnect((_conn, _identity, token) => tokens.push(token)),
    );
    expect(host.pair.request.token).toBe('mine');
    host.welcome();
    tick();
    expect([conn.token, tokens]).toEqual(['mine', ['mine']]);
  });

  it('[L4] a connection that fails before it began calls onConnectError once', () => {
    const [log, { conn, host, tick }] = logged();
    host.pair.close({ code: 1006, reason: '' }, new SpacetickError('E_TOKEN_REJECTED', 'no'));
    tick();
    tick();
    expect(log).toEqual([['connect error', 'E_TOKEN_REJECTED', false]]);
    expect(conn.isActive).toBe(false);

    const [second, refused] = logged();
    refused.host.pair.open();
    refused.host.pair.close({ code: 4003, reason: 'the module refused' });
    refused.tick();
    expect(second).toEqual([['connect error', 'E_CONNECT', false]]);
  });

  it('[L12] a failure that nobody listens for is told on the console, once', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const conn = DbConnection.builder()
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('comet-run')
      .withWSFn(() => {
        throw new Error('no sockets today');
      })
      .build();
    conn.frameTick();
    conn.frameTick();
    expect(
      log.mock.calls.map(([where, error]) => [where, (error as Error).message.includes('no sockets today')]),
    ).toEqual([['[spacetick] no onConnectError listens:', true]]);
    log.mockRestore();
  });

  it('[L4] so does a socket that cannot even be made', () => {
    const errors: Error[] = [];
    const conn = DbConnection.builder()
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('comet-run')
      .withWSFn(() => {
        throw new Error('no sockets today');
      })
      .onConnectError((_ctx, error) => errors.push(error))
      .build();
    expect(errors).toEqual([]);
    expect(conn.frameTick().active).toBe(false);
    expect(errors[0]?.message).toContain('no sockets today');
  });

  it('[L8] build() says what is missing or wrong', () => {
    const { builder } = DbConnection;
    expect(() => builder().build()).toThrow(/^URI is required/);
    expect(() => builder().withUri('http://localhost:1').build()).toThrow(/^Database name or address is required/);
    const named = (uri: string | URL, name: string) => () => builder().withUri(uri).withDatabaseName(name).build();
    expect(named('localhost:3000', 'game')).toThrow(/E_URI|Write the scheme/);
    expect(named('file:///tmp', 'game')).toThrow(/Write the scheme/);
    for (const name of ['', 'Comet', 'comet_run', 'a--b', '-a', '../x', 'a/b', 'a?b']) {
      expect(named('http://localhost:1', name)).toThrow(/no name of a database/);
    }
    const old = new (class extends browserEntry.DbConnectionBuilder<DbConnection> {})(
      { versionInfo: { cliVersion: '1.3.9' }, tables: {}, reducers: [], procedures: [] } as never,
      () => undefined as never,
    );
    expect(() => old.withUri('http://h').withDatabaseName('game').build()).toThrow(/at least 1\.4\.0/);
  });

  it('[L9] a builder that is never built says so once', () => {
    vi.useFakeTimers();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    DbConnection.builder().withUri('http://h').withDatabaseName('game').withModuleName('game');
    DbConnection.builder().withUri('http://h').withDatabaseName('later').dismissHint();
    arena();
    vi.advanceTimersByTime(60_000);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('.build()')]]);
    warn.mockRestore();
    vi.useRealTimers();
  });

  it('[L14] a builder tells what it was given', () => {
    const builder = DbConnection.builder();
    expect([builder.getUri(), builder.getDatabaseName()]).toEqual([undefined, undefined]);
    builder.withUri(new URL('https://example.com/games')).withDatabaseName('comet-run').withToken('t');
    expect([builder.getUri(), builder.getDatabaseName(), builder.getModuleName()]).toEqual([
      'https://example.com/games',
      'comet-run',
      'comet-run',
    ]);
    builder.withPlatform({ socket: () => ({ send() {}, close() {} }) as never }).build();
  });

  it('[L10] what is given as undefined is as if it were not given', () => {
    const { clock } = arena();
    const builder = DbConnection.builder().withUri('http://127.0.0.1:3000').withDatabaseName('comet-run');
    const seen: unknown[] = [];
    builder.withToken('one').withToken(undefined).withPlatform({ clock, visibility: new HandVisibility() });
    builder.withPlatform({ clock: undefined as never, protocols: undefined as never });
    const conn = builder
      .withWSFn(({ token, protocols }) => {
        seen.push(token, protocols.length > 1);
        return { send() {}, close() {} } as never;
      })
      .build();
    expect(conn.frameTick().active).toBe(true);
    expect(seen).toEqual([undefined, true]);
  });

  it('[L10] with and without new, in 1.x spelling too', () => {
    const sockets: string[] = [];
    const conn = new DbConnection.builder()
      .withUri(new URL('https://example.com/games/'))
      .withModuleName('comet-run')
      .withCredentials(['c2'.repeat(32), 'secret'])
      .withCompression('none')
      .withLightMode(true)
      .withConfirmedReads(false)
      .withWSFn(({ url, base, protocols, token }) => {
        sockets.push(url.href, base.href, ...protocols, String(token));
        throw new Error('enough');
      })
      .build();
    conn.frameTick();
    expect(sockets).toEqual([
      'wss://example.com/games/v1/database/comet-run/subscribe?compression=None&light=true&confirmed=false',
      'https://example.com/games/',
      'v1.msgpack.spacetick',
      'v3.bsatn.spacetimedb',
      'v2.bsatn.spacetimedb',
      'v1.bsatn.spacetimedb',
      'secret',
    ]);
  });

  it('[L11] there is one entry, which takes what is of a platform from where it runs', async () => {
    const names = (platform: object) => Object.keys(platform).sort();
    expect(names(nodePlatform)).toEqual(names(pagePlatform));
    expect((await import('#platform')).platformSocket).toBe(nodeSocket);
    expect(pagePlatform.platformSocket).toBe(browserEntry.browserSocket);
    expect((await import('spacetick')).DbConnectionBuilder).toBe(browserEntry.DbConnectionBuilder);
  });
});

describe('the end', () => {
  it('[L3] after disconnect() onDisconnect runs once, without an error', () => {
    const [log, { conn, host, tick }] = logged();
    host.welcome();
    tick();
    log.length = 0;
    conn.disconnect();
    expect([host.pair.isClosed, conn.isActive, log]).toEqual([true, true, []]);
    expect(conn.frameTick().active).toBe(false);
    tick();
    expect([conn.isActive, log]).toEqual([false, [['disconnect', undefined, false]]]);
  });

  it('[L3] when the connection breaks, with one; what had arrived comes first', () => {
    const [log, { conn, host, tick }] = logged();
    host.welcome();
    tick();
    log.length = 0;
    conn.db.ship.onInsert(() => log.push('insert'));
    host.transaction({ table: 'ship', inserts: [ship()] });
    host.pair.close({ code: 1011, reason: 'too slow' });
    host.pair.flush();
    expect(conn.isActive).toBe(true);
    tick();
    expect(log).toEqual(['insert', ['disconnect', 'E_CONNECTION_LOST', false]]);
  });

  it('[L3] says how the host closed it', () => {
    const errors: (Error | undefined)[] = [];
    const events: unknown[] = [];
    const { host, tick } = connectedArena((builder) =>
      builder.onDisconnect((ctx: ErrorContext, error) => {
        errors.push(error);
        events.push(ctx.event);
      }),
    );
    host.pair.close({ code: 1011, reason: 'too slow' });
    tick();
    expect(errors[0]).toBeInstanceOf(ConnectionLostError);
    expect(errors[0]?.message).toContain('code 1011: too slow');
    expect(events).toEqual(errors);
  });

  it('[L13] flags tell of the end before the tick that finds it', () => {
    const flags = ({ conn }: ReturnType<typeof arena>) => [
      conn.isDisconnectRequested,
      conn.isSocketClosed,
      conn.isActive,
    ];
    const asked = connectedArena();
    expect(flags(asked)).toEqual([false, false, true]);
    asked.conn.reducers.onJoin(() => asked.conn.disconnect());
    const seen: unknown[] = [];
    asked.conn.reducers.onJoin(() => seen.push(flags(asked)));
    asked.host.called({ name: 'join', args: new Uint8Array([0x90]) });
    asked.tick();
    expect([seen, flags(asked)]).toEqual([[[true, false, true]], [true, true, true]]);
    asked.tick();
    expect(flags(asked)).toEqual([true, true, false]);
    const broken = connectedArena((builder) => builder.onDisconnect(() => {}));
    broken.host.pair.close({ code: 1006, reason: '' });
    broken.host.pair.flush();
    expect(flags(broken)).toEqual([false, true, true]);
  });

  it('[L15] whoever follows hears of both ends first, and is no listener', () => {
    const log: unknown[] = [];
    const heard: string[] = [];
    const { conn, host, tick } = arena((builder) =>
      builder
        .onConnect(() => log.push('onConnect'))
        .onCallbackError((error) => heard.push((error as SpacetickError).code)),
    );
    const begin = () => log.push(['begin', conn.identity, conn.connectionId, conn.token]);
    const stop = conn.follow({ begin, end: () => log.push('not me') });
    conn.follow({ begin, end: (error) => log.push(['end', (error as SpacetickError).code, conn.isActive]) });
    host.welcome();
    tick();
    const known = ['begin', ALICE, ALICE_CONNECTION, 'token-of-alice'];
    expect(log.splice(0)).toEqual([known, known, 'onConnect']);
    stop();
    host.pair.close({ code: 1011, reason: 'too slow' });
    host.pair.flush();
    tick();
    tick(); // nobody listens: the error is heard of in a callback of its own
    expect(log).toEqual([['end', 'E_CONNECTION_LOST', false]]);
    expect(heard).toEqual(['E_CONNECTION_LOST']);
  });

  it('[L15] whoever follows and throws is reported, and stops nobody else', () => {
    const log: unknown[] = [];
    const { conn, host, tick } = arena((builder) =>
      builder
        .onConnect(() => log.push('onConnect'))
        .onDisconnect(() => log.push('onDisconnect'))
        .onCallbackError((error, where) => log.push([where, error.message])),
    );
    const fail = (): never => {
      throw new Error('oh');
    };
    conn.follow({ begin: fail, end: fail });
    conn.follow({ begin: () => log.push('begin'), end: () => log.push('end') });
    host.welcome();
    tick();
    host.pair.close({ code: 1011, reason: 'too slow' });
    host.pair.flush();
    tick();
    const oh = ['a follower', 'oh'];
    expect(log).toEqual([oh, 'begin', 'onConnect', oh, 'end', 'onDisconnect']);
  });

  it('[L5] disconnect() may be repeated', () => {
    const { conn, tick } = connectedArena();
    for (let i = 0; i < 3; i++) conn.disconnect();
    tick();
    expect(() => conn.disconnect()).not.toThrow();
    tick();
    expect(conn.isActive).toBe(false);
  });

  it('[L5] disconnect() before the beginning ends it quietly', () => {
    const [log, { conn, host, tick }] = logged();
    conn.disconnect();
    host.welcome();
    tick();
    expect(log).toEqual([['disconnect', undefined, false]]);
    expect(host.pair.isClosed).toBe(true);
  });

  it('[L3] callbacks can be removed', () => {
    const log: string[] = [];
    const onConnect = (_conn: DbConnection, _identity: Identity) => log.push('connect');
    const onDisconnect = () => log.push('disconnect');
    const { conn, host, tick } = arena((builder) => builder.onConnect(onConnect).onDisconnect(onDisconnect));
    conn.removeOnConnect(onConnect);
    conn.removeOnDisconnect(onDisconnect);
    host.welcome();
    tick();
    conn.disconnect();
    tick();
    expect(log).toEqual([]);
  });

  it('[L3] [L4] a listener for failing to connect can be removed', () => {
    const log: string[] = [];
    const kept = () => void log.push('kept');
    const removed = () => void log.push('removed');
    const { conn, host, tick } = arena((builder) => builder.onConnectError(removed).onConnectError(kept));
    conn.removeOnConnectError(removed);
    host.pair.close({ code: 1006, reason: '' });
    tick();
    expect(log).toEqual(['kept']);
  });

  it.each([
    ['bytes that are no MessagePack', new Uint8Array([0xc1]), 'E_MSGPACK_INVALID'],
    ['a message of an unknown type', new Uint8Array([0x81, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa1, 0x3f]), 'E_WIRE_DECODE'],
  ])('[L6] %s end the connection, and nothing behind is handled', (_what, bytes, code) => {
    const [log, { conn, host, tick }] = logged();
    host.welcome();
    tick();
    log.length = 0;
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] });
    host.pair.send(bytes);
    host.transaction({ table: 'ship', inserts: [ship({ id: 2 })] });
    expect(tick()).toMatchObject({ active: false, rows: 1, backlog: 0 });
    expect(log).toEqual([['disconnect', code, false]]);
    expect([conn.db.ship.count(), host.pair.isClosed]).toEqual([1n, true]);
  });

  it('[L6] a row that does not fit the bindings is named', () => {
    const errors: (Error | undefined)[] = [];
    const { conn, host, tick } = connectedArena((builder) => builder.onDisconnect((_ctx, error) => errors.push(error)));
    const text = (value: string) => [0xa0 | value.length, ...new TextEncoder().encode(value)];
    const [shipTag, table] = [text('ship'), text('table')];
    host.pair.send(
      new Uint8Array([
        0x84,
        ...text('type'),
        ...text('TransactionUpdate'),
        ...text('timestamp'),
        1,
        ...text('reducer'),
        0xc0,
        ...text('tables'),
        0x91,
        0x82,
        ...table,
        ...shipTag,
        ...text('updates'),
        0x91,
        0x95,
        1,
        1,
        0xc3,
        0,
        ...text('x'),
      ]),
    );
    tick();
    expect(errors[0]?.message).toMatch(/ship\.x/);
    expect(conn.db.ship.count()).toBe(0n);
  });

  const ships = { table: 'ship', inserts: [[2, 1, 0, 0, 'heron']], updates: [[1, 2, 9, 9, 'hawk']] };
  const byBob = {
    name: 'set_name',
    caller: new Uint8Array(32).fill(0xb0),
    connectionId: new Uint8Array(16).fill(0xb0),
    requestId: 1,
    energy: 0,
  };
  it.each([
    ['a bad row behind good tables', { tables: [ships, { table: 'orb', inserts: [[1, 0, 'far', 0]] }] }, /orb\.chunkY/],
    ['an unknown table behind a good one', { tables: [ships, { table: 'asteroid' }] }, /asteroid/],
    ['public arguments that do not fit', { tables: [ships], reducer: { ...byBob, args: [4] } }, /setName\.name/],
  ])('[T3] [L6] %s: nothing of the frame is applied or told', (_what, parts, text) => {
    const log: string[] = [];
    const tell = (what: string) => () => log.push(what);
    const causes: (Error | undefined)[] = [];
    const { conn, host, tick } = connectedArena((builder) => builder.onDisconnect((_ctx, error) => causes.push(error)));
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] });
    tick();
    conn.db.ship.onInsert(tell('insert'));
    conn.db.ship.onUpdate(tell('update'));
    conn.db.ship.onDelete(tell('delete'));
    conn.db.ship.watch({ insert: tell('watch'), update: tell('watch'), delete: tell('watch'), end: tell('end') });
    conn.reducers.onSetName(tell('observer'));
    conn.db.ship.owner.filter(1); // the index is in use
    const before = conn.db.ship.id.find(1);
    host.pair.send(encode({ type: 'TransactionUpdate', timestamp: 1, reducer: null, ...parts }));
    const report = tick();
    expect(report).toMatchObject({ active: false, rows: 0 });
    expect(report.changes.ship).toMatchObject({ added: [], updated: [], removed: [] });
    expect(log).toEqual(['end']);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.message).toMatch(text);
    expect([...conn.db.ship.iter()]).toEqual([before]);
    expect([...conn.db.ship.owner.filter(1)]).toEqual([before]);
    expect(conn.db.ship.id.find(1)).toBe(before);
    expect(conn.db.orb.count()).toBe(0n);
  });

  it('[S7] a subscription that fails after it was applied ends the connection', () => {
    const errors: (Error | undefined)[] = [];
    const { host, tick, conn } = connectedArena((builder) => builder.onDisconnect((_ctx, error) => errors.push(error)));
    conn
      .subscriptionBuilder()
      .onError((_ctx, error) => errors.push(error))
      .subscribe('SELECT * FROM ship');
    host.lost(host.received()[0] as never, 'a table was dropped');
    tick();
    expect(errors.map((error) => error?.message)).toEqual(['a table was dropped', 'a table was dropped']);
    expect(conn.isActive).toBe(false);
  });
});
