// `npm run build`: the library into dist/, the game into dist-game/. `--library` leaves the game out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leanFile, withoutTexts } from './lean.mjs';
import { parseModule } from './module-facts.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Folders beside dist/ that are no longer there when the build has ended, however it did. */
const asides = [];

/** Runs a tool of this repository; ends the build when it fails. */
function tool(path, ...args) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', path), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status === 0) return;
  for (const path of asides) rmSync(path, { recursive: true, force: true });
  process.exit(status ?? 1);
}

function buildLibrary() {
  // Built aside and moved when whole: whoever reads dist/ meanwhile never finds half of it.
  const cache = join(ROOT, 'node_modules/.cache/spacetick');
  const draft = join(cache, `dist-${process.pid}`);
  const last = join(cache, `last-${process.pid}`);
  asides.push(draft, last);
  mkdirSync(cache, { recursive: true });
  rmSync(draft, { recursive: true, force: true });
  tool('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', draft);
  const files = readdirSync(draft, { recursive: true }).map((path) => join(draft, path));
  for (const path of files.filter((file) => file.endsWith('.d.ts'))) pointAtBuilt(path);
  writeLean(draft);
  const dist = join(ROOT, 'dist');
  if (existsSync(dist)) renameSync(dist, last); // deleting takes a while, in which there would be half of it
  renameSync(draft, dist);
  rmSync(last, { recursive: true, force: true });
  console.log(`dist/: ${files.filter((file) => file.endsWith('.js')).length} modules`);
}

/** What a page can import, once more in `lean/`: as package.json's condition `spacetick-lean` has it, without texts. */
function writeLean(draft) {
  const { exports = {}, imports = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const LEAN = './dist/lean/';
  const entries = [exports, imports].flatMap((map) =>
    Object.values(map).flatMap(({ 'spacetick-lean': lean }) =>
      typeof lean === 'object' ? Object.values(lean) : (lean ?? []),
    ),
  );
  const waiting = entries.map((path) => join(draft, path.slice(LEAN.length)));
  const seen = new Set(waiting);
  for (const path of waiting) {
    const file = relative(draft, path);
    const code = readFileSync(join(draft, leanFile(file)), 'utf8');
    const target = join(draft, 'lean', file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withoutTexts(path, code));
    for (const { specifier } of parseModule(path, code).imports) {
      const needed = resolve(dirname(path), specifier);
      if (!specifier.startsWith('.') || seen.has(needed)) continue;
      seen.add(needed);
      waiting.push(needed);
    }
  }
}

/** The compiler leaves `.ts` in the imports of declarations; there is no such file beside them. */
function pointAtBuilt(path) {
  const text = readFileSync(path, 'utf8');
  const sources = parseModule(path, text).imports.filter(({ specifier }) => /^\.\.?\/.*\.tsx?$/.test(specifier));
  let built = text;
  for (const { specifier } of sources) {
    const renamed = specifier.replace(/\.tsx?$/, '.js');
    built = built.replaceAll(`'${specifier}'`, `'${renamed}'`).replaceAll(`"${specifier}"`, `"${renamed}"`);
  }
  if (built !== text) writeFileSync(path, built);
}

buildLibrary();
if (!process.argv.includes('--library') && existsSync(join(ROOT, 'src/game'))) {
  tool('vite/bin/vite.js', 'build');
}
