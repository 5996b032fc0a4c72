import { makeQueryBuilder, type QueryBuilder, type RowOf } from '../schema/index.ts';
import type { ConnectionId, Identity } from '../values/index.ts';
import type { TableChanges } from './cache/change-set.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import { ConnectionCore, type ConnectionFollower } from './connection-core.ts';
import type { DbContext, ErrorContextInterface } from './context.ts';
import type { DbView } from './db-view.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type ProceduresView, proceduresView } from './procedure.ts';
import type { QuerySet, QuerySetCallbacks } from './query-sets.ts';
import type { ReducersView } from './reducers-view.ts';
import type { AnyModule } from './remote-module.ts';
import type { TickReport } from './report.ts';
import { SubscriptionBuilderImpl } from './subscription-builder.ts';
import { dbView } from './table-handle.ts';

/** Options of a tick. */
export interface FrameTickOptions {
  /** Stop between messages after so many milliseconds; the rest waits for the next tick. Default: no limit. */
  readonly maxMs?: number;
}

/** What a tick did; the object is written anew by the next tick. */
export type FrameReport<M extends AnyModule = AnyModule> = Readonly<Omit<TickReport, 'changes' | 'reset'>> & {
  /** The net of the tick's changes, by table. Built when first asked for; ask before the next tick. */
  readonly changes: { readonly [K in keyof M['tables']]: TableChanges<Readonly<RowOf<M['tables'][K]>>> };
};

/**
 * A connection to a database. The socket only fills an inbox; `frameTick()` applies what waits to the client cache
 * and runs callbacks. Made by a builder; the bindings' `DbConnection` is this class with the module's types.
 */
export class DbConnectionImpl<M extends AnyModule = AnyModule> {
  /** Only for inference; never there at run time. */
  declare readonly __module?: M;
  /** The client cache, by table. */
  readonly db: DbView<M>;
  /** Calls reducers: `conn.reducers.setName({ name })`. */
  readonly reducers: ReducersView<M>;
  /** Calls procedures: `await conn.procedures.rollDice({ sides: 6 })`. */
  readonly procedures: ProceduresView<M>;
  readonly #core: ConnectionCore;
  readonly #lifecycle: Lifecycle;
  /** Starts describing a subscription. */
  subscriptionBuilder: () => SubscriptionBuilderImpl<M> = () => new SubscriptionBuilderImpl<M>(this);
  /** The bindings' declarations. */
  readonly remoteModule: M;

  /** Use a builder. Connects at once. */
  constructor(config: DbConnectionConfig<M>) {
    const self = this as unknown as DbContext<AnyModule>;
    this.remoteModule = config.remoteModule;
    this.#lifecycle = config.lifecycle;
    this.#core = new ConnectionCore(config, self);
    this.db = dbView(this.#core.cache, this.#core) as DbView<M>;
    this.reducers = this.#core.reducers.view((reducer, args) => this.#core.call(reducer, args)) as ReducersView<M>;
    this.procedures = proceduresView(config.remoteModule.procedures, (procedure, args) =>
      this.#core.callProcedure(procedure, args),
    ) as ProceduresView<M>;
    this.#core.connect(config);
  }

  /** True from `build()` until the tick that finds the connection ended. */
  get isActive(): boolean {
    return !this.#core.state.isEnded;
  }

  /** True once `disconnect()` was called. */
  get isDisconnectRequested(): boolean {
    return this.#core.isDisconnectRequested;
  }

  /** True once nothing more can come or go: the socket is closed. The tick that finds it runs `onDisconnect`. */
  get isSocketClosed(): boolean {
    return this.#core.isSocketClosed;
  }

  /** Who this client is; undefined until the host has said so. */
  get identity(): Identity | undefined {
    return this.#core.state.identity;
  }

  /** Which connection this is. Until the host has said so, in the tick of `onConnect`: a number of its own that nobody else knows. */
  get connectionId(): ConnectionId {
    return this.#core.state.connectionId;
  }

  /** The token to come back with as the same player. */
  get token(): string | undefined {
    return this.#core.state.token;
  }

  /** The tables of the bindings as queries, as their `tables`: for whoever is given a connection of any module. */
  getFromBuilder(): QueryBuilder<{ readonly tables: M['tables'] }> {
    const { tables } = this.remoteModule;
    const queries = makeQueryBuilder({ tables, defs: this.#core.tableDefs });
    return queries as unknown as QueryBuilder<{ readonly tables: M['tables'] }>;
  }

  /**
   * Handles the messages that wait, in order: decodes each whole, applies it whole to the cache, runs callbacks.
   * What arrives meanwhile waits for the next tick. Call it once a frame; twice is harmless. Never blocks or throws.
   */
  frameTick(options?: FrameTickOptions): FrameReport<M> {
    return this.#core.frameTick(options?.maxMs ?? Number.POSITIVE_INFINITY) as unknown as FrameReport<M>;
  }

  /** For programs without a game loop: ticks whenever something arrives. */
  runAuto(): void {
    this.#core.runAuto();
  }

  /** Like `runAuto`; fulfilled after `disconnect()`, rejected when the connection ends otherwise. */
  runAsync(): Promise<void> {
    return this.#core.runAsync();
  }

  /** Told of the beginning and the end, in their ticks, before any callback. Returns how to stop. */
  follow(follower: ConnectionFollower): () => void {
    return this.#core.follow(follower);
  }

  /** Closes the connection; in a callback, when the tick ends. The next tick runs `onDisconnect`. May be repeated. */
  disconnect(): void {
    this.#core.disconnect();
  }

  /**
   * Calls a reducer by name, for programs that do not know it beforehand; else `conn.reducers` is typed.
   * @param name on the wire (`set_name`) or the accessor (`setName`)
   * @param args by name
   * @returns like `conn.reducers.x(...)`; rejected with InternalError when the bindings do not have the reducer
   */
  callReducer(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.#core.callByName(name, args);
  }

  /** `callReducer` as SpacetimeDB's client has it. @param _type of the arguments; the bindings know it */
  callReducerWithParams(name: string, _type: unknown, args: object): Promise<void> {
    return this.#core.callByName(name, args);
  }

  removeOnConnect(callback: (connection: this, identity: Identity, token: string) => void): void {
    this.#lifecycle.connect.remove(callback as never);
  }

  removeOnConnectError(callback: (ctx: ErrorContextInterface<M>, error: Error) => void): void {
    this.#lifecycle.connectError.remove(callback);
  }

  removeOnDisconnect(callback: (ctx: ErrorContextInterface<M>, error?: Error) => void): void {
    this.#lifecycle.disconnect.remove(callback);
  }

  /** For subscription builders. */
  openQuerySet(queries: readonly string[], callbacks: QuerySetCallbacks): QuerySet {
    return this.#core.openQuerySet(queries, callbacks);
  }
}
