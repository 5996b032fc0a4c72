import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { compressed } from '../../../src/host/node/compression.ts';
import { reducerSchema, resolveTables, table } from '../../../src/schema/index.ts';
import { codecOf, t } from '../../../src/values/index.ts';
import {
  type ClientProtocol,
  type Row,
  type ServerMessage,
  v1Protocol,
  v2Protocol,
  v3Protocol,
  type WireTable,
} from '../../../src/wire/index.ts';
import fixture from '../../fixtures/wire-vectors.json';
import { TestHost } from './support/test-host.ts';

const [V1, V2, V3] = [v1Protocol.name, v2Protocol.name, v3Protocol.name];
const OURS = 'v1.msgpack.spacetick';
const PATH = '/v1/database/arena/subscribe';

const tables = new Map(
  resolveTables({
    ship: table({ name: 'ship' }, { id: t.u32().primaryKey(), owner: t.identity(), x: t.f32() }),
    cargo: table({ name: 'cargo' }, { id: t.u32().primaryKey(), text: t.string() }),
  }).map((def) => [def.name, { def, codec: codecOf(def.rowType) as WireTable['codec'] }]),
);
const launch = reducerSchema('launch', { x: t.f32() }).def;
const load = reducerSchema('load', { crates: t.u32(), chars: t.u32() }).def;
const spin = reducerSchema('spin', {}).def;

const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

/** A socket with the payloads it received; `ws` and nothing of ours. */
class Peer {
  readonly socket: WebSocket;
  readonly payloads: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(host: TestHost, offers: readonly string[], path = PATH) {
    this.socket = new WebSocket(host.url.replace('http', 'ws') + path, [...offers]);
    sockets.push(this.socket);
    this.socket.on('message', (data: RawData) => this.payloads.push(data as Buffer));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** The n-th payload. */
  async payload(index: number): Promise<Buffer> {
    while (this.payloads.length <= index) await new Promise((resolve) => this.socket.once('message', resolve));
    return this.payloads[index]!;
  }

  async messages(protocol: ClientProtocol, count: number): Promise<ServerMessage[]> {
    await this.payload(count - 1);
    return this.payloads.flatMap((payload) => protocol.decode(payload.subarray(1), tables));
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }
}

/** Status of an upgrade, with the reason where it is refused. */
function upgrade(host: TestHost, query: string, offers: readonly string[]): Promise<string> {
  const { socket, closed } = new Peer(host, offers, `${PATH}?${query}`);
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    socket.on('message', () => resolve(socket.protocol));
    void closed.then(({ code, reason }) => resolve(`${code} ${reason}`));
  });
}

describe('the subprotocol', () => {
  it.each([
    [[V3, V2], V3],
    [[V2, V3], V3],
    [[V2, V1], V2],
    [[V1], V1],
    [['v1.json.spacetimedb', V1], V1],
    [[V3, V2, V1, OURS], OURS],
  ])('[W22] of %j is %s', async (offers, chosen) => {
    const host = await TestHost.withArena();
    expect(await upgrade(host, 'compression=None', offers)).toBe(chosen);
  });

  it('[W1] begins with who the client is, on each of them', async () => {
    const host = await TestHost.withArena();
    for (const protocol of [v1Protocol, v2Protocol, v3Protocol]) {
      const peer = new Peer(host, [protocol.name]);
      const [greeting] = await peer.messages(protocol, 1);
      expect(peer.payloads[0]![0]).toBe(0);
      expect(greeting).toMatchObject({ tag: 'InitialConnection', token: expect.stringMatching(/^ey/) });
    }
  });

  const handshakes = (fixture.vectors as { group: string; id: string; ws?: Record<string, string> }[]).filter(
    ({ group }) => group === 'handshake',
  );

  it.each(handshakes)("[W22] lets in the other party's client: $id", async ({ ws }) => {
    const host = await TestHost.withArena();
    const short = await host.socketToken((await host.newToken()).token);
    const path = ws!.path!.replace('mydb', 'arena').replace('short.lived.token', short);
    const peer = new Peer(host, ws!['sec-websocket-protocol']!.split(', '), path);
    await peer.payload(0);
    expect(peer.socket.protocol).toBe(V3);
  });
});

