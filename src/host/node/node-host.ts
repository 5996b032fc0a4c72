import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SpacetickError } from '../../values/index.ts';
import { systemClock } from '../clock.ts';
import type { Database } from '../database.ts';
import { watchForStops } from '../globals.ts';
import { Host, type Published } from '../host.ts';
import type { LogRecord } from '../log.ts';
import { ClientSockets } from './client-sockets.ts';
import { Counters } from './counters.ts';
import { DirectoryLock } from './directory-lock.ts';
import { isLoopbackHost } from './issuer-address.ts';
import { Issuers } from './issuers.ts';
import { type KeyFiles, loadKeys } from './keys.ts';
import { type ListenAddress, listenOn } from './listen.ts';
import { WorkerRunner } from './procedures/worker-runner.ts';
import { ProgramFiles } from './program-files.ts';
import { Publisher, type PublishPlan, type PublishRequest } from './publisher.ts';
import { refuseBytes } from './refuse.ts';
import { handleRequest } from './routes.ts';
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits.ts';
import { Tokens } from './tokens.ts';
import { Turns } from './turns.ts';
import { handleUpgrade, isSubscribePath } from './upgrade.ts';

const CLOSE_GRACE_MS = 500; // for close frames to leave before sockets are cut

export interface NodeHostOptions {
  /** Where signing keys and published programs are kept; undefined keeps nothing. */
  readonly dataDirectory?: string | undefined;
  /** Where the signing keys are, if not there; made when they are not. */
  readonly keyFiles?: KeyFiles | undefined;
  /** Milliseconds a reducer may run. Default 2000. */
  readonly reducerLimitMs?: number | undefined;
  /** Milliseconds a procedure may compute in one piece, between fetches and transactions. Default 10,000. */
  readonly procedureLimitMs?: number | undefined;
  readonly limits?: Partial<SocketLimits> | undefined;
  /** Whether published programs are kept and started again; false keeps the keys only. Default true. */
  readonly keepsPrograms?: boolean | undefined;
  /** Whether modules can be published over HTTP: whoever reaches the host can run code then. Default true. */
  readonly takesPublishes?: boolean | undefined;
  /**
   * OpenID Connect issuers whose tokens are taken beside the host's own, wherever they are. Default: every issuer with an
   * `https` address on the open network; for a host that listens on this machine alone, issuers on this machine too.
   */
  readonly issuers?: readonly string[] | undefined;
  /** Takes every line that modules and the host write. */
  readonly onLog?: ((database: string, record: LogRecord) => void) | undefined;
}

/** A host on Node: databases, HTTP and WebSockets. Listens on its own, or behind a server that has other work too. */
export class NodeHost {
  readonly host: Host;
  readonly tokens: Tokens;
  readonly turns: Turns;
  readonly limits: SocketLimits;
  readonly takesPublishes: boolean;
  readonly counters = new Counters();
  readonly #publisher: Publisher;
  readonly #sockets: ClientSockets;
  readonly #unwatch: () => void;
  #lock: DirectoryLock | undefined;
  #server: Server | undefined;
  #closing: Promise<void> | undefined;

  private constructor(tokens: Tokens, options: NodeHostOptions) {
    this.tokens = tokens;
    this.turns = new Turns(options.reducerLimitMs === undefined ? {} : { limitMs: options.reducerLimitMs });
    this.#unwatch = watchForStops(() => this.turns.wasStopped);
    this.limits = { ...SOCKET_LIMITS, ...options.limits };
    this.takesPublishes = options.takesPublishes ?? true;
    this.host = new Host({
      clock: systemClock,
      seal: () => this.turns.seal(),
      resume: () => this.turns.piece(),
      procedures: (source, database) => new WorkerRunner(source, database, options.procedureLimitMs),
      post: (run, stopped) => this.turns.push({ run, stopped }),
      onLog: (database, record) => options.onLog?.(database, record),
    });
    const programs = new ProgramFiles(options.keepsPrograms === false ? undefined : options.dataDirectory);
    this.#publisher = new Publisher(this.host, programs, (work) => this.inTurn(work));
    this.#sockets = new ClientSockets(this.limits);
  }

