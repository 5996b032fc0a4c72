import type { IncomingMessage, ServerResponse } from 'node:http';
import { call } from './call-routes.ts';
import { describe, identity, schema, subscribe, timestamp } from './database-routes.ts';
import { decodePart, HttpError, sendEmpty, sendError, tokenOf, urlOf } from './http.ts';
import { databases, energy, newIdentity, ping, publicKey, verify, websocketToken } from './identity-routes.ts';
import { logs } from './log-routes.ts';
import { addName, names, setNames } from './name-routes.ts';
import type { NodeHost } from './node-host.ts';
import { drop, lock, prePublish, publish, publishUnnamed, reset, unlock } from './publish-routes.ts';
import type { RequestContext } from './request-context.ts';
import { sql } from './sql-routes.ts';
import { discovery, health, metrics } from './status-routes.ts';
import { welcome } from './welcome-route.ts';

type Handler = (context: RequestContext) => Promise<void>;

const DATABASE = '/v1/database/:name';

/** The HTTP API (`wire.md` 6). */
const ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/', welcome],
  ['GET', '/v1/ping', ping],
  ['GET', '/v1/health', health],
  ['GET', '/v1/metrics', metrics],
  ['GET', '/v1/prometheus/sd_config', discovery],
  ['POST', '/v1/identity', newIdentity],
  ['POST', '/v1/identity/websocket-token', websocketToken],
  ['GET', '/v1/identity/public-key', publicKey],
  ['GET', '/v1/identity/:name/verify', verify],
  ['GET', '/v1/identity/:name/databases', databases],
  ['GET', '/v1/energy/:name', energy],
  ['POST', '/v1/database', publishUnnamed],
  ['PUT', DATABASE, publish],
  ['GET', DATABASE, describe],
  ['DELETE', DATABASE, drop],
  ['GET', `${DATABASE}/names`, names],
  ['POST', `${DATABASE}/names`, addName],
  ['PUT', `${DATABASE}/names`, setNames],
  ['GET', `${DATABASE}/identity`, identity],
  ['GET', `${DATABASE}/schema`, schema],
  ['GET', `${DATABASE}/logs`, logs],
  ['GET', `${DATABASE}/subscribe`, subscribe],
  ['POST', `${DATABASE}/call/:fn`, call],
  ['POST', `${DATABASE}/sql`, sql],
  ['POST', `${DATABASE}/pre_publish`, prePublish],
  ['PUT', `${DATABASE}/reset`, reset],
  ['POST', `${DATABASE}/lock`, lock],
  ['POST', `${DATABASE}/unlock`, unlock],
  ['GET', `${DATABASE}/unstable/timestamp`, timestamp],
];

const MATCHERS = ROUTES.map(([method, path, handler]) => ({
  method,
  handler,
  path: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  // There `?token=` is the token of a migration plan, not of a person.
  hasTokenInUrl: handler !== publish && handler !== reset,
}));

/** Answers a request; whatever happens, it is answered. */
export async function handleRequest(host: NodeHost, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.once('close', () => host.counters.request(response.statusCode));
  try {
    if (request.method === 'OPTIONS') return sendEmpty(response, 204);
    const url = urlOf(request);
    const matching = MATCHERS.filter(({ path }) => path.test(url.pathname));
    // Node leaves out the body of what is answered to HEAD.
    const asked = request.method === 'HEAD' ? 'GET' : request.method;
    const route = matching.find(({ method }) => method === asked);
    if (route === undefined) {
      const allowed = matching.map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ');
      if (allowed !== '') throw new HttpError(405, `${request.method} is not allowed here.`, { allow: allowed });
      throw new HttpError(404, `There is nothing at ${url.pathname}.`);
    }
    const { name = '', fn = '' } = route.path.exec(url.pathname)?.groups ?? {};
    const token = tokenOf(request, route.hasTokenInUrl ? url : undefined);
    const shown = token === undefined ? undefined : await host.tokens.verify(token);
    await route.handler({ host, request, response, url, name: decodePart(name), fn: decodePart(fn), shown });
  } catch (error) {
    sendError(response, error);
  }
}
