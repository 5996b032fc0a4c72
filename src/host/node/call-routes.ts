import { fromSatsJson, SpacetickError, toUntypedJson } from '../../values/index.ts';
import type { EncodedArgs } from '../../wire/index.ts';
import { badArgs, type Called } from '../args.ts';
import { mayCall, whyNotCalled } from '../callable.ts';
import type { Database } from '../database.ts';
import type { ProcedureOutcome } from '../procedures/outcome.ts';
import { callerOf, databaseOf, isOwner } from './authenticate.ts';
import { HttpError, MAX_BODY_BYTES, readText, sendEmpty, sendJson, setDuration } from './http.ts';
import { HttpCaller } from './http-caller.ts';
import type { RequestContext } from './request-context.ts';

const MODULE_FAILED = 530; // as the real host: the request was fine, the module was not (wire.md 6)

/** Calls a reducer or procedure with the arguments of the body, as a client that comes for this call alone. */
export async function call(context: RequestContext): Promise<void> {
  const { host, request, response, fn } = context;
  const who = await callerOf(context);
  const database = databaseOf(context);
  mustBeJson(request.headers['content-type']);
  const body = await readText(request, MAX_BODY_BYTES);
  const called = callable(database, fn, isOwner(context, database, who));
  const args = { encoding: 'value', value: argumentsIn(called, body) } as const;
  const caller = new HttpCaller(host, database, who);
  await caller.come();
  const started = performance.now();
  let returned: string | undefined;
  try {
    returned = await (called.kind === 'reducer'
      ? run(caller, called.name, args)
      : runProcedure(caller, called.name, args));
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_REDUCER_TIMEOUT') throw error;
    throw new HttpError(MODULE_FAILED, error.message);
  } finally {
    await caller.leave();
  }
  response.setHeader('spacetime-energy-used', '0');
  setDuration(response, performance.now() - started);
  if (returned === undefined) sendEmpty(response, 200);
  else sendJson(response, 200, returned);
}

async function run(caller: HttpCaller, name: string, args: EncodedArgs): Promise<undefined> {
  const outcome = await caller.inTurn(() => caller.database.call(name, args, caller.session));
  if (outcome.status !== 'Committed') throw new HttpError(MODULE_FAILED, outcome.error);
}

/** @returns JSON of what it returned */
async function runProcedure(caller: HttpCaller, name: string, args: EncodedArgs): Promise<string> {
  const outcome = await new Promise<ProcedureOutcome>((resolve, reject) => {
    caller.inTurn(() => caller.database.callProcedure(name, args, caller.session, resolve)).catch(reject);
  });
  if (outcome.status !== 'Returned') throw new HttpError(MODULE_FAILED, outcome.error);
  return toUntypedJson(outcome.returnType, outcome.returned);
}

/** @throws HttpError 400, 415 */
function mustBeJson(contentType: string | undefined): void {
  if (contentType === undefined) throw new HttpError(400, 'The Content-Type header is missing: application/json.');
  if (contentType.split(';', 1)[0]!.trim().toLowerCase() === 'application/json') return;
  throw new HttpError(415, `Arguments come as application/json, not as ${contentType}.`);
}

/** @throws HttpError 400, 404 */
function callable(database: Database, name: string, isOwner: boolean): Called {
  const reducer = database.reducer(name);
  if (reducer?.lifecycle !== undefined) throw new HttpError(400, whyNotCalled('reducer', reducer));
  if (reducer !== undefined && mayCall(reducer, isOwner)) {
    return { kind: 'reducer', name: reducer.name, params: reducer.params };
  }
  const procedure = database.procedure(name);
  if (procedure === undefined || !mayCall(procedure, isOwner)) {
    throw new HttpError(404, `no such reducer or procedure: ${name}`);
  }
  return { kind: 'procedure', name: procedure.name, params: procedure.params };
}

/** @throws HttpError 400 naming the argument that does not fit */
function argumentsIn({ kind, name, params }: Called, body: string): unknown {
  try {
    // A product without fields is written as [], and as {} by those who name arguments.
    if (params.elements.length === 0 && body.trim() === '{}') return {};
    return fromSatsJson(params, body.trim() === '' ? '[]' : body);
  } catch (error) {
    if (!(error instanceof SpacetickError)) throw error;
    throw new HttpError(400, badArgs(kind, name, error).message);
  }
}
