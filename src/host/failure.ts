import { SenderError } from '../module/errors.ts';
import { SpacetickError } from '../values/index.ts';

const MAX_TEXT_CHARS = 16_384; // of an error's text that goes to the caller; a log line may be as long

const MAX_CAUSES = 4; // of an error, one behind the other: they may run in a circle

/** What a reducer threw, read once: an error of a module's own class may run module code when it is asked. */
export interface Failure {
  readonly isRefusal: boolean;
  /** For the caller. */
  readonly message: string;
  /** For the log: the error's text with its stack. */
  readonly detail: string;
}

/** Reads what was thrown. Never throws, whatever it was. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (!(thrown instanceof Error)) return { isRefusal: false, message: clean(thrown), detail: clean(thrown) };
    const message = clean(thrown.message);
    return { isRefusal: thrown instanceof SenderError, message, detail: clean(stackOf(thrown)) };
  } catch {
    const message = 'The reducer threw something that cannot be shown.';
    return { isRefusal: false, message, detail: message };
  }
}

/** Text and stack of an error and of what caused it, as V8 writes them: other engines leave the text out. */
export function stackOf(error: Error, depth = 0): string {
  const head = `${error.name}: ${error.message}`;
  const stack = error.stack ?? '';
  const whole = stack.includes(error.message) ? stack : `${head}\n${stack}`;
  if (!(error.cause instanceof Error) || depth === MAX_CAUSES) return whole;
  return `${whole}\nCaused by ${stackOf(error.cause, depth + 1)}`;
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
