import type { ConnectionId, Identity, Timestamp } from '../values/index.ts';
import type {
  ClientProtocol,
  ReducerResult,
  ServerMessage,
  SubscribeApplied,
  SubscriptionError,
  TransactionUpdate,
  UnsubscribeApplied,
} from '../wire/index.ts';
import type { ClientCache } from './cache/client-cache.ts';
import type { Calls } from './calls.ts';
import { Context, type DbContext } from './context.ts';
import { endError, lostCall } from './end.ts';
import { asError, SubscriptionRefusedError } from './errors.ts';
import { ClientEvent, type EventTag, type ReducerEvent } from './event.ts';
import type { InboxEntry } from './inbox.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { LinkEnd } from './link.ts';
import type { QuerySets } from './query-sets.ts';
import { committed, failed, failure, publicArgs } from './reducer-events.ts';
import type { ReducerListener, ReducerRegistry } from './reducer-registry.ts';
import type { AnyModule } from './remote-module.ts';
import type { Reporter } from './reporter.ts';

export interface SessionParts {
  /** What contexts show of the connection. */
  readonly connection: DbContext<AnyModule>;
  readonly protocol: ClientProtocol;
  readonly cache: ClientCache;
  readonly calls: Calls;
  readonly querySets: QuerySets;
  readonly reducers: ReducerRegistry;
  readonly lifecycle: Lifecycle;
  readonly reporter: Reporter;
  /** Drops the socket and whatever has not been handled: what came cannot be understood. */
  readonly abandon: () => void;
  /** The end has come; not a callback of the user's. */
  readonly onEnd: (error: Error | undefined) => void;
}

/** What the host has said, in order: each message is decoded whole, applied whole, then told. */
export class Session {
  identity: Identity | undefined;
  connectionId: ConnectionId | undefined;
  token: string | undefined;
  isEnded = false;
  /** Why it ended; undefined when it was asked to. */
  endedBy: Error | undefined;
  /** While nobody looks (hidden page): changes are folded, callbacks wait for `release`. */
  isQuiet = false;
  readonly #parts: SessionParts;
  readonly #waitingEarly: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  #events = 0;
  #lastContext: Context<ClientEvent> | undefined; // of the folded message that came last

  constructor(parts: SessionParts, token: string | undefined) {
    this.#parts = parts;
    this.token = token;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length + this.#waitingEarly.length > 0 || this.#lastContext !== undefined;
  }

  /** Handles one entry of the inbox. Never throws. @returns how many rows it told of */
  handle(entry: InboxEntry): number {
    if (entry.bytes === undefined) {
      entry.task?.();
      return 0;
    }
    if (this.isEnded) return 0;
    const { protocol, cache } = this.#parts;
    try {
      const message = protocol.decode(entry.bytes, cache.wireTables);
      return this.#apply(message, entry.arrivedAt);
    } catch (error) {
      this.#parts.abandon();
      this.end({ isRequested: false, close: undefined, error: asError(error) });
      return 0;
    }
  }

  /** Runs a callback of the user's, now or when somebody looks again: `early` before the rows are told, else after. */
  run(where: string, callback: () => void, when: 'early' | 'late' = 'late'): void {
    const { reporter } = this.#parts;
    const guarded = (): void => {
      try {
        callback();
      } catch (error) {
        reporter.error(error, where);
      }
    };
    if (!this.isQuiet) guarded();
    else if (when === 'early') this.#waitingEarly.push(guarded);
    else this.#waiting.push(guarded);
  }

