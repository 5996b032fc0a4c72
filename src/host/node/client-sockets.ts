import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { chooseProtocol } from './agreement.ts';
import type { SocketLimits } from './socket-limits.ts';
import { ReasonedWebSocket } from './web-socket.ts';

/** The WebSockets of all clients of a host. */
export class ClientSockets {
  readonly #server: WebSocketServer;
  readonly #open = new Set<WebSocket>();
  readonly #maxConnections: number;

  constructor({ maxConnections, maxMessageBytes }: SocketLimits) {
    this.#maxConnections = maxConnections;
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: ReasonedWebSocket,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false, // costs more than it saves on small frames, and the real host negotiates none
      handleProtocols: (offers) => chooseProtocol(offers)?.name ?? false,
    });
  }

  get isFull(): boolean {
    return this.#open.size >= this.#maxConnections;
  }

  /**
   * Makes a WebSocket of a request's socket, or refuses the request.
   * @param headers of the answer
   * @param opened told of it, before this returns
   */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    headers: readonly string[],
    opened: (webSocket: WebSocket) => void,
  ): void {
    const tell = (all: string[]): void => void all.push(...headers);
    this.#server.once('headers', tell);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open.add(webSocket);
      webSocket.on('close', () => this.#open.delete(webSocket));
      opened(webSocket);
    });
    this.#server.off('headers', tell); // a handshake that ws itself refused
  }

  /** When all that are open now have closed. */
  async closed(): Promise<void> {
    await Promise.all([...this.#open].map((webSocket) => new Promise((resolve) => webSocket.once('close', resolve))));
  }

  /** Cuts all that are open. */
  cut(): void {
    for (const webSocket of this.#open) webSocket.terminate();
  }
}
