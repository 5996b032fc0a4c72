import type { Logger } from 'vite';
import type { DevEvent } from '../cli/tasks/dev-module.ts';
import { SpacetickError } from '../host/index.ts';
import { identityFromClaims, LOCAL_ISSUER, type NodeHost } from '../host/node/index.ts';
import type { Overlay } from './overlay.ts';

/** Who owns what the dev server publishes. */
export const DEV_OWNER = 'vite-dev-server';
const OWNER = identityFromClaims(LOCAL_ISSUER, DEV_OWNER);

export interface DevDatabaseOptions {
  /** Its name. */
  readonly name: string;
  readonly logger: Logger;
  /** Shows what is wrong with the module, until it is mended. */
  readonly overlay: Overlay;
  /** There is a new version, and clients that the one before lost: their pages are to begin anew. */
  readonly onLost: () => void;
}

/** The database of a dev server, and what is said of the module in it. */
export class DevDatabase {
  readonly #host: NodeHost;
  readonly #options: DevDatabaseOptions;
  #hasLost = false;

  constructor(host: NodeHost, options: DevDatabaseOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Where the rows no longer fit the module the tables begin empty: at the desk that is what is wanted. */
  async publish(source: string): Promise<void> {
    const before = this.#host.host.find(this.#options.name);
    const players = before?.sessions.size ?? 0;
    await this.#publish(source);
    const now = this.#host.host.find(this.#options.name);
    // A database that begins empty is another one.
    this.#hasLost ||=
      before === now ? (now?.sessions.turnedAway ?? 0) > 0 : players + (before?.sessions.turnedAway ?? 0) > 0;
    if (now !== undefined) now.sessions.turnedAway = 0;
  }

  async #publish(source: string): Promise<void> {
    const request = { name: this.#options.name, owner: OWNER, source, breakClients: true };
    try {
      await this.#host.publish(request);
    } catch (error) {
      if (!(error instanceof SpacetickError) || error.code !== 'E_MIGRATION') throw error;
      const [, ...reasons] = error.message.split('\n').slice(0, -1);
      this.#options.logger.warn(`spacetick: the tables begin empty:\n${reasons.join('\n')}`, { timestamp: true });
      await this.#host.publish({ ...request, deleteData: true });
    }
  }

  report(event: DevEvent): void {
    const { name, logger, overlay } = this.#options;
    if (event.is === 'warning') logger.warn(`spacetick: ${event.text}`);
    if (event.is === 'broken') {
      logger.error(`spacetick: ${event.text}`, { timestamp: true });
      overlay.show(event.text);
    }
    if (event.is !== 'done') return;
    const { isFirst, isNew, isMended } = event;
    // Not sooner: the page is to find the new bindings. Before the first version there is nothing to connect to.
    if (this.#hasLost || (isFirst && isMended)) this.#options.onLost();
    this.#hasLost = false;
    overlay.clear();
    if (!isMended && (isFirst || !isNew)) return;
    const what = isFirst ? 'published' : isNew ? 'published again' : 'runs as before';
    logger.info(`spacetick: ${name} ${what}${isMended ? ', mended' : ''}`, { timestamp: true });
  }
}
