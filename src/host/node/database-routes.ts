import { isUtf8 } from 'node:buffer';
import { rawModuleDefV9, rawModuleDefV10 } from '../../schema/index.ts';
import { IDENTITY, type SpacetickError, toSatsJson } from '../../values/index.ts';
import { checkName } from '../host.ts';
import { HttpError, readBody, sendJson, tokenOf } from './http.ts';
import type { RequestContext } from './request-context.ts';
import type { Authenticated } from './tokens.ts';

const MAX_PROGRAM_BYTES = 32 * 1024 * 1024; // a bundle of a large game with everything it needs
const IDENTITY_TEXT = /^(0x)?[0-9a-f]{64}$/i;

/** Who asks; without a token, somebody new. The answer carries who they are. */
async function authenticate({ host, request, response, url }: RequestContext): Promise<Authenticated> {
  const token = tokenOf(request, url);
  const who = token === undefined ? await host.tokens.anonymous() : await host.tokens.verify(token);
  response.setHeader('spacetime-identity', who.identity.hex);
  response.setHeader('spacetime-identity-token', who.token);
  return who;
}

export async function publish(context: RequestContext): Promise<void> {
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

export async function describe(context: RequestContext): Promise<void> {
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

export async function schema(context: RequestContext): Promise<void> {
  const { host, response, url, name } = context;
  await authenticate(context);
  const database = host.host.find(name);
  if (database === undefined) throw new HttpError(404, 'No such database.');
  const version = url.searchParams.get('version');
  if (version === '9') sendJson(response, 200, rawModuleDefV9(database.module));
  else if (version === '10') sendJson(response, 200, rawModuleDefV10(database.module));
  else throw new HttpError(400, 'Say which version of the schema: ?version=9 or ?version=10.');
}
