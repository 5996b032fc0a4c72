import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { nodeSocket } from '../src/client/node/web-socket.ts';
import type { ClientSocket } from '../src/client/socket.ts';
import { NodeHost } from '../src/host/node/index.ts';
import { msgpackProtocol } from '../src/wire/index.ts';
import { arenaModule, shipsOf } from './arena.ts';
import { bindings } from './bindings.ts';
import { mustCall, OWNER } from './host.ts';
import type { Line } from './line.ts';
import { type Effort, median } from './race.ts';

const TABLE_ROWS = 1000;
const BATCH = 50; // round trips of one kind before it is the other's turn

/** From a reducer's call to the caller's `onUpdate`, over a socket of this machine; against a socket that only echoes. */
export async function measure({ isQuick, rounds }: Effort): Promise<Line[]> {
  const arena = await startArena();
  const echo = await startEcho(arena.callBytes);
  const calls: number[] = [];
  const echoes: number[] = [];
  const batches = isQuick ? 2 : rounds * 2;
  try {
    for (let batch = -2; batch < batches; batch++) {
      for (let n = 0; n < BATCH; n++) keep(calls, batch, await timed(arena.call));
      for (let n = 0; n < BATCH; n++) keep(echoes, batch, await timed(echo.call));
    }
  } finally {
    echo.close();
    await arena.close();
  }
  return [
    {
      work: 'reducer call to row callback, loopback, p50',
      against: 'bare ws echo of that size',
      ratio: median(calls) / median(echoes),
      ns: median(calls),
      unit: 'x',
      reach: 5,
      reason: 'call and row are encoded and decoded around a transaction, all on one core',
    },
  ];
}

/** The first two batches warm up. */
function keep(list: number[], batch: number, nanos: number): void {
  if (batch >= 0) list.push(nanos);
}

async function timed(call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await call();
  return (performance.now() - start) * 1e6;
}

interface Peer {
  call(): Promise<void>;
}

async function startArena(): Promise<Peer & { readonly callBytes: number; close(): Promise<void> }> {
  const host = await NodeHost.open();
  const program = { module: arenaModule() };
  const { database } = await host.inTurn(() =>
    host.host.publish({ name: 'arena', identity: OWNER, owner: OWNER, program }),
  );
  await host.inTurn(() => mustCall(database, 'spawn', { ships: shipsOf(TABLE_ROWS) }));
  const url = await host.listen({ host: '127.0.0.1', port: 0 });
  const { builder, remoteModule } = await bindings();
  const tick = (): void => void conn.frameTick();
  const conn = builder()
    .withUri(url)
    .withPlatform({ socket: (request) => ticking(nodeSocket(request), tick) })
    .build();
  await new Promise<void>((resolve) =>
    conn
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribeToAllTables(),
  );
  let told: () => void = () => undefined;
  conn.db.ship.onUpdate(() => told());
  let step = 0;
  const call = (): Promise<void> =>
    new Promise((resolve) => {
      told = resolve;
      step++;
      void conn.reducers.move({ id: step % TABLE_ROWS, x: step, y: step });
    });
  const [move] = remoteModule.reducers;
  return {
    call,
    callBytes: msgpackProtocol.callReducer(1000, move.def, { id: 1000, x: 1, y: 1 }).length,
    close: () => {
      conn.disconnect();
      return host.close();
    },
  };
}

/** Ticks as soon as something has arrived: the length of a frame is not what is measured. */
function ticking(inner: ClientSocket, tick: () => void): ClientSocket {
  const outer: ClientSocket = {
    onopen: undefined,
    onmessage: undefined,
    onerror: undefined,
    onclose: undefined,
    send: (bytes) => inner.send(bytes),
    close: () => inner.close(),
  };
  inner.onopen = () => outer.onopen?.();
  inner.onerror = (error) => outer.onerror?.(error);
  inner.onclose = (close) => outer.onclose?.(close);
  inner.onmessage = (bytes) => {
    outer.onmessage?.(bytes);
    tick();
  };
  return outer;
}

async function startEcho(size: number): Promise<Peer & { close(): void }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    perMessageDeflate: false,
  });
  await new Promise((resolve) => client.once('open', resolve));
  const bytes = new Uint8Array(size);
  return {
    call: () =>
      new Promise((resolve) => {
        client.once('message', () => resolve());
        client.send(bytes);
      }),
    close: () => {
      client.terminate();
      sockets.close();
      server.close();
    },
  };
}
