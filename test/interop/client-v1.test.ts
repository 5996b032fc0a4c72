import { describe, expect, it } from 'vitest';
import { encodeBsatn } from '../../src/values/index.ts';
import { TestHost } from '../host/node/support/test-host.ts';
import { bindingsFor, type Connection, ForeignClient, type Row, until } from './support/foreign-client.ts';
import { HARBOUR } from './support/harbour-module.ts';
import { sampleFor } from './support/sample.ts';

const PACKAGE = 'spacetimedb-v1'; // 1.12.0, the last client that speaks v1

// This client's procedures need what Node has from version 22 on.
if (!('withResolvers' in Promise)) {
  const withResolvers = () => {
    let settle = {};
    const promise = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    return { promise, ...settle };
  };
  Object.defineProperty(Promise, 'withResolvers', { value: withResolvers });
}

async function harbour() {
  const host = await TestHost.open();
  const published = await host.publish('harbour', HARBOUR);
  if (!published.ok) throw new Error(await published.text());
  const bindings = await bindingsFor(host, 'harbour', PACKAGE);
  const join = (token?: string, isLight = false) =>
    ForeignClient.connect(bindings, host, 'harbour', (builder) => {
      const lit = isLight ? builder.withLightMode(true) : builder;
      return token === undefined ? lit : lit.withToken(token);
    });
  const stored = (table: string) => [...host.node.host.find('harbour')!.store(table)!.rows.values()] as Row[];
  return { host, join, stored };
}

const id = ({ id }: Row) => id;
const listened = new WeakMap<Connection, Map<string, ((outcome: string) => void)[]>>();

/** Calls a reducer and waits for the callback that tells how it ended. Here calls return nothing. */
function call(conn: Connection, name: string, args: object = {}): Promise<string> {
  const waiting = listened.get(conn) ?? new Map<string, ((outcome: string) => void)[]>();
  listened.set(conn, waiting);
  let queue = waiting.get(name);
  if (queue === undefined) {
    queue = [];
    waiting.set(name, queue);
    const mine = queue;
    conn.reducers[`on${name[0]!.toUpperCase()}${name.slice(1)}`]!(({ event }) => {
      if (event.callerConnectionId?.toHexString() !== conn.connectionId.toHexString()) return;
      const { tag, value } = event.status!;
      mine.shift()?.(tag === 'Failed' ? `Failed: ${value}` : tag);
    });
  }
  const mine = queue;
  return new Promise((resolve) => {
    mine.push(resolve);
    conn.reducers[name]!(args);
  });
}

