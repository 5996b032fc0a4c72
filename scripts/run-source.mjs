// Runs TypeScript of this repository unbuilt: `node scripts/run-source.mjs <entry.ts> [arguments]`
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** What decides beside the source: how names resolve, the bundler's version, and this. */
const RULES = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/run-source.mjs'].map((path) =>
  join(ROOT, path),
);
const CACHE = join(ROOT, 'node_modules/.cache/spacetick');
const KEPT_MS = 24 * 60 * 60 * 1000; // old bundles may still run in another process; none runs for a day

/**
 * Bundles a file with everything of this repository that it imports; `spacetick/...` is the source. Packages stay
 * outside, so that there is one of each. What did not change since it was bundled is not bundled again.
 * @param {string} entry absolute path
 * @returns {Promise<string>} path of the bundle, in a folder from which packages resolve
 */
export async function bundleSource(entry) {
  const name = basename(entry).replace(/\.\w+$/, '');
  const note = join(CACHE, `${name}-${digestOf(entry)}.json`);
  return known(note) ?? (await makeBundle(entry, name, note));
}

/** The bundle that a note tells of, when every file is as it was. */
function known(note) {
  if (!existsSync(note)) return undefined;
  const { file, sources } = JSON.parse(readFileSync(note, 'utf8'));
  const isSame = ([path, digest]) => existsSync(path) && digestOf(readFileSync(path, 'utf8')) === digest;
  return existsSync(file) && sources.every(isSame) ? file : undefined;
}

function digestOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

async function makeBundle(entry, name, note) {
  const { rolldown } = await import('rolldown'); // which takes longer to load than most programs
  const sources = new Map(RULES.map((path) => [path, digestOf(readFileSync(path, 'utf8'))]));
  const source = {
    name: 'source',
    transform(code, id) {
      if (!id.startsWith('\0')) sources.set(id, digestOf(code)); // as it was read: somebody may be editing it
      if (!code.includes('import.meta.url')) return null;
      // Files that look for others beside them find those of the source, not of the bundle.
      return { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)), map: null };
    },
  };
  const bundle = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: 'node',
    resolve: { conditionNames: ['spacetick-source', 'node', 'import', 'default'] },
    external: (id) => !/^[.#/]/.test(id) && !/^[A-Za-z]:/.test(id) && !/^spacetick(\/|$)/.test(id),
    logLevel: 'warn',
    plugins: [source],
  });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, sourcemap: 'inline' });
  await bundle.close();
  const { code } = output[0];

  const file = join(CACHE, `${name}-${digestOf(entry + code)}.mjs`);
  mkdirSync(CACHE, { recursive: true });
  dropOld(name);
  if (!existsSync(file)) write(file, code);
  write(note, JSON.stringify({ file, sources: [...sources] }));
  return file;
}

/** Another process may be at the same: what appears under the name is always whole. */
function write(file, text) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
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
