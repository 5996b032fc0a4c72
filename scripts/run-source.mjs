// Runs TypeScript of this repository unbuilt: `node scripts/run-source.mjs <entry.ts> [arguments]`
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/spacetick');
const KEPT_MS = 24 * 60 * 60 * 1000; // old bundles may still run in another process; none runs for a day

/** Files that look for others beside them find those of the source, not of the bundle. */
const ownAddresses = {
  name: 'own-addresses',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    return { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)), map: null };
  },
};

/**
 * Bundles a file with everything of this repository that it imports; `spacetick/...` is the source. Packages stay
 * outside, so that there is one of each.
 * @param {string} entry absolute path
 * @returns {Promise<string>} path of the bundle, in a folder from which packages resolve
 */
export async function bundleSource(entry) {
  const bundle = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: 'node',
    resolve: { conditionNames: ['spacetick-source', 'node', 'import', 'default'] },
    external: (id) => !/^[.#/]/.test(id) && !/^[A-Za-z]:/.test(id) && !/^spacetick(\/|$)/.test(id),
    logLevel: 'warn',
    plugins: [ownAddresses],
  });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, sourcemap: 'inline' });
  await bundle.close();
  const { code } = output[0];

  const name = basename(entry).replace(/\.\w+$/, '');
  const hash = createHash('sha256').update(entry).update(code).digest('hex').slice(0, 16);
  const file = join(CACHE, `${name}-${hash}.mjs`);
  mkdirSync(CACHE, { recursive: true });
  dropOld(name);
  if (!existsSync(file)) {
    // Another process may be at the same: what appears under the name is always whole.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  return file;
}

function dropOld(name) {
  for (const file of readdirSync(CACHE)) {
    if (!file.startsWith(`${name}-`)) continue;
    const path = join(CACHE, file);
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEPT_MS) rmSync(path, { force: true });
  }
}

/**
 * Runs a file as the program: `process.argv` is as if Node had been given it.
 * @param {string} entry absolute path
 * @param {readonly string[]} args
 * @returns {Promise<Record<string, unknown>>} what it exports
 */
export async function runSource(entry, args) {
  const file = await bundleSource(entry);
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], entry, ...args];
  return import(pathToFileURL(file).href);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) {
    console.error('Say what to run: node scripts/run-source.mjs <entry.ts> [arguments]');
    process.exitCode = 2;
  } else {
    await runSource(resolve(entry), args);
  }
}
