import { relative, resolve } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import { formatLog } from '../cli/log-line.ts';
import { buildModule } from '../cli/tasks/build-module.ts';
import { SpacetickError } from '../host/index.ts';
import { handleRequest, identityFromClaims, LOCAL_ISSUER, NodeHost } from '../host/node/index.ts';

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

const DEV_OWNER = identityFromClaims(LOCAL_ISSUER, 'vite-dev-server'); // who owns what the dev server publishes
const REBUILD_DELAY_MS = 50; // editors write several files in one go

/**
 * A host inside Vite's dev server, at the page's own address: publishes the module, writes its bindings, and does both
 * again when a file of the module changes, players staying connected. Does nothing in a build.
 */
export function spacetick(options: SpacetickOptions): Plugin {
  return {
    name: 'spacetick',
    apply: 'serve',
    async configureServer(server) {
      await serve(server, options);
    },
  };
}

/** Publishes; where the rows no longer fit the module, begins with empty tables: at the desk that is what is wanted. */
async function publishAnyway(
  host: NodeHost,
  name: string,
  source: string,
  logger: ViteDevServer['config']['logger'],
): Promise<void> {
  try {
    await host.publish({ name, owner: DEV_OWNER, source });
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_MIGRATION') throw error;
    logger.warn(`spacetick: ${error.message}\nThe tables begin empty.`, { timestamp: true });
    await host.publish({ name, owner: DEV_OWNER, source, deleteData: true });
  }
}

async function serve(server: ViteDevServer, options: SpacetickOptions): Promise<void> {
  const root = resolve(options.root ?? process.cwd());
  const { logger } = server.config;
  const host = await NodeHost.open({
    dataDirectory: resolve(root, options.dataDirectory ?? '.spacetick'),
    onLog: (database, record) => {
      const line = `${database}: ${formatLog(record)}`;
      if (record.level === 'error' || record.level === 'panic') logger.error(line);
      else logger.info(line);
    },
  });
  let watched: ReadonlySet<string> = new Set();
  let isPublished = false;

  const publish = async (): Promise<void> => {
    try {
      const built = await buildModule(resolve(root, options.module), resolve(root, options.bindings));
      watched = new Set(built.files);
      server.watcher.add(built.files);
      for (const warning of built.warnings) logger.warn(`spacetick: ${warning}`);
      await publishAnyway(host, options.database, built.source, logger);
      if (isPublished) logger.info('spacetick: module published again', { timestamp: true });
      isPublished = true;
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      logger.error(`spacetick: ${error.message}`, { timestamp: true });
    }
  };
  await publish();

  let pending: NodeJS.Timeout | undefined;
  server.watcher.on('all', (_event, file) => {
    if (!watched.has(resolve(file))) return;
    clearTimeout(pending);
    pending = setTimeout(() => void publish(), REBUILD_DELAY_MS);
  });
  server.middlewares.use((request, response, next) => {
    if (request.url?.startsWith('/v1/')) void handleRequest(host, request, response);
    else next();
  });
  if (server.httpServer) host.attach(server.httpServer);
  server.httpServer?.once('close', () => void host.close());
  const printUrls = server.printUrls.bind(server);
  server.printUrls = () => {
    printUrls();
    const folder = relative(root, resolve(root, options.module));
    logger.info(`  \u279c  Database: ${options.database}, module ${folder}. Open the page in two tabs: two players.`);
  };
}
