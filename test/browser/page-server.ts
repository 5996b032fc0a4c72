import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Serves pages of the repository, whose packages are the source. */
export interface PageServer {
  /** Address of a page: `url('phaser.html')`. */
  url(page: string): string;
  close(): Promise<void>;
}

/**
 * Bundles the pages of a folder and serves them, on a free port of 127.0.0.1: some tests open a page twenty times, and
 * its hundreds of files would be fetched one by one each time.
 * @param folder where the pages are, relative to the repository
 */
export async function servePages(folder = 'test/browser/pages'): Promise<PageServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'spacetick-pages-'));
  const pages = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.html'));
  const shared = { root: ROOT, configFile: false, publicDir: false, logLevel: 'warn' } as const;
  await build({
    ...shared,
    // As while developing: React's and the package's checks are in.
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: { conditions: ['spacetick-source', 'module', 'browser', 'development'] },
    build: {
      outDir,
      minify: false,
      modulePreload: false,
      chunkSizeWarningLimit: 10_000, // kB: Phaser as it is written
      rolldownOptions: { input: pages.map((name) => join(ROOT, folder, name)) },
    },
  });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  return {
    url: (page) => new URL(`${folder}/${page}`, server.resolvedUrls!.local[0]).href,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
