import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generateBindings, staleFiles } from '../../src/codegen/index.ts';
import { describeModule } from '../../src/module/index.ts';
import * as arena from '../fixtures/arena/index.ts';

const BINDINGS = fileURLToPath(new URL('../fixtures/bindings', import.meta.url));

it('[B3] the bindings of these tests are what the generator makes of their module', () => {
  const files = readdirSync(BINDINGS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const existing = new Map(files.map((path) => [path, readFileSync(join(BINDINGS, path), 'utf8')]));
  // When it fails: bin/spacetick.mjs generate -p test/fixtures/arena -o test/fixtures/bindings
  expect(staleFiles(existing, generateBindings(describeModule(arena)))).toEqual({
    missing: [],
    changed: [],
    leftover: [],
  });
});
