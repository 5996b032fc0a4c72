import { SpacetickError } from '../values/index.ts';
import { nextRequest } from './calls.ts';
import { lostCall } from './end.ts';
import { errorContext } from './narrator.ts';
import type { Parts } from './parts.ts';

/** What the owner of a query set is told, in a tick. */
export interface QuerySetCallbacks {
  readonly onApplied: ((context: never) => void) | undefined;
  readonly onError: ((context: never, error: Error) => void) | undefined;
}

/** Queries subscribed together: they are applied and end as one. */
export interface QuerySet {
  readonly id: number;
  readonly callbacks: QuerySetCallbacks;
  state: 'pending' | 'applied' | 'ended';
  isUnsubscribing: boolean;
  onEnd: ((context: never) => void) | undefined;
  /** @throws SpacetickError E_SUBSCRIPTION when it was called before or the set has ended */
  unsubscribe(onEnd?: (context: never) => void): void;
}

/** Subscribes to queries; sends when the socket is open and no tick runs. */
export function openQuerySet(parts: Parts, queries: readonly string[], callbacks: QuerySetCallbacks): QuerySet {
  const { hint, querySets, link } = parts;
  const requestId = nextRequest(parts);
  const set: QuerySet = {
    id: requestId, // as good a number as any: it is the client's to give
    callbacks,
    state: 'pending',
    isUnsubscribing: false,
    onEnd: undefined,
    unsubscribe(onEnd) {
      if (set.isUnsubscribing) throw new SpacetickError('E_SUBSCRIPTION', 'Unsubscribe has already been called');
      if (set.state === 'ended') throw new SpacetickError('E_SUBSCRIPTION', 'Subscription has already ended');
      set.isUnsubscribing = true;
      set.onEnd = onEnd;
      const requestId = nextRequest(parts);
      link.send((protocol) => protocol.unsubscribe(requestId, set.id));
    },
  };
  hint.settle();
  if (link.isOver) refuse(parts, set);
  else {
    querySets.set(set.id, set);
    link.send((protocol) => protocol.subscribe(requestId, set.id, queries));
  }
  return set;
}

export function endSet({ querySets }: Parts, set: QuerySet | undefined): void {
  if (set === undefined) return;
  set.state = 'ended';
  querySets.delete(set.id);
}

/** For a set that came too late. */
function refuse(parts: Parts, set: QuerySet): void {
  const { onError } = set.callbacks;
  const error = lostCall(parts.endedBy, false);
  set.state = 'ended';
  if (onError === undefined) return;
  parts.driver.arrive(() => {
    parts.callbacks.run('onError of a subscription', () => onError(errorContext(parts, error) as never, error));
  });
}
