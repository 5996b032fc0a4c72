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

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
