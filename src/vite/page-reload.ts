import { sep } from 'node:path';
import type { ViteDevServer } from 'vite';

const QUIET_MS = 100; // bindings are several files, and their changes are noticed one by one

/** Reloads pages once when bindings change, not once for each of their files. */
export class PageReload {
  readonly #server: ViteDevServer;
  readonly #folder: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder of the bindings: an absolute path */
  constructor(server: ViteDevServer, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Whether a change of this file is followed by a reload from here. @param isUsed whether a page imports it */
  takes(file: string, isUsed: boolean): boolean {
    if (!file.replaceAll('/', sep).startsWith(this.#folder + sep)) return false;
    if (isUsed) this.request();
    return true;
  }

  /** Reloads soon, once for all that ask meanwhile. */
  request(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#server.environments.client.hot.send({ type: 'full-reload' }), QUIET_MS);
    this.#timer.unref();
  }
}
