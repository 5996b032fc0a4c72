import type { WebSocket } from 'ws';
import type { SpacetickError } from '../../values/index.ts';
import { ConnectionId } from '../../values/index.ts';
import { Connection, closeReason } from '../connection.ts';
import type { Database } from '../database.ts';
import type { SessionSink } from '../session.ts';
import type { Authenticated } from './tokens.ts';
import type { Turns } from './turns.ts';

/** How many connections there may be, how long one may be silent, and how much may wait for it. */
export interface SocketLimits {
  /** Clients at a time. */
  readonly maxConnections: number;
  /** Largest message a client may send, in bytes. */
  readonly maxMessageBytes: number;
  /** Bytes that may wait to be sent to a client before it is cut off: it reads too slowly. */
  readonly maxOutgoingBytes: number;
  /** Milliseconds between pings. */
  readonly pingIntervalMs: number;
  /** Milliseconds without receiving anything, pongs included, after which a connection counts as dead. */
  readonly idleTimeoutMs: number;
}

export const SOCKET_LIMITS: SocketLimits = Object.freeze({
  maxConnections: 4096, // far beyond what one core carries, below the usual limit of open files
  maxMessageBytes: 4 * 1024 * 1024, // far above any call of a game; bounds what one frame can make the host hold
  maxOutgoingBytes: 16 * 1024 * 1024, // a snapshot of 100,000 rows fits; seconds of a busy game
  pingIntervalMs: 15_000, // half the idle timeout
  idleTimeoutMs: 30_000,
});

const MAX_WAITING_BYTES = 1024 * 1024; // frames not yet handled; beyond it the socket is not read for a while
const MAX_WAITING_FRAMES = 1024;
const CLOSE_UNSUPPORTED = 1011; // text frames, as the real host (wire.md 5)
const CLOSE_POLICY = 1008; // let in by nobody: client_connected did not return

/** One client's WebSocket: frames become turns, in order; what is sent is bounded. */
export class ClientSocket implements SessionSink {
  readonly #socket: WebSocket;
  readonly #database: Database;
  readonly #turns: Turns;
  readonly #limits: SocketLimits;
  readonly #ping: NodeJS.Timeout;
  #connection: Connection | undefined;
  #waitingBytes = 0;
  #waitingFrames = 0;
  #lastHeard = performance.now();
  #isAwaitingPong = false;
  #isEnding = false; // what still comes in is not looked at

  constructor(socket: WebSocket, database: Database, who: Authenticated, turns: Turns, limits: SocketLimits) {
    this.#socket = socket;
    this.#database = database;
    this.#turns = turns;
    this.#limits = limits;
    this.#ping = setInterval(() => this.#beat(), limits.pingIntervalMs);
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('ping', () => this.#heard());
    socket.on('pong', () => this.#heard());
    socket.on('close', () => this.#closed());
    // What ws reports here (a frame too large, bad UTF-8, a reset) ends this socket, and 'close' follows.
    socket.on('error', () => undefined);
    this.#turn(() => {
      const caller = { identity: who.identity, auth: who.auth, connectionId: ConnectionId.random() };
      this.#connection = Connection.open(database, caller, who.token, this);
    });
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#limits.maxOutgoingBytes) {
      // No close frame: it would wait behind all that this client is not reading.
      this.#isEnding = true;
      this.#socket.terminate();
      return;
    }
    this.#socket.send(bytes);
  }

  close(code: number, reason: string): void {
    this.#isEnding = true;
    this.#socket.close(code, reason);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#heard();
    this.#waitingBytes += data.length;
    this.#waitingFrames++;
    if (this.#isFull()) this.#socket.pause();
    this.#turn(() => {
      this.#waitingBytes -= data.length;
      this.#waitingFrames--;
      if (this.#socket.isPaused && !this.#isFull()) this.#socket.resume();
      if (this.#isEnding) return;
      if (isBinary) this.#connection?.receive(data);
      else this.close(CLOSE_UNSUPPORTED, 'text frames are not part of this protocol');
    });
  }

  #turn(run: () => void): void {
    this.#turns.push({ run, stopped: (error) => this.#stopped(error) });
  }

  #stopped(error: SpacetickError): void {
    if (this.#connection !== undefined) {
      this.#connection.stopped(error);
      return;
    }
    // It was client_connected: nobody was let in.
    this.#database.stopped(error);
    this.close(CLOSE_POLICY, closeReason(error.message));
  }

  #isFull(): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES || this.#waitingFrames > MAX_WAITING_FRAMES;
  }

  #heard(): void {
    this.#lastHeard = performance.now();
    this.#isAwaitingPong = false;
  }

  #beat(): void {
    // A socket that is not being read is silent because of us.
    if (this.#socket.isPaused) this.#heard();
    if (performance.now() - this.#lastHeard > this.#limits.idleTimeoutMs) {
      this.#socket.terminate();
      return;
    }
    if (this.#isAwaitingPong) return;
    this.#isAwaitingPong = true;
    this.#socket.ping();
  }

  #closed(): void {
    clearInterval(this.#ping);
    this.#turn(() => this.#connection?.closed());
  }
}
