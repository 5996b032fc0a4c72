import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpacetickError } from '../../values/index.ts';

export interface ListenAddress {
  /** e.g. `127.0.0.1`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * Makes a server listen.
 * @returns its address as a URL
 * @throws SpacetickError E_LISTEN when the port is taken or the address is not this machine's
 */
export async function listenOn(server: Server, listen: ListenAddress): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error as NodeJS.ErrnoException, listen)));
    server.listen(listen.port, listen.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function listenError(error: NodeJS.ErrnoException, { host, port }: ListenAddress): SpacetickError {
  const reason =
    error.code === 'EADDRINUSE'
      ? `port ${port} is in use. Another host may be running; stop it, or choose another port with --listen-addr`
      : error.code === 'EACCES'
        ? `port ${port} needs privileges. Choose one above 1023 with --listen-addr`
        : error.message;
  return new SpacetickError('E_LISTEN', `Cannot listen on ${host}:${port}: ${reason}.`, { cause: error });
}
