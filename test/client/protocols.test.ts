import { describe, expect, it } from 'vitest';
import {
  DbConnectionBuilder,
  type DbConnectionConfig,
  DbConnectionImpl,
  procedureSchema,
  procedures,
  reducerSchema,
  reducers,
  schema,
  TimeDuration,
  Timestamp,
  t,
  table,
} from '../../src/client/index.ts';
import { encodeBsatn, encodeMsgpack } from '../../src/values/index.ts';
import type {
  CallProcedureMessage,
  CallReducerMessage,
  OneOffQueryMessage,
  SubscribeMessage,
} from '../../src/wire/index.ts';
import { PROTOCOLS, type Protocol } from './support/arena.ts';
import { HandClock, HandVisibility } from './support/hand-clock.ts';
import { ALICE, BOB, BOB_CONNECTION, ScriptedHost } from './support/scripted-host.ts';
import { socketPairs } from './support/socket-pair.ts';

// What a connection does on each subprotocol, with a host that says what the test tells it to.

const pair = t.object('Pair', { first: t.u32(), second: t.string() });
const tables = schema({
  player: table({ name: 'player' }, { id: t.u32().primaryKey(), name: t.string() }),
  note: table({ name: 'note' }, { text: t.string(), at: t.i64() }),
  flash: table({ name: 'flash', event: true }, { power: t.u8() }),
}).schemaType.tables;
const REMOTE = {
  versionInfo: { cliVersion: '2.10.0' },
  tables,
  reducers: reducers(reducerSchema('set_name', { name: t.string() }), reducerSchema('jump', {})).reducersType.reducers,
  ...procedures(procedureSchema('roll_dice', { sides: t.u32() }, pair), procedureSchema('now', {}, t.u32())),
};
type Conn = DbConnectionImpl<typeof REMOTE>;

function connected({ client, host: ends }: Protocol) {
  const { factory, pairs } = socketPairs();
  const errors: string[] = [];
  const construct = (config: DbConnectionConfig<typeof REMOTE>) => new DbConnectionImpl(config);
  const conn: Conn = new DbConnectionBuilder<Conn>(REMOTE as never, construct as never)
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('arena')
    .withPlatform({
      socket: factory,
      clock: new HandClock(),
      visibility: new HandVisibility(),
      protocols: [client],
    })
    .onCallbackError((error) => errors.push(error.message))
    .build();
  const host = new ScriptedHost(pairs[0]!, tables, ends);
  const tick = () => {
    host.pair.flush();
    return conn.frameTick();
  };
  host.welcome();
  tick();
  return { conn, host, tick, errors, ends, send: (bytes: Uint8Array) => host.pair.send(bytes) };
}

const encode = ({ host }: Protocol) => (host.encoding === 'bsatn' ? encodeBsatn : encodeMsgpack);
const AT = new Timestamp(5n);
const TOOK = new TimeDuration(7n);

