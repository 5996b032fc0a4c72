import { makeQueryBuilder, type QueryBuilder, type RowOf } from '../schema/index.ts';
import type { ConnectionId, Identity } from '../values/index.ts';
import type { TableChanges } from './cache/change-set.ts';
import { callByName, callProcedure } from './calls.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import type { DbContext, ErrorContextInterface } from './context.ts';
import type { DbView } from './db-view.ts';
import { makeParts } from './make-parts.ts';
import type { ConnectionFollower, Parts } from './parts.ts';
import { type ProceduresView, proceduresView } from './procedure.ts';
import { reducersView } from './reducers.ts';
import type { ReducersView } from './reducers-view.ts';
import type { AnyModule } from './remote-module.ts';
import type { TickReport } from './report.ts';
import { Settlement } from './settlement.ts';
import { SubscriptionBuilderImpl } from './subscription-builder.ts';
import { openQuerySet, type QuerySet, type QuerySetCallbacks } from './subscriptions.ts';
import { dbView } from './table-handle.ts';
import { tick } from './tick.ts';

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
  readonly #parts: Parts;
  /** Starts describing a subscription. */
  subscriptionBuilder: () => SubscriptionBuilderImpl<M> = () => new SubscriptionBuilderImpl<M>(this);
  /** The bindings' declarations. */
  readonly remoteModule: M;

  /** Use a builder. Connects at once. */
  constructor(config: DbConnectionConfig<M>) {
    const parts = makeParts(config, this as unknown as DbContext<AnyModule>);
    const { procedures } = config.remoteModule;
    this.remoteModule = config.remoteModule;
    this.#parts = parts;
    this.db = dbView(parts) as DbView<M>;
    this.reducers = reducersView(parts) as ReducersView<M>;
    this.procedures = proceduresView(procedures, (procedure, args) =>
      callProcedure(parts, procedure, args),
    ) as ProceduresView<M>;
    parts.link.connect();
  }

  /** True from `build()` until the tick that finds the connection ended. */
  get isActive(): boolean {
    return !this.#parts.isEnded;
  }

  /** True once `disconnect()` was called. */
  get isDisconnectRequested(): boolean {
    return this.#parts.link.isCloseRequested;
  }

  /** True once nothing more can come or go: the socket is closed. The tick that finds it runs `onDisconnect`. */
  get isSocketClosed(): boolean {
    return this.#parts.link.isOver;
  }

  /** Who this client is; undefined until the host has said so. */
  get identity(): Identity | undefined {
    return this.#parts.identity;
  }

  /** Which connection this is. Until the host has said so, in the tick of `onConnect`: a number of its own that nobody else knows. */
  get connectionId(): ConnectionId {
    return this.#parts.connectionId;
  }

  /** The token to come back with as the same player. */
  get token(): string | undefined {
    return this.#parts.token;
  }

  /** The tables of the bindings as queries, as their `tables`: for whoever is given a connection of any module. */
  getFromBuilder(): QueryBuilder<{ readonly tables: M['tables'] }> {
    const { tables } = this.remoteModule;
    const queries = makeQueryBuilder({ tables, defs: this.#parts.tableDefs });
    return queries as unknown as QueryBuilder<{ readonly tables: M['tables'] }>;
  }

  /**
   * Handles the messages that wait, in order: decodes each whole, applies it whole to the cache, runs callbacks.
   * What arrives meanwhile waits for the next tick. Call it once a frame; twice is harmless. Never blocks or throws.
   */
  frameTick(options?: FrameTickOptions): FrameReport<M> {
    this.#parts.driver.userTicks();
    return tick(this.#parts, options?.maxMs) as unknown as FrameReport<M>;
  }

  /** For programs without a game loop: ticks whenever something arrives. */
  runAuto(): void {
    this.#parts.driver.runAuto();
  }

  /** Like `runAuto`; fulfilled after `disconnect()`, rejected when the connection ends otherwise. */
  runAsync(): Promise<void> {
    const parts = this.#parts;
    const untilEnd = (resolve: () => void, reject: (reason: unknown) => void): void => {
      const tell = (error: Error | undefined): void => (error === undefined ? resolve() : reject(error));
      if (parts.isEnded) tell(parts.endedBy);
      else parts.untilEnd.push(tell);
      this.runAuto();
    };
    return new Settlement<void>(untilEnd, 'runAsync', parts);
  }

  /** Told of the beginning and the end, in their ticks, before any callback. Returns how to stop. */
  follow(follower: ConnectionFollower): () => void {
    const { followers } = this.#parts;
    followers.add(follower);
    return () => followers.delete(follower);
  }

  /** Closes the connection; in a callback, when the tick ends. The next tick runs `onDisconnect`. May be repeated. */
  disconnect(): void {
    this.#parts.link.close();
  }

  /**
   * Calls a reducer by name, for programs that do not know it beforehand; else `conn.reducers` is typed.
   * @param name on the wire (`set_name`) or the accessor (`setName`)
   * @param args by name
   * @returns like `conn.reducers.x(...)`; rejected with InternalError when the bindings do not have the reducer
   */
  callReducer(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return callByName(this.#parts, name, args);
  }

  /** `callReducer` as SpacetimeDB's client has it. @param _type of the arguments; the bindings know it */
  callReducerWithParams(name: string, _type: unknown, args: object): Promise<void> {
    return callByName(this.#parts, name, args);
  }

  removeOnConnect(callback: (connection: this, identity: Identity, token: string) => void): void {
    this.#parts.lifecycle.connect.remove(callback as never);
  }

  removeOnConnectError(callback: (ctx: ErrorContextInterface<M>, error: Error) => void): void {
    this.#parts.lifecycle.connectError.remove(callback);
  }

  removeOnDisconnect(callback: (ctx: ErrorContextInterface<M>, error?: Error) => void): void {
    this.#parts.lifecycle.disconnect.remove(callback);
  }

  /** For subscription builders. */
  openQuerySet(queries: readonly string[], callbacks: QuerySetCallbacks): QuerySet {
    return openQuerySet(this.#parts, queries, callbacks);
  }
}
