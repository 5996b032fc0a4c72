import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcedureOutcome } from '../../../src/host/index.ts';
import { Identity } from '../../../src/values/index.ts';
import { TestHost } from './support/test-host.ts';

// Procedures on Node: in threads of their own.

const PROGRAM = `
'use strict';
const { Range, ScheduleAt, SenderError, errors, schema, t, table } = require('spacetimedb/server');
const orb = table(
  { public: true, indexes: [{ accessor: 'byPlace', algorithm: 'btree', columns: ['cell', 'worth'] }] },
  { id: t.u32().primaryKey().autoInc(), cell: t.u32(), worth: t.u32().unique(), owner: t.identity(), seen: t.timestamp(), tag: t.option(t.uuid()) },
);
const beat = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const poll = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const sea = schema({ orb, beat, poll });
exports.default = sea;
exports.init = sea.init(({ db }) => void db.beat.insert({ id: 0n, at: ScheduleAt.interval(20000n) }));
let beats = 0;
exports.step = sea.reducer({ onSchedule: beat }, { timer: beat.rowType }, ({ db }) => { beats++; });
exports.beats = sea.reducer(() => { throw new SenderError(String(beats)); });
exports.pollNow = sea.reducer({ url: t.string() }, ({ db }, { url }) => { target = url; db.poll.insert({ id: 0n, at: ScheduleAt.time(0n) }); });
let target = '';
exports.polled = sea.procedure({ onSchedule: poll }, { timer: poll.rowType }, t.unit(), (ctx, { timer }) => {
  ctx.withTx((tx) => void tx.db.orb.insert({ id: 0, cell: Number(timer.id), worth: 500, owner: ctx.sender, seen: tx.timestamp, tag: undefined }));
  return {};
});
exports.work = sea.procedure({ by: t.u32() }, t.array(t.string()), (ctx, { by }) => {
  const said = [];
  const row = (worth, cell) => ({ id: 0, cell, worth, owner: ctx.sender, seen: ctx.timestamp, tag: ctx.newUuidV4() });
  let first;
  ctx.withTx((tx) => {
    first = tx.db.orb.insert(row(by, 1));
    for (const n of [1, 2, 3]) tx.db.orb.insert(row(by + n, n));
    said.push('find ' + tx.db.orb.id.find(first.id).owner.isEqual(ctx.sender));
    said.push('none ' + tx.db.orb.id.find(999));
    said.push('filter ' + [...tx.db.orb.byPlace.filter([1, new Range({ tag: 'excluded', value: by })])].map((o) => o.worth));
    tx.db.orb.id.update({ ...first, worth: 77 });
    said.push('unique ' + tx.db.orb.worth.find(77).id);
    said.push('count ' + tx.db.orb.count() + ' ' + [...tx.db.orb.iter()].length + ' ' + [...tx.db.orb].length);
    said.push('deleted ' + tx.db.orb.byPlace.delete(2) + ' ' + tx.db.orb.id.delete(first.id) + ' ' + tx.db.orb.delete(first));
    try {
      tx.db.orb.insert(row(by + 3, 9));
    } catch (error) {
      said.push('taken ' + (error instanceof errors.UniqueAlreadyExists));
    }
    try {
      tx.db.orb.insert({ ...row(1, 1), cell: 'west' });
    } catch (error) {
      said.push(error.name + ' ' + error.message);
    }
  });
  try {
    ctx.withTx((tx) => { tx.db.orb.clear(); throw new Error('undone'); });
  } catch (error) {
    said.push(error.message);
  }
  try {
    ctx.withTx((tx) => ctx.withTx(() => 0));
  } catch (error) {
    said.push(error.name);
  }
  try {
    ctx.withTx(() => ctx.http.fetch('http://127.0.0.1:1'));
  } catch (error) {
    said.push(error.name);
  }
  try {
    ctx.withTx((tx) => {
      said.push('far');
      tx.db.poll.insert({ id: 0n, at: ScheduleAt.interval(10n ** 18n) });
    });
  } catch (error) {
    said.push(error.name);
  }
  console.log('worked', said.length);
  return said;
});
exports.ask = sea.procedure({ url: t.string() }, t.string(), (ctx, { url }) => {
  const answer = ctx.http.fetch(url, { method: 'POST', headers: { 'x-sea': 'salt' }, body: 'ahoy' });
  ctx.withTx((tx) => void tx.db.orb.insert({ id: 0, cell: 5, worth: answer.status, owner: ctx.sender, seen: ctx.timestamp, tag: undefined }));
  return answer.status + ' ' + answer.ok + ' ' + answer.headers.get('x-echo') + ' ' + answer.text();
});
exports.quick = sea.procedure(t.u32(), () => 7);
exports.spin = sea.procedure(t.u32(), () => { for (;;); });
exports.hold = sea.procedure(t.u32(), (ctx) => ctx.withTx((tx) => {
  tx.db.orb.clear();
  for (;;);
}));
exports.refuse = sea.procedure(t.u32(), () => { throw new SenderError('the sea is closed'); });
exports.forge = sea.procedure({ message: t.string() }, t.u32(), (ctx, { message }) => {
  const { port } = new Function('return process')().getBuiltinModule('node:worker_threads').workerData;
  port.postMessage(JSON.parse(message));
  return 8;
});
exports.hoard = sea.procedure(t.u32(), () => { const held = []; for (;;) held.push({ crate: [] }); });
`;

