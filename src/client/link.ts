import { SpacetickError } from '../values/index.ts';
import type { ClientProtocol } from '../wire/index.ts';
import { Arrivals } from './arrivals.ts';
import { asError } from './errors.ts';
import { type Encode, Outbox } from './outbox.ts';
import type { Parts } from './parts.ts';
import { end } from './session.ts';
import type { ClientSocket, SocketClose } from './socket.ts';
import { subscribeUrl } from './url.ts';

/** How a connection ended. */
export interface LinkEnd {
  /** `disconnect()` was called. */
  readonly isRequested?: boolean;
  readonly close?: SocketClose;
  readonly error?: Error | undefined;
}

/** The socket and what waits for it. What comes in goes to the inbox, the end included. */
export class Link {
  /** True from the moment the end is on its way to the inbox. */
  isOver = false;
  /** Somebody has asked for the end. */
  isCloseRequested = false;
  readonly #parts: Parts;
  readonly #outbox: Outbox;
  readonly #arrivals: Arrivals;
  #socket: ClientSocket | undefined;
  #isOpen = false;
  #error: Error | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.protocols);
    this.#arrivals = new Arrivals(parts.inflate, (error) => this.#finish({ error }));
  }

  /** The subprotocol that is spoken; undefined until the socket is open. */
  get protocol(): ClientProtocol | undefined {
    return this.#outbox.protocol;
  }

  connect(): void {
    const { socket: factory, base, protocols, token } = this.#parts;
    try {
      const socket = factory({
        url: subscribeUrl(this.#parts),
        base,
        protocols: protocols.map(({ name }) => name),
        token,
      });
      this.#socket = socket;
      socket.onopen = (protocol) => this.#opened(protocol);
      socket.onmessage = (bytes) => this.#received(bytes);
      socket.onerror = (error) => {
        this.#error ??= error;
      };
      // What came before it is still told.
      socket.onclose = (close) => this.#arrivals.inOrder(() => this.#finish({ close, error: this.#error }));
    } catch (error) {
      this.#finish({ error: asError(error) });
    }
  }

  /** Sends now, or when the socket is open and no tick is running. Order is kept. @throws ValueError; nothing is sent then */
  send(encode: Encode): void {
    if (this.isOver) return;
    this.#outbox.push(encode);
    this.#flush();
  }

  /** A tick is over, at whose end what was sent in it goes out. */
  release(): void {
    this.#flush();
    if (this.isCloseRequested) this.close();
  }

  /** Closes because somebody asked. In a tick: when it ends. */
  close(): void {
    this.isCloseRequested = true;
    if (!this.#parts.isTicking) this.#finish({ isRequested: true });
  }

  /** Closes without telling the inbox: the caller knows. */
  abandon(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#outbox.clear();
    this.#arrivals.clear();
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = undefined;
    socket.close();
  }

  #finish(how: LinkEnd): void {
    if (this.isOver) return;
    this.abandon();
    this.#parts.driver.arrive(() => end(this.#parts, how));
  }

  #opened(name: string | undefined): void {
    const { protocols } = this.#parts;
    const protocol = name ? protocols.find((offered) => offered.name === name) : protocols[0];
    if (protocol === undefined) {
      const error = new SpacetickError('E_WIRE_DECODE', `The host answered in ${name}, which was not offered to it.`);
      this.#finish({ error });
      return;
    }
    this.#outbox.speak(protocol);
    this.#isOpen = true;
    this.#flush();
  }

  #received(bytes: Uint8Array): void {
    const { driver, clock } = this.#parts;
    const arrivedAt = clock.now();
    const deliver = (message: Uint8Array): void => driver.arrive(undefined, message, arrivedAt);
    if (this.protocol?.isFramed) this.#arrivals.payload(bytes, deliver);
    else deliver(bytes);
  }

  #flush(): void {
    if (!this.#isOpen || this.#parts.isTicking) return;
    try {
      for (const payload of this.#outbox.take()) this.#socket!.send(payload);
    } catch (error) {
      this.#finish({ error: asError(error) });
    }
  }
}
