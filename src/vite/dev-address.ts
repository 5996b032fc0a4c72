import type { AddressInfo } from 'node:net';
import type { ViteDevServer } from 'vite';
import { noteDevHost } from '../cli/dev-host.ts';

const ANY = ['0.0.0.0', '::']; // of `vite --host`

/** Writes down where a dev server is once it listens, for the command line to find. */
export class DevAddress {
  #forget: (() => void) | undefined;
  #isOver = false;
  /** Ctrl+C ends Vite without closing it. */
  readonly #onInterrupt = (): void => {
    this.clear();
    if (process.listenerCount('SIGINT') === 0) process.kill(process.pid, 'SIGINT');
  };

  /**
   * @param folder that the command line looks into
   * @param token of who owns the databases
   */
  constructor({ httpServer, config }: ViteDevServer, folder: string, token: string) {
    httpServer?.once('listening', () => {
      const { address, port } = httpServer.address() as AddressInfo;
      const host = ANY.includes(address) ? 'localhost' : address.includes(':') ? `[${address}]` : address;
      const url = `${config.server.https === undefined ? 'http' : 'https'}://${host}:${port}`;
      noteDevHost(folder, { url, token }).then(
        (forget) => {
          if (this.#isOver) return forget(); // closed while it was written
          this.#forget = forget;
          process.once('SIGINT', this.#onInterrupt);
          process.once('exit', forget);
        },
        (error: Error) => config.logger.warn(`spacetick: commands cannot find it: ${error.message}`),
      );
    });
  }

  /** Takes it back. */
  clear(): void {
    this.#isOver = true;
    if (this.#forget === undefined) return;
    this.#forget();
    process.off('SIGINT', this.#onInterrupt);
    process.off('exit', this.#forget);
    this.#forget = undefined;
  }
}
