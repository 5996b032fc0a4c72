import { type Clock, type Identity, SpacetickError, systemClock } from '../client/index.ts';
import { type ConnectionBuilder, open } from './connection-builder.ts';
import type { AnyConnection, SpacetimeDBState } from './connection-state.ts';
import { Retry } from './retry.ts';
import { type RowsQuery, RowsView } from './rows-view.ts';

/** Errors that another attempt may be spared of: the host was away, or the network. */
const PASSING = new Set(['E_CONNECT', 'E_CONNECTION_LOST']);

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
  readonly #builder: ConnectionBuilder;
  readonly #clock: Clock;
  readonly #retry: Retry;
  readonly #views = new Map<string, RowsView>();
  readonly #listeners = new Set<() => void>();
  #connection: AnyConnection | undefined;
  #known: Known = NOTHING_KNOWN;
  #state: SpacetimeDBState;
  #holders = 0;
  #isPrepared = false;

  constructor(builder: ConnectionBuilder, clock: Clock = systemClock) {
    this.#builder = builder;
    this.#clock = clock;
    this.#retry = new Retry(clock, () => this.#open());
    this.#state = this.#snapshot();
  }

  /** The builder the connection is made from. */
  get builder(): ConnectionBuilder {
    return this.#builder;
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
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.disconnect();
    this.#learn(NOTHING_KNOWN);
  }

  #open(): void {
    this.#prepare();
    this.#connection?.disconnect(); // it may still be trying
    const connection = open(this.#builder);
    this.#connection = connection;
    const ended = (error?: Error): void => {
      if (this.#connection === connection) this.#ended(error);
    };
    // Not through onDisconnect and onConnectError: where nobody listens to those, the console says what went wrong.
    connection.runAsync().then(() => ended(), ended);
    for (const view of this.#views.values()) if (view.isUsed) view.attach(connection);
    this.#learn(this.#known);
  }

  #prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    // React draws nothing in a hidden page that it would not draw later: there is nothing to save up for a frame.
    this.#builder.whenHidden('tick');
    this.#builder.onConnect((connection, identity, token) => this.#connected(connection, identity, token));
  }

  #connected(connection: AnyConnection, identity: Identity, token: string): void {
    if (connection !== this.#connection) return;
    this.#retry.succeeded();
    this.#builder.withToken(token); // the next connection is the same player's
    const { connectionId } = connection;
    this.#learn({ isActive: true, identity, token, connectionId, connectionError: undefined });
  }

  #ended(error: Error | undefined): void {
    this.#learn({ ...this.#known, isActive: false, connectionError: error });
    if (error instanceof SpacetickError && PASSING.has(error.code)) this.#retry.failed();
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
        if (this.#holders > 0 && !this.#known.isActive) this.#retry.now();
      },
    };
  }
}

const KEEPERS = new WeakMap<ConnectionBuilder, ConnectionKeeper>();

/** The one keeper of a builder: a provider that is mounted again, and a second one, find its connection. */
export function keeperOf(builder: ConnectionBuilder): ConnectionKeeper {
  let keeper = KEEPERS.get(builder);
  if (keeper === undefined) {
    keeper = new ConnectionKeeper(builder);
    KEEPERS.set(builder, keeper);
  }
  return keeper;
}
