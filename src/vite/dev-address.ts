import type { AddressInfo } from 'node:net';
import type { ViteDevServer } from 'vite';
import { noteDevHost } from '../cli/dev-host.ts';

const ANY = ['0.0.0.0', '::']; // of `vite --host`

/** Writes down where a dev server is once it listens, for the command line to find. */
export class DevAddress {
  #forget: Promise<() => Promise<void>> | undefined;

  /**
   * @param folder that the command line looks into
   * @param token of who owns the databases
   */
  constructor({ httpServer, config }: ViteDevServer, folder: string, token: string) {
    httpServer?.once('listening', () => {
      const { address, port } = httpServer.address() as AddressInfo;
      const host = ANY.includes(address) ? 'localhost' : address.includes(':') ? `[${address}]` : address;
      const url = `${config.server.https === undefined ? 'http' : 'https'}://${host}:${port}`;
      this.#forget = noteDevHost(folder, { url, token });
      this.#forget.catch((error: Error) => config.logger.warn(`spacetick: commands cannot find it: ${error.message}`));
    });
  }

  /** Takes it back. */
  async clear(): Promise<void> {
    const forget = await this.#forget?.catch(() => undefined);
    await forget?.();
  }
}