describe.each(PROTOCOLS)('%s', (name, protocol) => {
  it('[W2] rows come, change and go; rows without a key are known by their content', () => {
    const { conn, host, tick, errors, ends } = connected(protocol);
    const log: unknown[] = [];
    conn.db.player.onInsert((ctx, row) => log.push(['insert', ctx.event.tag, row.name]));
    conn.db.player.onUpdate((_ctx, before, row) => log.push(['update', before.name, row.name]));
    conn.db.player.onDelete((_ctx, row) => log.push(['delete', row.name]));
    conn.db.note.onInsert((_ctx, row) => log.push(['note', row.text]));
    conn.db.note.onDelete((_ctx, row) => log.push(['note gone', row.text, row.at]));
    conn.db.flash.onInsert((_ctx, row) => log.push(['flash', row.power]));
    conn.subscriptionBuilder().subscribeToAllTables();
    const [subscribe] = host.received() as [SubscribeMessage];
    expect(subscribe.queries).toHaveLength(3);
    const twin = { text: 'twin', at: -1n };
    host.applied(
      subscribe,
      { table: 'player', inserts: [{ id: 1, name: 'ann' }] },
      { table: 'note', inserts: [twin, { text: 'other', at: 2n }] },
    );
    tick();
    expect(log.splice(0)).toEqual([
      ['insert', 'SubscribeApplied', 'ann'],
      ['note', 'twin'],
      ['note', 'other'],
    ]);
    host.transaction(
      { table: 'player', updates: [{ id: 1, name: 'Ann' }], inserts: [{ id: 2, name: 'bo' }] },
      { table: 'note', deletes: [twin] },
      { table: 'flash', events: [{ power: 9 }] },
    );
    const report = tick();
    expect(report.changes.player.updated).toEqual([
      [
        { id: 1, name: 'ann' },
        { id: 1, name: 'Ann' },
      ],
    ]);
    expect(log.splice(0)).toEqual([
      ...(ends.hasEvents ? [['flash', 9]] : []), // v1 has no event tables
      ['insert', 'Transaction', 'bo'],
      ['update', 'ann', 'Ann'],
      ['note gone', 'twin', -1n],
    ]);
    expect(conn.db.note.count()).toBe(1n);
    host.transaction({ table: 'player', deletes: [{ id: 1, name: 'Ann' }] });
    tick();
    expect(log).toEqual([['delete', 'Ann']]);
    expect(errors).toEqual([]);
  });

  it('[W7] updates in any order are updates', () => {
    const { conn, host, tick } = connected(protocol);
    const log: string[] = [];
    conn.subscriptionBuilder().subscribeToAllTables();
    const players = [1, 2, 3].map((id) => ({ id, name: 'a' }));
    host.applied(host.received()[0] as SubscribeMessage, { table: 'player', inserts: players });
    tick();
    conn.db.player.onUpdate((_ctx, before, row) => log.push(`${row.id} ${before.name}${row.name}`));
    conn.db.player.onInsert(() => log.push('insert'));
    conn.db.player.onDelete(() => log.push('delete'));
    // As SpacetimeDB may list them: what came and what went, each in an order of its own.
    host.transaction({
      table: 'player',
      inserts: [3, 1, 2].map((id) => ({ id, name: 'b' })),
      deletes: [2, 3, 1].map((id) => ({ id, name: 'a' })),
    });
    tick();
    expect(log.sort()).toEqual(['1 ab', '2 ab', '3 ab']);
  });

  it('[W2] a call is fulfilled behind its rows, and the rows know whose it was', async () => {
    const { conn, host, tick } = connected(protocol);
    const log: unknown[] = [];
    conn.subscriptionBuilder().subscribeToAllTables();
    host.applied(host.received()[0] as SubscribeMessage);
    tick();
    conn.db.player.onInsert(({ event }, row) => {
      if (event.tag === 'Reducer') log.push([event.value.reducer, event.value.callerIdentity.isEqual(ALICE), row.name]);
    });
    conn.reducers.onSetName((ctx, args) => log.push([ctx.event.status.tag, args]));
    const done = conn.reducers.setName({ name: 'Ann' }).then(() => log.push('done'));
    const call = host.received()[0] as CallReducerMessage;
    expect(call).toMatchObject({ tag: 'CallReducer', reducer: 'set_name' });
    host.succeeded(call, { table: 'player', inserts: [{ id: 1, name: 'Ann' }] });
    tick();
    await done;
    const reducer = { name: 'set_name', args: { name: 'Ann' } };
    expect(log).toEqual([[reducer, true, 'Ann'], ['Committed', { name: 'Ann' }], 'done']);
  });

  it('[R2] a call that failed is rejected with the reason', async () => {
    const { conn, host, tick } = connected(protocol);
    const refused = expect(conn.reducers.setName({ name: '' })).rejects.toMatchObject({
      name: 'SenderError',
      message: 'Names must not be empty',
    });
    host.failed(host.received()[0] as CallReducerMessage, 'Failed', 'Names must not be empty');
    tick();
    await refused;
    const broken = expect(conn.reducers.jump()).rejects.toMatchObject({
      // v1 tells a module's refusal and a defect apart by nothing.
      name: name.startsWith('v1.bsatn') ? 'SenderError' : 'InternalError',
      message: 'it broke',
    });
    host.failed(host.received()[0] as CallReducerMessage, 'InternalError', 'it broke');
    tick();
    await broken;
  });

  it('[W2] what others call is told where the wire tells it', () => {
    const { conn, host, tick } = connected(protocol);
    const tags: string[] = [];
    conn.subscriptionBuilder().subscribeToAllTables();
    host.applied(host.received()[0] as SubscribeMessage);
    tick();
    conn.db.player.onInsert(({ event }) => tags.push(event.tag));
    const args = encode(protocol)(REMOTE.reducers[0]!.def.params, { name: 'Bo' });
    const call = { name: 'set_name', caller: BOB, connectionId: BOB_CONNECTION, args };
    host.called(call, { table: 'player', inserts: [{ id: 2, name: 'Bo' }] });
    tick();
    expect(tags).toEqual([name.startsWith('v1.') ? 'Reducer' : 'Transaction']);
  });

  it('[W8] a procedure gives its value, its error, or says that the bindings are old', async () => {
    const { conn, host, tick, ends, send } = connected(protocol);
    const value = conn.procedures.rollDice({ sides: 6 });
    const failing = conn.procedures.now();
    const misread = conn.procedures.now();
    const calls = host.received() as CallProcedureMessage[];
    expect(calls.map(({ tag, procedure }) => `${tag} ${procedure}`)).toEqual([
      'CallProcedure roll_dice',
      'CallProcedure now',
      'CallProcedure now',
    ]);
    const returned = encode(protocol)(pair.algebraicType, { first: 4, second: 'four' });
    send(ends.procedureResult(calls[0]!.requestId, AT, TOOK, { returned }));
    send(ends.procedureResult(calls[1]!.requestId, AT, TOOK, { error: 'no dice' }));
    send(ends.procedureResult(calls[2]!.requestId, AT, TOOK, { returned: Uint8Array.of(0xa1, 0x61) }));
    const outcomes = Promise.allSettled([value, failing, misread]);
    tick();
    const [first, second, third] = await outcomes;
    expect(first).toEqual({ status: 'fulfilled', value: { first: 4, second: 'four' } });
    expect(second).toMatchObject({ reason: { name: 'InternalError', message: 'no dice' } });
    expect(third).toMatchObject({ reason: { name: 'ValueError', message: /what now returned/ } });
    expect(conn.isActive).toBe(true);
  });

  it('[W9] rows can be asked for past the cache', async () => {
    const { conn, host, tick, ends, send } = connected(protocol);
    const asked = conn.db.player.remoteQuery('WHERE id = 7');
    const bad = conn.db.note.remoteQuery('WHERE');
    const [query, second] = host.received() as OneOffQueryMessage[];
    expect(query!.query).toBe('SELECT "player".* FROM "player" WHERE id = 7');
    expect(second!.query).toBe('SELECT "note".* FROM "note" WHERE');
    const rows = host.encodeRows('player', [{ id: 7, name: 'Gil' }]);
    send(ends.oneOffResult(query!, TOOK, { table: 'player', rows }));
    send(ends.oneOffResult(second!, TOOK, { error: 'Expected an expression' }));
    const outcomes = Promise.allSettled([asked, bad]);
    tick();
    const [first, failed] = await outcomes;
    expect(first).toEqual({ status: 'fulfilled', value: [{ id: 7, name: 'Gil' }] });
    expect(failed).toMatchObject({ reason: { code: 'E_QUERY', message: 'Expected an expression' } });
    expect(conn.db.player.count()).toBe(0n);
  });

  it('[S5] unsubscribing takes the rows that nothing else holds', () => {
    const { conn, host, tick } = connected(protocol);
    const handle = conn.subscriptionBuilder().subscribe('SELECT * FROM player');
    host.applied(host.received()[0] as SubscribeMessage, { table: 'player', inserts: [{ id: 1, name: 'ann' }] });
    tick();
    handle.unsubscribe();
    host.unsubscribed(host.received()[0] as never, { table: 'player', deletes: [{ id: 1, name: 'ann' }] });
    tick();
    expect(conn.db.player.count()).toBe(0n);
    expect(handle.isEnded()).toBe(true);
  });

  it('[S7] a refused subscription says why', () => {
    const { conn, host, tick } = connected(protocol);
    const reasons: string[] = [];
    conn
      .subscriptionBuilder()
      .onError((_ctx, error) => reasons.push(error.message))
      .subscribe('SELECT * FROM nothing');
    host.refused(host.received()[0] as SubscribeMessage, 'no such table: `nothing`');
    tick();
    expect(reasons).toEqual(['no such table: `nothing`']);
  });

  it('[L6] bytes that are no message end the connection', () => {
    const { conn, tick, send } = connected(protocol);
    send(Uint8Array.of(0, 0xff, 1, 2));
    tick();
    expect(conn.isActive).toBe(false);
  });
});

