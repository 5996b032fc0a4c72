import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionLostError, InternalError, SenderError, ValueError } from '../../src/client/index.ts';
import type { CallReducerMessage } from '../../src/wire/index.ts';
import { arena, connectedArena, ship } from './support/arena.ts';
import { ALICE, ALICE_CONNECTION, BOB, BOB_CONNECTION } from './support/scripted-host.ts';

/** Lets promises and the platform's own queues run dry. */
const settle = () => new Promise<void>((done) => setTimeout(done, 5));

const received = (host: ReturnType<typeof arena>['host']) => host.received() as CallReducerMessage[];
const plain = (call: CallReducerMessage | undefined) => (call?.args as { plain: unknown } | undefined)?.plain;

describe('calls', () => {
  it('[R1] settle in the tick that learns the outcome, behind the rows', async () => {
    const { conn, host, tick, subscribe } = connectedArena();
    subscribe();
    const log: string[] = [];
    conn.db.ship.onInsert(() => log.push('insert'));
    const call = conn.reducers.steer({ dx: 1, dy: -1 }).then(() => log.push('settled'));
    const [message] = received(host);
    expect(message).toMatchObject({ tag: 'CallReducer', reducer: 'steer' });
    expect(plain(message)).toEqual([1, -1]);
    host.succeeded(message!, { table: 'ship', inserts: [ship()] });
    tick();
    expect(log).toEqual(['insert']);
    await call;
    expect(log).toEqual(['insert', 'settled']);
  });

  it('[R2] are rejected with the reason', async () => {
    const { conn, host, tick } = connectedArena();
    const refused = conn.reducers.setName({ name: '' });
    const broken = conn.reducers.join();
    const lost = conn.reducers.join();
    const [first, second] = received(host);
    host.failed(first!, 'Failed', 'Names must not be empty');
    host.failed(second!, 'InternalError', 'the reducer took too long');
    tick();
    conn.disconnect();
    conn.frameTick();
    await expect(refused).rejects.toThrow(SenderError);
    await expect(refused).rejects.toThrow(/^Names must not be empty$/);
    await expect(broken).rejects.toThrow(InternalError);
    await expect(lost).rejects.toThrow(ConnectionLostError);
    await expect(conn.reducers.join()).rejects.toThrow(ConnectionLostError);
  });

  it('[R9] by name: of the wire, and of conn.reducers', async () => {
    const { conn, host, tick, errors } = connectedArena();
    const calls = [
      conn.callReducer('send_message', { text: 'Ahoy' }),
      conn.callReducer('sendMessage', { text: 'there' }),
      conn.callReducer('join'),
      conn.callReducerWithParams('send_message', undefined, { text: 'again' }),
    ];
    const sent = received(host);
    expect(sent.map((call) => [call.reducer, plain(call)])).toEqual([
      ['send_message', ['Ahoy']],
      ['send_message', ['there']],
      ['join', []],
      ['send_message', ['again']],
    ]);
    host.failed(sent[0]!, 'Failed', 'Too loud');
    for (const call of sent.slice(1)) host.succeeded(call);
    tick();
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    await expect(conn.callReducer('send_message', { text: 4 })).rejects.toThrow(ValueError);
    const unknown = conn.callReducer('sendmessage', {});
    await expect(unknown).rejects.toThrow(InternalError);
    await expect(unknown).rejects.toThrow(/no reducer sendmessage .* they have: join, send_message, set_name, steer\./);
    expect([received(host), errors]).toEqual([[], []]);
  });

  it('[R2] calls on a connection that could not be made are rejected too', async () => {
    const { conn, host } = arena();
    const call = conn.reducers.join();
    host.pair.close({ code: 1006, reason: '' }, new Error('refused'));
    host.pair.flush();
    conn.frameTick();
    await expect(call).rejects.toThrow(/^There is no connection, and the host did not run the call\. .*refused/);
    await expect(conn.reducers.join()).rejects.toThrow(/the host did not run the call/);
  });

  it('[R2] whether the host may have run a call that had no answer is said', async () => {
    const refused = arena();
    const turnedAway = refused.conn.reducers.join();
    refused.host.pair.open();
    refused.host.pair.close({ code: 1008, reason: 'the arena is full' });
    refused.host.pair.flush();
    refused.conn.frameTick();
    await expect(turnedAway).rejects.toThrow(/the host did not run the call\. .*the arena is full/);
    const { conn } = connectedArena();
    const sent = conn.reducers.join();
    conn.disconnect();
    conn.frameTick();
    await expect(sent).rejects.toThrow(/nobody knows whether the host ran the call\. disconnect\(\) was called/);
  });

  it('[R2] a call that is answered before the identity is known settles too', async () => {
    const { conn, host, tick, errors } = arena();
    const heard: unknown[] = [];
    conn.reducers.onJoin(() => heard.push('join'));
    const refused = conn.reducers.join();
    host.pair.open();
    host.pair.flush();
    host.failed(received(host)[0]!, 'Failed', 'the arena is full');
    tick();
    await expect(refused).rejects.toThrow(/^the arena is full$/);
    expect([heard, errors, conn.isActive]).toEqual([[], [], true]);
  });

  it('[R3] with arguments that do not fit reject, name them, and send nothing', async () => {
    const { conn, host } = connectedArena();
    const { steer, setName } = conn.reducers;
    await expect(steer({ dx: 1, dy: 'up' as never })).rejects.toThrow(ValueError);
    await expect(steer({ dx: 1, dy: 'up' as never })).rejects.toThrow(/steer\.dy/);
    await expect(steer(undefined as never)).rejects.toThrow(/steer/);
    await expect(setName(4 as never)).rejects.toThrow(/setName\.name/);
    expect(received(host)).toEqual([]);
  });

  it('[R4] arguments are encoded at once; a single one may stand by itself', () => {
    const { conn, host, subscribe } = connectedArena();
    subscribe();
    received(host);
    const args = { dx: 1, dy: 2 };
    void conn.reducers.steer(args);
    args.dx = 9;
    void conn.reducers.setName('Ann');
    void conn.reducers.setName({ name: 'Bob' });
    void conn.reducers.join();
    void conn.reducers.join({});
    expect(received(host).map(plain)).toEqual([[1, 2], ['Ann'], ['Bob'], [], []]);
  });

  it('[R8] made before the socket is open leave in order when it is', () => {
    const { conn, host } = arena();
    conn.reducers.setName('Ann').catch(() => {});
    conn.subscriptionBuilder().subscribeToAllTables();
    conn.reducers.join().catch(() => {});
    expect(host.received()).toEqual([]);
    host.welcome();
    host.pair.flush(1);
    expect(host.received().map(({ tag }) => tag)).toEqual(['CallReducer', 'Subscribe', 'CallReducer']);
  });
});

