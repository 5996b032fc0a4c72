import { WebSocket } from 'ws';
import type { SocketFactory } from '../socket.ts';
import { browserSocket, type WebSocketLike, webSocketFactory } from '../web-socket.ts';
import { explained } from './explained-socket.ts';

// The host bounds what it sends; the default of 100 MiB would cut off a large first snapshot.
const MAX_FRAME_BYTES = 1 << 30;

const wsSocket: SocketFactory = webSocketFactory((url, protocols) => {
  const socket = new WebSocket(url, protocols, { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  return socket as unknown as WebSocketLike;
});

/** The platform's own WebSocket where there is one (Node 22), else the package `ws`. */
export const nodeSocket: SocketFactory = explained((request) =>
  typeof globalThis.WebSocket === 'undefined' ? wsSocket(request) : browserSocket(request),
);
