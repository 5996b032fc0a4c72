import { SpacetickError } from '../client/index.ts';
import type { AnyConnection } from './connection-state.ts';

/** What the provider needs of a bindings' `DbConnection.builder()`, unbuilt. */
export interface ConnectionBuilder {
  getUri(): string | undefined;
  getDatabaseName(): string | undefined;
  dismissHint(): void;
  withToken(token: string | undefined): unknown;
  hearsConnectErrors(): boolean;
  onConnectError(callback: (context: unknown, error: Error) => void): unknown;
  whenHidden(whenHidden: 'tick'): unknown;
  build(): unknown;
}

/** Where a provider has its connection from: a builder, or somebody who opened one. */
export interface ConnectionSource {
  readonly origin: ConnectionBuilder | AnyConnection;
  /** The connection, which ticks. @throws SpacetickError E_BUILDER, E_URI, E_DATABASE_NAME */
  open(): AnyConnection;
  /** It is not used any more. */
  close(connection: AnyConnection): void;
  /** A connection that was lost may be opened again, as the player of this token. */
  readonly reopens: ((token: string) => void) | undefined;
  /** It failed, and is tried again: where nobody listens, the console need not hear of each attempt. */
  hush(): void;
  /** Whether another origin means the same connection: a component may make its builder anew each time. */
  isOf(origin: ConnectionBuilder | AnyConnection): boolean;
}

/** Errors that another attempt may be spared of: the host was away, or the network. */
export function isPassing(error: Error | undefined): boolean {
  return error instanceof SpacetickError && (error.code === 'E_CONNECT' || error.code === 'E_CONNECTION_LOST');
}

/** That it failed in another way than before is news. */
function tellNews(_context: unknown, error: Error): void {
  if (!isPassing(error)) console.error(`[spacetick] no connection: ${error.message}`);
}

export function sourceOf(origin: ConnectionBuilder | AnyConnection): ConnectionSource {
  return 'build' in origin ? builderSource(origin) : sharedSource(origin);
}

function builderSource(builder: ConnectionBuilder): ConnectionSource {
  return {
    origin: builder,
    open() {
      // React draws nothing in a hidden page that it would not draw later: there is nothing to save up for a frame.
      builder.whenHidden('tick');
      const connection = builder.build() as AnyConnection;
      connection.runAuto();
      return connection;
    },
    close: (connection) => connection.disconnect(),
    reopens: (token) => void builder.withToken(token),
    hush() {
      if (!builder.hearsConnectErrors()) builder.onConnectError(tellNews);
    },
    isOf: (other) =>
      other === builder ||
      ('build' in other &&
        other.getUri() === builder.getUri() &&
        other.getDatabaseName() === builder.getDatabaseName()),
  };
}

/** Whoever opened it ticks it, ends it, and opens another one when it is lost. */
function sharedSource(connection: AnyConnection): ConnectionSource {
  return {
    origin: connection,
    open: () => connection,
    close: () => undefined,
    reopens: undefined,
    hush: () => undefined,
    isOf: (other) => other === connection,
  };
}
