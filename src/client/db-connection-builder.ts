import { canInflate, inflate, platformSocket } from '#platform';
import { protocols } from '#protocols';
import { type Identity, messageOf, SpacetickError } from '../values/index.ts';
import { systemClock } from './clock.ts';
import type { DbConnectionConfig, Platform } from './connection-config.ts';
import type { ErrorContextInterface } from './context.ts';
import type { WhenHidden } from './driver.ts';
import { Lifecycle } from './lifecycle.ts';
import { warn } from './log-level.ts';
import type { AnyModule } from './remote-module.ts';
import type { CallbackErrorListener } from './reporter.ts';
import type { SocketFactory } from './socket.ts';
import { type ConnectionOptions, checkDatabaseName, hostUrl } from './url.ts';
import { pageVisibility } from './visibility.ts';

/** The module of a connection class. */
export type ModuleOf<C> = C extends { readonly __module?: infer M extends AnyModule } ? M : AnyModule;

const OLDEST_BINDINGS = [1, 4] as const; // major, minor: earlier ones describe tables in another way
const UNBUILT_MS = 3000; // nobody configures a connection for that long; forgetting build() is common

/** Describes a connection; `build()` opens it. Each `on*` may be given several times. */
export class DbConnectionBuilder<C extends { readonly __module?: AnyModule }> {
  readonly #module: ModuleOf<C>;
  readonly #construct: (config: DbConnectionConfig<ModuleOf<C>>) => C;
  readonly #lifecycle = new Lifecycle();
  readonly #callbackErrorListeners: CallbackErrorListener[] = [];
  #uri: string | URL | undefined;
  #database: string | undefined;
  #token: string | undefined;
  #options: ConnectionOptions = {};
  #whenHidden: WhenHidden = 'coalesce';
  #platform: Partial<Platform> = {};
  #hint: ReturnType<typeof setTimeout> | undefined;

  constructor(remoteModule: ModuleOf<C>, construct: (config: DbConnectionConfig<ModuleOf<C>>) => C) {
    this.#module = remoteModule;
    this.#construct = construct;
  }

  /** Where the host is: `http://127.0.0.1:3000`, `wss://example.com/`. */
  withUri(uri: string | URL): this {
    this.#uri = uri;
    return this;
  }

  /** The host's address, as it was given. */
  getUri(): string | undefined {
    return this.#uri === undefined ? undefined : String(this.#uri);
  }

  /** The database's name or identity. */
  withDatabaseName(nameOrIdentity: string): this {
    this.#database = nameOrIdentity;
    this.#hintLater();
    return this;
  }

  getDatabaseName(): string | undefined {
    return this.#database;
  }

  /** 1.x spelling of `getDatabaseName`. */
  getModuleName(): string | undefined {
    return this.#database;
  }

  /** 1.x spelling of `withDatabaseName`. */
  withModuleName(nameOrIdentity: string): this {
    return this.withDatabaseName(nameOrIdentity);
  }

  /** The token of an earlier connection, to be the same player again. Without one the host makes a new identity. */
  withToken(token: string | null | undefined): this {
    this.#token = token || undefined;
    return this;
  }

  /** Earliest spelling of `withToken`: the identity follows from the token. */
  withCredentials(credentials: readonly [identity: Identity | string, token: string] | null | undefined): this {
    return this.withToken(credentials?.[1]);
  }

  /**
   * How the host may compress what it sends, on SpacetimeDB's subprotocols. Default: gzip where this platform can
   * inflate it. One that it cannot is refused by `build()`.
   */
  withCompression(compression: 'gzip' | 'brotli' | 'none'): this {
    return this.#with({ compression });
  }

  /** Less about others' transactions, where the subprotocol has that. */
  withLightMode(lightMode: boolean): this {
    return this.#with({ lightMode });
  }

  /** Whether the host sends changes only once they are durable. Without it the host decides. */
  withConfirmedReads(confirmedReads: boolean): this {
    return this.#with({ confirmedReads });
  }

