import { SpacetickError } from '../values/index.ts';
import { ConnectionLostError } from './errors.ts';
import type { LinkEnd } from './link.ts';

const CLOSE_GOING_AWAY = 1001;
const MODULE_CHANGED = 'the module has changed'; // as our host says it

/** What the callbacks are told of an end; nothing when it was asked for. */
export function endError({ isRequested, close, error }: LinkEnd, wasConnected: boolean): Error | undefined {
  if (isRequested) return undefined;
  if (error instanceof SpacetickError) {
    if (error.code !== 'E_VALUE_VARIANT') return error;
    const detail = error.message;
    // A later version of the module has appended a variant that the bindings do not have.
    return new ConnectionLostError(
      `The host sent what this page cannot read: ${detail}. Its bindings are older than the module: reload the ` +
        'page; should that not help, generate the bindings again and build the page anew.',
      { cause: error, isOutdated: true },
    );
  }
  const detail = [
    ...(error === undefined ? [] : [error.message]),
    ...(close === undefined
      ? []
      : [close.reason === '' ? `code ${close.code}` : `code ${close.code}: ${close.reason}`]),
  ].join('; ');
  if (wasConnected) {
    return new ConnectionLostError(
      `The connection broke (${detail}). The host stopped, the network failed, or the host sent this client away. ` +
        'Build a new connection to go on.',
      { cause: error, isOutdated: close?.code === CLOSE_GOING_AWAY && close.reason.startsWith(MODULE_CHANGED) },
    );
  }
  return new SpacetickError(
    'E_CONNECT',
    `The host ended the connection before it began (${detail}). It may have refused this player, or have no such ` +
      'database: look at its log.',
    { cause: error },
  );
}

/**
 * What calls are rejected with that had no answer.
 * @param mayHaveRun whether the host may have received them from a client it had let in
 */
export function lostCall(error: Error | undefined, mayHaveRun: boolean): ConnectionLostError {
  if (error instanceof ConnectionLostError) return error;
  const detail = error === undefined ? 'disconnect() was called.' : error.message;
  const what = mayHaveRun
    ? 'The connection ended before the answer came, and nobody knows whether the host ran the call.'
    : 'There is no connection, and the host did not run the call.';
  return new ConnectionLostError(`${what} ${detail}`, { cause: error });
}
