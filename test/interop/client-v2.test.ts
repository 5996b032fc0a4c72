import { describe, expect, it } from 'vitest';
import { encodeBsatn } from '../../src/values/index.ts';
import { TestHost } from '../host/node/support/test-host.ts';
import { bindingsFor, type Connection, ForeignClient, type Row, until } from './support/foreign-client.ts';
import { HARBOUR } from './support/harbour-module.ts';
import { sampleFor } from './support/sample.ts';

const PACKAGE = 'spacetimedb'; // 2.10.1

async function harbour() {
  const host = await TestHost.open();
  const published = await host.publish('harbour', HARBOUR);
  if (!published.ok) throw new Error(await published.text());
  const bindings = await bindingsFor(host, 'harbour', PACKAGE);
  const join = (token?: string) =>
    ForeignClient.connect(bindings, host, 'harbour', (builder) =>
      token === undefined ? builder : builder.withToken(token),
    );
  const stored = (table: string) => [...host.node.host.find('harbour')!.store(table)!.rows.values()] as Row[];
  return { host, join, stored };
}

const id = ({ id }: Row) => id;
const online = (rows: readonly Row[]) => rows.filter((row) => row.online).length;
const call = (conn: Connection, name: string, args?: object) => conn.reducers[name]!(args)!;

