import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { SpacetickError } from '../../src/client/index.ts';
import { tableDefsOf } from '../../src/schema/index.ts';
import { codecOf } from '../../src/values/index.ts';
import {
  type ClientProtocol,
  msgpackProtocol,
  v1Protocol,
  v2Protocol,
  v3Protocol,
  type WireTable,
  type WireTables,
} from '../../src/wire/index.ts';
import { HandClock, HandVisibility } from '../client/support/hand-clock.ts';
import { socketPairs } from '../client/support/socket-pair.ts';
import { heldBytes } from '../heap.ts';
import { pick, type Random, randomOf } from '../random.ts';
import { FuzzHost } from './fuzz-host.ts';
import { lagoonBuilder, play } from './lagoon.ts';
import { mutated } from './mutate.ts';
import { announce, SEED, shown } from './seed.ts';
import { record, type Traffic } from './traffic.ts';

const PROTOCOLS = [msgpackProtocol, v3Protocol, v2Protocol, v1Protocol];
const MB = 1024 * 1024;
const MAX_GROWTH = 16 * MB;
const LONG_MS = 1000; // of processor time, for messages of a few kB
const URL = 'http://127.0.0.1:3000';
const PLAIN = 0; // the compression byte of a payload that is not compressed (wire.md 2.4)
const BROTLI = 1;
const GZIP = 2;

const traffic = new Map<ClientProtocol, Traffic>();
const compressed: Traffic[] = [];
let tables: WireTables;

beforeAll(async () => {
  const host = await FuzzHost.start();
  for (const protocol of PROTOCOLS) traffic.set(protocol, await record(host.url, [protocol]));
  // Only to clients that offer several is anything compressed (W24).
  for (const how of ['gzip', 'brotli'] as const) compressed.push(await record(host.url, [v3Protocol, v1Protocol], how));
  expect(await host.close()).toEqual({ code: 0, stderr: '' });
  const conn = connect(msgpackProtocol).conn;
  tables = new Map(
    tableDefsOf(conn.remoteModule.tables).map((def) => [
      def.name,
      { def, codec: codecOf(def.rowType) as WireTable['codec'] },
    ]),
  );
  conn.disconnect();
});

afterAll(() => traffic.clear());

// A host that contradicts itself is warned of.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

/** A connection of ours whose host is the test. */
function connect(protocol: ClientProtocol) {
  const { factory, pairs } = socketPairs();

  const conn = lagoonBuilder(URL)
    .withPlatform({ clock: new HandClock(), visibility: new HandVisibility(), socket: factory, protocols: [protocol] })
    .onCallbackError(() => undefined) // refused calls that nobody looks at
    .build();
  const ends: (Error | undefined)[] = [];
  const stop = conn.follow({ begin: () => undefined, end: (error) => ends.push(error) });
  return { conn, pair: pairs[0]!, ends, stop };
}

/** Changes a payload of a host: behind its compression byte, mostly. */
function changed(payload: Uint8Array, { protocol, received }: Traffic, random: Random): Uint8Array {
  if (!protocol.isFramed || random(20) === 0) return mutated(payload, random, received);
  const plain = received.filter((bytes) => bytes[0] === PLAIN).map((bytes) => bytes.subarray(1));
  const isCompressed = payload[0] !== PLAIN;
  const body = mutated(isCompressed ? pick(random, plain) : payload.subarray(1), random, plain);
  if (!isCompressed) return new Uint8Array([PLAIN, ...body]);
  // Sound bytes of an unsound message, or unsound bytes.
  if (random(2) === 0) return new Uint8Array([payload[0]!, ...mutated(payload.subarray(1), random, [payload])]);
  const packed = payload[0] === GZIP ? gzipSync(body) : brotliCompressSync(body);
  return new Uint8Array([payload[0] === GZIP ? GZIP : BROTLI, ...packed]);
}

