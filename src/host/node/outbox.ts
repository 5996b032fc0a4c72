import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes handed to the socket ahead of what it has sent: a close frame, or a ping, waits behind no more than two of these. */
export const FRAGMENT_BYTES = 256 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly isAsked: boolean;
}

/**
 * What one client is told, in order. What its socket does not take yet waits here; long messages leave in fragments
 * (RFC 6455 5.4), so that the socket is never full of what the client may not read.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  #waiting: Waiting[] = [];
  #next = 0; // index into #waiting: shifting a long array would copy it
  #sent = 0; // bytes of the message at #next that have left
  #toldBytes = 0;
  #askedBytes = 0;
  #movedAt = 0; // when something last left for the socket, of performance.now()
  #closing: { readonly code: number; readonly reason: string } | undefined;

  /**
   * @param stream what the socket writes to
   * @param maxBytes that may wait of what a client is told; as many again of what it asked for, and one answer
   * @param onRoom called when the client may be answered again
   */
  constructor(socket: WebSocket, stream: Writable, maxBytes: number, onRoom: () => void) {
    this.#socket = socket;
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
    stream.on('drain', () => this.#pump());
  }

  /** More waits of what the client is told, without having asked, than may. */
  get isOverfull(): boolean {
    return this.#toldBytes > this.#maxBytes;
  }

  /** So much waits of what the client asked for that it is not to be answered more until it has read on. */
  get isBehind(): boolean {
    return this.#askedBytes > this.#maxBytes;
  }

  /** Milliseconds for which the socket has taken nothing of what waits. */
  stalledMs(now: number): number {
    return this.#isEmpty ? 0 : now - this.#movedAt;
  }

  /** @param isAsked whether they count as what the client asked for */
  send(bytes: Uint8Array, isAsked: boolean): void {
    if (this.#isEmpty) {
      if (bytes.length <= FRAGMENT_BYTES && this.#hasRoom) {
        this.#socket.send(bytes);
        return;
      }
      this.#movedAt = performance.now();
    }
    this.#waiting.push({ bytes, isAsked });
    this.#count(isAsked, bytes.length);
    this.#pump();
  }

  /** Closes the socket behind all that waits. */
  close(code: number, reason: string): void {
    if (this.#isEmpty) this.#socket.close(code, reason);
    else this.#closing = { code, reason };
  }

  /** Forgets what waits: nobody will read it. */
  clear(): void {
    this.#waiting = [];
    this.#next = this.#sent = this.#toldBytes = this.#askedBytes = 0;
    this.#closing = undefined;
  }

  get #isEmpty(): boolean {
    return this.#next === this.#waiting.length;
  }

  get #hasRoom(): boolean {
    return this.#socket.bufferedAmount < FRAGMENT_BYTES;
  }

  #pump(): void {
    if (this.#isEmpty) return;
    if (this.#socket.readyState !== this.#socket.OPEN) this.clear();
    const wasBehind = this.isBehind;
    while (!this.#isEmpty && this.#hasRoom) this.#sendFragment();
    if (this.#isEmpty) {
      const closing = this.#closing;
      this.clear();
      if (closing !== undefined) this.#socket.close(closing.code, closing.reason);
    }
    if (wasBehind && !this.isBehind) this.#onRoom();
  }

  #sendFragment(): void {
    const { bytes, isAsked } = this.#waiting[this.#next]!;
    const end = Math.min(this.#sent + FRAGMENT_BYTES, bytes.length);
    const isLast = end === bytes.length;
    this.#socket.send(bytes.subarray(this.#sent, end), { binary: true, fin: isLast });
    this.#count(isAsked, this.#sent - end);
    this.#movedAt = performance.now();
    this.#sent = isLast ? 0 : end;
    if (!isLast) return;
    this.#next++;
    if (this.#next * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }

  #count(isAsked: boolean, bytes: number): void {
    if (isAsked) this.#askedBytes += bytes;
    else this.#toldBytes += bytes;
  }
}
