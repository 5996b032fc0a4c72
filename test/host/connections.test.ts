import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeReason, MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from '../../src/host/index.ts';
import { SenderError, schema, t, table } from '../../src/module/index.ts';
import { msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { heldBytes } from '../heap.ts';
import { PLAYER_AUTH, TestClient } from './support/client.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey().autoInc(), name: t.string() });
const comet = schema({ ship: Ship });
const module = moduleOf(comet, {
  launch: comet.reducer({ name: t.string() }, ({ db }, { name }) => {
    if (name === '') throw new SenderError('A ship needs a name');
    if (name === 'crash') throw new Error('crashed');
    db.ship.insert({ id: 0, name });
  }),
});

const PROTOCOLS = [msgpackProtocol, v3Protocol, v2Protocol, v1Protocol];
const MIB = 2 ** 20;
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

describe('a connection', () => {
  it('[H70] ends with 1011 on bytes that are no message, alone', () => {
    const world = new World(module);
    const other = world.join();
    other.subscribe(1, 'SELECT * FROM ship');
    const bad: Uint8Array[] = [
      new Uint8Array(0),
      new Uint8Array([0xc1]),
      new Uint8Array([0x81]),
      encode('Subscribe'),
      encode([1, 2]),
      encode({}),
      encode({ type: 'Warp' }),
      encode({ type: `Warp ${'\u{1F680}'.repeat(300)}` }),
      encode({ type: 'Subscribe', requestId: -1, querySetId: 1, queries: [] }),
      encode({ type: 'Subscribe', requestId: 1, querySetId: 1, queries: 'SELECT' }),
      encode({ type: 'Subscribe', requestId: 1, querySetId: 1, queries: [5] }),
      encode({ type: 'CallReducer', requestId: 1 }),
      encode({ type: 'Unsubscribe', requestId: 1.5, querySetId: 1 }),
      new Uint8Array([...encode({ type: 'Unsubscribe', requestId: 1, querySetId: 1 }), 0]),
      new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff]),
      new Uint8Array(100_000).fill(0x91),
    ];
    for (const [i, bytes] of bad.entries()) {
      const client = world.join(2);
      client.subscribe(1, 'SELECT * FROM ship');
      const frames = client.frames.length;
      client.send(bytes);
      expect(client.closed, `case ${i}`).toMatchObject({ code: 1011, reason: expect.stringMatching(/./) });
      expect(bytesOf(client.closed!.reason)).toBeLessThanOrEqual(123);
      client.call('launch', { name: 'ghost' });
      world.run('launch', { name: 'seen by the other' });
      expect(client.frames).toHaveLength(frames);
      client.leave();
    }
    expect(other.closed).toBeUndefined();
    expect(other.table('ship')).toHaveLength(bad.length);
    expect(world.rows('ship').some(({ name }) => name === 'ghost')).toBe(false);
    expect(world.database.querySets.subscriptions.size).toBe(1);
  });

  it('[H70] survives or ends, whatever comes', () => {
    const world = new World(module);
    const other = world.join();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const client = world.join(2);
        client.send(bytes);
        client.leave();
        return client.closed === undefined || (client.closed.code === 1011 && bytesOf(client.closed.reason) <= 123);
      }),
      { numRuns: 500 },
    );
    expect(other.closed).toBeUndefined();
  });

  it('[H70] cuts reasons at a character', () => {
    expect(closeReason('short')).toBe('short');
    for (const text of ['x'.repeat(124), 'é'.repeat(100), '\u{1F680}'.repeat(50), `x${'\u{1F680}'.repeat(50)}`]) {
      const cut = closeReason(text);
      expect(bytesOf(cut)).toBeLessThanOrEqual(123);
      expect(bytesOf(cut)).toBeGreaterThan(115);
      expect(cut).toMatch(/^(x*|é*|x?\p{Emoji}*)…$/u);
    }
  });

  it('[H71] goes on after calls that fail', () => {
    const world = new World(module);
    const client = world.join();
    const results: unknown[] = [];
    for (const [reducer, args] of [
      ['launch', { name: '' }],
      ['launch', { name: 'crash' }],
      ['warp', {}],
    ] as const) {
      const requestId = client.call(reducer, args);
      const { status, error, ...rest } = client.last('ReducerResult');
      expect(rest.requestId).toBe(requestId);
      results.push([status, error]);
    }
    for (const args of [undefined, null, [], [5], ['a', 'b'], { name: 'a' }, 'a']) {
      client.send(
        encode({ type: 'CallReducer', requestId: 99, reducer: 'launch', ...(args !== undefined && { args }) }),
      );
      expect(client.last('ReducerResult')).toMatchObject({
        requestId: 99,
        status: 'InternalError',
        error: expect.stringMatching(/^invalid arguments for reducer launch: (name|value) \(/),
      });
    }
    expect(results).toEqual([
      ['Failed', 'A ship needs a name'],
      ['InternalError', 'crashed'],
      ['InternalError', 'no such reducer: warp'],
    ]);
    client.send(encode({ type: 'CallReducer', requestId: 100, reducer: 'launch', args: ['Ada'] }));
    expect(client.last('TransactionUpdate').reducer?.requestId).toBe(100);
    expect(world.rows('ship')).toHaveLength(1);
  });

  it.each(PROTOCOLS)('[H74] is not answered with more rows than there is room for: $name', (protocol) => {
    const world = new World(module);
    const client = world.join(1, protocol);
    for (let i = 0; i < 9; i++) world.run('launch', { name: 'x'.repeat(MIB) });
    const all = Array.from({ length: 10 }, (_, n) => `SELECT * FROM ship WHERE id < ${100 + n}`);
    expect(client.subscribe(1, ...all)).toMatchObject({
      tag: 'SubscriptionError',
      error: expect.stringMatching(/take more than 67108864 bytes\. Add conditions/),
    });
    client.send(protocol.oneOffQuery(2, 'SELECT a.* FROM ship a JOIN ship b'));
    expect(client.last('OneOffQueryResult')).toMatchObject({
      outcome: { error: expect.stringMatching(/take more than 67108864 bytes/) },
    });
    expect(world.database.querySets.subscriptions.size).toBe(0);
    expect(client.subscribe(1, ...all.slice(0, 3)).tag).toBe('SubscribeApplied');
  });

  it.each(PROTOCOLS)('[H74] leaves nothing of its size behind a large message: $name', (protocol) => {
    const world = new World(module);
    for (let i = 0; i < 9; i++) world.run('launch', { name: 'x'.repeat(MIB) });
    const other = world.join(2, protocol);
    const before = heldBytes();
    const leave = () => {
      const client = world.join(1, protocol);
      expect(client.subscribe(1, 'SELECT * FROM ship').tag).toBe('SubscribeApplied');
      client.leave();
    };
    leave();
    other.subscribe(1, "SELECT * FROM ship WHERE name = 'small'");
    world.run('launch', { name: 'small' });
    expect(heldBytes() - before).toBeLessThan(4 * MIB);
  });

  it.each(PROTOCOLS)('[H75] is refused what comes faster than it may, and told so: $name', (protocol) => {
    const world = new World(module);
    const hasty = new TestClient(world.database, player(1), PLAYER_AUTH, protocol, false, 4);
    const other = world.join(2, protocol);
    const error = expect.stringMatching(/^This host takes 4 requests a second from a client \(maxRequestsPerSecond\)/);
    const launch = (count: number) => {
      for (let i = 0; i < count; i++) hasty.call('launch', { name: 'hasty' });
    };
    const names = () => world.rows('ship').map(({ name }) => name);
    launch(6);
    expect(hasty.last('ReducerResult')).toMatchObject({
      status: protocol === v1Protocol ? 'Failed' : 'InternalError',
      error,
    });
    expect(names()).toHaveLength(4);
    expect(hasty.subscribe(1, 'SELECT * FROM ship')).toMatchObject({ tag: 'SubscriptionError', error });
    hasty.send(protocol.oneOffQuery(77, 'SELECT * FROM ship'));
    expect(hasty.last('OneOffQueryResult')).toMatchObject({ requestId: 77, outcome: { error } });
    if (protocol === msgpackProtocol) {
      hasty.callProcedure('tally');
      expect(hasty.last('ProcedureResult')).toMatchObject({ outcome: { error } });
    }
    other.call('launch', { name: 'other' });
    world.clock.advance(500);
    launch(3);
    expect(names()).toEqual([...Array(4).fill('hasty'), 'other', 'hasty', 'hasty']);
    world.clock.advance(60_000); // a minute of silence saves up no more than a second's worth
    expect(hasty.subscribe(1, 'SELECT * FROM ship').tag).toBe('SubscribeApplied');
    launch(3);
    expect(names()).toHaveLength(10);
    expect(hasty.unsubscribe(1).tag).toBe('UnsubscribeApplied');
    launch(1);
    expect(names()).toHaveLength(10);
    expect(hasty.closed).toBeUndefined();
  });

  it('[H72] holds as many queries as it may', () => {
    const world = new World(module);
    const client = world.join();
    const refused = (...queries: string[]) => {
      const answer = client.subscribe(0, ...queries);
      return answer.tag === 'SubscriptionError' ? answer.error : answer.tag;
    };
    const many = (count: number) => Array.from({ length: count }, (_, id) => `SELECT * FROM ship WHERE id = ${id}`);
    expect(refused()).toBe('Subscriptions must have at least one query');
    expect(refused(...many(MAX_QUERIES_PER_SET + 1))).toBe('A query set may hold 1024 queries.');
    const long = (chars: number) => 'SELECT * FROM ship'.padEnd(chars);
    expect(refused(long(MAX_QUERY_CHARS + 1))).toBe('A query may be 16384 characters long.');
    expect(refused('SELECT * FROM ship', 'SELECT * FROM nowhere')).toContain('no such table: `nowhere`');
    expect(world.database.querySets.subscriptions.size).toBe(0);
    expect(refused(...many(MAX_QUERIES_PER_SET - 1), long(MAX_QUERY_CHARS))).toBe('SubscribeApplied');
    expect(refused('SELECT * FROM ship')).toBe(
      'Subscription with id 0 already exists: choose another id for the query set.',
    );
    for (let id = 1; id < MAX_QUERY_SETS; id++)
      expect(client.subscribe(id, 'SELECT * FROM ship').tag).toBe('SubscribeApplied');
    expect(client.subscribe(MAX_QUERY_SETS, 'SELECT * FROM ship')).toMatchObject({
      error: 'A client may hold 1024 query sets.',
    });
    client.unsubscribe(5);
    expect(client.subscribe(MAX_QUERY_SETS, 'SELECT * FROM ship').tag).toBe('SubscribeApplied');
    world.run('launch', { name: 'Ada' });
    expect(client.rows.get('ship')).toBeUndefined();
    client.read();
    expect(client.rows.get('ship')?.get(1)?.count).toBe(1 + 1024);
    client.leave();
    expect(world.database.querySets.subscriptions.size).toBe(0);
  });
});
