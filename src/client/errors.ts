import { SpacetickError } from '../values/index.ts';

/** The module refused the call: its reducer threw a `SenderError`. The message is the module's text. */
export class SenderError extends SpacetickError {
  constructor(message: string) {
    super('E_REDUCER_FAILED', message);
    this.name = 'SenderError';
  }
}

/** The call failed for a reason the module did not choose: unknown reducer, a defect, the time limit. */
export class InternalError extends SpacetickError {
  constructor(message: string) {
    super('E_REDUCER_INTERNAL', message);
    this.name = 'InternalError';
  }
}

/** The host does not serve this subscription; the message is its reason. */
export class SubscriptionRefusedError extends SpacetickError {
  constructor(message: string) {
    super('E_SUBSCRIPTION', message);
    this.name = 'SubscriptionRefusedError';
  }
}

/** The connection is over. A call that was sent may have run, nobody knows; the message says so, or that it did not. */
export class ConnectionLostError extends SpacetickError {
  /** The module has changed, and the page is older: a dev server is about to load it again. */
  readonly isOutdated: boolean;

  constructor(message: string, { isOutdated = false, ...options }: { cause?: unknown; isOutdated?: boolean } = {}) {
    super('E_CONNECTION_LOST', message, options);
    this.name = 'ConnectionLostError';
    this.isOutdated = isOutdated;
  }
}

const RELOAD_MS = 3000; // a dev server writes bindings and loads the page again in less, on a slow machine too

/** Runs `tell`, which writes an error to the console: not at all in a page that a dev server loads again meanwhile. */
export function tellUnlessReloaded(error: unknown, tell: () => void): void {
  const mayReload = error instanceof ConnectionLostError && error.isOutdated && 'document' in globalThis;
  if (mayReload) setTimeout(tell, RELOAD_MS);
  else tell();
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
