import type { ConnectionId, Identity, Timestamp } from '../values/index.ts';
import type { DbView } from './db-view.ts';
import type { EventOf, ReducerEvent } from './event.ts';
import type { ProceduresView } from './procedure.ts';
import type { ReducersView } from './reducers-view.ts';
import type { AnyModule, ReducerCallOf } from './remote-module.ts';
import type { RowContext } from './row-source.ts';
import type { SubscriptionBuilderImpl } from './subscription-builder.ts';

/** What every context has: the connection, without how it is driven. */
export interface DbContext<M extends AnyModule> {
  readonly db: DbView<M>;
  readonly reducers: ReducersView<M>;
  readonly procedures: ProceduresView<M>;
  readonly isActive: boolean;
  readonly identity: Identity | undefined;
  readonly connectionId: ConnectionId;
  readonly subscriptionBuilder: () => SubscriptionBuilderImpl<M>;
  disconnect(): void;
}

/** Given to row callbacks. */
export interface EventContextInterface<M extends AnyModule> extends DbContext<M>, RowContext {
  readonly event: EventOf<M>;
}

/** Given to observers of reducers: `conn.reducers.onSetName`. */
export interface ReducerEventContextInterface<M extends AnyModule> extends DbContext<M> {
  readonly event: ReducerEvent<ReducerCallOf<M>>;
  readonly timestamp: Timestamp | undefined;
  readonly arrivedAt: number;
}

/** Given to `onApplied` and `unsubscribeThen`. */
export interface SubscriptionEventContextInterface<M extends AnyModule> extends DbContext<M> {
  readonly event: EventOf<M>;
  readonly timestamp: Timestamp | undefined;
  readonly arrivedAt: number;
}

/** Given to `onConnectError`, `onDisconnect` and a subscription's `onError`. */
export interface ErrorContextInterface<M extends AnyModule> extends DbContext<M> {
  readonly event: Error | undefined;
}

/** One class for all contexts: the connection's side, and what happened. */
export class Context<E> implements DbContext<AnyModule> {
  readonly event: E;
  readonly timestamp: Timestamp | undefined;
  readonly arrivedAt: number;
  readonly #connection: DbContext<AnyModule>;

  constructor(connection: DbContext<AnyModule>, event: E, timestamp: Timestamp | undefined, arrivedAt: number) {
    this.event = event;
    this.timestamp = timestamp;
    this.arrivedAt = arrivedAt;
    this.#connection = connection;
  }

  get db(): DbView<AnyModule> {
    return this.#connection.db;
  }

  get reducers(): ReducersView<AnyModule> {
    return this.#connection.reducers;
  }

  get procedures(): ProceduresView<AnyModule> {
    return this.#connection.procedures;
  }

  get isActive(): boolean {
    return this.#connection.isActive;
  }

  get identity(): Identity | undefined {
    return this.#connection.identity;
  }

  get connectionId(): ConnectionId {
    return this.#connection.connectionId;
  }

  get subscriptionBuilder(): () => SubscriptionBuilderImpl<AnyModule> {
    return this.#connection.subscriptionBuilder;
  }

  disconnect(): void {
    this.#connection.disconnect();
  }
}
