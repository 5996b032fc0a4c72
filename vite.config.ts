import { defineConfig } from 'vitest/config';

// Inside this package `spacetick/...` resolves to src/ through this condition of package.json "exports".
const SOURCE_CONDITIONS = ['spacetick-source', 'module', 'browser', 'development|production'];

export default defineConfig({
  resolve: { conditions: SOURCE_CONDITIONS },
  ssr: { resolve: { conditions: ['spacetick-source', 'node', 'module', 'development|production'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