it('[W10] a call that could not start on a v1 host is the oldest of its reducer', async () => {
  const [, protocol] = PROTOCOLS.find(([name]) => name.startsWith('v1.bsatn'))!;
  const { conn, host, tick, ends, send } = connected(protocol);
  const jumping = conn.reducers.jump();
  const naming = expect(conn.reducers.setName({ name: 'x' })).rejects.toMatchObject({ message: 'bad arguments' });
  const calls = host.received() as CallReducerMessage[];
  const unstarted = { id: 0xffffffff, caller: ALICE, connectionId: conn.connectionId, requestId: 0, args: undefined };
  const failed = (reducer: string, error: string) =>
    send(ends.reducerFailed(AT, { requestId: 0, status: 'Failed', error, reducer: { ...unstarted, name: reducer } }));
  failed('set_name', 'bad arguments');
  tick();
  await naming;
  // Of a reducer nobody knows, the one call there is.
  const jumped = expect(jumping).rejects.toMatchObject({ message: 'no such reducer' });
  failed('', 'no such reducer');
  tick();
  await jumped;
  expect(calls).toHaveLength(2);
});

it('[W1] an answer in a subprotocol that was not offered ends the connection', () => {
  const [, protocol] = PROTOCOLS[0]!;
  const { factory, pairs } = socketPairs();
  const errors: Error[] = [];
  const conn = new DbConnectionBuilder<Conn>(
    REMOTE as never,
    ((config: never) => new DbConnectionImpl(config)) as never,
  )
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('arena')
    .withPlatform({ socket: factory, protocols: [protocol.client] })
    .onConnectError((_ctx, error) => errors.push(error))
    .build();
  pairs[0]!.client.onopen?.('v9.bsatn.spacetimedb');
  conn.frameTick();
  expect(errors[0]).toMatchObject({ code: 'E_WIRE_DECODE', message: /v9\.bsatn\.spacetimedb, which was not offered/ });
});

