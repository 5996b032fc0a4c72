import { SpacetickError } from '../values/index.ts';
import type { ClientProtocol } from '../wire/index.ts';
import { Arrivals } from './arrivals.ts';
import type { Clock } from './clock.ts';
import { asError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { Inflate } from './inflate.ts';
import { type Encode, Outbox } from './outbox.ts';
import type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from './socket.ts';

/** How a connection ended. */
export interface LinkEnd {
  /** `disconnect()` was called. */
  readonly isRequested: boolean;
  readonly close: SocketClose | undefined;
  readonly error: Error | undefined;
}

export interface LinkOptions {
  /** Subprotocols that are offered, best first. */
  readonly protocols: readonly ClientProtocol[];
  readonly inflate: Inflate;
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
  readonly #outbox: Outbox;
  readonly #arrivals: Arrivals;
  #socket: ClientSocket | undefined;
  #isOpen = false;
  #isHeld = false;
  #isOver = false;
  #isCloseRequested = false;
  #closeWhenReleased = false;
  #error: Error | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.protocols);
    this.#arrivals = new Arrivals(options.inflate, (error) => this.#fail(error));
  }

  /** The subprotocol that is spoken; undefined until the socket is open. */
  get protocol(): ClientProtocol | undefined {
    return this.#outbox.protocol;
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
    this.#socket = socket;
    socket.onopen = (protocol) => this.#opened(protocol);
    socket.onmessage = (bytes) => this.#received(bytes);
    socket.onerror = (error) => {
      this.#error ??= error;
    };
    socket.onclose = (close) => {
      // What came before it is still told.
      this.#arrivals.inOrder(() => this.#finish({ isRequested: false, close, error: this.#error }));
    };
  }

  /** Sends now, or when the socket is open and no tick is running. Order is kept. @throws ValueError; nothing is sent then */
  send(encode: Encode): void {
    if (this.#isOver) return;
    this.#outbox.push(encode);
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
    this.#outbox.clear();
    this.#arrivals.clear();
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

  #opened(name: string | undefined): void {
    const { protocols } = this.#options;
    const protocol = name ? protocols.find((offered) => offered.name === name) : protocols[0];
    if (protocol === undefined) {
      this.#fail(new SpacetickError('E_WIRE_DECODE', `The host answered in ${name}, which was not offered to it.`));
      return;
    }
    this.#outbox.speak(protocol);
    this.#isOpen = true;
    this.#flush();
  }

  #received(bytes: Uint8Array): void {
    const { inbox, clock, onArrival } = this.#options;
    const arrivedAt = clock.now();
    const deliver = (message: Uint8Array): void => {
      inbox.pushBytes(message, arrivedAt);
      onArrival();
    };
    if (this.#outbox.protocol?.isFramed) this.#arrivals.payload(bytes, deliver);
    else deliver(bytes);
  }

  #fail(error: Error): void {
    this.#finish({ isRequested: false, close: undefined, error });
  }

  #flush(): void {
    if (!this.#isOpen || this.#isHeld) return;
    try {
      for (const payload of this.#outbox.take()) this.#socket!.send(payload);
    } catch (error) {
      this.#fail(asError(error));
    }
  }
}
