import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ClientProtocol, msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { pick, type Random, randomOf } from '../random.ts';
import { type Frame, FrameSource } from './frame-source.ts';
import { FuzzHost } from './fuzz-host.ts';
import { HonestPlayer, inTime } from './honest-player.ts';
import { announce, SEED, shown } from './seed.ts';
import { record, type Traffic } from './traffic.ts';

const PROTOCOLS = [msgpackProtocol, v3Protocol, v2Protocol, v1Protocol];
const AT_ONCE = 8; // connections
const FRAMES_A_CONNECTION = 24;
const MAX_GROWTH = 32 * 1024 * 1024;
const MANY_JOINS = /JOIN.*JOIN/s; // more may be answered than a client may leave waiting: then it is cut off
const FAREWELL = 0xfa2e_0e11; // a request that only these tests make: the answer to the last message

interface Ending {
  readonly code: number;
  readonly reason: string;
}

let host: FuzzHost | undefined;
const traffic: Traffic[] = [];

beforeAll(async () => {
  host = await FuzzHost.start();
  for (const protocol of PROTOCOLS) traffic.push(await record(host.url, [protocol]));
});

afterAll(async () => {
  expect(await host?.close()).toEqual({ code: 0, stderr: '' });
});

function open({ name }: ClientProtocol): WebSocket {
  return new WebSocket(`${host!.url.replace('http', 'ws')}/v1/database/lagoon/subscribe?compression=None`, name);
}

/** The end of a socket, or the first of its messages that fits. */
function outcome(socket: WebSocket, fits: (bytes: Buffer) => boolean): Promise<Ending | undefined> {
  return inTime(
    new Promise((resolve) => {
      socket.on('message', (data) => fits(data as Buffer) && resolve(undefined));
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      socket.on('error', () => undefined); // 'close' follows
    }),
  );
}

/** One connection: frames up to the first that is no message. @returns how many were looked at */
async function converse(frames: FrameSource, most: number, random: Random): Promise<number> {
  const { client } = frames;
  const sent: Frame[] = [];
  while (sent.length < most && sent.at(-1)?.fault === undefined) {
    const frame = frames.next();
    // Many a frame is fatal: most of these are left out, or there would be little of anything else.
    if (frame.fault === undefined || random(4) === 0) sent.push(frame);
  }
  const where = `seed ${SEED}, ${client.name}: ${sent.map(({ bytes }) => shown(bytes)).join('\n')}`;
  const socket = open(client);
  const marker = Buffer.alloc(4);
  if (client.isFramed) marker.writeUInt32LE(FAREWELL);
  else marker.writeUInt32BE(FAREWELL);
  const ended = outcome(socket, (bytes) => bytes.includes(marker));
  await inTime(new Promise((resolve) => socket.once('message', resolve)));
  for (const { bytes } of sent) socket.send(bytes);
  const isFatal = sent.at(-1)!.fault !== undefined;
  if (!isFatal) socket.send(client.oneOffQuery(FAREWELL, 'SELECT * FROM tally'));
  const end = await ended;
  const mayOverflow = sent.some(({ bytes }) => MANY_JOINS.test(Buffer.from(bytes).toString('latin1')));
  if (isFatal && !(mayOverflow && end?.code === 1006)) {
    expect(end?.code, where).toBe(1011);
    expect(end?.reason, where).toMatch(/^\S.{5,}/);
  } else if (!mayOverflow) expect(end, where).toBeUndefined();
  socket.terminate();
  return sent.length;
}

it('[F1] frames of every subprotocol over sockets, while somebody plays', { timeout: 300_000 }, async () => {
  const count = announce(5000, 'frames over sockets');
  const honest = await HonestPlayer.join(host!.url);
  const before = await host!.held();
  let left = count;
  const lane = async (number: number): Promise<void> => {
    const random = randomOf(SEED + number);
    const sources = traffic.map((one) => new FrameSource(one, random));
    while (left > 0) {
      const most = Math.min(left, FRAMES_A_CONNECTION);
      left -= most;
      left += most - (await converse(pick(random, sources), most, random));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => lane(number)));
  await honest.stop();
  expect(honest.calls).toBeGreaterThan(20);
  expect((await host!.held()) - before).toBeLessThan(MAX_GROWTH);
});

/** A WebSocket frame of a client, its mask zero. */
function frame(opcode: number, length: number, body: Uint8Array, isMasked = true): Buffer {
  const head = Buffer.from([
    opcode,
    (isMasked ? 0x80 : 0) | 127,
    ...Buffer.alloc(8),
    ...(isMasked ? [0, 0, 0, 0] : []),
  ]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, body]);
}

const BROKEN: readonly (readonly [what: string, bytes: (random: Random) => Buffer, codes: readonly number[]])[] = [
  ['a frame beyond the limit', () => frame(0x82, 5_000_000, new Uint8Array(10)), [1009]],
  [
    'a frame longer than there are numbers',
    () => Buffer.concat([Buffer.from([0x82, 0xff]), Buffer.alloc(8, 0xff)]),
    [1009],
  ],
  [
    'fragments that are too large together',
    () => Buffer.concat([frame(0x02, 3e6, new Uint8Array(3e6)), frame(0x80, 3e6, new Uint8Array(3e6))]),
    [1009],
  ],
  ['a text', () => frame(0x81, 4, Buffer.from('ship')), [1011]],
  ['a text that is not UTF-8', () => frame(0x81, 2, Uint8Array.of(0xc3, 0x28)), [1007]],
  ['reserved bits', () => frame(0xf2, 1, Uint8Array.of(1)), [1002]],
  ['a reserved opcode', () => frame(0x83, 1, Uint8Array.of(1)), [1002]],
  ['a frame without a mask', () => frame(0x82, 1, Uint8Array.of(1), false), [1002]],
  ['the middle of nothing', () => frame(0x80, 1, Uint8Array.of(1)), [1002]],
  ['a ping that is too long', () => frame(0x89, 200, new Uint8Array(200)), [1002]],
  [
    'noise',
    (random) => Buffer.concat([Buffer.from([0xff]), Buffer.from(Array.from({ length: 200 }, () => random(256)))]),
    [1002],
  ],
];

it.each(BROKEN)('[F1] [W6] %s ends the connection with a reason', async (_what, bytes, codes) => {
  const honest = await HonestPlayer.join(host!.url);
  const random = randomOf(SEED);
  for (const protocol of PROTOCOLS) {
    const socket = open(protocol);
    const ended = outcome(socket, () => false);
    await inTime(new Promise((resolve) => socket.once('message', resolve)));
    const { _socket: tcp } = socket as unknown as { readonly _socket: Socket };
    tcp.write(bytes(random));
    const end = await ended;
    expect(codes).toContain(end?.code);
    expect(end?.reason).toMatch(/^\S.{10,}/);
  }
  await honest.stop();
});
