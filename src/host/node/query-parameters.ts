import { HttpError } from './http.ts';

/** What a query may say of a publish (`wire.md` 6). */
export interface PublishParameters {
  readonly deleteData: boolean;
  readonly breakClients: boolean;
  /** Of the plan that the publish belongs to. */
  readonly planToken: string | undefined;
}

// `5s`, `1m 30s`: what the real host reads with Rust's humantime.
const DURATION =
  /^(0|(\s*\d{1,18}\s*(nsecs?|ns|usecs?|us|µs|millis|msecs?|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|M|months?|y|years?))+)$/;
const MAX_REPLICAS = 255; // a byte there

/** @throws HttpError 400 for a value that is none of those it may have: `clear=yes` must not keep the data in silence */
export function publishParameters(params: URLSearchParams): PublishParameters {
  checkReplicas(params);
  const policy = params.get('policy') ?? 'Compatible';
  if (policy !== 'Compatible' && policy !== 'BreakClients') {
    throw new HttpError(400, `policy is Compatible or BreakClients, not ${policy}.`);
  }
  const timeout = params.get('update_confirmation_timeout'); // nothing waits for it here
  if (timeout !== null && !DURATION.test(timeout)) {
    throw new HttpError(400, `update_confirmation_timeout is a time like 5s or 1m 30s, not ${timeout}.`);
  }
  const deleteData = params.get('clear') === '1' || flagOf(params, 'clear');
  return { deleteData, breakClients: policy === 'BreakClients', planToken: params.get('token') ?? undefined };
}

/** There is one of each database here, however many are asked for. @throws HttpError 400 for what is no number of them */
export function checkReplicas(params: URLSearchParams): void {
  const text = params.get('num_replicas');
  if (text === null || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_REPLICAS)) return;
  throw new HttpError(400, `num_replicas is a number from 1 to ${MAX_REPLICAS}, not ${text}.`);
}

/** `true` or `false`; without it false. @throws HttpError 400 */
export function flagOf(params: URLSearchParams, name: string): boolean {
  const value = params.get(name) ?? 'false';
  if (value !== 'true' && value !== 'false') throw new HttpError(400, `${name} is true or false, not ${value}.`);
  return value === 'true';
}
