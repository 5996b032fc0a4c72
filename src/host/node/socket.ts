import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { ConnectionId } from '../../values/index.ts';
import { Connection, closeReason } from '../connection.ts';
import type { Database } from '../database.ts';
import type { SessionSink } from '../session.ts';
import type { Agreement } from './agreement.ts';
import { type Compression, compressed } from './compression.ts';
import { Corks } from './corks.ts';
import { Incoming } from './incoming.ts';
import { Outbox } from './outbox.ts';
import type { SocketLimits } from './socket-limits.ts';
import type { Authenticated } from './tokens.ts';
import type { Turns } from './turns.ts';

const CLOSE_UNSUPPORTED = 1011; // text frames, as the real host (wire.md 5)
const CLOSE_POLICY = 1008; // let in by nobody: client_connected did not return
const CLOSE_TRY_LATER = 1013; // as the real host closes on who sends too fast (wire.md 5)
const CUT_GRACE_MS = 5000; // for a close frame behind two fragments, at 100 kB a second

const corks = new Corks();

/** What a WebSocket's frames are written to; `bytesRead` is that of `node:net`. */
type ClientStream = Writable & { readonly bytesRead?: number };

/** One client's WebSocket: messages become turns, in order, however many a frame holds; what is sent is bounded. */
export class ClientSocket implements SessionSink {
  readonly #socket: WebSocket;
  readonly #stream: ClientStream;
  readonly #turns: Turns;
  readonly #limits: SocketLimits;
  readonly #compression: Compression | undefined;
  readonly #outbox: Outbox;
  readonly #ping: NodeJS.Timeout;
  #cut: NodeJS.Timeout | undefined;
  #connection: Connection | undefined;
  readonly #incoming = new Incoming();
  #isScheduled = false; // a turn for the next message is in the queue
  #isLeaving = false; // the socket has closed, and the database does not know yet
  #lastHeard = performance.now();
  #bytesRead: number | undefined; // at the last beat
  #isAwaitingPong = false;
  #isEnding = false; // what still comes in is not looked at

