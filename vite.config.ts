import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { spacetick } from './src/vite/index.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const BROWSER_TESTS = [
  'test/browser/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/bench/bench.test.ts',
  'test/game/page.test.ts',
  'test/readme.test.ts',
];
const isTest = process.env.VITEST !== undefined;

export default defineConfig({
  root: isTest ? ROOT : `${ROOT}src/game`,
  base: './', // the built page works from any sub-path
  // Inside this package `spacetick/...` is the source, through this condition of package.json "exports".
  resolve: { conditions: ['spacetick-source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['spacetick-source', 'node', 'module', 'development|production'] } },
  plugins: isTest
    ? []
    : [
        spacetick({
          root: ROOT,
          module: 'src/game/module/index.ts',
          bindings: 'bindings',
          database: 'comet-run',
          dataDirectory: process.env.SPACETICK_DATA_DIR ?? '.spacetick',
        }),
      ],
  // Known beforehand, or the first page would be loaded twice.
  optimizeDeps: { include: ['phaser', 'howler', '@msgpack/msgpack'] },
  server: { fs: { allow: [ROOT] }, host: '127.0.0.1' },
  build: {
    outDir: `${ROOT}dist-game`,
    emptyOutDir: true,
    assetsInlineLimit: 0, // a page that forbids data: URLs plays too
    chunkSizeWarningLimit: 2000, // kB: Phaser does not tree-shake
  },
  test: {
    reporters: ['default', `${ROOT}scripts/tally-reporter.mjs`],
    setupFiles: [`${ROOT}test/setup.ts`],
    pool: 'forks', // the host's watchdog stops code on a process's main thread only
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest would leave one of two processors idle; tests wait for others half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: BROWSER_TESTS, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // Two files at a time, after the others: each has a browser that draws in software.
        test: { name: 'browser', include: BROWSER_TESTS, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
