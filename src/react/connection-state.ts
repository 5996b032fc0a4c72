import type { ConnectionFollower, ConnectionId, Identity } from '../client/index.ts';

/** Any bindings' `DbConnection`, as far as hooks need it. */
export interface AnyConnection {
  readonly isActive: boolean;
  readonly identity: Identity | undefined;
  readonly connectionId: ConnectionId;
  readonly token: string | undefined;
  /** The client cache: table handles by accessor. */
  readonly db: object;
  /** Calls by accessor. */
  readonly procedures: object;
  subscriptionBuilder(): object;
  callReducer(name: string, args?: Readonly<Record<string, unknown>>): Promise<void>;
  runAuto(): void;
  follow(follower: ConnectionFollower): () => void;
  disconnect(): void;
}

/** What `useSpacetimeDB` gives: one object until something of it changes. */
export interface SpacetimeDBState<C = AnyConnection> {
  /** True from the moment the host has said who this client is until the connection is lost. */
  readonly isActive: boolean;
  /** Who this client is; undefined until the host has said so. Kept while a lost connection is made again. */
  readonly identity: Identity | undefined;
  /** The token to come back with as the same player. */
  readonly token: string | undefined;
  /** Which connection this is; another one after each reconnection. */
  readonly connectionId: ConnectionId | undefined;
  /** Why there is no connection; undefined while there is one, and before the first attempt has failed. */
  readonly connectionError: Error | undefined;
  /** The connection itself; null before the provider is mounted. Another one after each reconnection. */
  getConnection(): C | null;
  /** Tries again now: after a refused token (give the builder another one first), or rather than wait. Only with a builder. */
  reconnect(): void;
}
