import type { ClientProtocol } from '../wire/index.ts';
import type { Clock } from './clock.ts';
import type { WhenHidden } from './driver.ts';
import type { Compression, Inflate } from './inflate.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { AnyModule } from './remote-module.ts';
import type { CallbackErrorListener } from './reporter.ts';
import type { SocketFactory } from './socket.ts';
import type { ConnectionOptions } from './url.ts';
import type { Visibility } from './visibility.ts';

/** What a connection takes from its surroundings: tests pass their own. */
export interface Platform {
  readonly clock: Clock;
  readonly visibility: Visibility;
  readonly socket: SocketFactory;
  /** Subprotocols that are offered, best first. */
  readonly protocols: readonly ClientProtocol[];
  readonly inflate: Inflate;
  /** Whether this platform can inflate what is compressed so. */
  readonly canInflate: (compression: Compression) => boolean;
}

/** What a builder hands to the connection it builds. */
export interface DbConnectionConfig<M extends AnyModule> extends Platform, ConnectionOptions {
  readonly remoteModule: M;
  /** The host as an HTTP URL. */
  readonly base: URL;
  readonly database: string;
  readonly token: string | undefined;
  readonly whenHidden: WhenHidden;
  readonly lifecycle: Lifecycle;
  readonly callbackErrorListeners: readonly CallbackErrorListener[];
}
