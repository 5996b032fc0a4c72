import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { SubscriptionBuilderImpl } from '../../src/client/subscription-builder.ts';
import type { SubscribeMessage, UnsubscribeMessage } from '../../src/wire/index.ts';
import { tables } from '../fixtures/bindings/index.ts';
import { arena, connectedArena, ship } from './support/arena.ts';

it('[S1] queries are given as text, built, listed, or by a function', () => {
  const { conn, host } = connectedArena();
  const { subscriptionBuilder: start } = conn;
  start().subscribe('SELECT * FROM ship');
  start().subscribe(['SELECT * FROM ship', 'SELECT * FROM user']);
  start().subscribe(tables.ship);
  start().subscribe([tables.orb.where((orb) => orb.chunkX.eq(3).and(orb.kind.lt(2))), 'SELECT * FROM user']);
  start().subscribe((all) => all.ship.where((row) => row.callSign.eq("o'hare")));
  start().subscribe((all) => [all.user, all.message]);
  start().subscribe((all) => all.message.leftSemijoin(all.user, (said, user) => said.sender.eq(user.identity)));
  expect(host.received().map((message) => (message as SubscribeMessage).queries)).toEqual([
    ['SELECT * FROM ship'],
    ['SELECT * FROM ship', 'SELECT * FROM user'],
    ['SELECT * FROM "ship"'],
    ['SELECT * FROM "orb" WHERE ("orb"."chunk_x" = 3) AND ("orb"."kind" < 2)', 'SELECT * FROM user'],
    [`SELECT * FROM "ship" WHERE "ship"."call_sign" = 'o''hare'`],
    ['SELECT * FROM "user"', 'SELECT * FROM "message"'],
    ['SELECT "message".* FROM "user" JOIN "message" ON "message"."sender" = "user"."identity"'],
  ]);
  expect(() => start().subscribe([])).toThrow('Subscriptions must have at least one query');
  expect(host.received()).toEqual([]);
});

it('[S2] every subscription is a query set of its own', () => {
  const { conn, host } = connectedArena();
  conn.subscriptionBuilder().subscribeToAllTables();
  conn.subscriptionBuilder().subscribe(tables.ship);
  const [all, one] = host.received() as SubscribeMessage[];
  expect(all!.queries).toEqual(['bump', 'message', 'orb', 'ship', 'user'].map((name) => `SELECT * FROM "${name}"`));
  expect(all!.querySetId).not.toBe(one!.querySetId);
});

it('[S2] bindings without tables say how a table is made public', () => {
  const builder = new SubscriptionBuilderImpl({
    getFromBuilder: () => ({}),
    openQuerySet: () => expect.unreachable(),
  });
  expect(() => builder.subscribeToAllTables()).toThrow(/no tables to subscribe to.* Add public: true /);
});

it('[S10] a connection has the tables of its bindings as queries', () => {
  const { conn, host } = connectedArena();
  const from = conn.getFromBuilder();
  expectTypeOf(from).toEqualTypeOf<typeof tables>();
  expect(Object.keys(from)).toEqual(Object.keys(tables));
  conn.subscriptionBuilder().subscribe(from.ship.where((row) => row.owner.eq(7)));
  const [asked] = host.received() as SubscribeMessage[];
  expect(asked!.queries).toEqual([tables.ship.where((row) => row.owner.eq(7)).toSql()]);
});

