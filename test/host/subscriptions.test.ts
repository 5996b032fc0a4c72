import { decode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey(), cell: t.i32().index(), name: t.string() });
const Trail = table({ public: true }, { cell: t.i32(), x: t.f32() });
const Hit = table({ public: true, event: true }, { ship: t.u32(), damage: t.u8() });
const Secret = table({}, { id: t.u32().primaryKey() });
const comet = schema({ ship: Ship, trail: Trail, hit: Hit, secret: Secret });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];

let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, {
  run: comet.reducer(({ db }) => job(db)),
  refuse: comet.reducer(({ db }) => {
    db.ship.clear();
    throw new SenderError('no');
  }),
  whisper: comet.reducer({ to: t.string() }, () => undefined),
  shout: comet.reducer({ publicArgs: true }, { text: t.string() }, (_ctx, args) => {
    (args as { text: unknown }).text = 5; // what the module does to its copy is its own business
  }),
});

function start() {
  const world = new World(module);
  const inside = (body: (db: Db) => void) => {
    job = body;
    world.run('run');
  };
  inside(({ ship }) => {
    for (let id = 1; id <= 4; id++) ship.insert({ id, cell: id % 2, name: `Ship ${id}` });
  });
  return { world, inside };
}

/** A message as any MessagePack tool shows it. */
const plain = (frame: Uint8Array | undefined) => decode(frame!) as Record<string, never>;

