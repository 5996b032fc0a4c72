import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { agreementOf } from './agreement.ts';
import type { ClientSockets } from './client-sockets.ts';
import { answerTo, decodePart, HttpError, tokenOf, urlOf } from './http.ts';
import type { NodeHost } from './node-host.ts';
import { refuse } from './refuse.ts';
import { ClientSocket } from './socket.ts';

const SUBSCRIBE_PATH = /^\/v1\/database\/([^/]+)\/subscribe$/;

/** True for requests that a client connects with: a server that also does other things asks. */
export function isSubscribePath(request: IncomingMessage): boolean {
  try {
    return SUBSCRIBE_PATH.test(urlOf(request).pathname);
  } catch {
    return false;
  }
}

/** Lets a client in (`wire.md` 2), or answers why not. */
export async function handleUpgrade(
  host: NodeHost,
  sockets: ClientSockets,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // Until ws takes over, a reset of the socket would be an uncaught error.
  const ignore = (): void => undefined;
  socket.on('error', ignore);
  try {
    const url = urlOf(request);
    const name = SUBSCRIBE_PATH.exec(url.pathname)?.[1];
    if (name === undefined) throw new HttpError(404, `There is nothing to subscribe to at ${url.pathname}.`);
    const token = tokenOf(request, url);
    const who = token === undefined ? await host.tokens.anonymous() : await host.tokens.verify(token);
    const database = host.host.find(decodePart(name));
    if (database === undefined) throw new HttpError(404, 'No such database.');
    const agreement = agreementOf(request, url);
    if (sockets.isFull) throw new HttpError(503, 'The host has as many connections as it takes.');
    socket.off('error', ignore);
    const told = [`spacetime-identity: ${who.identity.hex}`, `spacetime-identity-token: ${who.token}`];
    sockets.upgrade(request, socket, head, told, (webSocket) => {
      new ClientSocket(webSocket, socket, database, who, agreement, host.turns, host.limits);
    });
  } catch (error) {
    const { status, text } = answerTo(error);
    refuse(socket, status, text);
  }
}