it('[S3] the cache is filled, then row callbacks, then onApplied', () => {
  const { conn, host, tick } = connectedArena();
  const log: unknown[] = [];
  conn.db.ship.onInsert((ctx, row) => log.push(['insert', row.id, ctx.event.tag, ctx.db.ship.count()]));
  const handle = conn
    .subscriptionBuilder()
    .onApplied((ctx) => log.push(['applied', ctx.event.tag, ctx.db.ship.count(), handle.isActive()]))
    .subscribe(tables.ship);
  host.applied(host.received()[0] as SubscribeMessage, { table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
  tick();
  expect(log).toEqual([
    ['insert', 1, 'SubscribeApplied', 2n],
    ['insert', 2, 'SubscribeApplied', 2n],
    ['applied', 'SubscribeApplied', 2n, true],
  ]);
});

it('[S4] a handle knows its state', () => {
  const { conn, host, tick } = connectedArena();
  const state = (handle: { isActive(): boolean; isEnded(): boolean }) => [handle.isActive(), handle.isEnded()];
  const first = conn.subscriptionBuilder().subscribe(tables.ship);
  const second = conn.subscriptionBuilder().subscribe(tables.user);
  expect(state(first)).toEqual([false, false]);
  host.applied(host.received()[0] as SubscribeMessage);
  tick();
  expect([state(first), state(second)]).toEqual([
    [true, false],
    [false, false],
  ]);
  conn.disconnect();
  conn.frameTick();
  expect([state(first), state(second)]).toEqual([
    [false, true],
    [false, true],
  ]);
});

it('[S5] unsubscribing lets go of rows that no other subscription holds', () => {
  const { conn, host, tick } = connectedArena();
  const log: unknown[] = [];
  const first = conn.subscriptionBuilder().subscribe(tables.ship);
  conn.subscriptionBuilder().subscribe(tables.ship.where((row) => row.owner.eq(2)));
  const [one, two] = host.received() as SubscribeMessage[];
  const rows = [ship({ id: 1, owner: 1 }), ship({ id: 2, owner: 2 })];
  host.applied(one!, { table: 'ship', inserts: rows });
  host.applied(two!, { table: 'ship', inserts: [rows[1]!] });
  tick();
  conn.db.ship.onDelete((ctx, row) => log.push(['delete', row.id, ctx.event.tag, ctx.timestamp]));
  first.unsubscribeThen((ctx) => log.push(['then', ctx.event.tag, ctx.db.ship.count(), first.isEnded()]));
  expect(first.isActive()).toBe(true);
  const [unsubscribe] = host.received() as UnsubscribeMessage[];
  expect(unsubscribe).toMatchObject({ tag: 'Unsubscribe', querySetId: one!.querySetId });
  host.unsubscribed(unsubscribe!, { table: 'ship', deletes: rows });
  tick();
  expect(log).toEqual([
    ['delete', 1, 'UnsubscribeApplied', undefined],
    ['then', 'UnsubscribeApplied', 1n, true],
  ]);
});

it('[S6] unsubscribing twice, or after the end, is an error', () => {
  const { conn, host, tick } = connectedArena();
  const asked = conn.subscriptionBuilder().subscribe(tables.ship);
  asked.unsubscribe();
  expect(() => asked.unsubscribe()).toThrow('Unsubscribe has already been called');
  const refused = conn
    .subscriptionBuilder()
    .onError(() => {})
    .subscribe('SELECT * FROM secret');
  host.refused(host.received().at(-1) as SubscribeMessage, 'no such table: `secret`');
  tick();
  expect(() => refused.unsubscribeThen(() => {})).toThrow('Subscription has already ended');
});

it('[S6] unsubscribing before it is applied takes its rows away again, and onApplied is not called', () => {
  const { conn, host, tick } = connectedArena();
  const log: string[] = [];
  const handle = conn
    .subscriptionBuilder()
    .onApplied(() => log.push('applied'))
    .subscribe(tables.ship);
  handle.unsubscribeThen(() => log.push('ended'));
  const [subscribe, unsubscribe] = host.received();
  host.applied(subscribe as SubscribeMessage, { table: 'ship', inserts: [ship({ id: 1 })] });
  host.unsubscribed(unsubscribe as UnsubscribeMessage, { table: 'ship', deletes: [ship({ id: 1 })] });
  tick();
  expect([log, conn.db.ship.count()]).toEqual([['ended'], 0n]);
});

it('[S7] a refused subscription calls onError, and the connection goes on', () => {
  const { conn, host, tick, errors } = connectedArena();
  const log: unknown[] = [];
  const handle = conn
    .subscriptionBuilder()
    .onError((ctx, error) => log.push(ctx.event === error, error.message, handle.isEnded()))
    .subscribe('SELECT * FROM secret');
  conn.subscriptionBuilder().subscribe('SELEKT');
  const [first, second] = host.received() as SubscribeMessage[];
  host.refused(first!, 'no such table: `secret`');
  host.refused(second!, 'cannot parse');
  expect(tick().active).toBe(true);
  expect(log).toEqual([true, 'no such table: `secret`', true]);
  expect(errors.map(({ error, where }) => [error.message, where])).toEqual([
    ['cannot parse', 'onError of a subscription'],
  ]);
});

it('[S8] subscribing on a connection that is over calls onError in the next tick', () => {
  const { conn, errors } = connectedArena();
  conn.disconnect();
  conn.frameTick();
  const log: unknown[] = [];
  const handle = conn
    .subscriptionBuilder()
    .onError((_ctx, error) => log.push(error.name))
    .subscribe(tables.ship);
  expect([handle.isEnded(), log]).toEqual([true, []]);
  conn.frameTick();
  expect([log, errors]).toEqual([['ConnectionLostError'], []]);
});

describe('a table that is followed without a subscription', () => {
  const watcher = { insert() {}, update() {}, delete() {}, end() {} };
  const warnings = () => vi.spyOn(console, 'warn').mockImplementation(() => {});
  afterEach(() => vi.restoreAllMocks());

  it('[S9] is told of once', () => {
    const warn = warnings();
    const { conn, host, tick, clock } = arena();
    conn.db.ship.watch(watcher);
    clock.turn(10_000);
    host.welcome();
    tick();
    clock.turn(2999);
    conn.db.orb.watch(watcher);
    expect(warn).not.toHaveBeenCalled();
    clock.turn(1);
    clock.turn(60_000);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('nothing has been subscribed to')]]);
  });

  it('[S9] not when something was ever subscribed to, nobody looks, or the connection is over', () => {
    const warn = warnings();
    const subscribed = connectedArena();
    subscribed.conn.db.ship.watch(watcher);
    subscribed.clock.turn(2000);
    const handle = subscribed.conn.subscriptionBuilder().subscribe(tables.orb);
    subscribed.clock.turn(9000);
    handle.unsubscribe();
    subscribed.conn.db.orb.watch(watcher);
    const unwatched = connectedArena();
    const over = connectedArena();
    over.conn.db.ship.watch(watcher);
    over.conn.disconnect();
    over.tick();
    for (const { clock } of [subscribed, unwatched, over]) clock.turn(60_000);
    expect(warn).not.toHaveBeenCalled();
  });
});
