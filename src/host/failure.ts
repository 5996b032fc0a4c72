import { SenderError } from '../module/errors.ts';
import { SpacetickError } from '../values/index.ts';

const MAX_TEXT_CHARS = 16_384; // of an error's text that goes to the caller; a log line may be as long

/** What a reducer threw, read once: an error of a module's own class may run module code when it is asked. */
export interface Failure {
  readonly isRefusal: boolean;
  /** For the caller. */
  readonly message: string;
  /** For the log. */
  readonly detail: string;
}

/** Reads what was thrown. Never throws, whatever it was. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (!(thrown instanceof Error)) return { isRefusal: false, message: clean(thrown), detail: clean(thrown) };
    const message = clean(thrown.message);
    return { isRefusal: thrown instanceof SenderError, message, detail: clean(thrown.stack ?? message) };
  } catch {
    const message = 'The reducer threw something that cannot be shown.';
    return { isRefusal: false, message, detail: message };
  }
}

/** What a reducer's return value says against it: a promise means that it wanted to wait. */
export function failureOfReturn(reducer: string, returned: unknown): Failure | undefined {
  if (typeof returned !== 'object' || returned === null) return undefined;
  if (typeof (returned as { then?: unknown }).then !== 'function') return undefined;
  return failureOf(
    new SpacetickError(
      'E_ASYNC_REDUCER',
      `${reducer} returned a promise. A reducer is one transaction and cannot wait: make it an ordinary function.`,
    ),
  );
}

/** Text that any encoder takes: no half of a surrogate pair, and not without end. */
function clean(text: unknown): string {
  return String(text)
    .slice(0, MAX_TEXT_CHARS)
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}
