import type { ClientProtocol, ReducerInfo, ReducerResult, TransactionUpdate } from '../wire/index.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { Calls, PendingCall } from './calls.ts';
import type { ConnectionState } from './connection-state.ts';
import type { ReducerEvent } from './event.ts';
import type { Narrator } from './narrator.ts';
import { committed, failed, failure, publicArgs } from './reducer-events.ts';
import type { ReducerListener, ReducerRegistry } from './reducer-registry.ts';

/**
 * Transactions and outcomes of calls: rows are told, then observers. The call's promise settles before anything can go
 * wrong; who awaits it continues behind the tick all the same.
 */
export class ReducerMessages {
  readonly #state: ConnectionState;
  readonly #calls: Calls;
  readonly #reducers: ReducerRegistry;
  readonly #narrator: Narrator;
  readonly #callbacks: CallbackQueue;

  constructor(
    state: ConnectionState,
    calls: Calls,
    reducers: ReducerRegistry,
    narrator: Narrator,
    callbacks: CallbackQueue,
  ) {
    this.#state = state;
    this.#calls = calls;
    this.#reducers = reducers;
    this.#narrator = narrator;
    this.#callbacks = callbacks;
  }

  /** @returns how many rows it told of. @throws ValueError when arguments do not fit the bindings; nothing is applied */
  committed(
    { reducer: told, requestId, timestamp, tables }: TransactionUpdate,
    arrivedAt: number,
    protocol: ClientProtocol,
  ): number {
    const isOwn =
      requestId !== undefined || (told?.connectionId != null && told.connectionId.hex === this.#state.connectionId.hex);
    const call = isOwn ? this.#calls.take(requestId ?? told!.requestId, 'reducer') : undefined;
    call?.resolve(undefined);
    const info = told ?? (call && this.#ownCall(call, requestId!));
    const reducer = info === undefined ? undefined : this.#reducers.get(info.name);
    let event: ReducerEvent | undefined;
    if (info !== undefined && reducer !== undefined) {
      event = committed(info, call === undefined ? publicArgs(info, reducer, protocol) : call.args, timestamp);
    }
    const observers = reducer?.listeners.list ?? []; // those added while rows are told count from the next message
    const tag = event === undefined ? 'Transaction' : 'Reducer';
    const rows = this.#narrator.tell(tables, this.#narrator.context(tag, timestamp, arrivedAt, event));
    if (event !== undefined && observers.length > 0) {
      // Others' calls may come by the thousand while a page is hidden; one's own are few.
      if (this.#callbacks.isQuiet && !isOwn) this.#narrator.drop();
      else this.#observe(observers, event, arrivedAt);
    }
    return rows;
  }

  failed(result: ReducerResult, arrivedAt: number): void {
    const { requestId, reducer: name } = result;
    // A call that could not start is named by its reducer, on v1 (wire.md 3.3); our requests begin at 1.
    const call =
      requestId === 0 && name !== undefined ? this.#calls.takeOldest(name) : this.#calls.take(requestId, 'reducer');
    if (call === undefined) return;
    call.reject(failure(result));
    const { identity, connectionId } = this.#state;
    if (identity === undefined) return; // no event without a caller
    const event = failed(result, call, { identity, connectionId });
    this.#observe(this.#reducers.get(call.def.name)!.listeners.list, event, arrivedAt);
  }

  /** What v2 does not say of one's own call: we know it. */
  #ownCall({ def, args }: PendingCall, requestId: number): ReducerInfo | undefined {
    const { identity: caller, connectionId } = this.#state;
    if (caller === undefined) return undefined;
    return { name: def.name, caller, connectionId, requestId, energy: 0n, args: { encoding: 'value', value: args } };
  }

  /** Tells `onX` listeners; not of calls whose arguments are not known. */
  #observe(observers: readonly ReducerListener[], event: ReducerEvent, arrivedAt: number): void {
    const { args, name } = event.reducer;
    if (args === undefined) return;
    const context = this.#narrator.reducerContext(event, arrivedAt);
    for (const observer of observers) {
      this.#callbacks.run(`observer of reducer ${name}`, () => observer(context, args));
    }
  }
}
