import { SpacetickError } from '../../values/index.ts';
import { migrationSteps } from '../migration-steps.ts';
import { checkName, isIdentityText } from '../registry.ts';
import { callerOf, ownDatabase, refusePages } from './authenticate.ts';
import { HttpError, readBody, readText, sendEmpty, sendJson } from './http.ts';
import type { PublishRequest } from './publisher.ts';
import { checkReplicas, publishParameters } from './query-parameters.ts';
import type { RequestContext } from './request-context.ts';

const MAX_PROGRAM_BYTES = 32 * 1024 * 1024; // a bundle of a large game with everything it needs

export async function publish(context: RequestContext): Promise<void> {
  await take(context, context.name);
}

/** A database of its own, known by its identity alone. */
export async function publishUnnamed(context: RequestContext): Promise<void> {
  await take(context, undefined);
}

async function take(context: RequestContext, name: string | undefined): Promise<void> {
  mayPublish(context);
  const who = await callerOf(context);
  const source = await readProgram(context);
  const parameters = publishParameters(context.url.searchParams);
  if (name !== undefined && isIdentityText(name)) await ownDatabase(context);
  else if (name !== undefined) checkName(name);
  await answer(context, name, {
    name,
    owner: who.identity,
    source,
    ...parameters,
  });
}

/** Begins anew, with the program of the body or that which runs. */
export async function reset(context: RequestContext): Promise<void> {
  mayPublish(context);
  const database = await ownDatabase(context);
  const source = await readProgram(context);
  checkReplicas(context.url.searchParams);
  const owner = context.host.host.ownerOf(database)!;
  await answer(context, context.name, {
    name: database.identity.hex,
    owner,
    source: source === '' ? undefined : source,
    deleteData: true,
  });
}

async function answer(context: RequestContext, name: string | undefined, request: PublishRequest): Promise<void> {
  const { host, response } = context;
  try {
    const { database, op } = await host.publish(request);
    const domain = name === undefined || isIdentityText(name) ? (host.host.namesOf(database)[0] ?? null) : name;
    sendJson(response, 200, JSON.stringify({ Success: { domain, database_identity: database.identity.hex, op } }));
  } catch (error) {
    if ((error as SpacetickError).code !== 'E_NOT_OWNER') throw error;
    sendJson(response, 401, JSON.stringify({ PermissionDenied: { name } }));
  }
}

/** What a publish would change. */
export async function prePublish(context: RequestContext): Promise<void> {
  mayPublish(context);
  const database = await ownDatabase(context);
  const source = await readProgram(context);
  try {
    const { plan, token } = await context.host.plan(database, source);
    const steps = migrationSteps(plan.before, plan.after);
    const text = [...steps, ...plan.breaksClients.map((reason) => `Clients are disconnected: ${reason}`)];
    const auto = {
      migrate_plan: text.map((line) => `- ${line}\n`).join(''),
      break_clients: plan.breaksClients.length > 0,
      token,
      major_version_upgrade: false,
    };
    sendJson(context.response, 200, JSON.stringify({ AutoMigrate: auto }));
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_MIGRATION') throw error;
    const manual = { reason: error.message, major_version_upgrade: false };
    sendJson(context.response, 200, JSON.stringify({ ManualMigrate: manual }));
  }
}

/** Deletes the database. One that is not there is as good as deleted. */
export async function drop(context: RequestContext): Promise<void> {
  const { host, response, name } = context;
  const isGone = isIdentityText(name) && host.host.find(name) === undefined;
  if (isGone) await callerOf(context);
  else await host.delete(await ownDatabase(context));
  sendEmpty(response, 200);
}

export async function lock(context: RequestContext): Promise<void> {
  await context.host.lock(await ownDatabase(context), true);
  sendEmpty(context.response, 200);
}

export async function unlock(context: RequestContext): Promise<void> {
  await context.host.lock(await ownDatabase(context), false);
  sendEmpty(context.response, 200);
}

/** @throws HttpError 403 */
function mayPublish(context: RequestContext): void {
  if (!context.host.takesPublishes) {
    throw new HttpError(403, 'This host takes no modules: it runs inside a dev server, which publishes its own.');
  }
  refusePages(context);
}

/** @throws HttpError 400, 413 */
async function readProgram({ request, url }: RequestContext): Promise<string> {
  const hostType = url.searchParams.get('host_type') ?? 'Js';
  if (hostType !== 'Js') {
    await readBody(request, MAX_PROGRAM_BYTES);
    throw new HttpError(400, `This host runs TypeScript modules (host_type Js), not ${hostType}.`);
  }
  for (const name of ['parent', 'organization', 'org']) {
    if (url.searchParams.has(name)) {
      throw new HttpError(400, `${name} is not known here: a database belongs to whoever published it.`);
    }
  }
  return readText(request, MAX_PROGRAM_BYTES);
}