describe('the parameters', () => {
  it('[W23] of an upgrade are checked', async () => {
    const host = await TestHost.withArena();
    const zero = '0'.repeat(32);
    expect(await upgrade(host, 'compression=gzip', [V2])).toBe('400 compression is None, Gzip or Brotli, not gzip.');
    expect(await upgrade(host, 'light=yes', [V2])).toBe('400 light is true or false, not yes.');
    expect(await upgrade(host, 'confirmed=1', [V2])).toBe('400 confirmed is true or false, not 1.');
    expect(await upgrade(host, `connection_id=${zero}`, [V2])).toMatch(/^400 .*zero/);
    expect(await upgrade(host, 'connection_id=12', [V2])).toMatch(/^400 .*32 hex digits/);
    expect(await upgrade(host, 'light=true&confirmed=false&shoe=9&compression=Brotli', [V2])).toBe(V2);
    expect(await upgrade(host, '', [OURS])).toBe(OURS);
  });

  it('[W23] may name the connection, once at a time', async () => {
    const host = await TestHost.withArena();
    const id = 'ab'.repeat(16);
    const first = new Peer(host, [V2], `${PATH}?connection_id=${id}`);
    const [greeting] = await first.messages(v2Protocol, 1);
    expect((greeting as { connectionId: { hex: string } }).connectionId.hex).toBe(id);
    const second = new Peer(host, [V2], `${PATH}?connection_id=${id}`);
    expect(await second.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('in use') });
    first.socket.close();
    await first.closed;
    expect(await upgrade(host, `connection_id=${id}`, [V2])).toBe(V2);
  });
});

describe('compression', () => {
  const snapshot = async (host: TestHost, protocol: ClientProtocol, offers: string[], query = '') => {
    const peer = new Peer(host, offers, `${PATH}?${query}`);
    await peer.payload(0);
    peer.send(protocol.subscribe(1, 1, ['SELECT * FROM cargo']));
    return peer.payload(1);
  };

  it('[W24] is for those who keep the order, as they asked', async () => {
    const host = await TestHost.withArena();
    const loader = new Peer(host, [V2]);
    await loader.payload(0);
    loader.send(v2Protocol.callReducer(1, load, { crates: 40, chars: 50 }));
    await loader.payload(1);
    const plain = await snapshot(host, v2Protocol, [V2], 'compression=Gzip');
    expect([plain[0], plain.length > 2000]).toEqual([0, true]);
    const body = plain.subarray(1);
    const gzip = await snapshot(host, v2Protocol, [V2, V1], 'compression=Gzip');
    expect([gzip[0], gunzipSync(gzip.subarray(1)).equals(body), gzip.length < 1000]).toEqual([2, true, true]);
    const brotli = await snapshot(host, v2Protocol, [V2, V1]);
    expect([brotli[0], brotliDecompressSync(brotli.subarray(1)).equals(body)]).toEqual([1, true]);
    const v3 = await snapshot(host, v3Protocol, [V1, V3], 'compression=Gzip');
    expect(v3.equals(gzip)).toBe(true);
    expect((await snapshot(host, v3Protocol, [V3, V2], 'compression=Gzip'))[0]).toBe(0);
    expect((await snapshot(host, v1Protocol, [V1], 'compression=Gzip'))[0]).toBe(0);
    expect((await snapshot(host, v2Protocol, [V2, V1], 'compression=None')).equals(plain)).toBe(true);
  });

  it('[W24] leaves short messages and those that would grow as they are', () => {
    const short = new Uint8Array(1025);
    expect(compressed(short, 'Gzip')).toBe(short);
    expect(compressed(new Uint8Array(1026), 'Gzip').length).toBeLessThan(100);
    const noise = Uint8Array.from({ length: 2000 }, (_, i) => (i === 0 ? 0 : (i * i * 2654435761) >>> 23));
    for (const way of ['Gzip', 'Brotli'] as const) {
      const result = compressed(noise, way);
      expect(result[0] === 0 ? result === noise : result.length < noise.length).toBe(true);
    }
  });

  it('[W24] is done once for all who receive a message', () => {
    const message = new Uint8Array(5000);
    expect(compressed(message, 'Brotli')).toBe(compressed(message, 'Brotli'));
    expect(compressed(message, 'Gzip')).toBe(compressed(message, 'Gzip'));
    expect(compressed(message, 'Gzip')[0]).toBe(2);
  });
});

