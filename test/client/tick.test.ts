import { describe, expect, it, vi } from 'vitest';
import type { CallReducerMessage, SubscribeMessage } from '../../src/wire/index.ts';
import type { DbConnectionBuilder } from '../fixtures/bindings/index.ts';
import { arena, connectedArena, ship } from './support/arena.ts';
import { BOB } from './support/scripted-host.ts';

describe('what a tick handles', () => {
  it('[T1] nothing happens between ticks', async () => {
    const { conn, host, subscribe } = connectedArena();
    subscribe();
    const log: string[] = [];
    conn.db.ship.onInsert(() => log.push('insert'));
    conn.reducers.join().then(() => log.push('settled'));
    host.succeeded(host.received()[0] as never, { table: 'ship', inserts: [ship()] });
    host.pair.flush();
    await Promise.resolve();
    expect([log, conn.db.ship.count()]).toEqual([[], 0n]);
    conn.frameTick();
    expect(log).toEqual(['insert']);
    await new Promise((done) => setTimeout(done));
    expect(log).toEqual(['insert', 'settled']);
  });

  it('[T2] entries that arrive during a tick wait for the next', () => {
    const { conn, host, subscribe } = connectedArena();
    subscribe();
    const ids: number[] = [];
    conn.db.ship.onInsert((_ctx, row) => {
      ids.push(row.id);
      if (row.id === 1) {
        host.transaction({ table: 'ship', inserts: [ship({ id: 3 })] });
        host.pair.flush();
      }
    });
    host.transaction({ table: 'ship', inserts: [ship({ id: 1 })] });
    host.transaction({ table: 'ship', inserts: [ship({ id: 2 })] });
    host.pair.flush();
    expect(conn.frameTick()).toMatchObject({ messages: 2, backlog: 1 });
    expect(ids).toEqual([1, 2]);
    expect(conn.frameTick()).toMatchObject({ messages: 1, backlog: 0 });
    expect(ids).toEqual([1, 2, 3]);
  });

  it('[T3] every table is up to date before the first callback of a message', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    const seen: unknown[] = [];
    conn.db.user.onInsert(() => {
      seen.push(
        [...conn.db.ship.iter()].map(({ id, x }) => [id, x]),
        conn.db.ship.owner.filter(9).next().value?.id,
      );
    });
    conn.db.ship.owner.filter(1); // the index is in use
    host.transaction(
      { table: 'user', inserts: [{ identity: BOB, name: 'Bob', online: true }] },
      { table: 'ship', deletes: [ship({ id: 1 })] },
      { table: 'ship', updates: [ship({ id: 2, x: 5, owner: 9 })] },
    );
    tick();
    expect(seen).toEqual([[[2, 5]], 2]);
  });

  it('[T4] the order of callbacks is events, inserts, updates, deletes, then observers', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    const log: string[] = [];
    const { ship: ships, user, bump } = conn.db;
    ships.onDelete(() => log.push('ship delete'));
    ships.onUpdate(() => log.push('ship update'));
    ships.onInsert(() => log.push('ship insert'));
    user.onInsert(() => log.push('user insert'));
    bump.onInsert(() => log.push('bump'));
    conn.reducers.onJoin(() => log.push('join'));
    conn.reducers.join();
    host.succeeded(
      host.received()[0] as never,
      { table: 'ship', inserts: [ship({ id: 3 })], updates: [ship({ id: 2, x: 1 })], deletes: [ship({ id: 1 })] },
      { table: 'user', inserts: [{ identity: BOB, name: undefined, online: true }] },
      { table: 'bump', events: [{ ship: 1, force: 2 }] },
    );
    tick();
    expect(log).toEqual(['bump', 'ship insert', 'user insert', 'ship update', 'ship delete', 'join']);
  });

  it('[T5] watchers hear of a message before listeners', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    const log: string[] = [];
    conn.db.user.onInsert(() => log.push('listener'));
    conn.db.bump.watch({ insert: () => log.push('bump'), update() {}, delete() {}, end() {} });
    const stop = conn.db.ship.watch({
      insert: (_ctx, row) => log.push(`insert ${row.id}`),
      update: (_ctx, before, row) => log.push(`update ${before.x} ${row.x}`),
      delete: (_ctx, row) => log.push(`delete ${row.id}`),
      end: () => log.push('end'),
    });
    host.transaction(
      { table: 'user', inserts: [{ identity: BOB, name: undefined, online: true }] },
      { table: 'ship', deletes: [ship({ id: 1 })], updates: [ship({ id: 2, x: 4 })], inserts: [ship({ id: 3 })] },
      { table: 'bump', events: [{ ship: 1, force: 2 }] },
    );
    tick();
    expect(log).toEqual(['insert 3', 'bump', 'update 0 4', 'delete 1', 'listener']);
    stop();
    host.transaction({ table: 'ship', deletes: [ship({ id: 3 })] });
    tick();
    expect(log).toHaveLength(5);
  });

  it('[T6] maxMs stops between messages, and at least one is handled', () => {
    const { conn, host, clock, subscribe } = connectedArena();
    subscribe();
    conn.db.ship.onInsert(() => clock.turn(3));
    for (let id = 1; id <= 5; id++) host.transaction({ table: 'ship', inserts: [ship({ id })] });
    host.pair.flush();
    expect(conn.frameTick({ maxMs: 5 })).toMatchObject({ messages: 2, rows: 2, backlog: 3, ms: 6 });
    expect(conn.frameTick({ maxMs: 0 })).toMatchObject({ messages: 1, backlog: 2 });
    expect(conn.frameTick()).toMatchObject({ messages: 2, backlog: 0 });
    expect(conn.db.ship.count()).toBe(5n);
  });

  it('[T11] changes is the net of the tick, built when asked for', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 }), ship({ id: 3 })] });
    host.transaction({ table: 'ship', inserts: [ship({ id: 4 }), ship({ id: 5 })], updates: [ship({ id: 1, x: 1 })] });
    host.transaction({
      table: 'ship',
      updates: [ship({ id: 1, x: 2 }), ship({ id: 4, x: 9 })],
      deletes: [ship({ id: 2 })],
    });
    host.transaction({ table: 'ship', deletes: [ship({ id: 5 })] });
    const report = tick();
    const { added, updated, removed } = report.changes.ship;
    expect(added).toEqual([ship({ id: 4, x: 9 })]);
    expect(updated).toEqual([[ship({ id: 1 }), ship({ id: 1, x: 2 })]]);
    expect(removed).toEqual([ship({ id: 2 })]);
    expect(report.changes.user).toEqual({ added: [], updated: [], removed: [] });
    expect(report.changes).toBe(report.changes);
    expect(conn.frameTick()).toBe(report);
    expect(report.changes.ship).toEqual({ added: [], updated: [], removed: [] });
  });

  it('[T12] an idle tick allocates nothing', () => {
    const { conn } = connectedArena();
    const ticks = 10_000; // so few that the collector does not come in between
    const options = { maxMs: 4 };
    for (let i = 0; i < 200_000; i++) conn.frameTick(options);
    const grown = () => {
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < ticks; i++) conn.frameTick(options);
      return Math.abs(process.memoryUsage().heapUsed - before);
    };
    const rounds = Array.from({ length: 10 }, grown);
    // One small object a tick would be 16 bytes a tick or more in every round; the engine's own business is not in all.
    expect(Math.min(...rounds)).toBeLessThan(ticks * 4);
  });
});

