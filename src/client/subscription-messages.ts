import type { SubscribeApplied, SubscriptionError, UnsubscribeApplied } from '../wire/index.ts';
import type { CallbackQueue } from './callback-queue.ts';
import { SubscriptionRefusedError } from './errors.ts';
import type { Narrator } from './narrator.ts';
import type { QuerySets } from './query-sets.ts';

/** What the host says about subscriptions: rows are told, then the subscription's own callbacks. */
export class SubscriptionMessages {
  readonly #querySets: QuerySets;
  readonly #narrator: Narrator;
  readonly #callbacks: CallbackQueue;

  constructor(querySets: QuerySets, narrator: Narrator, callbacks: CallbackQueue) {
    this.#querySets = querySets;
    this.#narrator = narrator;
    this.#callbacks = callbacks;
  }

  /** @returns how many rows it told of */
  applied({ querySetId, timestamp, tables }: SubscribeApplied, arrivedAt: number): number {
    const set = this.#querySets.get(querySetId);
    if (set !== undefined) set.state = 'applied';
    const context = this.#narrator.context('SubscribeApplied', timestamp, arrivedAt);
    const rows = this.#narrator.tell(tables, context);
    if (set === undefined || set.isUnsubscribing) return rows;
    const { onApplied } = set.callbacks;
    if (onApplied !== undefined) this.#callbacks.run('onApplied', () => onApplied(context as never));
    return rows;
  }

  /** @returns how many rows it told of */
  unsubscribed({ querySetId, tables }: UnsubscribeApplied, arrivedAt: number): number {
    const set = this.#querySets.get(querySetId);
    if (set !== undefined) this.#querySets.end(set);
    const context = this.#narrator.context('UnsubscribeApplied', undefined, arrivedAt);
    const rows = this.#narrator.tell(tables, context);
    const onEnd = set?.onEnd;
    if (onEnd !== undefined) this.#callbacks.run('unsubscribeThen', () => onEnd(context as never));
    return rows;
  }

  /** @returns why the connection cannot go on, when it cannot */
  failed({ querySetId, requestId, error }: SubscriptionError): Error | undefined {
    const set = querySetId === undefined ? undefined : this.#querySets.get(querySetId);
    const reason = new SubscriptionRefusedError(error);
    if (set !== undefined) {
      this.#querySets.end(set);
      const { onError } = set.callbacks;
      const context = this.#narrator.errorContext(reason);
      this.#callbacks.run('onError of a subscription', () => {
        if (onError === undefined) throw reason;
        onError(context as never, reason);
      });
    }
    // Without a requestId it had been applied: which rows are its own only the host knows, so the cache stays wrong.
    return requestId === undefined ? reason : undefined;
  }
}
