/** Why a socket closed. */
export interface SocketClose {
  /** WebSocket close code; 1006 when there was no closing handshake. */
  readonly code: number;
  readonly reason: string;
}

/**
 * A two-way pipe of binary frames to a host. The connection sets the handlers right after the factory returns; nothing
 * may be delivered before. `onclose` comes once and last, also when the socket never opened.
 */
export interface ClientSocket {
  /** @param protocol the subprotocol that the host has chosen; nothing when the pipe knows none */
  onopen: ((protocol?: string) => void) | undefined;
  /** One whole frame. The bytes are the receiver's: they do not change afterwards. */
  onmessage: ((bytes: Uint8Array) => void) | undefined;
  /** What went wrong, when that is known. `onclose` follows. */
  onerror: ((error: Error) => void) | undefined;
  onclose: ((close: SocketClose) => void) | undefined;
  /** Only called between `onopen` and `onclose`. */
  send(bytes: Uint8Array): void;
  /** Gives up opening, or closes. May be called at any time, and more than once. */
  close(): void;
}

/** What a socket is opened for. */
export interface SocketRequest {
  /** `ws://...` or `wss://...`, without a token. */
  readonly url: URL;
  /** Where HTTP requests to the same host are resolved: `http://...` or `https://...`. */
  readonly base: URL;
  /** Subprotocols, best first. */
  readonly protocols: readonly string[];
  /** The long-lived token. Must not travel in a URL: trade it first (`exchangeToken`). */
  readonly token: string | undefined;
}

export type SocketFactory = (request: SocketRequest) => ClientSocket;
