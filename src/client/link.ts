import type { Clock } from './clock.ts';
import { asError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from './socket.ts';

/** How a connection ended. */
export interface LinkEnd {
  /** `disconnect()` was called. */
  readonly isRequested: boolean;
  readonly close: SocketClose | undefined;
  readonly error: Error | undefined;
}

export interface LinkOptions {
  readonly clock: Clock;
  readonly inbox: Inbox;
  /** Something was put into the inbox. */
  readonly onArrival: () => void;
  /** Becomes the inbox's last entry, once. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** The socket and what waits for it. What comes in goes to the inbox, the end included. */
export class Link {
  readonly #options: LinkOptions;
  readonly #waiting: Uint8Array[] = [];
  #socket: ClientSocket | undefined;
  #isOpen = false;
  #isHeld = false;
  #isOver = false;
  #isCloseRequested = false;
  #closeWhenReleased = false;
  #error: Error | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** True from the moment the end is on its way to the inbox. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Somebody has asked for the end. */
  get isCloseRequested(): boolean {
    return this.#isCloseRequested;
  }

  connect(factory: SocketFactory, request: SocketRequest): void {
    let socket: ClientSocket;
    try {
      socket = factory(request);
    } catch (error) {
      this.#finish({ isRequested: false, close: undefined, error: asError(error) });
      return;
    }
    const { inbox, clock, onArrival } = this.#options;
    this.#socket = socket;
    socket.onopen = () => {
      this.#isOpen = true;
      this.#flush();
    };
    socket.onmessage = (bytes) => {
      inbox.pushBytes(bytes, clock.now());
      onArrival();
    };
    socket.onerror = (error) => {
      this.#error ??= error;
    };
    socket.onclose = (close) => this.#finish({ isRequested: false, close, error: this.#error });
  }

  /** Sends now, or when the socket is open and no tick is running. Order is kept. */
  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#waiting.push(bytes);
    this.#flush();
  }

  /** A tick begins: what is sent waits for its end. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#flush();
    if (this.#closeWhenReleased) this.close();
  }

  /** Closes because somebody asked. In a tick: when it ends. */
  close(): void {
    this.#isCloseRequested = true;
    if (this.#isHeld) this.#closeWhenReleased = true;
    else this.#finish({ isRequested: true, close: undefined, error: undefined });
  }

  /** Closes without telling the inbox: the caller knows. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.length = 0;
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = undefined;
    socket.close();
  }

  #finish(end: LinkEnd): void {
    if (this.#isOver) return;
    const { inbox, clock, onArrival, onEnd } = this.#options;
    this.abandon();
    inbox.pushTask(() => onEnd(end), clock.now());
    onArrival();
  }

  #flush(): void {
    if (!this.#isOpen || this.#isHeld || this.#waiting.length === 0) return;
    const waiting = this.#waiting.splice(0);
    try {
      for (const bytes of waiting) this.#socket!.send(bytes);
    } catch (error) {
      this.#finish({ isRequested: false, close: undefined, error: asError(error) });
    }
  }
}
