import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawModuleDefV9, rawModuleDefV10 } from '../../schema/index.ts';
import { IDENTITY, type SpacetickError, toSatsJson } from '../../values/index.ts';
import { checkName } from '../host.ts';
import { decodePart, HttpError, readBody, sendEmpty, sendError, sendJson, sendText, tokenOf, urlOf } from './http.ts';
import type { NodeHost } from './node-host.ts';
import type { Authenticated } from './tokens.ts';

const MAX_PROGRAM_BYTES = 32 * 1024 * 1024; // a bundle of a large game with everything it needs
const MAX_BODY_BYTES = 2 * 1024 * 1024; // as the real host (wire.md 5)
const IDENTITY_TEXT = /^(0x)?[0-9a-f]{64}$/i;

type Handler = (context: RequestContext) => Promise<void>;

interface RequestContext {
  readonly host: NodeHost;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Database named in the path, decoded. */
  readonly name: string;
}

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

async function ping({ host, request, response, url }: RequestContext): Promise<void> {
  const token = tokenOf(request, url);
  if (token !== undefined) await host.tokens.verify(token);
  sendText(response, 200, '');
}

async function newIdentity({ host, response }: RequestContext): Promise<void> {
  const { identity, token } = await host.tokens.anonymous();
  sendJson(response, 200, JSON.stringify({ identity: identity.hex, token }));
}

async function websocketToken({ host, request, response, url }: RequestContext): Promise<void> {
  await readBody(request, MAX_BODY_BYTES);
  const token = tokenOf(request, url);
  if (token === undefined) throw new HttpError(401, 'A token is needed: send it as "Authorization: Bearer <token>".');
  await host.tokens.verify(token);
  sendJson(response, 200, JSON.stringify({ token: await host.tokens.shortLived(token) }));
}

async function publicKey({ host, response }: RequestContext): Promise<void> {
  sendText(response, 200, host.tokens.publicPem, { 'content-type': 'application/pem-certificate-chain' });
}

/** Who asks; without a token, somebody new. The answer carries who they are. */
async function authenticate({ host, request, response, url }: RequestContext): Promise<Authenticated> {
  const token = tokenOf(request, url);
  const who = token === undefined ? await host.tokens.anonymous() : await host.tokens.verify(token);
  response.setHeader('spacetime-identity', who.identity.hex);
  response.setHeader('spacetime-identity-token', who.token);
  return who;
}

async function publish(context: RequestContext): Promise<void> {
  const { host, request, response, url } = context;
  if (!host.takesPublishes) {
    throw new HttpError(403, 'This host takes no modules: it runs inside a dev server, which publishes its own.');
  }
  // Publishing is running code on this machine: no page of any site may ask a visitor's browser to do it.
  if (request.headers.origin !== undefined) {
    throw new HttpError(403, 'Modules are not published from web pages. Use the command line: spacetick publish.');
  }
  const who = await authenticate(context);
  const body = await readBody(request, MAX_PROGRAM_BYTES);
  const hostType = url.searchParams.get('host_type') ?? 'Js';
  if (hostType !== 'Js') {
    throw new HttpError(400, `This host runs TypeScript modules (host_type Js), not ${hostType}.`);
  }
  if (!isUtf8(body)) throw new HttpError(400, 'The body is not UTF-8, so it is no bundle of a module.');
  const name = nameToPublish(context);
  const clear = url.searchParams.get('clear');
  try {
    const { database, op } = await host.publish({
      name,
      owner: who.identity,
      source: body.toString('utf8'),
      deleteData: clear === 'true' || clear === '1',
      breakClients: url.searchParams.get('policy') === 'BreakClients',
    });
    const success = { domain: name, database_identity: database.identity.hex, op };
    sendJson(response, 200, JSON.stringify({ Success: success }));
  } catch (error) {
    if ((error as SpacetickError).code !== 'E_NOT_OWNER') throw error;
    sendJson(response, 401, JSON.stringify({ PermissionDenied: { name } }));
  }
}

/** A database is published by its name; one that exists also by its identity, which thus can never be a name. */
function nameToPublish({ host, name }: RequestContext): string {
  if (!IDENTITY_TEXT.test(name)) {
    checkName(name);
    return name;
  }
  const database = host.host.find(name);
  if (database === undefined) throw new HttpError(404, 'No such database.');
  return database.name;
}

async function describe(context: RequestContext): Promise<void> {
  const { host, response, name } = context;
  await authenticate(context);
  const database = host.host.find(name);
  const owner = database && host.host.ownerOf(database);
  if (database === undefined || owner === undefined) throw new HttpError(404, 'No such database.');
  const json = [
    `"database_identity":${toSatsJson(IDENTITY, database.identity)}`,
    `"owner_identity":${toSatsJson(IDENTITY, owner)}`,
    '"host_type":{"Js":[]}',
    `"initial_program":"0x${host.programHash(database.name)}"`,
  ];
  sendJson(response, 200, `{${json.join(',')}}`);
}

async function schema(context: RequestContext): Promise<void> {
  const { host, response, url, name } = context;
  await authenticate(context);
  const database = host.host.find(name);
  if (database === undefined) throw new HttpError(404, 'No such database.');
  const version = url.searchParams.get('version');
  if (version === '9') sendJson(response, 200, rawModuleDefV9(database.module));
  else if (version === '10') sendJson(response, 200, rawModuleDefV10(database.module));
  else throw new HttpError(400, 'Say which version of the schema: ?version=9 or ?version=10.');
}
