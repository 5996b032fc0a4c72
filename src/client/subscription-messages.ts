import type { SubscribeApplied, SubscriptionError, UnsubscribeApplied } from '../wire/index.ts';
import { SubscriptionRefusedError } from './errors.ts';
import { contextOf, errorContext, tell } from './narrator.ts';
import type { Parts } from './parts.ts';
import { endSet } from './subscriptions.ts';

// What the host says about subscriptions: rows are told, then the subscription's own callbacks.

/** @returns how many rows it told of */
export function applied(parts: Parts, { querySetId, timestamp, tables }: SubscribeApplied, arrivedAt: number): number {
  const set = parts.querySets.get(querySetId);
  if (set !== undefined) set.state = 'applied';
  const context = contextOf(parts, 'SubscribeApplied', timestamp, arrivedAt);
  const rows = tell(parts, tables, context);
  const { onApplied } = (set?.isUnsubscribing ? undefined : set?.callbacks) ?? {};
  if (onApplied !== undefined) parts.callbacks.run('onApplied', () => onApplied(context as never));
  return rows;
}

/** @returns how many rows it told of */
export function unsubscribed(parts: Parts, { querySetId, tables }: UnsubscribeApplied, arrivedAt: number): number {
  const set = parts.querySets.get(querySetId);
  endSet(parts, set);
  const context = contextOf(parts, 'UnsubscribeApplied', undefined, arrivedAt);
  const rows = tell(parts, tables, context);
  const onEnd = set?.onEnd;
  if (onEnd !== undefined) parts.callbacks.run('unsubscribeThen', () => onEnd(context as never));
  return rows;
}

/** @returns why the connection cannot go on, when it cannot */
export function refused(parts: Parts, { querySetId, requestId, error }: SubscriptionError): Error | undefined {
  const set = parts.querySets.get(querySetId!);
  const reason = new SubscriptionRefusedError(error);
  if (set !== undefined) {
    endSet(parts, set);
    const { onError } = set.callbacks;
    parts.callbacks.run('onError of a subscription', () => {
      if (onError === undefined) throw reason;
      onError(errorContext(parts, reason) as never, reason);
    });
  }
  // Without a requestId it had been applied: which rows are its own only the host knows, so the cache stays wrong.
  return requestId === undefined ? reason : undefined;
}