describe('rejections that nobody looks at', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(() => process.off('unhandledRejection', note));

  it('[R5] are reported once, in a later tick', async () => {
    const { conn, host, tick, errors } = connectedArena();
    void conn.reducers.setName('');
    void conn.reducers.join().then(() => {});
    void conn.reducers.join().finally(() => {});
    void conn.reducers
      .join()
      .then(() => {})
      .then(() => {});
    void conn.reducers.steer({} as never);
    const calls = received(host);
    expect(calls).toHaveLength(4);
    for (const [i, call] of calls.entries()) host.failed(call, 'Failed', `no ${i}`);
    tick();
    await settle();
    tick();
    await settle();
    tick();
    expect(errors.map(({ error }) => error.message.slice(0, 5)).sort()).toEqual([
      'no 0',
      'no 1',
      'no 2',
      'no 3',
      'steer',
    ]);
    expect(errors.map(({ where }) => where)).toContain('reducer set_name failed, and nobody looked');
    expect(unhandled).toEqual([]);
  });

  it('[R5] are not reported when somebody did', async () => {
    const { conn, host, tick, errors } = connectedArena();
    const caught: string[] = [];
    const name = (error: unknown) => caught.push((error as Error).message);
    const awaited = (async () => {
      try {
        await conn.reducers.join();
      } catch (error) {
        name(error);
      }
    })();
    conn.reducers.join().catch(name);
    conn.reducers.join().then(() => {}, name);
    conn.reducers
      .join()
      .then(() => {})
      .finally(() => {})
      .catch(name);
    const all = Promise.allSettled([conn.reducers.join(), conn.reducers.join()]);
    const late = conn.reducers.join();
    for (const call of received(host)) host.failed(call, 'Failed', 'no');
    tick();
    await expect(late).rejects.toThrow('no'); // begun to be awaited after it was rejected
    await awaited;
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settle();
    tick();
    await settle();
    tick();
    expect(caught).toEqual(['no', 'no', 'no', 'no']);
    expect([errors, unhandled]).toEqual([[], []]);
  });

  it('[R5] are reported after the end too', async () => {
    const { conn, clock, errors } = connectedArena();
    void conn.reducers.join();
    conn.disconnect();
    conn.frameTick();
    await settle();
    clock.turn(1000);
    expect(errors.map(({ error }) => error.name)).toEqual(['ConnectionLostError']);
    expect(unhandled).toEqual([]);
  });

  it('[R5] [L12] say nothing of a lost connection that its end does not tell', async () => {
    const { conn, host, tick, errors } = connectedArena();
    void conn.reducers.join();
    host.pair.close({ code: 1006, reason: '' });
    tick();
    void conn.reducers.join();
    for (let ticks = 0; ticks < 3; ticks++) {
      await settle();
      tick();
    }
    expect(errors.map(({ where }) => where)).toEqual(['no onDisconnect listens']);
    expect(unhandled).toEqual([]);
  });

  it('[R5] [L12] runAsync says nothing of an end that is told', async () => {
    const { conn, host, tick, errors } = arena();
    void conn.runAsync();
    host.pair.close({ code: 1006, reason: '' });
    for (let ticks = 0; ticks < 3; ticks++) {
      await settle();
      host.pair.flush();
      tick();
    }
    expect(errors.map(({ where }) => where)).toEqual(['no onConnectError listens']);
    expect(unhandled).toEqual([]);
  });
});

