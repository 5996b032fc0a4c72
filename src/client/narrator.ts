import type { Timestamp } from '../values/index.ts';
import type { TableDelta } from '../wire/index.ts';
import type { ClientCache } from './cache/client-cache.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { ConnectionState } from './connection-state.ts';
import { Context, type DbContext } from './context.ts';
import { ClientEvent, type EventTag, type ReducerEvent } from './event.ts';
import type { AnyModule } from './remote-module.ts';

/** Applies messages to the cache and tells what changed: at once, or the net of it when somebody looks again. */
export class Narrator {
  readonly #connection: DbContext<AnyModule>;
  readonly #state: ConnectionState;
  readonly #cache: ClientCache;
  readonly #callbacks: CallbackQueue;
  #events = 0;
  #folded: Context<ClientEvent> | undefined; // of the folded message that came last

  constructor(connection: DbContext<AnyModule>, state: ConnectionState, cache: ClientCache, callbacks: CallbackQueue) {
    this.#connection = connection;
    this.#state = state;
    this.#cache = cache;
    this.#callbacks = callbacks;
  }

  get hasFolded(): boolean {
    return this.#folded !== undefined;
  }

  /** What row callbacks of a message are given. */
  context(
    tag: EventTag,
    timestamp: Timestamp | undefined,
    arrivedAt: number,
    value?: ReducerEvent,
  ): Context<ClientEvent> {
    const event = new ClientEvent(tag, value, this.#state.connectionId.hex, this.#events++);
    return new Context(this.#connection, event, timestamp, arrivedAt);
  }

  reducerContext(event: ReducerEvent, arrivedAt: number): Context<ReducerEvent> {
    return new Context(this.#connection, event, event.timestamp, arrivedAt);
  }

  errorContext(error: Error | undefined): Context<Error | undefined> {
    return new Context(this.#connection, error, undefined, 0);
  }

  /** Applies and tells. @returns how many rows the message told of */
  tell(deltas: readonly TableDelta[], context: Context<ClientEvent>): number {
    const rows = this.#cache.apply(deltas);
    if (this.#callbacks.isQuiet) {
      this.#cache.fold(context.event.tag === 'UnsubscribeApplied');
      this.#folded = context;
    } else this.#cache.tell(context);
    return rows;
  }

  /** Tells the net of what was folded. @returns how many rows it has */
  tellFolded(): number {
    const last = this.#folded;
    if (last === undefined) return 0;
    this.#folded = undefined;
    return this.#cache.tellFolded(
      () => this.context('SubscribeApplied', last.timestamp, last.arrivedAt),
      () => this.context('UnsubscribeApplied', undefined, last.arrivedAt),
    );
  }

  /** An observed call that nobody will be told of. */
  drop(): void {
    this.#cache.droppedEvents++;
  }

  /** Watchers learn that no more will come. */
  end(): void {
    this.#callbacks.run('a watcher', () => this.#cache.end());
  }
}