it.each(PROTOCOLS)('[X9] [X23] messages of a host are read, or are an error that says so: $name', (protocol) => {
  const count = announce(10_000, `payloads for the decoder of ${protocol.name}`);
  const random = randomOf(SEED);
  const said = traffic.get(protocol)!;
  const bodies = said.received.map((bytes) => (protocol.isFramed ? bytes.subarray(1) : bytes));
  const before = heldBytes();
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const bytes = mutated(pick(random, bodies), random, bodies);
    const where = () => `payload ${i} of seed ${SEED}: ${shown(bytes)}`;
    const started = process.cpuUsage();
    try {
      protocol.decode(bytes, tables);
    } catch (error) {
      refused++;
      expect(error, where()).toBeInstanceOf(SpacetickError);
      expect((error as SpacetickError).code, where()).toMatch(/^E_(WIRE|VALUE|MSGPACK)/);
    }
    expect(process.cpuUsage(started).user / 1000, where()).toBeLessThan(LONG_MS);
  }
  expect(refused).toBeGreaterThan(count / 10);
  expect(refused).toBeLessThan(count);
  expect(heldBytes() - before).toBeLessThan(MAX_GROWTH);
});

/** Plays a recorded session again, with some of what the host said changed. @returns how many payloads were changed */
async function replay(said: Traffic, random: Random): Promise<number> {
  const { conn, pair, ends, stop } = connect(said.protocol);
  const played = play(conn);
  pair.open();
  pair.flush();
  const sent: Uint8Array[] = [];
  let changes = 0;
  const where = () => `seed ${SEED}, ${said.protocol.name}: ${sent.map(shown).join('\n')}`;
  const started = process.cpuUsage();
  try {
    for (const [i, payload] of said.received.entries()) {
      // The first says who one is; without it there is not much of a session.
      const isChanged = random(i === 0 ? 20 : 6) === 0;
      if (isChanged) changes++;
      const bytes = isChanged ? changed(payload, said, random) : payload;
      sent.push(bytes);
      pair.send(bytes);
      pair.flush();
      if (random(3) > 0) conn.frameTick();
      if (payload[0] !== PLAIN && said.protocol.isFramed) await inflated();
      if (!conn.isActive) break;
    }
    await inflated();
    conn.frameTick();
  } catch (error) {
    throw new Error(where(), { cause: error });
  }
  expect(process.cpuUsage(started).user / 1000, where()).toBeLessThan(LONG_MS);
  if (!conn.isActive) {
    expect(ends, where()).toHaveLength(1);
    expect(ends[0], where()).toBeInstanceOf(SpacetickError);
    expect(ends[0]!.message, where()).toMatch(/^\S.{10,}/);
  }
  conn.disconnect();
  conn.frameTick();
  await played; // every call has settled
  stop();
  return changes;
}

/** What inflating there is has ended: it takes turns of the event loop. */
async function inflated(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

it.each(PROTOCOLS)(
  '[L6] [T9] a connection takes what it is told, or ends with an error that says why: $name',
  { timeout: 300_000 },
  async (protocol) => {
    const count = announce(2500, `changed payloads for connections over ${protocol.name}`);
    const random = randomOf(SEED);
    const before = heldBytes();
    for (let done = 0; done < count; ) done += await replay(traffic.get(protocol)!, random);
    expect(heldBytes() - before).toBeLessThan(MAX_GROWTH);
  },
);

it('[L6] [T9] a connection takes what is compressed, or ends with an error', { timeout: 300_000 }, async () => {
  const count = announce(1000, 'changed payloads for connections that compress');
  for (const { received } of compressed) expect(received.some((bytes) => bytes[0] !== PLAIN)).toBe(true);
  const random = randomOf(SEED);
  const before = heldBytes();
  for (let done = 0; done < count; ) done += await replay(pick(random, compressed), random);
  expect(heldBytes() - before).toBeLessThan(MAX_GROWTH);
});
