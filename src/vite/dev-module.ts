import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Logger } from 'vite';
import { buildModule } from '../cli/tasks/build-module.ts';
import { SpacetickError } from '../host/index.ts';
import { identityFromClaims, LOCAL_ISSUER, type NodeHost } from '../host/node/index.ts';
import type { Overlay } from './overlay.ts';

const DEV_OWNER = identityFromClaims(LOCAL_ISSUER, 'vite-dev-server'); // who owns what the dev server publishes

export interface DevModuleOptions {
  /** Folder or entry file of the module: an absolute path. */
  readonly module: string;
  /** Folder the bindings are written to: an absolute path. */
  readonly bindings: string;
  /** Name of the database. */
  readonly database: string;
  readonly logger: Logger;
  /** Takes the files that the module was built from. */
  readonly onFiles: (files: readonly string[]) => void;
  /** Shows what is wrong with the module, until it is mended. */
  readonly overlay: Overlay;
}

/** The project's module: built, written down as bindings and published, again whenever it changes. */
export class DevModule {
  readonly #host: NodeHost;
  readonly #options: DevModuleOptions;
  #files: ReadonlySet<string> = new Set();
  #published: string | undefined;
  #isBroken = true;
  /** Somebody was told that it is broken. */
  #wasTold = false;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(host: NodeHost, options: DevModuleOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Whether a change of this file may change the module. */
  concerns(file: string): boolean {
    if (this.#files.has(file)) return true;
    // What a broken module would be made of is not known: the mending may be in any file near it.
    return this.#isBroken && file.startsWith(this.#folder() + sep);
  }

  /** Builds and publishes, one after another; what is asked for while one waits is the same. Never rejects. */
  publish(): Promise<void> {
    if (this.#waiting > 1) return this.#last;
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      await this.#tryPublish();
      this.#waiting--;
    });
    return this.#last;
  }

  async #tryPublish(): Promise<void> {
    const { module, bindings, database, logger, onFiles, overlay } = this.#options;
    this.#isBroken = true;
    try {
      const built = await buildModule(module, bindings);
      this.#files = new Set(built.files);
      onFiles(built.files);
      const isFirst = this.#published === undefined;
      const isNew = built.source !== this.#published;
      if (isNew) {
        for (const warning of built.warnings) logger.warn(`spacetick: ${warning}`);
        await this.#put(built.source);
        this.#published = built.source;
      }
      await built.putBindings(); // after the module: pages reload for them, and are to find it running
      this.#isBroken = false;
      overlay.clear();
      const what = isFirst ? 'published' : isNew ? 'published again' : 'runs as before';
      const mended = this.#wasTold ? ', mended' : '';
      if (this.#wasTold || (isNew && !isFirst)) {
        logger.info(`spacetick: ${database} ${what}${mended}`, { timestamp: true });
      }
      this.#wasTold = false;
    } catch (error) {
      const text = error instanceof SpacetickError ? error.message : ((error as Error).stack ?? String(error));
      const still = this.#published === undefined ? '' : '\nThe version before it goes on.';
      logger.error(`spacetick: ${text}${still}`, { timestamp: true });
      overlay.show(text + still);
      this.#wasTold = true;
    }
  }

  /** Where the rows no longer fit the module the tables begin empty: at the desk that is what is wanted. */
  async #put(source: string): Promise<void> {
    const request = { name: this.#options.database, owner: DEV_OWNER, source, breakClients: true };
    try {
      await this.#host.publish(request);
    } catch (error) {
      if (!(error instanceof SpacetickError) || error.code !== 'E_MIGRATION') throw error;
      const [, ...reasons] = error.message.split('\n').slice(0, -1);
      this.#options.logger.warn(`spacetick: the tables begin empty:\n${reasons.join('\n')}`, { timestamp: true });
      await this.#host.publish({ ...request, deleteData: true });
    }
  }

  #folder(): string {
    const path = this.#options.module;
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? /\.[jt]s$/.test(path);
    return isFile ? resolve(path, '..') : path;
  }
}
