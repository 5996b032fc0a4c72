import type { ClientProtocol, InitialConnection, ServerMessage, WireTables } from '../wire/index.ts';
import type { Answers } from './answers.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { Calls } from './calls.ts';
import type { ConnectionState } from './connection-state.ts';
import type { DbContext } from './context.ts';
import { endError, lostCall } from './end.ts';
import { asError } from './errors.ts';
import type { InboxEntry } from './inbox.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { LinkEnd } from './link.ts';
import type { Narrator } from './narrator.ts';
import type { QuerySets } from './query-sets.ts';
import type { ReducerMessages } from './reducer-messages.ts';
import type { AnyModule } from './remote-module.ts';
import type { SubscriptionMessages } from './subscription-messages.ts';

const CLOSE_POLICY = 1008; // the module refused this client

export interface SessionParts {
  readonly connection: DbContext<AnyModule>;
  readonly state: ConnectionState;
  /** The subprotocol that is spoken: known when the socket is open. */
  readonly protocol: () => ClientProtocol | undefined;
  readonly wireTables: WireTables;
  readonly callbacks: CallbackQueue;
  readonly narrator: Narrator;
  readonly reducerMessages: ReducerMessages;
  readonly subscriptionMessages: SubscriptionMessages;
  readonly answers: Answers;
  readonly calls: Calls;
  readonly querySets: QuerySets;
  readonly lifecycle: Lifecycle;
  /** Drops the socket: what came cannot be understood, or cannot be followed. */
  readonly abandon: () => void;
  /** The host has said who this client is; not a callback of the user's. */
  readonly onBegin: () => void;
  /** The end has come; not a callback of the user's. */
  readonly onEnd: (error: Error | undefined) => void;
}

/** What the host says, from the first message to the end: each message is decoded whole, applied whole, then told. */
export class Session {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Handles one entry of the inbox. Never throws. @returns how many rows it told of */
  handle(entry: InboxEntry): number {
    const { protocol, state, wireTables } = this.#parts;
    if (entry.bytes === undefined) {
      entry.task?.();
      return 0;
    }
    if (state.isEnded) return 0;
    let rows = 0;
    try {
      for (const message of protocol()!.decode(entry.bytes, wireTables)) {
        if (!state.isEnded) rows += this.#apply(message, entry.arrivedAt);
      }
    } catch (error) {
      this.#abandon(asError(error));
    }
    return rows;
  }

  /** Whether a tick would tell something although nothing has arrived. */
  get hasWaiting(): boolean {
    const { callbacks, narrator } = this.#parts;
    return !callbacks.isEmpty || narrator.hasFolded;
  }

  /** Tells what waited while nobody looked. @returns how many rows had changed */
  release(): number {
    const { callbacks, narrator } = this.#parts;
    callbacks.runEarly();
    const rows = narrator.tellFolded();
    callbacks.runLate();
    return rows;
  }

  /** The connection is over. */
  end(how: LinkEnd): void {
    const { state, callbacks, narrator, calls, querySets, lifecycle, onEnd } = this.#parts;
    if (state.isEnded) return;
    state.isEnded = true;
    const wasConnected = state.identity !== undefined;
    const error = endError(how, wasConnected);
    // Nothing is sent before the socket is open, and a host runs nothing for whom it turned away.
    const mayHaveRun = this.#parts.protocol() !== undefined && (wasConnected || how.close?.code !== CLOSE_POLICY);
    state.endedBy = error;
    querySets.endAll();
    calls.rejectAll(lostCall(error, mayHaveRun));
    onEnd(error);
    narrator.end();
    const context = narrator.errorContext(error);
    const listener = wasConnected ? 'onDisconnect' : 'onConnectError';
    const heard = wasConnected ? lifecycle.disconnect.list : lifecycle.connectError.list;
    if (error !== undefined && heard.length === 0) callbacks.unheard(error, listener);
    if (error !== undefined && !wasConnected) {
      for (const listener of lifecycle.connectError.list) {
        callbacks.run('onConnectError', () => listener(context as never, error));
      }
      return;
    }
    for (const listener of lifecycle.disconnect.list) {
      callbacks.run('onDisconnect', () => listener(context as never, error));
    }
  }

  #apply(message: ServerMessage, arrivedAt: number): number {
    const { reducerMessages, subscriptionMessages, answers, protocol } = this.#parts;
    switch (message.tag) {
      case 'TransactionUpdate':
        return reducerMessages.committed(message, arrivedAt, protocol()!);
      case 'ReducerResult':
        reducerMessages.failed(message, arrivedAt);
        return 0;
      case 'SubscribeApplied':
        return subscriptionMessages.applied(message, arrivedAt);
      case 'UnsubscribeApplied':
        return subscriptionMessages.unsubscribed(message, arrivedAt);
      case 'SubscriptionError': {
        const fatal = subscriptionMessages.failed(message);
        if (fatal !== undefined) this.#abandon(fatal);
        return 0;
      }
      case 'InitialConnection':
        this.#begin(message);
        return 0;
      case 'ProcedureResult':
        answers.procedure(message, protocol()!);
        return 0;
      case 'OneOffQueryResult':
        answers.query(message);
        return 0;
    }
  }

  #begin({ identity, connectionId, token }: InitialConnection): void {
    const { state, callbacks, lifecycle, connection, onBegin } = this.#parts;
    state.identity = identity;
    state.connectionId = connectionId;
    const kept = state.token ?? token; // one that was given stays
    state.token = kept;
    onBegin();
    for (const listener of lifecycle.connect.list) {
      callbacks.run('onConnect', () => listener(connection as never, identity, kept), 'early');
    }
  }

  #abandon(error: Error): void {
    this.#parts.abandon();
    this.end({ isRequested: false, close: undefined, error });
  }
}
