import type { Database } from '../database.ts';
import { HttpError } from './http.ts';
import type { RequestContext } from './request-context.ts';
import type { Authenticated } from './tokens.ts';

/** Who asks; without a token, somebody new. The answer carries who they are. */
export async function callerOf({ host, response, shown }: RequestContext): Promise<Authenticated> {
  const who = shown ?? (await host.tokens.anonymous());
  response.setHeader('spacetime-identity', who.identity.hex);
  response.setHeader('spacetime-identity-token', who.token);
  return who;
}

/** Who asks. @throws HttpError 401 without a token */
export function knownCaller({ shown }: RequestContext): Authenticated {
  if (shown !== undefined) return shown;
  throw new HttpError(401, 'A token is needed: send it as "Authorization: Bearer <token>".');
}

/** The database that the path names. @throws HttpError 404 */
export function databaseOf({ host, name }: RequestContext): Database {
  const database = host.host.find(name);
  if (database === undefined) throw new HttpError(404, 'No such database.');
  return database;
}

/** Whether it is the owner who asks. */
export function isOwner({ host }: RequestContext, database: Database, who: Authenticated): boolean {
  return host.host.ownerOf(database)?.hex === who.identity.hex;
}

/** The database that the path names, for its owner alone. @throws HttpError 403, 404 */
export async function ownDatabase(context: RequestContext): Promise<Database> {
  const who = await callerOf(context);
  const database = databaseOf(context);
  if (isOwner(context, database, who)) return database;
  throw new HttpError(403, `${who.identity.hex} does not own ${context.name}: only its owner may do this.`);
}

/**
 * Publishing is running code on this machine: no page of any site may ask a visitor's browser to do it, not even one
 * that a name server points at this machine.
 * @throws HttpError 403
 */
export function refusePages({ request }: RequestContext): void {
  if (request.headers.origin === undefined) return;
  throw new HttpError(403, 'Modules are not published from web pages. Use the command line: spacetick publish.');
}