/** Answers what asks for `/held`: called by the test when it is time. */
let heldBack: (() => void) | undefined;
const server = createServer((request, response) => {
  if (request.url === '/never') return;
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const answer = () =>
      response.writeHead(418, { 'x-echo': request.headers['x-sea'] }).end(`${request.method} ${body}`);
    if (request.url === '/held') heldBack = answer;
    else answer();
  });
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const CALLER = {
  identity: new Identity('5ea'.padStart(64, '0')),
  connectionId: null,
  auth: { isInternal: false, hasJWT: false, jwt: null },
};

async function open(options = {}) {
  const host = await TestHost.open(options);
  await host.publish('sea', PROGRAM);
  const database = host.node.host.find('sea')!;
  const call = (name: string, value: unknown = {}): Promise<ProcedureOutcome> =>
    new Promise((resolve) => {
      void host.node.inTurn(() => database.callProcedure(name, { encoding: 'value', value }, CALLER, resolve));
    });
  const beats = () =>
    host.node.inTurn(() =>
      Number((database.call('beats', { encoding: 'value', value: {} }, CALLER) as { error: string }).error),
    );
  const rows = () => [...database.store('orb')!.rows.values()];
  return { host, database, call, beats, rows };
}

describe('procedures in threads', { timeout: 60_000 }, () => {
  it('[PT1] read and write as if they were not', async () => {
    const { call, rows, host } = await open();
    expect(await call('work', { by: 10 })).toMatchObject({
      status: 'Returned',
      returned: [
        'find true',
        'none null',
        'filter 11',
        'unique 1',
        'count 4 4 4',
        'deleted 1 true false',
        'taken true',
        expect.stringMatching(/^ValueError .*orb\.cell/),
        'undone',
        'WouldBlockTransaction',
        'WouldBlockTransaction',
        'far',
        'ScheduleAtDelayTooLong',
      ],
    });
    expect(rows().map(({ worth }) => worth)).toEqual([11, 13]);
    expect(host.log.at(-1)).toMatchObject({ level: 'info', reducer: 'work', message: 'worked 13' });
  });

  it('[PT2] fetch while everybody else goes on', async () => {
    const { call, beats, host, rows } = await open();
    const player = await host.join('sea');
    await player.subscribe(1, 'SELECT * FROM orb');
    heldBack = undefined;
    const asked = call('ask', { url: `${url}/held` });
    await expect.poll(() => heldBack, { timeout: 30_000 }).toBeDefined();
    // It waits for its answer, which comes when all of this has been done.
    expect(await call('quick')).toMatchObject({ status: 'Returned', returned: 7 });
    const before = await beats();
    while ((await beats()) < before + 5);
    expect(rows()).toEqual([]);
    heldBack!();
    expect(await asked).toMatchObject({ status: 'Returned', returned: '418 false salt POST ahoy' });
    expect(rows()).toMatchObject([{ worth: 418 }]);
  });

  it('[PT3] are told when there is no answer', async () => {
    const { call } = await open();
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const gone = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    expect(await call('ask', { url: gone })).toMatchObject({
      status: 'InternalError',
      error: expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/),
    });
    expect(await call('ask', { url: 'no address' })).toMatchObject({ error: expect.stringMatching(/no address/) });
  });

  it('[PT4] that never end are stopped: in a transaction as a reducer is, elsewhere with their thread', async () => {
    const { call, rows } = await open({ reducerLimitMs: 400, procedureLimitMs: 500 });
    expect(await call('work', { by: 1 })).toMatchObject({ status: 'Returned' });
    const kept = rows();
    expect(await call('hold')).toMatchObject({
      status: 'InternalError',
      error: expect.stringMatching(/within 400 ms/),
    });
    expect(rows()).toEqual(kept);
    expect(await call('spin')).toMatchObject({ error: expect.stringMatching(/nothing but compute for 500 ms/) });
    expect(await call('quick')).toMatchObject({ returned: 7 });
    const patient = await open();
    expect(await patient.call('hoard')).toMatchObject({ error: expect.stringMatching(/memory/) });
    expect(await patient.call('quick')).toMatchObject({ returned: 7 });
  });

  it('[PT5] run four at a time, the others wait; refusals are told', async () => {
    const { call } = await open({ procedureLimitMs: 400 });
    const spins = Array.from({ length: 5 }, () => call('spin'));
    expect(await call('refuse')).toMatchObject({ status: 'Failed', error: 'the sea is closed' });
    for (const outcome of await Promise.all(spins)) expect(outcome).toMatchObject({ status: 'InternalError' });
    const many = await Promise.all(Array.from({ length: 300 }, () => call('quick')));
    const busy = many.filter((outcome) => outcome.status !== 'Returned');
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]).toMatchObject({ error: expect.stringMatching(/256 calls of procedures are waiting/) });
  });

  it('[PT6] run on schedule, and end with their version of the module', async () => {
    const { call, database, host, rows } = await open();
    await host.node.inTurn(() => database.call('poll_now', { encoding: 'value', value: { url } }, CALLER));
    await expect.poll(rows, { timeout: 15_000 }).toMatchObject([{ cell: 1, worth: 500 }]);
    const waiting = call('ask', { url: `${url}/never` });
    await call('quick');
    await host.node.inTurn(() => database.replaceModule(database.module));
    expect(await waiting).toMatchObject({ error: expect.stringMatching(/module was replaced/) });
    expect(await call('quick')).toMatchObject({ returned: 7 });
  });

  it('[PT8] that cannot be told are logged, and fail alone: nothing ends the host', async () => {
    const { host, database, call } = await open();
    const lines = () => host.log.filter(({ level }) => level === 'error').map(({ message }) => message);
    const told: string[] = [];
    const fussy = (outcome: ProcedureOutcome): void => {
      told.push(outcome.status === 'Returned' ? String(outcome.returned) : outcome.error);
      throw new Error('no room on deck');
    };
    for (const name of ['quick', 'refuse']) {
      const before = lines().length;
      await host.node.inTurn(() => database.callProcedure(name, { encoding: 'value', value: {} }, CALLER, fussy));
      await expect.poll(() => lines().length, { timeout: 15_000 }).toBeGreaterThan(before);
    }
    expect(told).toEqual(['7', expect.stringMatching(/quick.*no room on deck/), 'the sea is closed']);
    for (const line of lines()) expect(line).toMatch(/(quick|refuse) .*no room on deck/);
    expect(await call('quick')).toMatchObject({ returned: 7 });
  });

  it('[PT8] whose thread says what makes no sense fail alone', async () => {
    const { call, host } = await open();
    for (const message of [
      null,
      { kind: 'done' },
      { kind: 'done', result: { returned: [] } },
      { kind: 'done', result: null },
    ]) {
      const outcome = await call('forge', { message: JSON.stringify(message) });
      expect([message, outcome.status]).toEqual([message, 'InternalError']);
      expect(await call('quick')).toMatchObject({ returned: 7 });
    }
    expect((await host.fetch('/v1/ping')).status).toBe(200);
  });

  it('[PT7] answer over the wire, after what they changed', async () => {
    const { host } = await open();
    const player = await host.join('sea');
    await player.subscribe(1, 'SELECT * FROM orb');
    const before = player.messages.length;
    player.send({ type: 'CallProcedure', requestId: 900, procedure: 'ask', args: [url] });
    // The thread starts with the first call, and takes seconds to on a busy machine.
    await player.next(({ type }) => type === 'ProcedureResult', 45_000);
    expect(player.messages.slice(before).map(({ type }) => type)).toEqual(['TransactionUpdate', 'ProcedureResult']);
  });
});
