import { canInflate, inflate, platformSocket } from '#platform';
import { protocols } from '#protocols';
import { type Identity, SpacetickError } from '../values/index.ts';
import { BuildHint } from './build-hint.ts';
import { systemClock } from './clock.ts';
import type { DbConnectionConfig, Platform } from './connection-config.ts';
import type { ErrorContextInterface } from './context.ts';
import type { WhenHidden } from './driver.ts';
import { Lifecycle } from './lifecycle.ts';
import type { AnyModule } from './remote-module.ts';
import type { CallbackErrorListener } from './reporter.ts';
import type { SocketFactory } from './socket.ts';
import { type ConnectionOptions, checkDatabaseName, hostUrl } from './url.ts';
import { pageVisibility } from './visibility.ts';

/** The module of a connection class. */
export type ModuleOf<C> = C extends { readonly __module?: infer M extends AnyModule } ? M : AnyModule;

const OLDEST_BINDINGS = [1, 4] as const; // major, minor: earlier ones describe tables in another way

/** What a builder was given. */
interface Given extends Partial<Platform>, ConnectionOptions {
  uri?: string | URL;
  database?: string;
  token?: string;
  whenHidden?: WhenHidden;
}

/** Describes a connection; `build()` opens it. Each `on*` may be given several times. */
export class DbConnectionBuilder<C extends { readonly __module?: AnyModule }> {
  readonly #module: ModuleOf<C>;
  readonly #construct: (config: DbConnectionConfig<ModuleOf<C>>) => C;
  readonly #lifecycle = new Lifecycle();
  readonly #callbackErrorListeners: CallbackErrorListener[] = [];
  readonly #given: Given = {};
  readonly #hint = new BuildHint();

  constructor(remoteModule: ModuleOf<C>, construct: (config: DbConnectionConfig<ModuleOf<C>>) => C) {
    this.#module = remoteModule;
    this.#construct = construct;
  }

  /** Where the host is: `http://127.0.0.1:3000`, `wss://example.com/`. */
  withUri(uri: string | URL): this {
    return this.#with({ uri });
  }

  /** The host's address, as it was given. */
  getUri(): string | undefined {
    return this.#given.uri?.toString();
  }

  /** The database's name or identity. */
  withDatabaseName(nameOrIdentity: string): this {
    this.#hint.start();
    return this.#with({ database: nameOrIdentity });
  }

  getDatabaseName(): string | undefined {
    return this.#given.database;
  }

  /** 1.x spelling of `getDatabaseName`. */
  getModuleName(): string | undefined {
    return this.#given.database;
  }

  /** 1.x spelling of `withDatabaseName`. */
  withModuleName(nameOrIdentity: string): this {
    return this.withDatabaseName(nameOrIdentity);
  }

  /** The token of an earlier connection, to be the same player again. Without one the host makes a new identity. */
  withToken(token: string | null | undefined): this {
    return this.#with({ token: token ?? '' });
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
    return this.#with(platform);
  }

  /** What a hidden page does: fold row changes for the first visible tick (default), or tick as messages arrive. */
  whenHidden(whenHidden: WhenHidden): this {
    return this.#with({ whenHidden });
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

  /** Whether anybody listens to `onConnectError`: for whoever keeps a builder, and would speak where nobody does. */
  hearsConnectErrors(): boolean {
    return this.#lifecycle.connectError.list.length !== 0;
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
    this.#hint.dismiss();
    const { uri, database, token, canInflate: readable = canInflate } = this.#given;
    if (uri === undefined) {
      throw new SpacetickError('E_BUILDER', 'URI is required to connect: add .withUri("http://127.0.0.1:3000").');
    }
    if (database === undefined) {
      throw new SpacetickError('E_BUILDER', 'Database name or address is required: add .withDatabaseName("my-game").');
    }
    mustBeRecent(this.#module.versionInfo.cliVersion);
    const { compression = readable('gzip') ? 'gzip' : 'none' } = this.#given;
    if (compression !== 'none' && !readable(compression)) {
      throw new SpacetickError(
        'E_BUILDER',
        `This platform cannot read what is compressed with ${compression}. Use .withCompression('gzip') or 'none'.`,
      );
    }
    return this.#construct({
      clock: systemClock,
      visibility: pageVisibility,
      socket: platformSocket,
      protocols,
      inflate,
      whenHidden: 'coalesce',
      ...this.#given,
      canInflate: readable,
      compression,
      token: token || undefined,
      base: hostUrl(uri),
      database: checkDatabaseName(database),
      remoteModule: this.#module,
      lifecycle: new Lifecycle(this.#lifecycle),
      callbackErrorListeners: [...this.#callbackErrorListeners],
    });
  }

  /** For whoever keeps a builder for later: nothing is said if it is never built. */
  dismissHint(): void {
    this.#hint.dismiss();
  }

  #with(more: Given): this {
    for (const [name, value] of Object.entries(more))
      if (value !== undefined) Object.assign(this.#given, { [name]: value });
    return this;
  }
}

function mustBeRecent(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_BINDINGS;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  throw new SpacetickError(
    'E_BUILDER',
    `These bindings were made by version ${version}; at least 1.4.0 is needed. Generate them again.`,
  );
}
