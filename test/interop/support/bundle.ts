import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const script: string = new URL('../../../scripts/lean.mjs', import.meta.url).href;
const { leanSource } = (await import(script)) as { leanSource(root: string): Plugin };

export const HERE: Readonly<Record<string, string>> = { spacetimedb: join(ROOT, 'src/client/index.ts') };

/**
 * A program, bundled as a page is.
 * @param alias what package names stand for
 * @param isLean as the condition `spacetick-lean` has it
 */
export async function bundled<T>(input: string, name: string, alias = HERE, isLean = false): Promise<T> {
  const build = await rolldown({
    input,
    platform: 'node',
    external: ['ws', '@msgpack/msgpack'],
    plugins: isLean ? [leanSource(ROOT)] : [],
    resolve: {
      alias,
      conditionNames: ['spacetick-source', ...(isLean ? ['spacetick-lean'] : []), 'node', 'import', 'default'],
    },
  });
  const file = join(ROOT, 'node_modules/.cache/spacetick', `interop-bindings-${name}-${process.pid}.mjs`);
  await build.write({ file, format: 'es', minify: isLean });
  await build.close();
  try {
    return (await import(pathToFileURL(file).href)) as T;
  } finally {
    rmSync(file);
  }
}
