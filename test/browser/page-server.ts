import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Serves pages of the repository, sources as they are. */
export interface PageServer {
  /** Address of a page: `url('phaser.html')`. */
  url(page: string): string;
  close(): Promise<void>;
}

/**
 * A server of its own, on a free port of 127.0.0.1. Its cache is its own too: test files run side by side.
 * @param folder what it serves, relative to the repository
 * @param packages what the pages import that is no source of ours
 */
export async function servePages(
  folder = 'test/browser/pages',
  packages: readonly string[] = ['phaser', 'howler'],
): Promise<PageServer> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'spacetick-pages-'));
  const server = await createServer({
    root: ROOT,
    configFile: false,
    cacheDir,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    resolve: { conditions: ['spacetick-source', 'module', 'browser', 'development|production'] },
    optimizeDeps: { include: [...packages], noDiscovery: true },
    appType: 'mpa',
  });
  await server.listen();
  const { port } = server.httpServer!.address() as AddressInfo;
  return {
    url: (page) => `http://127.0.0.1:${port}/${folder}/${page}`,
    close: async () => {
      await server.close();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}
