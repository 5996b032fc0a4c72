import { type Clock, systemClock } from '../client/index.ts';
import { type ConnectionBuilder, type ConnectionSource, isPassing, sourceOf } from './connection-source.ts';
import type { AnyConnection, SpacetimeDBState } from './connection-state.ts';
import { Retry } from './retry.ts';
import { type RowsQuery, RowsView } from './rows-view.ts';

type Known = Pick<SpacetimeDBState, 'isActive' | 'identity' | 'token' | 'connectionId' | 'connectionError'>;

const NOTHING_KNOWN: Known = {
  isActive: false,
  identity: undefined,
  token: undefined,
  connectionId: undefined,
  connectionError: undefined,
};

/**
 * Keeps one connection open while somebody holds it, and makes it again when it is lost. Holding and letting go at once,
 * as StrictMode does with every effect, opens one connection and not two.
 */
export class ConnectionKeeper {
  readonly #source: ConnectionSource;
  readonly #clock: Clock;
  readonly #retry: Retry;
  readonly #views = new Map<string, RowsView>();
  readonly #listeners = new Set<() => void>();
  #connection: AnyConnection | undefined;
  #known: Known = NOTHING_KNOWN;
  #state: SpacetimeDBState;
  #holders = 0;
  #unfollow: (() => void) | undefined;

  constructor(source: ConnectionSource, clock: Clock = systemClock) {
    this.#source = source;
    this.#clock = clock;
    this.#retry = new Retry(clock, () => this.#open());
    this.#state = this.#snapshot();
  }

  /** Whether this is the keeper for a provider that was given this. */
  isOf(origin: ConnectionBuilder | AnyConnection): boolean {
    return this.#source.isOf(origin);
  }

  readonly getState = (): SpacetimeDBState => this.#state;

  /** Calls `listener` when the state is another one. Returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens the connection unless it is open. Returns how to let go; the last one to do so closes it. */
  hold(): () => void {
    this.#holders++;
    if (this.#connection === undefined) this.#open();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders--;
      this.#closeUnlessHeld();
    };
  }

  /** The rows of a query, the same object for all who ask while one of them uses it. */
  view(query: RowsQuery): RowsView {
    const sql = query.toSql();
    let view = this.#views.get(sql);
    if (view === undefined) {
      view = new RowsView(query, {
        clock: this.#clock,
        onUsed: (used) => {
          if (!this.#views.has(sql)) this.#views.set(sql, used);
          if (this.#connection !== undefined) used.attach(this.#connection);
        },
        onUnused: (unused) => {
          if (this.#views.get(sql) === unused) this.#views.delete(sql);
        },
      });
      this.#views.set(sql, view);
    }
    return view;
  }

  /** The connection, for a call; opened for a moment if nobody holds it yet: effects of children run before the provider's. */
  connectionForCall(): AnyConnection {
    if (this.#connection === undefined) {
      this.#open();
      this.#closeUnlessHeld();
    }
    return this.#connection!;
  }

  /** Later: who holds it again at once finds it open. */
  #closeUnlessHeld(): void {
    this.#clock.after(0, () => {
      if (this.#holders === 0) this.#close();
    });
  }

  #close(): void {
    this.#retry.stop();
    this.#drop();
    this.#learn(NOTHING_KNOWN);
  }

  /** Lets go of the connection there was; it may still be trying. */
  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#unfollow?.();
    this.#unfollow = undefined;
    if (connection !== undefined) this.#source.close(connection);
  }

  #open(): void {
    this.#drop();
    const connection = this.#source.open();
    this.#connection = connection;
    // Not through onDisconnect and onConnectError: where nobody listens to those, the console says what went wrong.
    this.#unfollow = connection.follow({
      begin: () => this.#connected(connection),
      end: (error) => this.#ended(error),
    });
    for (const view of this.#views.values()) if (view.isUsed) view.attach(connection);
    if (connection.isActive && connection.identity !== undefined) this.#connected(connection);
    else this.#learn(this.#known);
  }

  #connected({ identity, token, connectionId }: AnyConnection): void {
    this.#retry.succeeded();
    if (token !== undefined) this.#source.reopens?.(token); // the next connection is the same player's
    this.#learn({ isActive: true, identity, token, connectionId, connectionError: undefined });
  }

  #ended(error: Error | undefined): void {
    this.#learn({ ...this.#known, isActive: false, connectionError: error });
    if (!isPassing(error) || this.#source.reopens === undefined) return;
    this.#source.hush();
    this.#retry.failed();
  }

  #learn(known: Known): void {
    this.#known = known;
    this.#state = this.#snapshot();
    for (const listener of [...this.#listeners]) listener();
  }

  #snapshot(): SpacetimeDBState {
    const connection = this.#connection ?? null;
    return {
      ...this.#known,
      getConnection: () => connection,
      reconnect: () => {
        if (this.#holders > 0 && !this.#known.isActive && this.#source.reopens !== undefined) this.#retry.now();
      },
    };
  }
}

const KEEPERS = new WeakMap<ConnectionBuilder | AnyConnection, ConnectionKeeper>();

/** The one keeper of a builder or connection: a provider that is mounted again, and a second one, find it. */
export function keeperOf(origin: ConnectionBuilder | AnyConnection): ConnectionKeeper {
  let keeper = KEEPERS.get(origin);
  if (keeper === undefined) {
    keeper = new ConnectionKeeper(sourceOf(origin));
    KEEPERS.set(origin, keeper);
  }
  return keeper;
}
