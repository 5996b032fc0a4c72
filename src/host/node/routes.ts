import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, publish, schema } from './database-routes.ts';
import { decodePart, HttpError, sendEmpty, sendError, urlOf } from './http.ts';
import { newIdentity, ping, publicKey, websocketToken } from './identity-routes.ts';
import type { NodeHost } from './node-host.ts';
import type { RequestContext } from './request-context.ts';

type Handler = (context: RequestContext) => Promise<void>;

/** The HTTP API, as far as it goes here (`wire.md` 6). */
const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['GET', /^\/v1\/ping$/, ping],
  ['POST', /^\/v1\/identity$/, newIdentity],
  ['POST', /^\/v1\/identity\/websocket-token$/, websocketToken],
  ['GET', /^\/v1\/identity\/public-key$/, publicKey],
  ['PUT', /^\/v1\/database\/([^/]+)$/, publish],
  ['GET', /^\/v1\/database\/([^/]+)$/, describe],
  ['GET', /^\/v1\/database\/([^/]+)\/schema$/, schema],
];

/** Answers a request; whatever happens, it is answered. */
export async function handleRequest(host: NodeHost, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method === 'OPTIONS') return sendEmpty(response, 204);
    const url = urlOf(request);
    const matching = ROUTES.filter(([, path]) => path.test(url.pathname));
    const route = matching.find(([method]) => method === request.method);
    if (route === undefined) {
      const allowed = matching.map(([method]) => method).join(', ');
      if (allowed !== '') throw new HttpError(405, `${request.method} is not allowed here.`, { allow: allowed });
      throw new HttpError(404, `There is nothing at ${url.pathname}.`);
    }
    const name = decodePart(route[1].exec(url.pathname)?.[1] ?? '');
    await route[2]({ host, request, response, url, name });
  } catch (error) {
    sendError(response, error);
  }
}
