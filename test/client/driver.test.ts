import { describe, expect, it, vi } from 'vitest';
import { ConnectionLostError } from '../../src/client/index.ts';
import type { SubscribeMessage, UnsubscribeMessage } from '../../src/wire/index.ts';
import { arena, connectedArena, ship } from './support/arena.ts';

describe('who ticks', () => {
  it('[T13] after a second without a tick it says so once and ticks itself, until somebody does', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const log: string[] = [];
    const { conn, host, clock } = arena((builder) => builder.onConnect(() => log.push('connect')));
    conn.db.ship.onInsert((_ctx, row) => log.push(`insert ${row.id}`));
    clock.turn(5000);
    expect(warn).not.toHaveBeenCalled(); // nothing waits
    host.welcome();
    host.pair.flush();
    clock.turn(999);
    expect(log).toEqual([]);
    clock.turn(1);
    expect(log).toEqual(['connect']);
    expect(warn.mock.calls[0]?.[0]).toContain('connection.frameTick()');
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] });
    host.pair.flush();
    expect(log).toHaveLength(1); // in a tick of its own, not in the socket's handler
    clock.turn(0);
    expect(log).toEqual(['connect', 'insert 1']);
    conn.frameTick();
    host.transaction({ table: 'ship', inserts: [ship({ id: 2 })] });
    host.pair.flush();
    clock.turn(5000);
    expect(log).toHaveLength(2);
    conn.frameTick();
    expect(log).toHaveLength(3);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('[T13] a game that ticks is left alone', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { conn, host, clock } = arena();
    conn.frameTick();
    host.welcome();
    host.pair.flush();
    clock.turn(60_000);
    expect(conn.identity).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('[T14] runAuto ticks whenever something arrives', () => {
    const { conn, host, clock } = arena();
    conn.runAuto();
    host.welcome();
    host.pair.flush();
    expect(conn.identity).toBeUndefined();
    clock.turn(0);
    expect(conn.identity).toBeDefined();
    conn.frameTick(); // ticking as well is harmless
    host.transaction({ table: 'ship', inserts: [ship()] });
    host.pair.flush();
    clock.turn(0);
    expect(conn.db.ship.count()).toBe(1n);
  });

  it('[T14] runAsync is fulfilled by disconnect(), rejected by any other end', async () => {
    const asked = connectedArena();
    const first = asked.conn.runAsync();
    asked.conn.disconnect();
    asked.clock.turn(0);
    await expect(first).resolves.toBeUndefined();
    await expect(asked.conn.runAsync()).resolves.toBeUndefined();

    const broken = connectedArena();
    const second = broken.conn.runAsync();
    broken.host.pair.close({ code: 1001, reason: 'host stops' });
    broken.host.pair.flush();
    broken.clock.turn(0);
    await expect(second).rejects.toThrow(ConnectionLostError);
  });

  it('[T15] a connection that nobody ticks any more finishes by itself', async () => {
    const log: string[] = [];
    const { conn, clock, tick } = connectedArena((builder) => builder.onDisconnect(() => log.push('disconnect')));
    tick();
    const call = conn.reducers.join();
    conn.disconnect();
    clock.turn(999);
    expect(log).toEqual([]);
    clock.turn(1);
    expect(log).toEqual(['disconnect']);
    await expect(call).rejects.toThrow(ConnectionLostError);
  });
});

