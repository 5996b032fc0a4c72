import { SpacetickError } from '../values/index.ts';

export type QuerySetState = 'pending' | 'applied' | 'ended';

/** What the owner of a query set is told, in a tick. `Context` is what its callbacks are given. */
export interface QuerySetCallbacks {
  readonly onApplied: ((context: never) => void) | undefined;
  readonly onError: ((context: never, error: Error) => void) | undefined;
}

/** Queries subscribed together: they are applied and end as one. */
export class QuerySet {
  readonly id: number;
  readonly queries: readonly string[];
  readonly callbacks: QuerySetCallbacks;
  state: QuerySetState = 'pending';
  isUnsubscribing = false;
  onEnd: ((context: never) => void) | undefined;
  readonly #owner: QuerySetOwner;

  constructor(id: number, queries: readonly string[], callbacks: QuerySetCallbacks, owner: QuerySetOwner) {
    this.id = id;
    this.queries = queries;
    this.callbacks = callbacks;
    this.#owner = owner;
  }

  /** @throws SpacetickError E_SUBSCRIPTION when it was called before or the set has ended */
  unsubscribe(onEnd?: (context: never) => void): void {
    if (this.isUnsubscribing) throw new SpacetickError('E_SUBSCRIPTION', 'Unsubscribe has already been called');
    if (this.state === 'ended') throw new SpacetickError('E_SUBSCRIPTION', 'Subscription has already ended');
    this.isUnsubscribing = true;
    this.onEnd = onEnd;
    this.#owner.sendUnsubscribe(this);
  }
}

export interface QuerySetOwner {
  sendUnsubscribe(set: QuerySet): void;
}

/** The query sets that have not ended, by the id the client gave them. */
export class QuerySets {
  readonly #sets = new Map<number, QuerySet>();
  #nextId = 1;

  open(queries: readonly string[], callbacks: QuerySetCallbacks, owner: QuerySetOwner): QuerySet {
    const set = new QuerySet(this.#nextId++, queries, callbacks, owner);
    this.#sets.set(set.id, set);
    return set;
  }

  get(id: number): QuerySet | undefined {
    return this.#sets.get(id);
  }

  end(set: QuerySet): void {
    set.state = 'ended';
    this.#sets.delete(set.id);
  }

  endAll(): void {
    for (const set of this.#sets.values()) set.state = 'ended';
    this.#sets.clear();
  }
}
