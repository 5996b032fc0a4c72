import { SpacetickError } from '../values/index.ts';
import { asError } from './errors.ts';
import type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from './socket.ts';
import { exchangeToken } from './token.ts';

/** What is used of a WebSocket: the browser's own, and `ws` in Node, have it. */
export interface WebSocketLike {
  binaryType: string;
  /** The subprotocol that the host has chosen. */
  readonly protocol: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type OpenWebSocket = (url: string, protocols: string[]) => WebSocketLike;

const NEVER_OPENED = 1006; // close code for "no closing handshake"

/** Sockets over a kind of WebSocket; a token is traded first (`wire.md` 2.3). */
export function webSocketFactory(open: OpenWebSocket): SocketFactory {
  return (request) => new WebSocketPipe(request, open);
}

/** The default in browsers and wherever `WebSocket` is a global. @throws SpacetickError E_CONNECT where it is not */
export const browserSocket: SocketFactory = webSocketFactory((url, protocols) => {
  if (typeof WebSocket === 'undefined') {
    throw new SpacetickError(
      'E_CONNECT',
      'There is no WebSocket here. Node gets one under the "node" condition of the package; or pass one with withWSFn.',
    );
  }
  return new WebSocket(url, protocols) as WebSocketLike;
});

class WebSocketPipe implements ClientSocket {
  onopen: ((protocol?: string) => void) | undefined;
  onmessage: ((bytes: Uint8Array) => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onclose: ((close: SocketClose) => void) | undefined;
  readonly #request: SocketRequest;
  readonly #open: OpenWebSocket;
  readonly #abort = new AbortController();
  #socket: WebSocketLike | undefined;
  #wasOpen = false;
  #isClosed = false;

  constructor(request: SocketRequest, open: OpenWebSocket) {
    this.#request = request;
    this.#open = open;
    // Later, so that the handlers are set whatever happens.
    queueMicrotask(() => this.#start());
  }

  send(bytes: Uint8Array): void {
    this.#socket?.send(bytes as Uint8Array<ArrayBuffer>);
  }

  close(): void {
    this.#abort.abort();
    if (this.#socket !== undefined) this.#socket.close(1000);
    else this.#finish({ code: NEVER_OPENED, reason: '' });
  }

  async #start(): Promise<void> {
    const { url, base, protocols, token } = this.#request;
    const target = new URL(url);
    try {
      if (token !== undefined) {
        target.searchParams.set('token', await exchangeToken(base, token, this.#abort.signal));
      }
      if (!this.#isClosed) this.#attach(this.#open(target.href, [...protocols]));
    } catch (error) {
      this.#fail(asError(error));
      this.#finish({ code: NEVER_OPENED, reason: '' });
    }
  }

  #attach(socket: WebSocketLike): void {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#wasOpen = true;
      this.onopen?.(socket.protocol);
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return this.onmessage?.(new Uint8Array(data));
      this.#fail(textFrame());
      socket.close(1002);
    };
    socket.onerror = (event) => {
      if (!this.#wasOpen) this.#fail(notOpened(this.#request, event.message));
    };
    socket.onclose = ({ code, reason }) => this.#finish({ code, reason });
  }

  #fail(error: Error): void {
    if (!this.#isClosed) this.onerror?.(error);
  }

  #finish(close: SocketClose): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.(close);
  }
}

function textFrame(): SpacetickError {
  return new SpacetickError(
    'E_WIRE_DECODE',
    'The host sent a text frame. Host and client may be of different versions.',
  );
}

function notOpened(request: SocketRequest, reason: string | undefined): SpacetickError {
  const { url, base } = request;
  const detail = `${url.origin}${url.pathname}${reason ? ` (${reason})` : ''}`;
  return new SpacetickError(
    'E_CONNECT',
    `Could not connect to ${detail}. Either no host is running at ` +
      `${base.origin}, or it has no such database (publish the module first), or it refused this player.`,
  );
}