describe('callbacks', () => {
  it('[T7] listeners count from the next message', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe();
    const log: string[] = [];
    const late = () => log.push('late');
    const early = () => {
      log.push('early');
      conn.db.ship.removeOnInsert(gone);
      conn.db.ship.onInsert(late);
      conn.reducers.onSetName(() => log.push('observer'));
    };
    const gone = () => log.push('gone');
    conn.db.ship.onInsert(early);
    conn.db.ship.onInsert(gone);
    const name = new Uint8Array([0x91, 0xa1, 0x61]); // ["a"]
    host.called({ name: 'set_name', args: name }, { table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    tick();
    expect(log).toEqual(['early', 'gone', 'early', 'gone']);
    host.called({ name: 'set_name', args: name }, { table: 'ship', inserts: [ship({ id: 3 })] });
    tick();
    expect(log.slice(4)).toEqual(['early', 'late', 'observer', 'observer']);
  });

  it('[T8] one that throws is reported, the others run', () => {
    const { conn, host, subscribe, tick, errors } = connectedArena();
    subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    const heard: number[] = [];
    conn.db.ship.onInsert(() => {
      throw new Error('a callback');
    });
    conn.db.ship.onUpdate(() => {
      throw 'not even an error';
    });
    conn.db.ship.onInsert((_ctx, row) => heard.push(row.id));
    conn.db.ship.watch({
      insert() {
        throw new Error('a watcher');
      },
      update() {},
      delete() {},
      end() {},
    });
    host.transaction({ table: 'ship', inserts: [ship({ id: 2 })], updates: [ship({ id: 1, x: 1 })] });
    tick();
    expect(heard).toEqual([2]);
    expect(errors.map(({ error, where }) => [error.message, where])).toEqual([
      ['a watcher', 'a watcher of ship'],
      ['a callback', 'onInsert of ship'],
      ['not even an error', 'onUpdate of ship'],
    ]);
  });

  it('[T8] whatever kind of callback throws, the rest still run', async () => {
    const ran: string[] = [];
    const bad = (what: string) => () => {
      ran.push(what);
      throw new Error(what);
    };
    const good = (what: string) => () => void ran.push(what);
    const configure = (builder: DbConnectionBuilder): DbConnectionBuilder =>
      builder
        .onConnect(bad('onConnect'))
        .onConnect(good('onConnect 2'))
        .onConnectError(bad('onConnectError'))
        .onConnectError(good('onConnectError 2'))
        .onDisconnect(bad('onDisconnect'))
        .onDisconnect(good('onDisconnect 2'));
    const { conn, host, tick, errors, subscribe } = connectedArena(configure);
    subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    conn.db.bump.onInsert(bad('event row'));
    conn.db.bump.onInsert(good('event row 2'));
    conn.db.ship.onDelete(bad('onDelete'));
    conn.db.ship.onDelete(good('onDelete 2'));
    conn.reducers.onJoin(bad('onJoin'));
    conn.reducers.onJoin(good('onJoin 2'));
    const handle = conn.subscriptionBuilder().onApplied(bad('onApplied')).subscribe('SELECT * FROM user');
    conn.subscriptionBuilder().onError(bad('onError')).subscribe('SELECT * FROM asteroid');
    const joined = conn.reducers.join();
    const [first, second, call] = host.received();
    host.applied(first as SubscribeMessage);
    host.refused(second as SubscribeMessage, 'no such table');
    host.succeeded(
      call as CallReducerMessage,
      { table: 'ship', deletes: [ship({ id: 1 })] },
      { table: 'bump', events: [{ ship: 1, force: 1 }] },
    );
    expect(tick()).toMatchObject({ active: true, messages: 3 });
    await joined;
    handle.unsubscribeThen(bad('unsubscribeThen'));
    host.unsubscribed(host.received()[0] as never);
    host.pair.close({ code: 1006, reason: '' });
    tick();

    const refused = arena(configure);
    refused.host.pair.close({ code: 1006, reason: '' });
    refused.tick();

    expect(ran).toEqual([
      'onConnect',
      'onConnect 2',
      'onApplied',
      'onError',
      'event row',
      'event row 2',
      'onDelete',
      'onDelete 2',
      'onJoin',
      'onJoin 2',
      'unsubscribeThen',
      'onDisconnect',
      'onDisconnect 2',
      'onConnectError',
      'onConnectError 2',
    ]);
    expect([...errors, ...refused.errors].map(({ error, where }) => [error.message, where])).toEqual([
      ['onConnect', 'onConnect'],
      ['onApplied', 'onApplied'],
      ['onError', 'onError of a subscription'],
      ['event row', 'onInsert of bump'],
      ['onDelete', 'onDelete of ship'],
      ['onJoin', 'observer of reducer join'],
      ['unsubscribeThen', 'unsubscribeThen'],
      ['onDisconnect', 'onDisconnect'],
      ['onConnectError', 'onConnectError'],
    ]);
  });

  it('[T8] without onCallbackError the console is told', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { conn, host, subscribe, tick } = connectedArena((builder) =>
      builder.onCallbackError(() => {
        throw new Error('the hook itself');
      }),
    );
    subscribe();
    conn.db.ship.onInsert(() => {
      throw new Error('a callback');
    });
    host.transaction({ table: 'ship', inserts: [ship()] });
    expect(() => tick()).not.toThrow();
    expect(log.mock.calls.map(([text]) => text)).toEqual([
      '[spacetick] onInsert of ship:',
      '[spacetick] onCallbackError threw too:',
    ]);
    log.mockRestore();
  });

  it('[T9] frameTick inside a callback does nothing and warns once', () => {
    const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe();
    const ids: number[] = [];
    conn.db.ship.onInsert((_ctx, row) => {
      conn.frameTick();
      ids.push(row.id);
    });
    for (const id of [1, 2]) host.transaction({ table: 'ship', inserts: [ship({ id })] });
    expect(tick().messages).toBe(2);
    expect(ids).toEqual([1, 2]);
    expect(log).toHaveBeenCalledTimes(1);
    expect(conn.frameTick()).toMatchObject({ active: true, messages: 0, rows: 0 });
    log.mockRestore();
  });

  it('[T9] twice in a frame is harmless', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { conn, host, subscribe, errors } = connectedArena();
    subscribe();
    const ids: number[] = [];
    conn.db.ship.onInsert((_ctx, row) => ids.push(row.id));
    for (let frame = 0; frame < 3; frame++) {
      host.transaction({ table: 'ship', inserts: [ship({ id: frame })] });
      host.pair.flush();
      expect(conn.frameTick()).toMatchObject({ active: true, messages: 1, rows: 1 });
      expect(conn.frameTick()).toMatchObject({ active: true, messages: 0, rows: 0, backlog: 0 });
      expect(conn.frameTick().changes.ship.added).toEqual([]);
    }
    expect(ids).toEqual([0, 1, 2]);
    expect(conn.db.ship.count()).toBe(3n);
    expect([errors, warn.mock.calls]).toEqual([[], []]);
    warn.mockRestore();
  });

  it('[T10] what callbacks send leaves when the tick ends', () => {
    const { conn, host, subscribe, tick } = connectedArena();
    subscribe();
    conn.db.ship.onInsert(() => {
      conn.reducers.join().catch(() => {});
      conn.subscriptionBuilder().subscribe('SELECT * FROM user');
      conn.disconnect();
      expect(host.received()).toEqual([]);
      expect(host.pair.isClosed).toBe(false);
    });
    host.transaction({ table: 'ship', inserts: [ship()] });
    expect(tick().active).toBe(true);
    expect(host.received().map(({ tag }) => tag)).toEqual(['CallReducer', 'Subscribe']);
    expect(host.pair.isClosed).toBe(true);
    expect(conn.frameTick().active).toBe(false);
  });
});
