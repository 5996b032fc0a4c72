import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SpacetickError } from '../../src/client/index.ts';
import { msgpackHostProtocol as host } from '../../src/wire/index.ts';
import { DbConnection, type DbConnectionBuilder } from '../fixtures/bindings/index.ts';
import { ALICE, ALICE_CONNECTION } from './support/scripted-host.ts';

/** A real server on loopback that welcomes everybody and trades the token `good`. */
let http: Server;
let sockets: WebSocketServer;
let uri: string;
let requests: string[];
let welcome: (socket: WebSocket) => void;

beforeEach(async () => {
  requests = [];
  welcome = (socket) => socket.send(host.initialConnection(ALICE, ALICE_CONNECTION, 'fresh'));
  http = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.headers.authorization === 'Bearer good') response.end(JSON.stringify({ token: 'short' }));
    else response.writeHead(401).end('the token expired');
  });
  sockets = new WebSocketServer({ server: http, handleProtocols: (offered) => [...offered][0]! });
  sockets.on('connection', (socket, request: IncomingMessage) => {
    requests.push(`WS ${request.url} ${socket.protocol}`);
    welcome(socket);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  uri = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  http.closeAllConnections(); // fetch keeps some open
  await new Promise((done) => http.close(done));
});

/** Builds, and ticks until `done`. */
async function until(done: (log: string[]) => boolean, configure = (builder: DbConnectionBuilder) => builder) {
  const log: string[] = [];
  const builder = DbConnection.builder()
    .withUri(uri)
    .withDatabaseName('comet-run')
    .onConnect((_conn, identity, token) => log.push(`connect ${identity.isEqual(ALICE)} ${token}`))
    .onConnectError((_ctx, error) => log.push(`connect error ${(error as SpacetickError).code} ${error.message}`))
    .onDisconnect((_ctx, error) => log.push(`disconnect ${error?.message}`));
  const conn = configure(builder).build();
  const deadline = Date.now() + 5000;
  while (!done(log) && Date.now() < deadline) {
    await new Promise((next) => setTimeout(next, 2));
    conn.frameTick();
  }
  return { log, conn };
}

const any = (log: string[]) => log.length > 0;

it('[L11] connects from Node, sends and receives binary frames', async () => {
  const received = new Promise<string>((got) => {
    welcome = (socket) => {
      socket.send(host.initialConnection(ALICE, ALICE_CONNECTION, 'fresh'));
      socket.on('message', (data: Buffer, isBinary) => got(`${isBinary} ${[...host.decode(data)][0]!.tag}`));
    };
  });
  const { log, conn } = await until(any);
  expect(log).toEqual(['connect true fresh']);
  expect(requests).toEqual(['WS /v1/database/comet-run/subscribe?compression=Gzip v1.msgpack.spacetick']);
  conn.subscriptionBuilder().subscribeToAllTables();
  expect(await received).toBe('true Subscribe');
  const closed = new Promise((done) => [...sockets.clients][0]!.on('close', (code) => done(code)));
  conn.disconnect();
  expect(await closed).toBe(1000);
});

it('[L7] trades the token, which is never part of a URL', async () => {
  const { log, conn } = await until(any, (builder) => builder.withToken('good'));
  expect(log).toEqual(['connect true good']);
  expect(requests).toEqual([
    'POST /v1/identity/websocket-token Bearer good',
    'WS /v1/database/comet-run/subscribe?compression=Gzip&token=short v1.msgpack.spacetick',
  ]);
  conn.disconnect();
});

it('[L7] a token that the host does not take opens no socket', async () => {
  const { log } = await until(any, (builder) => builder.withToken('bad'));
  expect(log).toEqual([
    expect.stringMatching(/^connect error E_TOKEN_REJECTED .*401: the token expired.*somebody new/),
  ]);
  expect(requests).toEqual(['POST /v1/identity/websocket-token Bearer bad']);
});

it('[L4] a host that is not there is a connect error, with and without a token', async () => {
  await new Promise((done) => http.close(done));
  for (const token of [undefined, 'good']) {
    const { log } = await until(any, (builder) => builder.withToken(token));
    expect(log).toEqual([expect.stringContaining('connect error E_CONNECT Could not')]);
    expect(log[0]).toContain(uri.slice('http://'.length));
  }
});

it('[L4] a host that refuses the upgrade is a connect error', async () => {
  http.removeAllListeners('upgrade');
  http.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
  const { log } = await until(any);
  expect(log).toEqual([expect.stringMatching(/^connect error E_CONNECT .*404/)]);
});

it('[L18] a database that is not there is told from a host that is not there, and from a refusal', async () => {
  http.removeAllListeners('upgrade');
  http.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
  let status = 404;
  http.removeAllListeners('request');
  http.on('request', (request, response) =>
    response.writeHead(status).end(`${request.url}` === '/v1/database/comet-run' ? 'No such database.' : ''),
  );
  const missing = await until(any);
  expect(missing.log).toEqual([
    `connect error E_CONNECT The host at ${uri} has no database comet-run. Publish the module first, or correct the name.`,
  ]);
  status = 200;
  expect((await until(any)).log).toEqual([
    expect.stringMatching(/E_CONNECT Could not connect to .*, or it refused this player\.$/),
  ]);
  http.closeAllConnections();
  await new Promise((done) => http.close(done));
  expect((await until(any)).log).toEqual([
    `connect error E_CONNECT Could not connect to ${uri}: no host is running there. Start it, or correct the address.`,
  ]);
});

it('[L18] whoever listens there and cannot be asked is not called absent', async () => {
  const { port } = http.address() as AddressInfo;
  const elsewhere = [`https://127.0.0.1:${port}`, `http://127.0.0.1:${port}`]; // no TLS; and hung up on, below
  for (const address of elsewhere) {
    const { log } = await until(any, (builder) => builder.withUri(address));
    expect(log).toEqual([
      expect.stringMatching(/^connect error E_CONNECT Could not connect to .*\. Either no host is /s),
    ]);
    http.on('connection', (socket) => socket.destroy());
  }
});

it('[L18] a host that is away at all addresses of its name is away', async () => {
  http.closeAllConnections();
  await new Promise((done) => http.close(done));
  const { log } = await until(any, (builder) => builder.withUri(uri.replace('127.0.0.1', 'localhost')));
  expect(log).toEqual([expect.stringContaining('no host is running there')]);
});

it('[L6] a text frame ends the connection', async () => {
  welcome = (socket) => {
    socket.send(host.initialConnection(ALICE, ALICE_CONNECTION, 'fresh'));
    socket.send('hello');
  };
  const { log } = await until((lines) => lines.length > 1);
  expect(log[1]).toContain('disconnect The host sent a text frame');
});

it('[L3] a host that goes away is a disconnect with a reason', async () => {
  welcome = (socket) => {
    socket.send(host.initialConnection(ALICE, ALICE_CONNECTION, 'fresh'));
    socket.close(1012, 'restarting');
  };
  const { log } = await until((lines) => lines.length > 1);
  expect(log).toEqual(['connect true fresh', expect.stringContaining('code 1012: restarting')]);
});

it('[L5] disconnect() while the token is traded opens no socket', async () => {
  let asked = false;
  http.removeAllListeners('request');
  http.on('request', () => {
    asked = true; // and never answers
  });
  const { conn, log } = await until(
    () => asked,
    (builder) => builder.withToken('good'),
  );
  conn.disconnect();
  conn.frameTick();
  await new Promise((next) => setTimeout(next, 20));
  conn.frameTick();
  expect(log).toEqual(['disconnect undefined']);
  expect(requests).toEqual([]);
});