  constructor(
    socket: WebSocket,
    stream: ClientStream,
    database: Database,
    who: Authenticated,
    agreement: Agreement,
    turns: Turns,
    limits: SocketLimits,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#turns = turns;
    this.#limits = limits;
    this.#compression = agreement.compression;
    this.#outbox = new Outbox(socket, stream, limits.maxOutgoingBytes, () => this.#schedule());
    this.#ping = setInterval(() => this.#beat(), limits.pingIntervalMs);
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('ping', () => this.#heard());
    socket.on('pong', () => this.#heard());
    socket.on('close', () => this.#closed());
    // What ws reports here (a frame too large, bad UTF-8, a reset) ends this socket, and 'close' follows.
    socket.on('error', () => undefined);
    const connectionId = agreement.connectionId ?? ConnectionId.random();
    const terms = { ...agreement.terms, requestsPerSecond: limits.maxRequestsPerSecond };
    const caller = { identity: who.identity, auth: who.auth, connectionId };
    turns.push({
      run: () => {
        this.#connection = Connection.open(database, caller, who.token, this, terms);
      },
      // It was client_connected: nobody was let in.
      stopped: (error) => {
        database.stopped(error);
        this.close(CLOSE_POLICY, closeReason(error.message));
      },
    });
  }

  send(bytes: Uint8Array, isAnswer = false): void {
    if (this.#isCut || this.#socket.readyState !== this.#socket.OPEN) return;
    // An answer may come when no more are given, as a procedure ends when it ends: it then counts as what is told.
    const isAsked = isAnswer && !this.#outbox.isBehind;
    if (!isAsked && this.#outbox.isOverfull) {
      this.#cutOff(`more than ${this.#limits.maxOutgoingBytes} bytes wait for it`);
      return;
    }
    // Whoever waits for a turn has more to say soon, perhaps to this client too.
    if (this.#turns.hasWaiting) corks.hold(this.#stream);
    this.#outbox.send(this.#compression === undefined ? bytes : compressed(bytes, this.#compression), isAsked);
  }

  close(code: number, reason: string): void {
    if (this.#isCut) return;
    this.#isEnding = true;
    this.#outbox.close(code, reason);
  }

  get #isCut(): boolean {
    return this.#cut !== undefined;
  }

  /** Ends the connection of who does not read: what waits is forgotten, and the reason told if there is still a way. */
  #cutOff(what: string): void {
    this.#isEnding = true;
    this.#outbox.clear();
    this.#cut = setTimeout(() => this.#socket.terminate(), CUT_GRACE_MS);
    this.#socket.close(CLOSE_TRY_LATER, `this client reads too slowly: ${what} (docs/limits.md: maxOutgoingBytes)`);
    this.#leave();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#heard();
    this.#incoming.push(isBinary ? data : undefined);
    if (this.#incoming.isFull) this.#socket.pause();
    this.#schedule();
  }

  /** Puts a turn for the next message into the queue: each has its time, and others come in between. */
  #schedule(): void {
    if (this.#isScheduled) return;
    if (this.#incoming.isEmpty && !this.#hasMessage && !this.#isLeaving) return;
    if (this.#outbox.isBehind) return; // it goes on when the client has read on
    this.#isScheduled = true;
    this.#turns.push({
      run: () => {
        this.#work();
        this.#worked();
      },
      stopped: (error) => {
        // A host that ends ends its connections: that nobody said farewell is no failure of theirs.
        const isFarewell = this.#incoming.isEmpty && !this.#hasMessage;
        if (error.code === 'E_HOST_CLOSED' && isFarewell) return;
        this.#connection?.stopped(error);
        if (error.code !== 'E_HOST_CLOSED') this.#worked();
      },
    });
  }

  #worked(): void {
    this.#isScheduled = false;
    this.#schedule();
  }

  #work(): void {
    if (this.#isEnding) this.#incoming.clear();
    if (!this.#hasMessage && !this.#nextFrame()) return;
    if (this.#hasMessage) this.#connection!.step();
  }

  /** Whether the frame that was handed over has a message left to look at. */
  get #hasMessage(): boolean {
    return !this.#isEnding && this.#connection !== undefined && this.#connection.hasMore();
  }

  /** Hands over the next frame, or, behind the last one, says farewell. @returns whether there was a frame */
  #nextFrame(): boolean {
    if (this.#incoming.isEmpty) {
      if (this.#isLeaving) {
        this.#isLeaving = false;
        this.#connection?.closed();
      }
      return false;
    }
    const frame = this.#incoming.take();
    if (this.#socket.isPaused && !this.#incoming.isFull) this.#socket.resume();
    if (frame === undefined) this.close(CLOSE_UNSUPPORTED, 'text frames are not part of this protocol');
    else this.#connection?.take(frame);
    return true;
  }

  #heard(): void {
    this.#lastHeard = performance.now();
    this.#isAwaitingPong = false;
  }

  #beat(): void {
    const { idleTimeoutMs } = this.#limits;
    if (this.#outbox.stalledMs(performance.now()) > idleTimeoutMs) {
      if (!this.#isEnding) this.#cutOff(`it took nothing for ${idleTimeoutMs} ms`);
      else this.#socket.terminate();
      return;
    }
    // A socket that is not being read is silent because of us.
    if (this.#socket.isPaused) this.#heard();
    const { bytesRead } = this.#stream;
    const isSending = bytesRead !== this.#bytesRead; // a part of a large message, with no room for a pong in it
    this.#bytesRead = bytesRead;
    if (!isSending && performance.now() - this.#lastHeard > idleTimeoutMs) {
      this.#isEnding = true;
      this.#socket.terminate();
      return;
    }
    if (this.#isAwaitingPong) return;
    this.#isAwaitingPong = true;
    this.#socket.ping();
  }

  #closed(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#cut);
    this.#outbox.clear();
    this.#leave();
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#schedule();
  }
}