describe('observers and events', () => {
  const ANN = new Uint8Array([0x91, 0xa3, 0x41, 0x6e, 0x6e]); // ["Ann"]

  it("[R6] hear of one's own calls and of others' public ones", async () => {
    const { conn, host, tick } = connectedArena();
    const log: unknown[] = [];
    const observer = (ctx: { event: { status: object; callerIdentity: unknown } }, args: { name: string }) =>
      log.push([args.name, ctx.event.status, ctx.event.callerIdentity]);
    conn.reducers.onSetName(observer);
    conn.reducers.setName('').catch(() => {});
    conn.reducers.setName({ name: 'Al' }).catch(() => {});
    const [bad, good] = received(host);
    host.failed(bad!, 'Failed', 'Names must not be empty');
    host.succeeded(good!);
    host.called({ name: 'set_name', args: ANN });
    host.called({ name: 'set_name' }); // not public
    host.called({ name: 'send_message', args: ANN });
    tick();
    expect(log).toEqual([
      ['', { tag: 'Failed', value: 'Names must not be empty' }, ALICE],
      ['Al', { tag: 'Committed' }, ALICE],
      ['Ann', { tag: 'Committed' }, BOB],
    ]);
    conn.reducers.removeOnSetName(observer);
    host.called({ name: 'set_name', args: ANN });
    tick();
    expect(log).toHaveLength(3);
  });

  it('[R7] rows know the call that changed them', () => {
    const { conn, host, tick, subscribe } = connectedArena();
    subscribe();
    const events: unknown[] = [];
    conn.db.ship.onInsert((ctx) => {
      if (ctx.event.tag !== 'Reducer') return events.push(ctx.event.tag);
      const { reducer, callerIdentity, callerConnectionId, status, outcome, energyConsumed, timestamp } =
        ctx.event.value;
      return events.push({
        ...reducer,
        by: [callerIdentity, callerConnectionId],
        as: [status.tag, outcome.tag, energyConsumed],
        at: timestamp.microsSinceUnixEpoch,
      });
    });
    const add = () => ({ table: 'ship', inserts: [ship()] });
    const args = { dx: 1, dy: 2 };
    conn.reducers.steer(args).catch(() => {});
    host.time = 77n;
    host.succeeded(received(host)[0]!, add());
    host.called({ name: 'set_name', args: ANN }, add());
    host.called({ name: 'set_name', connectionId: null }, add());
    host.called({ name: 'reducer_of_tomorrow' }, add());
    host.transaction(add());
    tick();
    const as = ['Committed', 'Ok', 0n];
    expect(events).toEqual([
      { name: 'steer', args, by: [ALICE, ALICE_CONNECTION], as, at: 77n },
      { name: 'set_name', args: { name: 'Ann' }, by: [BOB, BOB_CONNECTION], as, at: 78n },
      { name: 'set_name', args: undefined, by: [BOB, undefined], as, at: 79n },
      'Transaction',
      'Transaction',
    ]);
  });

  it('[B2] contexts show the connection and what happened', () => {
    const { conn, host, clock, tick, subscribe } = connectedArena();
    subscribe();
    const ids = new Set<string>();
    conn.db.ship.onInsert((ctx, row) => {
      ids.add(ctx.event.id);
      expect(ctx.db.ship.id.find(row.id)).toBe(row);
      expect(ctx.reducers).toBe(conn.reducers);
      expect([ctx.isActive, ctx.identity, ctx.connectionId]).toEqual([true, ALICE, ALICE_CONNECTION]);
      expect(ctx.timestamp?.microsSinceUnixEpoch).toBeGreaterThanOrEqual(500n);
      expect(ctx.arrivedAt).toBe(250);
      expect(ctx.subscriptionBuilder().subscribe('SELECT * FROM ship').isActive()).toBe(false);
      if (row.id === 3) ctx.disconnect();
    });
    host.time = 500n;
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    host.transaction({ table: 'ship', inserts: [ship({ id: 3 })] });
    clock.turn(250);
    tick();
    expect([...ids]).toHaveLength(2);
    expect([...ids].every((id) => id.startsWith(`${ALICE_CONNECTION.hex}:`))).toBe(true);
    expect(conn.frameTick().active).toBe(false);
  });
});
