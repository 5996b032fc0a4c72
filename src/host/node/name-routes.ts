import { SpacetickError } from '../../values/index.ts';
import { checkName } from '../registry.ts';
import { callerOf, databaseOf, isOwner } from './authenticate.ts';
import { HttpError, MAX_BODY_BYTES, readText, sendJson } from './http.ts';
import type { RequestContext } from './request-context.ts';

const MAX_NAMES = 64; // of one database: far more than anybody means

export async function names(context: RequestContext): Promise<void> {
  await callerOf(context);
  const names = context.host.host.namesOf(databaseOf(context));
  sendJson(context.response, 200, JSON.stringify({ names }));
}

/** Gives the database one more name: the text of the body. */
export async function addName(context: RequestContext): Promise<void> {
  const { host, request, response } = context;
  const who = await callerOf(context);
  const domain = (await readText(request, MAX_BODY_BYTES)).trim();
  checkName(domain);
  const database = databaseOf(context);
  const denied = JSON.stringify({ PermissionDenied: { domain } });
  if (!isOwner(context, database, who)) return sendJson(response, 401, denied);
  try {
    const known = host.host.namesOf(database);
    if (known.length >= MAX_NAMES) throw new HttpError(400, `A database has at most ${MAX_NAMES} names.`);
    await host.rename(database, [...known, domain]);
    sendJson(response, 200, JSON.stringify({ Success: { domain, database_identity: database.identity.hex } }));
  } catch (error) {
    if ((error as SpacetickError).code === 'E_NOT_OWNER') return sendJson(response, 401, denied);
    sendOther(context, error);
  }
}

/** Gives the database these names and no others: a JSON array. */
export async function setNames(context: RequestContext): Promise<void> {
  const { host, request, response, name } = context;
  const who = await callerOf(context);
  const wanted = namesIn(await readText(request, MAX_BODY_BYTES));
  const database = host.host.find(name);
  if (database === undefined) return sendJson(response, 404, '"DatabaseNotFound"');
  if (!isOwner(context, database, who)) {
    return sendJson(response, 401, JSON.stringify({ NotYourDatabase: { database: database.identity.hex } }));
  }
  try {
    await host.rename(database, wanted);
    sendJson(response, 200, '"Success"');
  } catch (error) {
    if ((error as SpacetickError).code !== 'E_NOT_OWNER') return sendOther(context, error);
    const domains = wanted.filter((domain) => {
      const holder = host.host.find(domain);
      return holder !== undefined && !isOwner(context, holder, who);
    });
    sendJson(response, 401, JSON.stringify({ PermissionDeniedOnAny: { domains } }));
  }
}

/** @throws HttpError 400, SpacetickError E_DATABASE_NAME */
function namesIn(text: string): string[] {
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch {
    // said below
  }
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === 'string')) {
    throw new HttpError(400, 'The body is a JSON array of names.');
  }
  if (names.length > MAX_NAMES) throw new HttpError(400, `A database has at most ${MAX_NAMES} names.`);
  for (const name of names) checkName(name);
  return names;
}

function sendOther({ response }: RequestContext, error: unknown): void {
  if (!(error instanceof SpacetickError)) throw error;
  sendJson(response, 500, JSON.stringify({ OtherError: error.message }));
}
