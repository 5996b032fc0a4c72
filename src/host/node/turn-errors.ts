import { SpacetickError } from '../../values/errors.ts';

/** `run` was stopped by the watchdog. */
export function timedOut(limitMs: number): SpacetickError {
  return new SpacetickError(
    'E_REDUCER_TIMEOUT',
    `A reducer did not return within ${limitMs} ms and was stopped. Probably a loop that never ends, or too much ` +
      'work for one transaction: check its loops and regular expressions, or spread the work over scheduled reducers.',
  );
}

/** `run` threw. Call it while the piece is still watched: looking at a stranger's value may run code of theirs. */
export function turnThrew(thrown: unknown): SpacetickError {
  let text = 'a value that cannot be shown';
  try {
    if (thrown instanceof SpacetickError) return thrown;
    text = String(thrown);
  } catch {
    // a proxy, or an object without toString: the text stays as it is
  }
  return new SpacetickError('E_TURN_THREW', `A turn of the host threw ${text}. See its cause.`, { cause: thrown });
}

/** `run` was not called because the host closed. */
export function hostClosed(): SpacetickError {
  return new SpacetickError(
    'E_HOST_CLOSED',
    'The host was closed before this call could run. Connect to a running host.',
  );
}