  /**
   * Opens a host and publishes again what its data directory holds.
   * @throws SpacetickError E_DATA_IN_USE, E_KEYS, E_DATA_DIRECTORY
   */
  static async open(options: NodeHostOptions = {}): Promise<NodeHost> {
    const { dataDirectory, keepsPrograms = true } = options;
    // Keys alone are only read: a dev server that restarts opens the next host before it closes the last.
    const lock = dataDirectory === undefined || !keepsPrograms ? undefined : await DirectoryLock.take(dataDirectory);
    let nodeHost: NodeHost | undefined;
    try {
      const issuers = new Issuers({ named: options.issuers ?? [] });
      nodeHost = new NodeHost(new Tokens(await loadKeys(dataDirectory, options.keyFiles), issuers), options);
      await nodeHost.#publisher.restore();
      nodeHost.#lock = lock;
      return nodeHost;
    } catch (error) {
      await nodeHost?.close();
      await lock?.release();
      throw error;
    }
  }

  /** Whether it has as many clients as it takes. */
  get isFull(): boolean {
    return this.#sockets.isFull;
  }

  /**
   * Publishes a module and keeps it.
   * @throws SpacetickError as Host.publish, and E_REDUCER_TIMEOUT, E_DATA_DIRECTORY, E_HOST_CLOSED
   */
  publish(request: PublishRequest): Promise<Published> {
    return this.#publisher.publish(request);
  }

  /** What publishing a program to a database would change. @throws SpacetickError as Host.plan */
  plan(database: Database, source: string): Promise<PublishPlan> {
    return this.#publisher.plan(database, source);
  }

  /** Gives a database these names and no others. @throws SpacetickError as Host.rename, and E_DATA_DIRECTORY */
  rename(database: Database, names: readonly string[]): Promise<void> {
    return this.#publisher.change(database, (host) => host.rename(database, names));
  }

  /** Locks a database, which is then neither deleted nor emptied, or unlocks it. @throws SpacetickError E_DATA_DIRECTORY */
  lock(database: Database, isLocked: boolean): Promise<void> {
    return this.#publisher.change(database, (host) => host.lock(database, isLocked));
  }

  /** Ends a database for good. @throws SpacetickError E_LOCKED, E_DATA_DIRECTORY */
  delete(database: Database): Promise<void> {
    return this.#publisher.delete(database);
  }

  /** Hex of a hash of the program a database runs. */
  programHash(database: Database): string {
    return this.#publisher.hashOf(database);
  }

  /** Runs `work` as a turn: code of modules may be stopped there, and it comes in order with everything else. */
  inTurn<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stopped = (error: SpacetickError): void => {
        this.host.abort();
        reject(error);
      };
      this.turns.push({ run: () => resolve(work()), stopped });
    });
  }

  /**
   * Listens on an address of its own.
   * @param listen e.g. `127.0.0.1` and 3000; port 0 takes a free one
   * @returns the address as a URL
   * @throws SpacetickError E_LISTEN when the port is taken or the address is not this machine's
   */
  async listen(listen: ListenAddress): Promise<string> {
    const server = createServer((request, response) => void handleRequest(this, request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    server.on('clientError', refuseBytes);
    const url = await listenOn(server, listen);
    this.tokens.issuers.allowsLoopback = isLoopbackHost(new URL(url).hostname);
    this.#server = server;
    return url;
  }

  /** Takes the upgrades of clients that come to a server; other upgrades are left to it. */
  attach(server: {
    on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  }): void {
    server.on('upgrade', (request, socket, head) => {
      if (isSubscribePath(request)) this.#upgrade(request, socket, head);
    });
  }

  /** Ends connections, sockets and the watchdog. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.host.close();
    const server = this.#server;
    const ended = server && new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = setTimeout(() => {
      this.#sockets.cut();
      server?.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await this.#sockets.closed();
    server?.closeAllConnections();
    await ended;
    clearTimeout(cut);
    await this.turns.close();
    this.#unwatch();
    await this.#lock?.release();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    void handleUpgrade(this, this.#sockets, request, socket, head);
  }
}