describe('SpacetimeDB 2.10.1', () => {
  it('[I1] connects, is told who it is, and comes back as the same by its token', async () => {
    const { join, stored } = await harbour();
    const first = await join();
    expect(first.identity).toMatch(/^c200[0-9a-f]{60}$/);
    expect(first.conn.isActive).toBe(true);
    expect(first.conn.connectionId.toHexString()).toMatch(/^[0-9a-f]{32}$/);
    first.conn.disconnect();
    await first.ended;
    await until(() => online(stored('user')) === 0);
    const second = await join(first.token);
    expect([second.identity, second.token]).toEqual([first.identity, first.token]);
    expect((await join()).identity).not.toBe(first.identity);
    expect(stored('user')).toHaveLength(2);
    await expect(join('not.a.token')).rejects.toThrow(/verify token/);
  });

  it('[I2] sees rows and their changes, with callbacks', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    await call(ann.conn, 'launch', { from: 1, count: 3 });
    bob.watch('ship', ({ id, cell }) => `${id}@${cell}`);
    await bob.subscribe('SELECT * FROM ship WHERE cell < 100');
    expect(bob.log.splice(0).sort()).toEqual([1, 2, 3].map((n) => `+ship ${n}@${n} SubscribeApplied`));
    expect(bob.conn.db.ship!.count()).toBe(3n);
    expect(bob.conn.db.ship!.id!.find(2)).toEqual({ id: 2, cell: 2, callSign: 'ship 2' });
    await call(ann.conn, 'move', { id: 2, cell: 50 });
    await call(ann.conn, 'move', { id: 3, cell: 500 });
    await call(ann.conn, 'move', { id: 3, cell: 7 });
    await call(ann.conn, 'sink', { id: 1 });
    await until(() => bob.log.length === 4);
    expect(bob.log).toEqual([
      '~ship 2@2>2@50 Transaction',
      '-ship 3@3 Transaction',
      '+ship 3@7 Transaction',
      '-ship 1@1 Transaction',
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
    expect(ann.conn.db.ship!.count()).toBe(20n);
    await ann.unsubscribe(all);
    expect(ann.rows('ship').map(id).sort()).toEqual([0, 1, 13, 2, 3, 4]);
    await call(ann.conn, 'move', { id: 13, cell: 4 });
    await call(ann.conn, 'move', { id: 4, cell: 3 });
    expect(ann.rows('ship').map(id).sort()).toEqual([0, 1, 2, 3, 4]);
    await ann.unsubscribe(some);
    expect(ann.rows('ship').map(id).sort()).toEqual([3, 4]);
    await ann.unsubscribe(same);
    expect([ann.rows('ship'), same.isEnded()]).toEqual([[], true]);
    await call(ann.conn, 'move', { id: 3, cell: 9 });
    expect(ann.rows('ship')).toEqual([]);
  });

  it('[I3] moves its window: subscribes anew, then lets go of the old', async () => {
    const { join } = await harbour();
    const ann = await join();
    await call(ann.conn, 'launch', { from: 0, count: 30 });
    let window = await ann.subscribe('SELECT * FROM ship WHERE cell = 0 OR cell = 1');
    ann.watch('ship', id);
    for (let cell = 1; cell < 5; cell++) {
      const next = await ann.subscribe(`SELECT * FROM ship WHERE cell = ${cell} OR cell = ${cell + 1}`);
      await ann.unsubscribe(window);
      window = next;
      const cells = new Set(ann.rows('ship').map((row) => row.cell));
      expect([...cells].sort()).toEqual([cell, cell + 1]);
      expect(ann.conn.db.ship!.count()).toBe(6n);
    }
    expect(ann.log.filter((line) => line.startsWith('+'))).toHaveLength(12);
    expect(ann.log.filter((line) => line.startsWith('-'))).toHaveLength(12);
  });

  it('[I4] calls reducers: what they did is there when the promise settles', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    await call(ann.conn, 'sendMessage', { text: 'ahoy' });
    expect(ann.rows('message').map(({ text }) => text)).toEqual(['ahoy']);
    expect(ann.log).toEqual(['+message ahoy Reducer']);
    await expect(call(ann.conn, 'sendMessage', { text: '' })).rejects.toThrow('Messages must not be empty');
    await expect(call(ann.conn, 'crash')).rejects.toThrow(/crane fell over/);
    expect(ann.rows('message')).toHaveLength(1);
    await call(ann.conn, 'setName', { name: 'nobody watches' });
  });

  it('[I5] is told of arguments and reducers that do not fit, and goes on', async () => {
    const { host } = await harbour();
    const wrong = await bindingsFor(host, 'harbour', PACKAGE, (text, path) => {
      if (path === 'move_reducer.ts') return text.replace('__t.i32()', '__t.u8()');
      return path === 'index.ts' ? text.replace("'sink'", "'warp'") : text;
    });
    const ann = await ForeignClient.connect(wrong, host, 'harbour');
    await expect(call(ann.conn, 'move', { id: 1, cell: 2 })).rejects.toThrow(/move\.cell/);
    await expect(call(ann.conn, 'warp', { id: 1 })).rejects.toThrow(/no such reducer/);
    await call(ann.conn, 'launch', { from: 1, count: 1 });
    await expect(call(ann.conn, 'move', { id: 1 })).rejects.toThrow();
  });

  it('[I6] is told of SQL that does not fit, and goes on', async () => {
    const { join } = await harbour();
    const ann = await join();
    await expect(ann.subscribe('SELECT * FROM rule')).rejects.toThrow(/no such table: `rule`/);
    await expect(ann.subscribe('SELECT * FROM ship', 'SELECT * FROM ship WHERE shoe = 9')).rejects.toThrow(/shoe/);
    await ann.subscribe('SELECT * FROM user');
    expect(ann.conn.db.user!.count()).toBe(1n);
  });

  it('[I7] carries values of every type there and back', async () => {
    const { host, join, stored } = await harbour();
    const [ann, bob] = [await join(), await join()];
    const { given, isSame } = await sampleFor(PACKAGE);
    await bob.subscribe('SELECT * FROM sample');
    await call(ann.conn, 'keep', given);
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
    expect(bob.conn.db.ship!.count()).toBe(10_000n);
    expect(bob.conn.db.ship!.id!.find(9999)).toEqual({ id: 9999, cell: 9, callSign: 'ship 9999' });
    let updates = 0;
    bob.conn.db.ship!.onUpdate!(() => updates++);
    await call(ann.conn, 'drift', { by: 10 });
    await until(() => updates === 10_000);
    expect(bob.conn.db.ship!.count()).toBe(10_000n);
    expect(bob.conn.db.ship!.id!.find(9999)).toMatchObject({ cell: 19 });
  });

  it('[I9] calls many times in one turn', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    const calls = Array.from({ length: 500 }, (_, i) =>
      call(ann.conn, 'sendMessage', { text: i % 50 === 7 ? '' : `${i}` }),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    const texts = ann.rows('message').map(({ text }) => Number(text));
    expect(texts).toHaveLength(490);
    expect(texts).toEqual([...texts].sort((a, b) => a - b));
  });

  it('[I15] calls procedures, and is told of their transactions before they return', async () => {
    const { join } = await harbour();
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    const { double } = ann.conn.procedures;
    expect(await double!({ n: 4_000_000_000 })).toBe(8_000_000_000n);
    expect(ann.log).toEqual(['+message doubled 4000000000 Transaction']);
    await expect(double!({ n: 0 })).rejects.toMatch(/nothing to double/); // this client rejects with a plain string
    expect(await Promise.all([double!({ n: 1 }), double!({ n: 2 })])).toEqual([2n, 4n]);
  });

  it('[I10] hears events, and keeps none', async () => {
    const { join } = await harbour();
    const [ann, bob] = [await join(), await join()];
    bob.watch('bump', ({ force, where }) => `${force} ${JSON.stringify(where)}`);
    await bob.subscribe('SELECT * FROM bump WHERE force > 1');
    await call(ann.conn, 'ram', { force: 0.5 });
    await call(ann.conn, 'ram', { force: 2.5 });
    await until(() => bob.log.length > 0);
    expect(bob.log).toEqual(['+bump 2.5 {"x":1,"y":-1} Transaction']);
    expect(bob.conn.db.bump!.count()).toBe(0n);
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
    expect(bob.conn.db.user!.count()).toBe(2n);
    ann.conn.disconnect();
    await ann.ended;
    expect(ann.conn.isActive).toBe(false);
    await until(() => bob.conn.db.user!.count() === 1n);
  });

  it.each(['none', 'gzip'])('[I13] reads messages in order, whatever it asks for (%s)', async (compression) => {
    const { host, join } = await harbour();
    const ann = await join();
    const bindings = await bindingsFor(host, 'harbour', PACKAGE);
    const bob = await ForeignClient.connect(bindings, host, 'harbour', (builder) =>
      builder.withCompression(compression),
    );
    await bob.subscribe('SELECT * FROM ship');
    bob.watch('ship', id);
    for (let i = 0; i < 5; i++) {
      void call(ann.conn, 'launch', { from: i * 1000, count: 500 });
      void call(ann.conn, 'sink', { id: i * 1000 });
    }
    await until(() => bob.conn.db.ship!.count() === 5n * 499n);
    expect(bob.log.filter((line) => line.startsWith('-'))).toHaveLength(5);
  });
});
