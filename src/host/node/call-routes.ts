import type { LoadedReducer } from '../../module/index.ts';
import { isCallable } from '../../schema/index.ts';
import { fromSatsJson, SpacetickError } from '../../values/index.ts';
import type { Database } from '../database.ts';
import { callerOf, databaseOf } from './authenticate.ts';
import { HttpError, MAX_BODY_BYTES, readText, sendEmpty } from './http.ts';
import { HttpCaller } from './http-caller.ts';
import type { RequestContext } from './request-context.ts';

const REDUCER_FAILED = 530; // as the real host: the request was fine, the module was not (wire.md 6)
const MICROS_PER_MILLI = 1000;

/** Calls a reducer with the arguments of the body, as a client that comes for this call alone. */
export async function call(context: RequestContext): Promise<void> {
  const { host, request, response, fn } = context;
  const who = await callerOf(context);
  const database = databaseOf(context);
  mustBeJson(request.headers['content-type']);
  const body = await readText(request, MAX_BODY_BYTES);
  const reducer = callable(database, fn);
  const args = { encoding: 'value', value: argumentsIn(reducer, body) } as const;
  const caller = new HttpCaller(host, database, who);
  await caller.come();
  const started = performance.now();
  try {
    const outcome = await caller.inTurn(() => database.call(reducer.name, args, caller.session));
    if (outcome.status !== 'Committed') throw new HttpError(REDUCER_FAILED, outcome.error);
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_REDUCER_TIMEOUT') throw error;
    throw new HttpError(REDUCER_FAILED, error.message);
  } finally {
    await caller.leave();
  }
  response.setHeader('spacetime-energy-used', '0');
  setDuration(context, performance.now() - started);
  sendEmpty(response, 200);
}

function setDuration({ response }: RequestContext, millis: number): void {
  response.setHeader('spacetime-execution-duration-micros', String(Math.round(millis * MICROS_PER_MILLI)));
}

/** @throws HttpError 400, 415 */
function mustBeJson(contentType: string | undefined): void {
  if (contentType === undefined) throw new HttpError(400, 'The Content-Type header is missing: application/json.');
  if (contentType.split(';', 1)[0]!.trim().toLowerCase() === 'application/json') return;
  throw new HttpError(415, `Arguments come as application/json, not as ${contentType}.`);
}

/** @throws HttpError 400, 404 */
function callable(database: Database, name: string): LoadedReducer {
  const reducer = database.reducer(name);
  if (reducer?.lifecycle !== undefined) {
    throw new HttpError(400, `can't directly call special lifecycle reducer ${name}`);
  }
  if (reducer === undefined || !isCallable(reducer)) throw new HttpError(404, `no such reducer: ${name}`);
  return reducer;
}

/** @throws HttpError 400 naming the argument that does not fit */
function argumentsIn(reducer: LoadedReducer, body: string): unknown {
  try {
    // A product without fields is written as [], and as {} by those who name arguments.
    if (reducer.params.elements.length === 0 && body.trim() === '{}') return {};
    return fromSatsJson(reducer.params, body.trim() === '' ? '[]' : body);
  } catch (error) {
    if (!(error instanceof SpacetickError)) throw error;
    throw new HttpError(400, `invalid arguments for reducer ${reducer.name}: ${error.message}`);
  }
}