describe('subscriptions', () => {
  it('[H63] show the rows of the moment', () => {
    const { world, inside } = start();
    const client = world.join();
    const answer = client.subscribe(7, 'SELECT * FROM ship WHERE cell = 1', 'SELECT * FROM trail');
    expect(answer).toMatchObject({
      tag: 'SubscribeApplied',
      querySetId: 7,
      tables: [{ updates: [], deletes: [], events: [] }],
    });
    expect(client.table('ship')).toEqual([
      { id: 1, cell: 1, name: 'Ship 1' },
      { id: 3, cell: 1, name: 'Ship 3' },
    ]);
    if (answer.tag !== 'SubscribeApplied') throw new Error(answer.tag);
    inside(({ ship }) => void ship.id.delete(1));
    const update = client.last('TransactionUpdate');
    expect(update.timestamp!.microsSinceUnixEpoch >= answer.timestamp!.microsSinceUnixEpoch).toBe(true);
  });

  it('[H63] count queries of one meaning once, and others one by one', () => {
    const { world, inside } = start();
    const client = world.join();
    const same = [
      'SELECT * FROM ship WHERE cell = 1 AND id > 2',
      'SELECT * FROM ship WHERE cell = 1 AND id > 2',
      'select * from "ship" where ("ship"."cell" = 1) and ("ship"."id" > 2)',
      "SELECT s.* FROM ship s WHERE 1 = s.cell AND '2' < s.id",
    ];
    client.subscribe(1, ...same);
    const count = () => client.rows.get('ship')?.get(3)?.count;
    expect(count()).toBe(1);
    client.subscribe(2, ...same, 'SELECT * FROM ship');
    expect(count()).toBe(3);
    inside(({ ship }) => void ship.id.update({ id: 3, cell: 1, name: 'Three' }));
    expect(client.last('TransactionUpdate').tables).toHaveLength(3);
    client.unsubscribe(1);
    expect(count()).toBe(2);
    inside(({ ship }) => void ship.id.delete(3));
    expect(client.last('TransactionUpdate').tables).toHaveLength(2);
    expect(count()).toBeUndefined();
    client.unsubscribe(2);
    expect(client.rows.get('ship')).toEqual(new Map());
    expect(world.database.querySets.subscriptions.size).toBe(0);
  });

  it('[H64] end with the rows that leave', () => {
    const { world, inside } = start();
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ship WHERE cell = 0', 'SELECT * FROM hit');
    expect(client.unsubscribe(1)).toMatchObject({
      ...{ tag: 'UnsubscribeApplied', querySetId: 1 },
      tables: [{ deletedKeys: [2, 4], inserts: [] }],
    });
    const frames = client.frames.length;
    inside(({ ship, hit }) => {
      ship.id.delete(2);
      hit.insert({ ship: 2, damage: 9 });
    });
    expect(client.frames).toHaveLength(frames);
    expect(client.unsubscribe(1)).toMatchObject({
      tag: 'SubscriptionError',
      querySetId: 1,
      error: 'Subscription not found: there is no query set 1.',
    });
    expect(client.subscribe(1, 'SELECT * FROM ship').tag).toBe('SubscribeApplied');
  });

  it('[H67] tell each client of a query the same bytes, made once', () => {
    const { world, inside } = start();
    const clients = [1, 2, 3].map((number) => world.join(number));
    for (const [i, client] of clients.entries()) {
      client.subscribe(i, 'SELECT * FROM ship WHERE cell = 1');
      client.subscribe(i + 10, i === 2 ? 'SELECT * FROM trail' : 'SELECT * FROM trail WHERE cell < 5');
    }
    inside(({ ship, trail }) => {
      ship.insert({ id: 9, cell: 1, name: 'Nine' });
      trail.insert({ cell: 1, x: 0.5 });
    });
    const [a, b, c] = clients.map((client) => client.frames.at(-1));
    expect(b).toBe(a);
    expect(c).toEqual(a);
    job = ({ ship }) => void ship.insert({ id: 12, cell: 1, name: 'Twelve' });
    clients[0]!.call('run');
    expect(clients[0]!.last('TransactionUpdate').tables).toHaveLength(1);
    expect(clients[1]!.frames.at(-1)).toBe(clients[0]!.frames.at(-1));
  });

  it('[H67] tell updates, arrivals and departures apart', () => {
    const { world, inside } = start();
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ship WHERE cell = 1 AND id < 9', 'SELECT * FROM trail');
    inside(({ ship, trail }) => {
      ship.id.update({ id: 1, cell: 1, name: 'Still here' });
      ship.id.update({ id: 2, cell: 1, name: 'Arrives' });
      ship.id.update({ id: 3, cell: 5, name: 'Leaves' });
      ship.insert({ id: 10, cell: 1, name: 'Elsewhere' });
      ship.insert({ id: 11, cell: 1, name: 'Gone at once' });
      ship.id.delete(11);
      ship.id.delete(4);
      ship.insert({ id: 4, cell: 0, name: 'Ship 4' });
      trail.insert({ cell: 1, x: 1 });
    });
    expect(plain(client.frames.at(-1)).tables).toEqual([
      { table: 'ship', updates: [[1, 1, 'Still here']], inserts: [[2, 1, 'Arrives']], deletes: [3] },
      { table: 'trail', inserts: [[1, 1]] },
    ]);
    inside(({ trail }) => {
      trail.delete({ cell: 1, x: 1 });
      trail.insert({ cell: 2, x: 1 });
    });
    expect(plain(client.frames.at(-1)).tables).toEqual([{ table: 'trail', inserts: [[2, 1]], deletes: [[1, 1]] }]);
    const frames = client.frames.length;
    inside(({ ship }) => {
      ship.id.update(ship.id.find(1)!);
      ship.insert({ id: 50, cell: 50, name: 'Out of sight' });
    });
    expect(client.frames).toHaveLength(frames);
  });

  it('[H68] always tell the caller, and nobody of what failed', () => {
    const { world } = start();
    const [caller, other] = [world.join(1), world.join(2)];
    other.subscribe(1, 'SELECT * FROM ship');
    const frames = other.frames.length;
    const requestId = caller.call('whisper', { to: 'nobody' });
    expect(caller.last('TransactionUpdate')).toMatchObject({
      ...{ tables: [], reducer: { name: 'whisper', caller: player(1), requestId } },
    });
    caller.call('refuse');
    expect(caller.last('ReducerResult')).toMatchObject({ status: 'Failed', error: 'no' });
    expect(other.frames).toHaveLength(frames);
    job = (db) => void db.ship.id.delete(1);
    caller.call('run');
    expect(caller.last('TransactionUpdate').tables).toEqual([]);
    expect(other.last('TransactionUpdate').reducer).toMatchObject({ name: 'run', connectionId: caller.connectionId });
  });

  it('[H69] tell events once and keep none', () => {
    const { world, inside } = start();
    const [near, far] = [world.join(1), world.join(2)];
    near.subscribe(1, 'SELECT * FROM hit WHERE ship = 1', 'SELECT * FROM hit WHERE damage > 100');
    expect(far.subscribe(1, 'SELECT * FROM hit WHERE ship = 2')).toMatchObject({ tables: [] });
    inside(({ hit }) => {
      hit.insert({ ship: 1, damage: 5 });
      hit.insert({ ship: 1, damage: 5 });
      expect([hit.count(), [...hit]]).toEqual([0n, []]);
    });
    expect(plain(near.frames.at(-1)).tables).toEqual([
      {
        table: 'hit',
        events: [
          [1, 5],
          [1, 5],
        ],
      },
    ]);
    near.read();
    expect(near.events).toHaveLength(2);
    expect(far.frames).toHaveLength(2);
    expect(world.rows('hit')).toEqual([]);
    expect(world.join(3).subscribe(1, 'SELECT * FROM hit')).toMatchObject({ tables: [] });
  });

  it('[H73] tell arguments only where the reducer makes them public, and as they came', () => {
    const { world } = start();
    const caller = world.join();
    caller.call('whisper', { to: 'Ada' });
    expect(plain(caller.frames.at(-1)).reducer).not.toHaveProperty('args');
    caller.call('shout', { text: 'ahoy' });
    expect(plain(caller.frames.at(-1)).reducer).toMatchObject({ name: 'shout', args: ['ahoy'] });
  });
});
