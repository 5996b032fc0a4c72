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
  if (isOurs(thrown)) return thrown;
  return new SpacetickError('E_TURN_THREW', `A turn of the host threw ${shown(thrown)}. See its cause.`, {
    cause: thrown,
  });
}

/** Whether what was thrown is an error of ours; false for a proxy that does not say. */
export function isOurs(thrown: unknown): thrown is SpacetickError {
  try {
    return thrown instanceof SpacetickError;
  } catch {
    return false;
  }
}

/** Text of what a stranger threw. */
export function shown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be shown'; // a proxy, or an object without toString
  }
}

/** `run` was not called because the host closed. */
export function hostClosed(): SpacetickError {
  return new SpacetickError(
    'E_HOST_CLOSED',
    'The host was closed before this call could run. Connect to a running host.',
  );
}
