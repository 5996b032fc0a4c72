import { relative, resolve, sep } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import { DEV_FOLDER } from '../cli/dev-host.ts';
import { formatLog } from '../cli/log-line.ts';
import { DevModule } from '../cli/tasks/dev-module.ts';
import { handleRequest, NodeHost } from '../host/node/index.ts';
import { makeDataDirectory } from './data-directory.ts';
import { DevAddress } from './dev-address.ts';
import { DEV_OWNER, DevDatabase } from './dev-database.ts';
import { Overlay } from './overlay.ts';
import { PageReload } from './page-reload.ts';

/** What the plugin needs to know of a project. */
export interface SpacetickOptions {
  /** Folder or entry file of the module, from the project's folder. */
  readonly module: string;
  /** Folder the bindings are written to, from the project's folder. */
  readonly bindings: string;
  /** Name of the database. */
  readonly database: string;
  /** The project's folder. Default: where Vite was started. */
  readonly root?: string;
  /** Where keys are kept, so that players stay who they are over restarts. Default `.spacetick`. */
  readonly dataDirectory?: string;
}

const ANY_FOLDER = './'; // games are uploaded to sub-folders: those of itch.io, for one
const REBUILD_DELAY_MS = 50; // editors write several files in one go

/**
 * A host inside Vite's dev server, at the page's own address: publishes the module, writes its bindings, and does both
 * again when a file of the module changes, players staying connected. A build is made to work from any folder.
 */
export function spacetick(options: SpacetickOptions): Plugin {
  // By environment: when Vite restarts, the new server is configured before the old one is closed.
  const served = new WeakMap<object, () => Promise<void>>();
  const reloads = new WeakMap<object, PageReload>();
  const root = resolve(options.root ?? process.cwd());
  return {
    name: 'spacetick',
    config: ({ base, server }, { command }) => ({
      ...(command === 'build' && base === undefined ? { base: ANY_FOLDER } : {}),
      server: { fs: { deny: denied(server?.fs?.deny, resolve(root, options.dataDirectory ?? DEV_FOLDER)) } },
    }),
    async configureServer(server) {
      const reload = new PageReload(server, resolve(root, options.bindings));
      reloads.set(server.environments.client, reload);
      served.set(server.environments.client, await serve(server, reload, root, options));
    },
    hotUpdate({ type, file, modules }) {
      // A file that goes is one that another no longer imports: the page reloads for that one.
      const isUsed = modules.length > 0 && type !== 'delete';
      return reloads.get(this.environment)?.takes(file, isUsed) ? [] : undefined;
    },
    async closeBundle() {
      await served.get(this.environment)?.();
    },
  };
}

/**
 * What Vite serves nobody: keys and tokens are in the data directory, and who has them is every player and the owner.
 * @param given what the project denies; Vite's own list is replaced by any other, so it is repeated where there is none
 */
function denied(given: readonly string[] | undefined, dataDirectory: string): string[] {
  const own = [
    `**/${DEV_FOLDER}/**`,
    `${dataDirectory
      .split(sep)
      .join('/')
      .replace(/[\\$*+?()[\]{}!@|^]/g, '\\$&')}/**`,
  ];
  return given === undefined ? ['.env', '.env.*', '*.{crt,pem}', '**/.git/**', ...own] : own; // Vite adds what is given
}

/** @returns how to end it */
async function serve(
  server: ViteDevServer,
  reload: PageReload,
  root: string,
  options: SpacetickOptions,
): Promise<() => Promise<void>> {
  const { logger } = server.config;
  const dataDirectory = await makeDataDirectory(resolve(root, options.dataDirectory ?? DEV_FOLDER));
  const host = await NodeHost.open({
    dataDirectory,
    keepsPrograms: false, // the module is here
    takesPublishes: false, // `vite --host` shows the page to the whole network, which must not run code here
    onLog: (database, record) => {
      const line = `${database}: ${formatLog(record)}`;
      if (record.level === 'error' || record.level === 'panic') logger.error(line);
      else logger.info(line);
    },
  });
  const module = resolve(root, options.module);
  const database = new DevDatabase(host, {
    ...{ name: options.database, logger, overlay: new Overlay(server) },
    onLost: () => reload.request(),
  });
  const devModule = new DevModule({
    module,
    bindings: [{ path: resolve(root, options.bindings) }],
    publish: (source) => database.publish(source),
    onFiles: (files) => server.watcher.add([...files]),
    report: (event) => database.report(event),
  });
  server.watcher.add(module);
  await devModule.publish();

  let pending: NodeJS.Timeout | undefined;
  server.watcher.on('all', (_event, file) => {
    if (!devModule.concerns(resolve(file))) return;
    clearTimeout(pending);
    pending = setTimeout(() => void devModule.publish(), REBUILD_DELAY_MS);
  });
  server.middlewares.use((request, response, next) => {
    if (request.url?.startsWith('/v1/')) void handleRequest(host, request, response);
    else next();
  });
  if (server.httpServer) host.attach(server.httpServer);
  const { token } = await host.tokens.anonymous(DEV_OWNER);
  const address = new DevAddress(server, dataDirectory, token);
  const printUrls = server.printUrls.bind(server);
  server.printUrls = () => {
    printUrls();
    const where = relative(root, module);
    logger.info(
      `  \u279c  Database: ${options.database}, module ${where}. Open the page twice: what one changes the other shows.`,
    );
  };
  return async () => {
    address.clear();
    await host.close();
  };
}
