import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateBindings } from '../../../src/codegen/index.ts';
import type * as Use from '../../fixtures/official-bindings/use.ts';
import { World } from '../../host/support/world.ts';
import { bundled, HERE } from './bundle.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The project of fixtures/official-bindings with bindings of our generator, as the condition `spacetick-lean` has it.
 * @param module source of the harbour
 */
export async function leanUse(module: string): Promise<typeof Use> {
  const folder = join(ROOT, 'node_modules/.cache/spacetick', `own-bindings-${process.pid}`);
  const { module: def } = new World({ source: module }).database;
  try {
    for (const { path, text } of generateBindings(def)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    cpSync(join(ROOT, 'test/fixtures/official-bindings/use.ts'), join(folder, 'use.ts'));
    return await bundled<typeof Use>(join(folder, 'use.ts'), 'lean', { ...HERE, spacetick: HERE.spacetimedb! }, true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
