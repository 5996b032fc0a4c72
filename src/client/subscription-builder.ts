import type { QueryBuilder, TableQuery } from '../schema/index.ts';
import { SpacetickError } from '../values/index.ts';
import type { ErrorContextInterface, SubscriptionEventContextInterface } from './context.ts';
import type { AnyModule } from './remote-module.ts';
import type { QuerySet, QuerySetCallbacks } from './subscriptions.ts';

/** What a subscription builder needs of a connection. */
export interface SubscribingConnection {
  /** The bindings' tables as queries. */
  getFromBuilder(): object;
  /** Subscribes; sends when the socket is open and no tick runs. */
  openQuerySet(queries: readonly string[], callbacks: QuerySetCallbacks): QuerySet;
}

/** A query: SQL text, or built from the bindings' `tables`. */
export type Query = string | Pick<TableQuery<unknown>, 'toSql'>;
type Queries = Query | readonly Query[];

/** Subscribes to queries. Each `subscribe` starts a query set of its own. */
export class SubscriptionBuilderImpl<M extends AnyModule> {
  readonly #connection: SubscribingConnection;
  #onApplied: ((ctx: SubscriptionEventContextInterface<M>) => void) | undefined;
  #onError: ((ctx: ErrorContextInterface<M>, error: Error) => void) | undefined;

  constructor(connection: SubscribingConnection) {
    this.#connection = connection;
  }

  /** Called once, when the rows are in the cache and row callbacks have seen them. The last one given counts. */
  onApplied(callback: (ctx: SubscriptionEventContextInterface<M>) => void): this {
    this.#onApplied = callback;
    return this;
  }

  /** Called when the host refuses a query, with its reason. The last one given counts. */
  onError(callback: (ctx: ErrorContextInterface<M>, error: Error) => void): this {
    this.#onError = callback;
    return this;
  }

  /**
   * @param query SQL text, a query, several of either, or a function from the bindings' tables to queries
   * @throws SpacetickError E_SUBSCRIPTION when there is no query
   */
  subscribe(
    query: Queries | ((tables: QueryBuilder<{ readonly tables: M['tables'] }>) => Queries),
  ): SubscriptionHandleImpl<M> {
    const queries = typeof query === 'function' ? query(this.#connection.getFromBuilder() as never) : query;
    return this.#open((Array.isArray(queries) ? queries : [queries]) as readonly Query[]);
  }

  /** Everything in the bindings: one query for each table. @throws SpacetickError E_SUBSCRIPTION when they have none */
  subscribeToAllTables(): SubscriptionHandleImpl<M> {
    const queries = Object.values(this.#connection.getFromBuilder()) as readonly Query[];
    if (queries.length > 0) return this.#open(queries);
    throw new SpacetickError(
      'E_SUBSCRIPTION',
      'The bindings have no tables to subscribe to: the module has none, or none that is public. Add public: true to those ' +
        "that clients may read, table({ name: 'ship', public: true }, ...), and generate the bindings again.",
    );
  }

  #open(queries: readonly Query[]): SubscriptionHandleImpl<M> {
    if (queries.length === 0) {
      throw new SpacetickError('E_SUBSCRIPTION', 'Subscriptions must have at least one query');
    }
    const set = this.#connection.openQuerySet(
      queries.map((query) => (typeof query === 'string' ? query : query.toSql())),
      { onApplied: this.#onApplied, onError: this.#onError },
    );
    return new SubscriptionHandleImpl<M>(set);
  }
}

/** A subscription that was asked for. */
export class SubscriptionHandleImpl<M extends AnyModule> {
  readonly #set: QuerySet;

  constructor(set: QuerySet) {
    this.#set = set;
  }

  /** True from the tick that applied it until it ends. */
  isActive(): boolean {
    return this.#set.state === 'applied';
  }

  /** True when the host refused it, when it is unsubscribed, or when the connection is over. */
  isEnded(): boolean {
    return this.#set.state === 'ended';
  }

  /** Its rows leave the cache unless another subscription holds them. @throws SpacetickError E_SUBSCRIPTION */
  unsubscribe(): void {
    this.#set.unsubscribe();
  }

  /** @param callback called when the rows have left. @throws SpacetickError E_SUBSCRIPTION */
  unsubscribeThen(callback: (ctx: SubscriptionEventContextInterface<M>) => void): void {
    this.#set.unsubscribe(callback);
  }
}
