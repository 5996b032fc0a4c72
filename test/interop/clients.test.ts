import { describe, expect, it } from 'vitest';
import { encodeBsatn } from '../../src/values/index.ts';
import { v3Protocol } from '../../src/wire/index.ts';
import { bindingsFor, ForeignClient, type Index, until } from './support/foreign-client.ts';
import { harbour, id, ours, V1, V2 } from './support/harbour.ts';
import { sampleFor } from './support/sample.ts';

// What both of the other party's clients can do. What only one of them does: `client-v1.test.ts`, `client-v2.test.ts`.

describe.each([V2, V1])('$package', (version) => {
  const { call, othersTag } = version;

  it('[I1] connects, is told who it is, and comes back as the same by its token', async () => {
    const { join, stored } = await harbour(version);
    const first = await join();
    expect(first.identity).toMatch(/^c200[0-9a-f]{60}$/);
    expect(first.conn.isActive).toBe(true);
    expect(first.conn.connectionId.toHexString()).toMatch(/^[0-9a-f]{32}$/);
    first.conn.disconnect();
    await first.ended;
    await until(() => stored('user').every(({ online }) => !online));
    const second = await join(first.token);
    expect(second.identity).toBe(first.identity);
    expect((await join()).identity).not.toBe(first.identity);
    expect(stored('user')).toHaveLength(2);
  });

  it('[I2] sees rows and their changes, with callbacks', async () => {
    const { join } = await harbour(version);
    const [ann, bob] = [await join(), await join()];
    await call(ann.conn, 'launch', { from: 1, count: 3 });
    bob.watch('ship', ({ id, cell }) => `${id}@${cell}`);
    await bob.subscribe('SELECT * FROM ship WHERE cell < 100');
    expect(bob.log.splice(0).sort()).toEqual([1, 2, 3].map((n) => `+ship ${n}@${n} SubscribeApplied`));
    expect(bob.conn.db.ship!.id!.find(2)).toEqual({ id: 2, cell: 2, callSign: 'ship 2' });
    await call(ann.conn, 'move', { id: 2, cell: 50 });
    await call(ann.conn, 'move', { id: 3, cell: 500 });
    await call(ann.conn, 'move', { id: 3, cell: 7 });
    await call(ann.conn, 'sink', { id: 1 });
    await until(() => bob.log.length === 4);
    expect(bob.log).toEqual(
      ['~ship 2@2>2@50', '-ship 3@3', '+ship 3@7', '-ship 1@1'].map((line) => `${line} ${othersTag}`),
    );
    expect(bob.rows('ship').map(id).sort()).toEqual([2, 3]);
  });

  it('[I3] holds overlapping subscriptions, and lets go of each', async () => {
    const { join } = await harbour(version);
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
    expect([ann.rows('ship'), same.isEnded()]).toEqual([[], true]);
    await call(ann.conn, 'move', { id: 3, cell: 9 });
    expect(ann.rows('ship')).toEqual([]);
  });

  it('[I3] moves its window: subscribes anew, then lets go of the old', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await call(ann.conn, 'launch', { from: 0, count: 30 });
    let window = await ann.subscribe('SELECT * FROM ship WHERE cell = 0 OR cell = 1');
    ann.watch('ship', id);
    for (let cell = 1; cell < 5; cell++) {
      const next = await ann.subscribe(`SELECT * FROM ship WHERE cell = ${cell} OR cell = ${cell + 1}`);
      await ann.unsubscribe(window);
      window = next;
      const cells = new Set(ann.rows('ship').map((row) => row.cell));
      expect([[...cells].sort(), ann.rows('ship').length]).toEqual([[cell, cell + 1], 6]);
    }
    expect(ann.log.filter((line) => line.startsWith('+'))).toHaveLength(12);
    expect(ann.log.filter((line) => line.startsWith('-'))).toHaveLength(12);
  });

  it('[I4] calls reducers: what they did is there when it is told', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    expect(await call(ann.conn, 'sendMessage', { text: 'ahoy' })).toBe('Committed');
    expect(ann.rows('message').map(({ text }) => text)).toEqual(['ahoy']);
    expect(ann.log).toEqual(['+message ahoy Reducer']);
    expect(await call(ann.conn, 'sendMessage', { text: '' })).toBe('Failed: Messages must not be empty');
    expect(await call(ann.conn, 'crash')).toMatch(/^Failed: .*crane fell over/);
    expect(await call(ann.conn, 'setName', { name: 'nobody watches' })).toBe('Committed');
    expect(ann.rows('message')).toHaveLength(1);
  });

  it('[I6] is told of SQL that does not fit, and goes on', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await expect(ann.subscribe('SELECT * FROM rule')).rejects.toThrow(/no such table: `rule`/);
    await expect(ann.subscribe('SELECT * FROM ship', 'SELECT * FROM ship WHERE shoe = 9')).rejects.toThrow(/shoe/);
    await ann.subscribe('SELECT * FROM user');
    expect(ann.rows('user')).toHaveLength(1);
  });

  it('[I7] carries values of every type there and back', async () => {
    const { join, store, stored } = await harbour(version);
    const [ann, bob] = [await join(), await join()];
    const { given, isSame } = await sampleFor(version.package);
    await bob.subscribe('SELECT * FROM sample');
    expect(await call(ann.conn, 'keep', given)).toBe('Committed');
    await until(() => bob.rows('sample').length === 1);
    isSame(bob.rows('sample')[0]!);
    const { rowType } = store('sample').def;
    const bytes = encodeBsatn(rowType, stored('sample')[0]!);
    expect(await call(ann.conn, 'keep', { ...bob.rows('sample')[0]! })).toBe('Committed');
    expect(encodeBsatn(rowType, stored('sample')[0]!)).toEqual(bytes);
  });

  it('[I8] takes 10,000 rows, and a change of each', async () => {
    const { join } = await harbour(version);
    const [ann, bob] = [await join(), await join()];
    await call(ann.conn, 'launch', { from: 0, count: 10_000 });
    await bob.subscribe('SELECT * FROM ship');
    expect(bob.rows('ship')).toHaveLength(10_000);
    let updates = 0;
    bob.conn.db.ship!.onUpdate!(() => updates++);
    await call(ann.conn, 'drift', { by: 10 });
    await until(() => updates === 10_000);
    expect(bob.rows('ship')).toHaveLength(10_000);
    expect(bob.conn.db.ship!.id!.find(9999)).toMatchObject({ cell: 19 });
  });

  it('[I9] calls many times in one turn', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    const calls = Array.from({ length: 500 }, (_, i) =>
      call(ann.conn, 'sendMessage', { text: i % 50 === 7 ? '' : `${i}` }),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.map((outcome) => outcome === 'Committed')).toEqual(calls.map((_, i) => i % 50 !== 7));
    const texts = ann.rows('message').map(({ text }) => Number(text));
    expect(texts).toHaveLength(490);
    expect(texts).toEqual([...texts].sort((a, b) => a - b));
  });

  it('[I11] subscribes to all tables', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await call(ann.conn, 'launch', { from: 1, count: 2 });
    await call(ann.conn, 'sendMessage', { text: 'ahoy' });
    await new Promise<void>((resolve) => ann.conn.subscriptionBuilder().onApplied(resolve).subscribeToAllTables());
    expect(['user', 'ship', 'message', 'sample'].map((table) => ann.rows(table).length)).toEqual([1, 2, 1, 0]);
  });

  it('[I12] leaves, and others see it', async () => {
    const { join } = await harbour(version);
    const [ann, bob] = [await join(), await join()];
    await bob.subscribe('SELECT * FROM user WHERE online = true');
    expect(bob.rows('user')).toHaveLength(2);
    ann.conn.disconnect();
    await ann.ended;
    await until(() => bob.rows('user').length === 1);
  });

  it.each(['none', 'gzip'])('[I13] reads messages in order, whatever it asks for (%s)', async (compression) => {
    const { host, join } = await harbour(version);
    const ann = await join();
    const bindings = await bindingsFor(host, 'harbour', version.package);
    const asking = { none: 'None', gzip: 'Gzip' }[compression]!;
    const bob = await ForeignClient.connect(bindings, host, 'harbour', (builder) =>
      builder.withCompression(version === V2 ? compression : asking),
    );
    await bob.subscribe('SELECT * FROM ship');
    bob.watch('ship', id);
    for (let i = 0; i < 5; i++) {
      void call(ann.conn, 'launch', { from: i * 1000, count: 500 });
      void call(ann.conn, 'sink', { id: i * 1000 });
    }
    await until(() => bob.rows('ship').length === 5 * 499);
    expect(bob.log.filter((line) => line.startsWith('-'))).toHaveLength(5);
  });

  it('[I15] calls procedures, and is told of their transactions before they return', async () => {
    const { join } = await harbour(version);
    const ann = await join();
    await ann.subscribe('SELECT * FROM message');
    ann.watch('message', ({ text }) => text);
    const { double } = ann.conn.procedures;
    expect(await double!({ n: 4_000_000_000 })).toBe(8_000_000_000n);
    expect(ann.log).toEqual([`+message doubled 4000000000 ${othersTag}`]);
    await expect(double!({ n: 0 })).rejects.toMatch(/nothing to double/); // these reject with a plain string
    expect(await Promise.all([double!({ n: 1 }), double!({ n: 2 })])).toEqual([2n, 4n]);
  });

  it('[I16] sees rows without a key come and go, joins and views', async () => {
    const { join } = await harbour(version);
    const [ann, bob] = [await join(), await join()];
    const subscribed = await bob.subscribe('SELECT * FROM message');
    await bob.subscribe("SELECT * FROM message WHERE text = 'keep'", 'SELECT * FROM strangers');
    await bob.subscribe('SELECT ship.* FROM ship JOIN berth ON ship.id = berth.ship WHERE berth.dock = 2');
    for (const text of ['keep', 'ahoy', 'adieu']) await call(ann.conn, 'sendMessage', { text });
    const texts = (table: string) => bob.rows(table).map(({ text }) => text);
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
});

it.each([V2, V1, ours(v3Protocol)])('[I17] $package finds rows by indexes of every algorithm', async (version) => {
  const { call } = version;
  const { join } = await harbour(version);
  const ann = await join();
  for (const id of [1, 2, 3]) {
    await call(ann.conn, 'layBuoy', { id, lane: id < 3 ? 'west' : 'east', side: id % 2, mark: id * 10 });
  }
  await ann.subscribe('SELECT * FROM buoy');
  const index = (accessor: string) => ann.conn.db.buoy![accessor] as Index;
  const found = (accessor: string, value: unknown) => [...index(accessor).filter(value)].map(id).sort();
  expect(found('byLane', ['west', 0])).toEqual([2]);
  expect(found('side', 1)).toEqual([1, 3]);
  expect(found('byMark', 20)).toEqual([2]);
  expect(index('slot').find(103)).toMatchObject({ id: 3, lane: 'east' });
  expect(index('id').find(4) ?? null).toBeNull();
});
