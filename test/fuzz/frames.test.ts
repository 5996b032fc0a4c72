import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeModule } from '../../src/module/index.ts';
import { SpacetickError } from '../../src/values/index.ts';
import { msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { heldBytes } from '../heap.ts';
import { World } from '../host/support/world.ts';
import { randomOf } from '../random.ts';
import { answersTo, type Frame, FrameSource } from './frame-source.ts';
import { FuzzHost } from './fuzz-host.ts';
import * as lagoonModule from './lagoon-module.ts';
import { announce, SEED, shown } from './seed.ts';
import { record, type Traffic } from './traffic.ts';

const PROTOCOLS = [msgpackProtocol, v3Protocol, v2Protocol, v1Protocol];
const MB = 1024 * 1024;
const MAX_GROWTH = 32 * MB; // the lagoon is small, and what was refused leaves nothing
const LONG_MS = 2000; // of processor time: what a turn may take on a host (docs/limits.md)
const FRAMES_A_CLIENT = 60; // so that sets and sessions come and go
const HONEST_EVERY = 50;
const ANEW_EVERY = 1000; // a client of these tests keeps every frame it was sent

let host: FuzzHost | undefined;
const traffic = new Map<string, Traffic>();

beforeAll(async () => {
  host = await FuzzHost.start();
  for (const protocol of PROTOCOLS) traffic.set(protocol.name, await record(host.url, [protocol]));
});

afterAll(async () => {
  expect(await host?.close()).toEqual({ code: 0, stderr: '' });
});

function expectEnd({ fault }: Frame, closed: { code: number; reason: string } | undefined, where: () => string): void {
  if (fault === undefined) {
    expect(closed, where()).toBeUndefined();
    return;
  }
  expect(fault, where()).toBeInstanceOf(SpacetickError);
  expect(closed?.code, where()).toBe(1011);
  expect(closed?.reason, where()).toMatch(/^\S.{5,}/);
  expect(Buffer.byteLength(closed!.reason), where()).toBeLessThanOrEqual(123);
}

it.each(PROTOCOLS)(
  '[F1] a connection is answered or ended with a reason, whatever it is sent: $name',
  { timeout: 300_000 },
  (protocol) => {
    // A frame of v3 holds many messages.
    const count = announce(protocol === v3Protocol ? 4000 : 12_000, `frames for connections over ${protocol.name}`);
    const frames = new FrameSource(traffic.get(protocol.name)!, randomOf(SEED));
    const world = new World(describeModule(lagoonModule));
    const joinHonest = () => {
      const client = world.join(2, protocol);
      client.subscribe(1, 'SELECT * FROM ship', 'SELECT * FROM tally', 'SELECT * FROM buoy', 'SELECT * FROM chest');
      return client;
    };
    let honest = joinHonest();
    const before = heldBytes();
    let hostile = world.join(1, protocol);
    for (let i = 1; i <= count; i++) {
      const frame = frames.next();
      const where = () => `frame ${i} of seed ${SEED}: ${shown(frame.bytes)}`;
      const told = hostile.frames.length;
      const started = process.cpuUsage();
      try {
        hostile.send(frame.bytes);
      } catch (error) {
        throw new Error(where(), { cause: error });
      }
      expect(process.cpuUsage(started).user / 1000, where()).toBeLessThan(LONG_MS);
      expect(hostile.frames.length - told, where()).toBeGreaterThanOrEqual(answersTo(frame));
      expectEnd(frame, hostile.closed, where);
      if (hostile.closed !== undefined || i % FRAMES_A_CLIENT === 0) {
        hostile.leave();
        hostile = world.join(1, protocol);
      }
      if (i % ANEW_EVERY === 0) {
        honest.leave();
        honest = joinHonest();
      }
      if (i % HONEST_EVERY === 0) {
        honest.call('count', { count: i });
        expect(honest.last('TransactionUpdate'), where()).toBeDefined();
        expect(honest.table('tally'), where()).toContainEqual({ player: honest.identity, count: i });
        expect(honest.table('ship').length, where()).toBe(world.rows('ship').length);
      }
    }
    hostile.leave();
    expect(world.database.sessions.size).toBe(1);
    expect(heldBytes() - before).toBeLessThan(MAX_GROWTH);
  },
);