describe('SpacetimeDB 1.12.0', () => {
  it('[I1] connects, is told who it is, and comes back as the same by its token', async () => {
    const { join, stored } = await harbour();
    const first = await join();
    expect(first.identity).toMatch(/^c200[0-9a-f]{60}$/);
    expect(first.conn.connectionId.toHexString()).toMatch(/^[0-9a-f]{32}$/);
    first.conn.disconnect();
    await first.ended;
    const second = await join(first.token);
    expect(second.identity).toBe(first.identity);
    expect((await join()).identity).not.toBe(first.identity);
    expect(stored('user')).toHaveLength(2);
  });

  it('[I2] sees rows and their changes, with callbacks', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    await call(ann.conn, 'launch', { from: 1, count: 3 });
    bob.watch('ship', ({ id, cell }) => `${id}@${cell}`);
    await bob.subscribe('SELECT * FROM ship WHERE cell < 100');
    expect(bob.log.splice(0).sort()).toEqual([1, 2, 3].map((n) => `+ship ${n}@${n} SubscribeApplied`));
    await call(ann.conn, 'move', { id: 2, cell: 50 });
    await call(ann.conn, 'move', { id: 3, cell: 500 });
    await call(ann.conn, 'move', { id: 3, cell: 7 });
    await call(ann.conn, 'sink', { id: 1 });
    await until(() => bob.log.length === 4);
    // Arguments that are not public: what changed is all that others are told.
    expect(bob.log).toEqual([
      '~ship 2@2>2@50 UnknownTransaction',
      '-ship 3@3 UnknownTransaction',
      '+ship 3@7 UnknownTransaction',
      '-ship 1@1 UnknownTransaction',
    ]);
    expect(bob.rows('ship').map(id).sort()).toEqual([2, 3]);
  });

  it('[I3] holds overlapping subscriptions, and lets go of each', async () => {
    const { join } = await harbour();
    const ann = await join();
    await call(ann.conn, 'launch', { from: 0, count: 20 });
    const all = await ann.subscribe('SELECT * FROM ship');
    const some = await ann.subscribe('SELECT * FROM ship WHERE cell = 3', 'SELECT * FROM ship WHERE id < 5');
    const same = await ann.subscribe('SELECT * FROM ship WHERE cell = 3');
    expect(ann.rows('ship')).toHaveLength(20);
    await ann.unsubscribe(all);
    expect(ann.rows('ship').map(id).sort()).toEqual([0, 1, 13, 2, 3, 4]);
    await call(ann.conn, 'move', { id: 13, cell: 4 });
    await call(ann.conn, 'move', { id: 4, cell: 3 });
    expect(ann.rows('ship').map(id).sort()).toEqual([0, 1, 2, 3, 4]);
    await ann.unsubscribe(some);
    expect(ann.rows('ship').map(id).sort()).toEqual([3, 4]);
    await ann.unsubscribe(same);
    expect(ann.rows('ship')).toEqual([]);
  });

  it('[I4] calls reducers, and is told how they ended', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    expect(await call(ann.conn, 'sendMessage', { text: 'ahoy' })).toBe('Committed');
    expect(ann.log).toEqual(['+message ahoy Reducer']);
    expect(await call(ann.conn, 'sendMessage', { text: '' })).toBe('Failed: Messages must not be empty');
    expect(await call(ann.conn, 'crash')).toMatch(/^Failed: .*crane fell over/);
    expect(await call(ann.conn, 'setName', { name: 'nobody watches' })).toBe('Committed');
    expect(ann.rows('message')).toHaveLength(1);
  });

  it('[I4] hears of the calls of others, where their arguments are public', async () => {
    const { join } = await harbour();
    const [ann, bob, cid] = [await join(), await join(), await join(undefined, true)];
    const heard: string[] = [];
    for (const [name, { conn }] of Object.entries({ bob, cid })) {
      conn.reducers.onSendMessage!(({ event }, args) => {
        heard.push(`${name} ${event.status!.tag} ${JSON.stringify(args)}`);
      });
    }
    await bob.subscribe('SELECT * FROM message');
    await cid.subscribe('SELECT * FROM message');
    await call(ann.conn, 'sendMessage', { text: 'ahoy' });
    await until(() => bob.rows('message').length + cid.rows('message').length === 2);
    expect(heard).toEqual(['bob Committed {"text":"ahoy"}']); // cid asked for less
  });

  it('[I5] is told of arguments and reducers that do not fit, and goes on', async () => {
    const { host } = await harbour();
    const wrong = await bindingsFor(host, 'harbour', PACKAGE, (text, path) => {
      if (path === 'move_reducer.ts') return text.replace('__t.i32()', '__t.u8()');
      return path === 'index.ts' ? text.replace("'sink'", "'warp'") : text;
    });
    const ann = await ForeignClient.connect(wrong, host, 'harbour');
    ann.conn.reducers.move!({ id: 1, cell: 2 });
    ann.conn.reducers.warp!({ id: 1 });
    expect(await call(ann.conn, 'launch', { from: 1, count: 1 })).toBe('Committed');
    expect(ann.conn.isActive).toBe(true);
  });

  it('[I6] is told of SQL that does not fit, and goes on', async () => {
    const { join } = await harbour();
    const ann = await join();
    await expect(ann.subscribe('SELECT * FROM rule')).rejects.toThrow(/no such table: `rule`/);
    await expect(ann.subscribe('SELECT * FROM bump')).rejects.toThrow(/WebSocket v2/);
    await ann.subscribe('SELECT * FROM user');
    expect(ann.rows('user')).toHaveLength(1);
  });

  it('[I7] carries values of every type there and back', async () => {
    const { host, join, stored } = await harbour();
    const [ann, bob] = [await join(), await join()];
    const { given, isSame } = await sampleFor(PACKAGE);
    await bob.subscribe('SELECT * FROM sample');
    expect(await call(ann.conn, 'keep', given)).toBe('Committed');
    await until(() => bob.rows('sample').length === 1);
    isSame(bob.rows('sample')[0]!);
    const { def } = host.node.host.find('harbour')!.store('sample')!;
    const bytes = encodeBsatn(def.rowType, stored('sample')[0]!);
    await call(ann.conn, 'keep', { ...bob.rows('sample')[0]! });
    expect(encodeBsatn(def.rowType, stored('sample')[0]!)).toEqual(bytes);
  });

  it('[I8] takes 10,000 rows, and a change of each', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    await call(ann.conn, 'launch', { from: 0, count: 10_000 });
    await bob.subscribe('SELECT * FROM ship');
    expect(bob.rows('ship')).toHaveLength(10_000);
    let updates = 0;
    bob.conn.db.ship!.onUpdate!(() => updates++);
    await call(ann.conn, 'drift', { by: 10 });
    await until(() => updates === 10_000);
    expect(bob.conn.db.ship!.id!.find(9999)).toMatchObject({ cell: 19 });
  });

  it('[I9] calls many times in one turn', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    const calls = Array.from({ length: 500 }, (_, i) =>
      call(ann.conn, 'sendMessage', { text: i % 50 === 7 ? '' : `${i}` }),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.map((outcome) => outcome === 'Committed')).toEqual(calls.map((_, i) => i % 50 !== 7));
    expect(ann.rows('message')).toHaveLength(490);
  });

  it('[I15] calls procedures, and is told of their transactions before they return', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    const { double } = ann.conn.procedures;
    expect(await double!({ n: 4_000_000_000 })).toBe(8_000_000_000n);
    expect(ann.log).toEqual(['+message doubled 4000000000 UnknownTransaction']);
    await expect(double!({ n: 0 })).rejects.toMatch(/nothing to double/);
  });

  it('[I11] subscribes to all tables', async () => {
    const { join } = await harbour();
    const ann = await join();
    await call(ann.conn, 'launch', { from: 1, count: 2 });
    await call(ann.conn, 'sendMessage', { text: 'ahoy' });
    await new Promise<void>((resolve) => ann.conn.subscriptionBuilder().onApplied(resolve).subscribeToAllTables());
    expect(['user', 'ship', 'message', 'sample'].map((table) => ann.rows(table).length)).toEqual([1, 2, 1, 0]);
  });

  it('[I16] sees rows without a key come and go, joins and views', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    const subscribed = await bob.subscribe('SELECT * FROM message');
    await bob.subscribe("SELECT * FROM message WHERE text = 'keep'", 'SELECT * FROM strangers');
    await bob.subscribe('SELECT ship.* FROM ship JOIN berth ON ship.id = berth.ship WHERE berth.dock = 2');
    for (const text of ['keep', 'ahoy', 'adieu']) await call(ann.conn, 'sendMessage', { text });
    const texts = (table: string) =>
      bob
        .rows(table)
        .map(({ text }) => text)
        .sort();
    await until(() => texts('message').length === 3 && texts('strangers').length === 2);
    await call(ann.conn, 'hush');
    await until(() => texts('message').length === 1);
    expect([texts('message'), texts('strangers')]).toEqual([['keep'], []]);
    await bob.unsubscribe(subscribed);
    expect(texts('message')).toEqual(['keep']);
    await call(ann.conn, 'launch', { from: 1, count: 3 });
    for (const ship of [1, 2]) await call(ann.conn, 'moor', { ship, dock: 2 });
    await until(() => bob.rows('ship').length === 2);
    await call(ann.conn, 'move', { id: 1, cell: 77 });
    await call(ann.conn, 'moor', { ship: 2, dock: 1 });
    await until(() => bob.rows('ship').length === 1);
    expect(bob.rows('ship')).toEqual([{ id: 1, cell: 77, callSign: 'ship 1' }]);
  });

  it('[I12] leaves, and others see it', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    await bob.subscribe('SELECT * FROM user WHERE online = true');
    expect(bob.rows('user')).toHaveLength(2);
    ann.conn.disconnect();
    await ann.ended;
    await until(() => bob.rows('user').length === 1);
  });

  it('[I14] may ask not to be told of what succeeded', async () => {
    const { join } = await harbour();
    const ann = await join();
    const heard: string[] = [];
    ann.conn.reducers.onSendMessage!(({ event }) => heard.push(event.status!.tag));
    ann.conn.setReducerFlags.sendMessage!('NoSuccessNotify');
    ann.conn.reducers.sendMessage!({ text: 'quiet' });
    ann.conn.reducers.sendMessage!({ text: '' });
    await call(ann.conn, 'setName', { name: 'Ann' });
    expect(heard).toEqual([]);
  });
});
