import { describe, expect, it } from 'vitest';
import { FRAGMENT_BYTES } from '../../../src/host/node/outbox.ts';
import { heldBytes } from '../../heap.ts';
import type { Player } from './support/player.ts';
import { TestHost } from './support/test-host.ts';

const MB = 1024 * 1024;
const CHARS = 20_000; // of a crate

const HOLD = `
const { schema, table, t } = require('spacetick/server');
const hold = schema({ crate: table({ name: 'crate', public: true }, { id: t.u32().primaryKey().autoInc() }) });
exports.default = hold;
exports.stow = hold.reducer((ctx) => void ctx.db.crate.insert({ id: 0 }));
exports.haul = hold.procedure({ chars: t.u32() }, t.string(), (ctx, { chars }) => {
  console.info('hauled ' + chars);
  return 'c'.repeat(chars);
});
`;

/** A host whose cargo takes so many bytes; kernels keep at most a third of 30 MB for a reader. */
async function withCargo(bytes: number, limits: object): Promise<{ host: TestHost; captain: Player }> {
  const host = await TestHost.withArena({ limits });
  const captain = await host.join();
  for (let left = bytes / CHARS; left > 0; left -= 100) await captain.ask('load', [Math.min(100, left), CHARS]);
  return { host, captain };
}

const lengthOf = (player: Player): number =>
  player.inserted('cargo').reduce((sum, [, text]) => sum + String(text).length, 0);
const isGone = (host: TestHost) => () => host.rows('visit').filter(({ what }) => what === 'left').length;

describe('readers', { timeout: 60_000 }, () => {
  it('[W26] have the time they need for a snapshot beyond the bound, and are told what comes meanwhile', async () => {
    const { host, captain } = await withCargo(30 * MB, { maxOutgoingBytes: MB });
    const reader = await host.join();
    await reader.subscribe(1, 'SELECT * FROM ship');
    reader.send({ type: 'Subscribe', requestId: 900, querySetId: 2, queries: ['SELECT * FROM cargo'] });
    reader.send({ type: 'CallReducer', requestId: 901, reducer: 'launch', args: [901] }); // answered behind it
    reader.socket.pause();
    for (let x = 0; x < 100; x++) await captain.ask('launch', [x]);
    expect(host.rows('ship').some(({ x }) => x === 901)).toBe(false);
    reader.socket.resume();
    await reader.answerTo(901);
    expect(lengthOf(reader)).toBeGreaterThan(28 * MB);
    expect(reader.inserted('ship').map(([, , x]) => x)).toEqual([...Array(100).keys(), 901]);
    expect(isGone(host)()).toBe(0);
  });

  it('[W26] that call a procedure read what it returns at their pace, too', async () => {
    const host = await TestHost.open({ limits: { maxOutgoingBytes: MB } });
    await host.publish('hold', HOLD);
    const [captain, reader] = [await host.join('hold'), await host.join('hold')];
    await reader.subscribe(1, 'SELECT * FROM crate');
    reader.send({ type: 'CallProcedure', requestId: 900, procedure: 'haul', args: [20 * MB] });
    reader.send({ type: 'CallProcedure', requestId: 901, procedure: 'haul', args: [1] });
    reader.socket.pause();
    const isTold = () => host.log.filter(({ message }) => message.startsWith('hauled')).length;
    await expect.poll(isTold, { timeout: 30_000 }).toBe(2);
    for (let i = 0; i < 50; i++) await captain.ask('stow');
    reader.socket.resume();
    for (const asked of [900, 901]) await reader.next(({ requestId }) => requestId === asked);
    await expect.poll(() => reader.inserted('crate').length).toBe(50);
  });

  it('[W26] are pinged while a long message is on its way: who reads steadily is not silent', async () => {
    const { host } = await withCargo(30 * MB, { maxOutgoingBytes: MB, pingIntervalMs: 20 });
    const reader = await host.join();
    let pings = 0;
    reader.send({ type: 'OneOffQuery', requestId: 900, query: 'SELECT * FROM cargo' });
    reader.socket.pause();
    reader.socket.on('ping', () => pings++);
    const hasAll = () => reader.messages.some(({ requestId }) => requestId === 900);
    while (!hasAll()) {
      reader.socket.resume();
      await new Promise(setImmediate); // reads what has come
      reader.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(pings).toBeGreaterThan(2); // one of them may have been ahead of it
    reader.socket.resume();
    await reader.ask('launch', [1]);
  });

  it('[W26] get every message whole and in order, whatever its length, at once or after a rest', async () => {
    const host = await TestHost.withArena();
    const [captain, reader] = [await host.join(), await host.join()];
    await reader.subscribe(1, 'SELECT * FROM cargo');
    const header = 200; // about what a message is longer than its text: some of these end at a fragment's end
    const lengths = [1, 2, 4].flatMap((n) => [-1, 0, 1].map((by) => n * FRAGMENT_BYTES - header + by));
    const loads = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? lengths[(i / 3) % lengths.length]! : i));
    for (const [i, chars] of loads.entries()) {
      if (i % 40 === 0) reader.socket.pause();
      if (i % 40 === 25) reader.socket.resume();
      const answer = captain.call('load', [1, chars]);
      if (i % 10 === 9) await captain.answerTo(answer); // ten of one turn, and the next
    }
    reader.socket.resume();
    await expect.poll(() => reader.inserted('cargo').length, { timeout: 30_000 }).toBe(loads.length);
    expect(reader.inserted('cargo').map(([, text]) => String(text).length)).toEqual(loads);
  });

  it('[W26] that ask for more than they read are answered as they read; the host holds one answer', async () => {
    const { host } = await withCargo(15 * MB, { maxOutgoingBytes: MB });
    const reader = await host.join();
    reader.socket.pause();
    const before = heldBytes();
    for (let i = 0; i < 10; i++) {
      reader.send({ type: 'OneOffQuery', requestId: 100 + i, query: 'SELECT * FROM cargo' });
    }
    const other = await host.join();
    await other.ask('launch', [1]);
    await other.ask('launch', [2]);
    expect(heldBytes() - before).toBeLessThan(40 * MB);
    reader.socket.resume();
    for (let i = 0; i < 10; i++) {
      await reader.next(({ requestId }) => requestId === 100 + i);
      reader.messages.length = 1;
    }
  });

  it('[W21] that do not keep up are told why they are cut off, where they still read', async () => {
    const host = await TestHost.withArena({ limits: { maxOutgoingBytes: MB } });
    const [captain, slow] = [await host.join(), await host.join()];
    await slow.subscribe(1, 'SELECT * FROM cargo');
    slow.socket.pause();
    while (isGone(host)() === 0) {
      await captain.ask('load', [50, CHARS]);
      await captain.ask('unload');
    }
    slow.socket.resume();
    expect(await slow.ended).toEqual({
      code: 1013,
      reason: expect.stringMatching(/reads? too slowly.*maxOutgoingBytes/),
    });
  });

  it('[W21] that take nothing for the idle timeout are cut off, whatever they send', async () => {
    const { host } = await withCargo(30 * MB, { pingIntervalMs: 50, idleTimeoutMs: 1000 });
    const deaf = await host.join();
    await deaf.subscribe(1, 'SELECT * FROM ship');
    deaf.socket.pause();
    deaf.send({ type: 'OneOffQuery', requestId: 100, query: 'SELECT * FROM cargo' });
    const talk = setInterval(() => deaf.call('launch', [1]), 50);
    await expect.poll(isGone(host), { timeout: 30_000 }).toBe(1);
    clearInterval(talk);
  });
});