  /** Tells what was folded and runs the callbacks that waited. @returns how many rows had changed */
  release(): number {
    const { cache } = this.#parts;
    const last = this.#lastContext;
    this.#lastContext = undefined;
    for (const callback of this.#waitingEarly.splice(0)) callback();
    let rows = 0;
    if (last !== undefined) {
      rows = cache.unfold();
      if (rows > 0) cache.tell(this.#context(this.#event('SubscribeApplied'), last.timestamp, last.arrivedAt));
    }
    for (const callback of this.#waiting.splice(0)) callback();
    return rows;
  }

  /** The connection is over. */
  end(how: LinkEnd): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const { cache, calls, querySets, lifecycle } = this.#parts;
    const wasConnected = this.identity !== undefined;
    const error = endError(how, wasConnected);
    this.endedBy = error;
    querySets.endAll();
    calls.rejectAll(lostCall(error));
    this.#parts.onEnd(error);
    const context = new Context<Error | undefined>(this.#parts.connection, error, undefined, 0);
    this.run('a watcher', () => cache.end());
    if (error !== undefined && !wasConnected) {
      for (const listener of lifecycle.connectError.list) {
        this.run('onConnectError', () => listener(context as never, error));
      }
      return;
    }
    for (const listener of lifecycle.disconnect.list) {
      this.run('onDisconnect', () => listener(context as never, error));
    }
  }

  #apply(message: ServerMessage, arrivedAt: number): number {
    switch (message.tag) {
      case 'TransactionUpdate':
        return this.#transaction(message, arrivedAt);
      case 'SubscribeApplied':
        return this.#subscribed(message, arrivedAt);
      case 'UnsubscribeApplied':
        return this.#unsubscribed(message, arrivedAt);
      case 'SubscriptionError':
        this.#subscriptionFailed(message);
        return 0;
      case 'ReducerResult':
        this.#callFailed(message, arrivedAt);
        return 0;
      case 'InitialConnection': {
        this.identity = message.identity;
        this.connectionId = message.connectionId;
        this.token ??= message.token;
        const { lifecycle, connection } = this.#parts;
        for (const listener of lifecycle.connect.list) {
          this.run('onConnect', () => listener(connection as never, message.identity, this.token!), 'early');
        }
        return 0;
      }
    }
  }

  #transaction(message: TransactionUpdate, arrivedAt: number): number {
    const { cache, calls, reducers } = this.#parts;
    const { reducer: info, timestamp } = message;
    const isOwn = info?.connectionId != null && info.connectionId.hex === this.connectionId?.hex;
    const call = isOwn ? calls.take(info.requestId) : undefined;
    const reducer = info === undefined ? undefined : reducers.get(info.name);
    let event: ReducerEvent | undefined;
    if (info !== undefined && reducer !== undefined) {
      event = committed(info, call === undefined ? publicArgs(info, reducer) : call.args, timestamp);
    }
    const observers = reducer?.listeners.list ?? [];
    const rows = cache.apply(message.tables);
    const tag = event === undefined ? 'Transaction' : 'Reducer';
    this.#tell(this.#context(this.#event(tag, event), timestamp, arrivedAt));
    if (event !== undefined) {
      if (this.isQuiet && !isOwn) cache.droppedEvents += observers.length > 0 ? 1 : 0;
      else this.#observe(observers, event, arrivedAt);
    }
    call?.resolve();
    return rows;
  }

  #callFailed(result: ReducerResult, arrivedAt: number): void {
    const { calls, reducers } = this.#parts;
    const call = calls.take(result.requestId);
    if (call === undefined || this.identity === undefined || this.connectionId === undefined) return;
    const event = failed(result, call, { identity: this.identity, connectionId: this.connectionId });
    this.#observe(reducers.get(call.reducer.name)!.listeners.list, event, arrivedAt);
    call.reject(failure(result));
  }

  /** Tells `onX` listeners; not of calls whose arguments are not known. */
  #observe(observers: readonly ReducerListener[], event: ReducerEvent, arrivedAt: number): void {
    const { args, name } = event.reducer;
    if (args === undefined || observers.length === 0) return;
    const context = new Context(this.#parts.connection, event, event.timestamp, arrivedAt);
    for (const observer of observers) {
      this.run(`observer of reducer ${name}`, () => observer(context, args));
    }
  }

  #subscribed(message: SubscribeApplied, arrivedAt: number): number {
    const { cache, querySets } = this.#parts;
    const set = querySets.get(message.querySetId);
    const rows = cache.apply(message.tables);
    if (set !== undefined) set.state = 'applied';
    const context = this.#context(this.#event('SubscribeApplied'), message.timestamp, arrivedAt);
    this.#tell(context);
    const { onApplied } = set?.callbacks ?? {};
    if (onApplied !== undefined && !set!.isUnsubscribing) this.run('onApplied', () => onApplied(context as never));
    return rows;
  }

  #unsubscribed(message: UnsubscribeApplied, arrivedAt: number): number {
    const { cache, querySets } = this.#parts;
    const set = querySets.get(message.querySetId);
    const rows = cache.apply(message.tables);
    if (set !== undefined) querySets.end(set);
    const context = this.#context(this.#event('UnsubscribeApplied'), undefined, arrivedAt);
    this.#tell(context);
    const onEnd = set?.onEnd;
    if (onEnd !== undefined) this.run('unsubscribeThen', () => onEnd(context as never));
    return rows;
  }

  #subscriptionFailed({ querySetId, requestId, error }: SubscriptionError): void {
    const { querySets, connection, abandon } = this.#parts;
    const set = querySets.get(querySetId);
    const reason = new SubscriptionRefusedError(error);
    if (set !== undefined) {
      querySets.end(set);
      const { onError } = set.callbacks;
      const context = new Context<Error | undefined>(connection, reason, undefined, 0);
      this.run('onError of a subscription', () => {
        if (onError === undefined) throw reason;
        onError(context as never, reason);
      });
    }
    if (requestId !== undefined) return;
    // It was applied before: which rows are its own is known to the host only, so the cache cannot be right any more.
    abandon();
    this.end({ isRequested: false, close: undefined, error: reason });
  }

  #tell(context: Context<ClientEvent>): void {
    const { cache } = this.#parts;
    if (this.isQuiet) {
      cache.fold();
      this.#lastContext = context;
    } else cache.tell(context);
  }

  #event(tag: EventTag, value?: ReducerEvent): ClientEvent {
    return new ClientEvent(tag, value, this.connectionId?.hex ?? '', this.#events++);
  }

  #context(event: ClientEvent, timestamp: Timestamp | undefined, arrivedAt: number): Context<ClientEvent> {
    return new Context(this.#parts.connection, event, timestamp, arrivedAt);
  }
}
