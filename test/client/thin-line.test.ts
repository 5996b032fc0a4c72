import { expect, it } from 'vitest';
import { arena, ship } from './support/arena.ts';
import { ALICE, ALICE_CONNECTION } from './support/scripted-host.ts';

it('[L1] goes from build() to rows, calls and their answers', async () => {
  const log: string[] = [];
  const { conn, host, tick, errors } = arena((builder) =>
    builder
      .onConnect((connection, identity, token) => {
        log.push(`connect ${identity.isEqual(ALICE)} ${token}`);
        connection
          .subscriptionBuilder()
          .onApplied((ctx) => log.push(`applied ${ctx.db.ship.count()}`))
          .subscribe((tables) => [tables.ship, tables.user.where((user) => user.online.eq(true))]);
      })
      .onDisconnect((_ctx, error) => log.push(`disconnect ${error}`)),
  );
  conn.db.ship.onInsert((ctx, row) => log.push(`insert ${row.callSign} ${ctx.event.tag}`));
  conn.db.ship.onUpdate((_ctx, before, row) => log.push(`update ${before.x} -> ${row.x}`));
  conn.db.ship.onDelete((_ctx, row) => log.push(`delete ${row.callSign}`));
  conn.reducers.onSteer((ctx, { dx }) => log.push(`steer ${dx} ${ctx.event.status.tag}`));

  expect(conn.isActive).toBe(true);
  host.welcome();
  host.pair.flush();
  expect(log).toEqual([]);
  tick();
  expect(log).toEqual(['connect true token-of-alice']);
  expect(conn.connectionId.isEqual(ALICE_CONNECTION)).toBe(true);

  const [subscribe] = host.received();
  expect(subscribe).toMatchObject({
    tag: 'Subscribe',
    queries: ['SELECT * FROM "ship"', 'SELECT * FROM "user" WHERE "user"."online" = TRUE'],
  });
  host.applied(subscribe as never, { table: 'ship', inserts: [ship({ id: 7, callSign: 'falcon' })] });
  host.transaction({ table: 'ship', updates: [ship({ id: 7, x: 3, callSign: 'falcon' })] });
  const report = tick();
  expect(report).toMatchObject({ active: true, messages: 2, rows: 2, backlog: 0 });
  expect(report.changes.ship.added).toEqual([ship({ id: 7, x: 3, callSign: 'falcon' })]);

  const call = conn.reducers.steer({ dx: 1, dy: 0 });
  host.succeeded(host.received()[0] as never, { table: 'ship', deletes: [ship({ id: 7 })] });
  tick();
  await call;
  conn.disconnect();
  tick();
  expect(log.slice(1)).toEqual([
    'insert falcon SubscribeApplied',
    'applied 1',
    'update 0 -> 3',
    'delete falcon',
    'steer 1 Committed',
    'disconnect undefined',
  ]);
  expect(conn.isActive).toBe(false);
  expect(errors).toEqual([]);
});
