import type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from '../../../src/client/index.ts';

/** A client's socket and the peer's end of it: two queues. Nothing moves until it is flushed. */
export class SocketPair {
  readonly request: SocketRequest;
  readonly client: ClientSocket;
  /** Frames the client has sent, oldest first. */
  readonly sent: Uint8Array[] = [];
  isOpen = false;
  isClosed = false;
  readonly #toClient: (() => void)[] = [];

  constructor(request: SocketRequest) {
    this.request = request;
    this.client = {
      onopen: undefined,
      onmessage: undefined,
      onerror: undefined,
      onclose: undefined,
      send: (bytes) => {
        if (!this.isOpen) throw new Error('sent on a socket that is not open');
        this.sent.push(bytes);
      },
      close: () => {
        this.isOpen = false;
        this.isClosed = true;
      },
    };
  }

  /** Queues the opening. */
  open(protocol?: string): void {
    this.#toClient.push(() => {
      this.isOpen = true;
      this.client.onopen?.(protocol);
    });
  }

  /** Queues a frame. */
  send(bytes: Uint8Array): void {
    this.#toClient.push(() => this.client.onmessage?.(bytes));
  }

  /** Queues the end. */
  close(close: SocketClose, error?: Error): void {
    this.#toClient.push(() => {
      this.isOpen = false;
      this.isClosed = true;
      if (error !== undefined) this.client.onerror?.(error);
      this.client.onclose?.(close);
    });
  }

  /** Delivers what was queued for the client, or its first `count` things. */
  flush(count = Number.POSITIVE_INFINITY): void {
    for (const deliver of this.#toClient.splice(0, count)) deliver();
  }
}

/** A factory that keeps the pairs it made. */
export function socketPairs(): { readonly factory: SocketFactory; readonly pairs: SocketPair[] } {
  const pairs: SocketPair[] = [];
  const factory: SocketFactory = (request) => {
    const pair = new SocketPair(request);
    pairs.push(pair);
    return pair.client;
  };
  return { factory, pairs };
}
