import type { ClientSocket, SocketRequest } from '../../src/client/index.ts';
import { nodeSocket } from '../../src/client/node/web-socket.ts';
import type { ClientProtocol } from '../../src/wire/index.ts';
import { type Lagoon, lagoonBuilder, play } from './lagoon.ts';

/** What went over one connection, a payload each. */
export interface Traffic {
  readonly protocol: ClientProtocol;
  readonly sent: readonly Uint8Array[];
  readonly received: readonly Uint8Array[];
}

type Compression = 'gzip' | 'brotli' | 'none';

/** Lets our client play a session against a host, and writes down what went over the wire. */
export async function record(
  url: string,
  protocols: readonly ClientProtocol[],
  compression: Compression = 'none',
): Promise<Traffic> {
  const sent: Uint8Array[] = [];
  const received: Uint8Array[] = [];
  const socket = (request: SocketRequest): ClientSocket => recording(nodeSocket(request), sent, received);
  const conn = lagoonBuilder(url)
    .withPlatform({ protocols, socket })
    .withCompression(compression)
    .onCallbackError(() => undefined) // there are refused calls among what is played
    .build();
  conn.runAuto();
  await play(conn);
  await asked(conn);
  const chosen = protocols[0]!;
  return { protocol: chosen, sent, received };
}

/** Leaves, when the answers to all that was asked have come. */
async function asked(conn: Lagoon): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    conn
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_ctx, error) => reject(error ?? new Error('it was refused')))
      .subscribe('SELECT * FROM ship');
  });
  conn.disconnect();
}

function recording(socket: ClientSocket, sent: Uint8Array[], received: Uint8Array[]): ClientSocket {
  const outer: ClientSocket = {
    onopen: undefined,
    onmessage: undefined,
    onerror: undefined,
    onclose: undefined,
    send: (bytes) => {
      sent.push(bytes.slice());
      socket.send(bytes);
    },
    close: () => socket.close(),
  };
  socket.onopen = (protocol) => outer.onopen?.(protocol);
  socket.onmessage = (bytes) => {
    received.push(bytes.slice());
    outer.onmessage?.(bytes);
  };
  socket.onerror = (error) => outer.onerror?.(error);
  socket.onclose = (close) => outer.onclose?.(close);
  return outer;
}