describe('the hidden page', () => {
  const microtasks = () => new Promise<void>((done) => setTimeout(done));

  it('[H1] applies messages as they arrive and settles promises', async () => {
    const { conn, host, visibility, subscribe } = connectedArena();
    subscribe();
    visibility.set(true);
    const call = conn.reducers.join();
    host.succeeded(host.received()[0] as never, { table: 'ship', inserts: [ship({ id: 1 })] });
    host.pair.flush();
    await call;
    expect(conn.db.ship.count()).toBe(1n);
  });

  it('[H1] what waited when the page was hidden is applied too', async () => {
    const { conn, host, visibility, subscribe } = connectedArena();
    subscribe();
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] });
    host.pair.flush();
    expect(conn.db.ship.count()).toBe(0n);
    visibility.set(true);
    await microtasks();
    expect(conn.db.ship.count()).toBe(1n);
  });

  it('[H2] the first tick tells the net of what happened', async () => {
    const { conn, host, visibility, subscribe } = connectedArena();
    subscribe({ table: 'ship', inserts: [1, 2, 3].map((id) => ship({ id })) }, { table: 'message', inserts: [] });
    const log: unknown[] = [];
    conn.db.ship.onInsert((ctx, row) => log.push(['insert', row.id, row.x, ctx.event.tag]));
    conn.db.ship.onUpdate((ctx, before, row) => log.push(['update', row.id, before.x, row.x, ctx.event.tag]));
    conn.db.ship.onDelete((ctx, row) => log.push(['delete', row.id, ctx.event.tag]));
    visibility.set(true);
    for (let x = 1; x <= 600; x++) {
      host.transaction({ table: 'ship', updates: [ship({ id: 1, x })] });
      host.pair.flush();
      await null;
    }
    host.transaction({ table: 'ship', deletes: [ship({ id: 2 })], inserts: [ship({ id: 4 }), ship({ id: 5 })] });
    host.transaction({ table: 'ship', deletes: [ship({ id: 5 })], updates: [ship({ id: 4, x: 7 })] });
    host.transaction({ table: 'ship', deletes: [ship({ id: 3 })] });
    host.transaction({ table: 'ship', inserts: [ship({ id: 3, x: 8 })] });
    host.pair.flush();
    await microtasks();
    expect([...conn.db.ship.iter()].map((row) => row.id).sort()).toEqual([1, 3, 4]);
    visibility.set(false);
    expect(log).toEqual([]);
    const report = conn.frameTick();
    expect(log).toEqual([
      ['insert', 4, 7, 'SubscribeApplied'],
      ['update', 1, 0, 600, 'SubscribeApplied'],
      ['update', 3, 0, 8, 'SubscribeApplied'],
      ['delete', 2, 'SubscribeApplied'],
    ]);
    expect(report).toMatchObject({ rows: 4, messages: 0, backlog: 0 });
    expect(report.changes.ship.added).toEqual([ship({ id: 4, x: 7 })]);
    host.transaction({ table: 'ship', updates: [ship({ id: 1, x: 1 })] });
    host.pair.flush();
    conn.frameTick();
    expect(log.at(-1)).toEqual(['update', 1, 600, 1, 'Transaction']);
  });

  it('[H2] rows that the end of a subscription took say so, last', async () => {
    const { conn, host, visibility } = connectedArena();
    const handle = conn.subscriptionBuilder().subscribe('SELECT * FROM ship');
    const subscribed = host.received()[0] as SubscribeMessage;
    const ids = [1, 2, 3, 4];
    host.applied(subscribed, { table: 'ship', inserts: ids.map((id) => ship({ id })) });
    host.pair.flush();
    conn.frameTick();
    const log: unknown[] = [];
    conn.db.ship.onInsert((ctx, row) => log.push(['insert', row.id, ctx.event.tag]));
    conn.db.ship.onUpdate((ctx, _before, row) => log.push(['update', row.id, row.x, ctx.event.tag]));
    conn.db.ship.onDelete((ctx, row) => log.push(['delete', row.id, row.x, ctx.event.tag]));
    conn.db.ship.watch({
      insert: () => {},
      update: () => {},
      delete: (ctx, row) => log.push(['watch', row.id, ctx.event.tag]),
      end: () => {},
    });
    const late: number[] = [];
    const note = (_ctx: unknown, row: { id: number }) => late.push(row.id);
    conn.db.ship.onUpdate(() => conn.db.ship.onDelete(note)); // counts from the next message
    visibility.set(true);
    host.transaction({ table: 'ship', deletes: [ship({ id: 1 })], updates: [ship({ id: 2, x: 5 })] });
    host.transaction({ table: 'ship', inserts: [ship({ id: 5 })] });
    handle.unsubscribeThen(() => log.push('unsubscribed'));
    const left = [2, 3, 4, 5].map((id) => ship({ id }));
    host.unsubscribed(host.received()[0] as UnsubscribeMessage, { table: 'ship', deletes: left });
    // Two come back by another subscription: one as it was, one changed; a third is deleted again.
    conn.subscriptionBuilder().subscribe('SELECT * FROM ship WHERE owner = 1');
    const again = host.received()[0] as SubscribeMessage;
    host.applied(again, { table: 'ship', inserts: [ship({ id: 3, x: 9 }), ship({ id: 4 })] });
    host.pair.flush();
    await microtasks();
    expect([...conn.db.ship.iter()].map((row) => row.id)).toEqual([3, 4]);
    visibility.set(false);
    const report = conn.frameTick();
    expect(log).toEqual([
      ['watch', 1, 'SubscribeApplied'],
      ['update', 3, 9, 'SubscribeApplied'],
      ['delete', 1, 0, 'SubscribeApplied'],
      ['watch', 2, 'UnsubscribeApplied'],
      ['delete', 2, 0, 'UnsubscribeApplied'],
      'unsubscribed',
    ]);
    expect(report.rows).toBe(3);
    expect(report.changes.ship.removed.map((row) => row.id)).toEqual([1, 2]);
    expect(late).toEqual([]);
    log.length = 0;
    visibility.set(true);
    host.transaction({ table: 'ship', deletes: [ship({ id: 4 })] });
    host.pair.flush();
    await microtasks();
    visibility.set(false);
    conn.frameTick();
    expect(log).toEqual([
      ['watch', 4, 'SubscribeApplied'],
      ['delete', 4, 0, 'SubscribeApplied'],
    ]);
    expect(late).toEqual([4]);
  });

  it("[H3] event rows and others' calls are dropped and counted", async () => {
    const { conn, host, visibility, subscribe } = connectedArena();
    subscribe();
    const log: unknown[] = [];
    conn.db.bump.onInsert(() => log.push('bump'));
    conn.reducers.onSetName(() => log.push('set_name'));
    visibility.set(true);
    host.transaction({
      table: 'bump',
      events: [
        { ship: 1, force: 1 },
        { ship: 2, force: 1 },
      ],
    });
    host.called({ name: 'set_name', args: new Uint8Array([0x91, 0xa1, 0x61]) });
    host.pair.flush();
    await microtasks();
    visibility.set(false);
    expect(conn.frameTick()).toMatchObject({ dropped: 3, rows: 0 });
    expect(conn.frameTick().dropped).toBe(0);
    expect(log).toEqual([]);
  });

  it('[H4] the other callbacks run in the first tick, in order', async () => {
    const log: string[] = [];
    const { conn, host, visibility, clock } = arena((builder) =>
      builder.onConnect(() => log.push('connect')).onDisconnect(() => log.push('disconnect')),
    );
    conn
      .subscriptionBuilder()
      .onApplied(() => log.push('applied'))
      .subscribeToAllTables();
    conn.db.ship.onInsert(() => log.push('insert'));
    conn.db.ship.watch({ insert: () => log.push('watch'), update() {}, delete() {}, end: () => log.push('end') });
    visibility.set(true);
    host.welcome();
    host.pair.flush();
    host.applied(host.received()[0] as never, { table: 'ship', inserts: [ship()] });
    host.pair.close({ code: 1006, reason: '' });
    host.pair.flush();
    await microtasks();
    clock.turn(60_000);
    expect(log).toEqual([]);
    expect(conn.isActive).toBe(false);
    visibility.set(false);
    expect(conn.frameTick().active).toBe(false);
    expect(log).toEqual(['connect', 'watch', 'insert', 'applied', 'end', 'disconnect']);
    expect(visibility.listening).toBe(0);
  });

  it('[H4] a page that nobody ticks ticks itself when it is shown', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const log: string[] = [];
    const { host, visibility, clock } = arena((builder) => builder.onConnect(() => log.push('connect')));
    visibility.set(true);
    host.welcome();
    host.pair.flush();
    await microtasks();
    visibility.set(false);
    clock.turn(1000);
    expect(log).toEqual(['connect']);
    warn.mockRestore();
  });

  it("[H5] whenHidden('tick') ticks as messages arrive", async () => {
    const { conn, host, visibility, subscribe } = connectedArena((builder) => builder.whenHidden('tick'));
    subscribe();
    const log: unknown[] = [];
    conn.db.ship.onInsert((ctx, row) => log.push(`insert ${row.id} ${ctx.event.tag}`));
    conn.db.bump.onInsert(() => log.push('bump'));
    visibility.set(true);
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] }, { table: 'bump', events: [{ ship: 1, force: 1 }] });
    host.pair.flush();
    await microtasks();
    expect(log).toEqual(['bump', 'insert 1 Transaction']);
  });
});