it.each(PROTOCOLS)(
  '[W1] of all that are offered, the one is spoken that the host chooses: %s',
  async (name, chosen) => {
    const { factory, pairs } = socketPairs();
    const conn = new DbConnectionBuilder<Conn>(
      REMOTE as never,
      ((config: never) => new DbConnectionImpl(config)) as never,
    )
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('arena')
      .withPlatform({ socket: factory, clock: new HandClock(), visibility: new HandVisibility() })
      .build();
    const [pair] = pairs as [(typeof pairs)[number]];
    expect(pair.request.protocols).toEqual(PROTOCOLS.map(([offered]) => offered));
    const host = new ScriptedHost(pair, tables, chosen.host);
    conn.subscriptionBuilder().subscribeToAllTables(); // before the host has chosen
    host.welcome(ALICE, BOB_CONNECTION, 'token', name);
    pair.flush();
    conn.frameTick();
    const called = conn.reducers.setName({ name: 'Ann' });
    const [subscribe, call] = host.received() as [SubscribeMessage, CallReducerMessage];
    expect([subscribe.tag, call.tag, call.reducer]).toEqual(['Subscribe', 'CallReducer', 'set_name']);
    host.applied(subscribe, { table: 'player', inserts: [{ id: 1, name: 'ann' }] });
    pair.flush();
    conn.frameTick();
    expect([...conn.db.player.iter()]).toEqual([{ id: 1, name: 'ann' }]);
    expect(conn.isActive).toBe(true);
    conn.disconnect();
    conn.frameTick();
    await expect(called).rejects.toMatchObject({ name: 'ConnectionLostError' });
  },
);

describe('compression', () => {
  const built = (asked: 'gzip' | 'brotli' | 'none' | undefined, readable: readonly string[]): string | null => {
    let address: URL | undefined;
    const builder = new DbConnectionBuilder<Conn>(
      REMOTE as never,
      ((config: never) => new DbConnectionImpl(config)) as never,
    )
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('arena')
      .withPlatform({
        canInflate: (compression) => readable.includes(compression),
        socket: ({ url }) => {
          address = url;
          return socketPairs().factory({ url, base: url, protocols: [], token: undefined });
        },
      });
    (asked === undefined ? builder : builder.withCompression(asked)).build().disconnect();
    return address!.searchParams.get('compression');
  };

  it('[W6] is gzip unless another one is asked for, and none where gzip cannot be read', () => {
    expect(built(undefined, ['gzip', 'brotli'])).toBe('Gzip');
    expect(built('brotli', ['gzip', 'brotli'])).toBe('Brotli');
    expect(built('none', ['gzip'])).toBe('None');
    expect(built(undefined, [])).toBe('None');
  });

  it('[W6] that cannot be read here is refused', () => {
    expect(() => built('brotli', ['gzip'])).toThrow(expect.objectContaining({ code: 'E_BUILDER' }));
    expect(() => built('gzip', [])).toThrow(/cannot read what is compressed with gzip/);
  });
});