  /** How sockets are opened, when not by the platform's WebSocket. */
  withWSFn(socket: SocketFactory): this {
    return this.withPlatform({ socket });
  }

  /** Clock, visibility and sockets other than the platform's: for tests and simulations. */
  withPlatform(platform: Partial<Platform>): this {
    this.#platform = { ...this.#platform, ...platform };
    return this;
  }

  /** What a hidden page does: fold row changes for the first visible tick (default), or tick as messages arrive. */
  whenHidden(whenHidden: WhenHidden): this {
    this.#whenHidden = whenHidden;
    return this;
  }

  /** Called in the tick that learns who this client is. Save the token. */
  onConnect(callback: (connection: C, identity: Identity, token: string) => void): this {
    this.#lifecycle.connect.add(callback as never);
    return this;
  }

  /** Called once if the connection cannot be made; `onDisconnect` is not called then. */
  onConnectError(callback: (ctx: ErrorContextInterface<ModuleOf<C>>, error: Error) => void): this {
    this.#lifecycle.connectError.add(callback as never);
    return this;
  }

  /** Called once when the connection is over; with an error unless `disconnect()` ended it. */
  onDisconnect(callback: (ctx: ErrorContextInterface<ModuleOf<C>>, error?: Error) => void): this {
    this.#lifecycle.disconnect.add(callback as never);
    return this;
  }

  /** Hears what callbacks throw, and rejections nobody looked at. Without one they go to `console.error`. */
  onCallbackError(callback: CallbackErrorListener): this {
    this.#callbackErrorListeners.push(callback);
    return this;
  }

  /**
   * Opens the connection and returns at once.
   * @throws SpacetickError E_BUILDER, E_URI, E_DATABASE_NAME
   */
  build(): C {
    clearTimeout(this.#hint);
    if (this.#uri === undefined) {
      throw new SpacetickError('E_BUILDER', 'URI is required to connect: add .withUri("http://127.0.0.1:3000").');
    }
    if (this.#database === undefined) {
      throw new SpacetickError('E_BUILDER', 'Database name or address is required: add .withDatabaseName("my-game").');
    }
    checkBindings(this.#module.versionInfo.cliVersion);
    const readable = this.#platform.canInflate ?? canInflate;
    const { compression = readable('gzip') ? 'gzip' : 'none' } = this.#options;
    if (compression !== 'none' && !readable(compression)) {
      throw new SpacetickError(
        'E_BUILDER',
        `This platform cannot read what is compressed with ${compression}. Use .withCompression('gzip') or 'none'.`,
      );
    }
    return this.#construct({
      clock: this.#platform.clock ?? systemClock,
      visibility: this.#platform.visibility ?? pageVisibility,
      socket: this.#platform.socket ?? platformSocket,
      remoteModule: this.#module,
      base: hostUrl(this.#uri),
      database: checkDatabaseName(this.#database),
      token: this.#token,
      options: { ...this.#options, compression },
      protocols: this.#platform.protocols ?? protocols,
      inflate: this.#platform.inflate ?? inflate,
      canInflate: readable,
      whenHidden: this.#whenHidden,
      lifecycle: new Lifecycle(this.#lifecycle),
      callbackErrorListeners: [...this.#callbackErrorListeners],
    });
  }

  /** For whoever keeps a builder for later: nothing is said if it is never built. */
  dismissHint(): void {
    clearTimeout(this.#hint);
  }

  #with(options: ConnectionOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }

  /** Older snippets end without build(): they would wait for ever, in silence. */
  #hintLater(): void {
    this.#hint ??= setTimeout(() => {
      warn(messageOf('not built', 'A connection was described but never opened: end the chain with .build().'));
    }, UNBUILT_MS);
    // Node would wait for it before it exits.
    if (typeof this.#hint === 'object') this.#hint.unref();
  }
}

function checkBindings(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_BINDINGS;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  throw new SpacetickError(
    'E_BUILDER',
    `These bindings were made by version ${version}; at least 1.4.0 is needed. Generate them again.`,
  );
}
