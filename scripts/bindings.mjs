// Says whether bindings/ is stale. `node scripts/bindings.mjs [root]`
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleSource } from './run-source.mjs';

/**
 * Compares `bindings/` with what the game's module gives.
 * @param {string} root of the repository
 * @returns {Promise<{ isThere: boolean, problems: string[] }>} `isThere` is false as long as there is no module
 */
export async function checkBindings(root) {
  const module = join(root, 'src/game/module/index.ts');
  if (!existsSync(module)) return { isThere: false, problems: [] };
  const source = await load(root, [
    `import * as exported from ${JSON.stringify(module)};`,
    `import { describeModule } from ${JSON.stringify(join(root, 'src/module/index.ts'))};`,
    `export { generateBindings, staleFiles } from ${JSON.stringify(join(root, 'src/codegen/index.ts'))};`,
    'export const def = describeModule(exported);',
  ]);
  const existing = textsUnder(join(root, 'bindings'));
  const { missing, changed, leftover } = source.staleFiles(existing, source.generateBindings(source.def));
  const problems = [
    ...missing.map((path) => `bindings/${path} is missing`),
    ...changed.map((path) => `bindings/${path} is not what the module gives`),
    ...leftover.map((path) => `bindings/${path} is of no table or reducer any more`),
  ];
  if (problems.length > 0) problems.push('Run: npx spacetick generate');
  return { isThere: true, problems };
}

/** Runs a few lines of source and returns what they export. */
async function load(root, lines) {
  const folder = join(root, 'node_modules/.cache/spacetick');
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, `entry-${process.pid}.ts`);
  writeFileSync(entry, lines.join('\n'));
  try {
    return await import(pathToFileURL(await bundleSource(entry)).href);
  } finally {
    rmSync(entry);
  }
}

/** The files of a folder by path; none when it is not there. */
function textsUnder(folder, texts = new Map(), root = folder) {
  if (!existsSync(folder)) return texts;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) textsUnder(path, texts, root);
    else texts.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
  }
  return texts;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { problems } = await checkBindings(resolve(process.argv[2] ?? '.'));
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