describe('messages that share a frame', () => {
  const together = (...messages: Uint8Array[]) => Buffer.concat(messages);

  it('[W25] are handled one by one, those before a bad one too', async () => {
    const host = await TestHost.withArena();
    const peer = new Peer(host, [V3]);
    await peer.payload(0);
    const calls = Array.from({ length: 300 }, (_, i) => v3Protocol.callReducer(i, launch, { x: i }));
    peer.send(together(...calls, Uint8Array.of(77)));
    peer.send(v3Protocol.callReducer(999, launch, { x: 999 }));
    expect(await peer.closed).toMatchObject({ code: 1011, reason: expect.stringContaining('tag is 77') });
    expect(peer.payloads).toHaveLength(301);
    expect(host.rows('ship').map(({ x }) => x)).toEqual(calls.map((_, i) => i));
  });

  it('[W25] [W20] let others in between', async () => {
    const host = await TestHost.withArena();
    const [busy, other] = [new Peer(host, [V3]), new Peer(host, [V3])];
    await Promise.all([busy.payload(0), other.payload(0)]);
    const dawdle = reducerSchema('dawdle', {}).def;
    busy.send(together(...Array.from({ length: 200 }, (_, i) => v3Protocol.callReducer(i, dawdle, {}))));
    other.send(v3Protocol.callReducer(1, launch, { x: 1 }));
    await other.payload(1);
    const done = busy.payloads.length;
    await busy.payload(200);
    expect(done).toBeLessThan(150);
  });

  it('[W25] [W21] end with who does not read the answers', async () => {
    const host = await TestHost.withArena({
      limits: { maxOutgoingBytes: 1_000_000, pingIntervalMs: 100, idleTimeoutMs: 1000 },
    });
    const loader = new Peer(host, [V2]);
    await loader.payload(0);
    loader.send(v2Protocol.callReducer(1, load, { crates: 1000, chars: 4000 }));
    await loader.payload(1);
    const deaf = new Peer(host, [V3]);
    await deaf.payload(0);
    deaf.socket.pause();
    const queries = Array.from({ length: 40 }, (_, i) => v3Protocol.oneOffQuery(i, 'SELECT * FROM cargo'));
    deaf.send(together(...queries, v3Protocol.callReducer(99, launch, { x: 99 })));
    while (host.rows('visit').filter(({ what }) => what === 'left').length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(host.rows('ship')).toEqual([]);
  });

  it('[W25] go on behind one that was stopped', async () => {
    const host = await TestHost.withArena({ reducerLimitMs: 250 });
    const peer = new Peer(host, [V3]);
    await peer.payload(0);
    peer.send(
      together(
        v3Protocol.callReducer(1, launch, { x: 1 }),
        v3Protocol.callReducer(2, spin, {}),
        v3Protocol.callReducer(3, launch, { x: 3 }),
        v3Protocol.callReducer(4, spin, {}),
      ),
    );
    peer.send(v3Protocol.callReducer(5, launch, { x: 5 }));
    const outcomes = (await peer.messages(v3Protocol, 6)).slice(1) as (ServerMessage & { requestId: number })[];
    expect(outcomes.map(({ tag, requestId }) => `${requestId} ${tag}`)).toEqual([
      '1 TransactionUpdate',
      '2 ReducerResult',
      '3 TransactionUpdate',
      '4 ReducerResult',
      '5 TransactionUpdate',
    ]);
    expect(host.rows('ship').map(({ x }: Row) => x)).toEqual([1, 3, 5]);
  });
});
