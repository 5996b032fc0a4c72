// How large a page's part of spacetick is. `node scripts/bundle-size.mjs [--write]`; `--write` keeps the parts for comparison
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { rolldown } from 'rolldown';
import { leanSource } from './lean.mjs';
import { bundleSource } from './run-source.mjs';

const LIMIT_BYTES = 15_000; // brotli; docs/benchmarks.md says what it is made of. To be lowered, not raised
const PARTS_FILE = 'scripts/bundle-parts.json';

/** What a page does with the bindings: connects, subscribes, listens, calls, ticks. */
const PAGE = `import { DbConnection, tables } from './module_bindings';

const conn = DbConnection.builder()
  .withUri('ws://127.0.0.1:3000')
  .withDatabaseName('chat')
  .onConnect((c) => { c.subscriptionBuilder().subscribe(tables.message); })
  .build();
conn.db.message.onInsert((ctx, message) => console.log(message.text));
conn.reducers.sendMessage({ text: 'hi' });
const loop = () => { conn.frameTick(); requestAnimationFrame(loop); };
loop();
`;

/**
 * Bundles the chat's page as an application is: everything in one file, minified.
 * @param {string} root of the repository
 * @param {readonly string[]} conditions of the build, beside a browser's
 * @param {string} client what the bindings import: the source, or the name of a package of the same surface
 * @returns {Promise<{ brotli: number, minified: number, parts: Record<string, number> }>} bytes; parts are of the code before it is minified
 */
export async function measureBundle(root, conditions = ['spacetick-lean'], client = join(root, 'src/client/index.ts')) {
  const folder = join(root, `node_modules/.cache/spacetick/bundle-size-${process.pid}`);
  try {
    await writePage(root, folder, !client.startsWith(root));
    const bundle = await rolldown({
      input: join(folder, 'main.ts'),
      platform: 'browser',
      plugins: conditions.includes('spacetick-lean') ? [leanSource(root)] : [],
      resolve: {
        conditionNames: ['spacetick-source', ...conditions, 'browser', 'import', 'default'],
        alias: { spacetick: client },
      },
    });
    const { output } = await bundle.generate({ format: 'es', minify: true, comments: false });
    const readable = await bundle.generate({ format: 'es', minify: false, comments: false });
    await bundle.close();
    const { code } = output[0];
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    return {
      brotli: brotliCompressSync(code, quality).length,
      minified: Buffer.byteLength(code),
      parts: partsOf(readable.output[0].modules, root),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {boolean} isBare without the decoders, which only our client takes */
async function writePage(root, folder, isBare) {
  const entry = join(folder, 'generate.ts');
  mkdirSync(folder, { recursive: true });
  const room = (path) => JSON.stringify(join(root, path));
  writeFileSync(
    entry,
    [
      `import * as exported from ${room('bench/bundle/module.ts')};`,
      `import { describeModule } from ${room('src/module/index.ts')};`,
      `import { generateBindings } from ${room('src/codegen/index.ts')};`,
      'export const files = generateBindings(describeModule({ ...exported, default: exported.database }));',
    ].join('\n'),
  );
  const { files } = await import(pathToFileURL(await bundleSource(entry)).href);
  for (const { path, text } of files) {
    const file = join(folder, 'module_bindings', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, isBare ? text.replace(/^ +codec: \w+,\n/gm, '').replace(/, \w+Codec\),/g, '),') : text);
  }
  writeFileSync(join(folder, 'main.ts'), PAGE);
}

/** Bytes by folder of src/; the page with its bindings is one part, packages another. */
function partsOf(modules, root) {
  const parts = {};
  for (const [id, { renderedLength }] of Object.entries(modules)) {
    const path = relative(root, id).split(sep).join('/');
    const isOwn = path.startsWith('src/');
    const part = isOwn ? dirname(path) : path.includes('/bundle-size-') ? 'page and bindings' : 'packages';
    if (renderedLength > 0) parts[part] = (parts[part] ?? 0) + renderedLength;
  }
  return Object.fromEntries(Object.entries(parts).sort(([, a], [, b]) => b - a));
}

/**
 * Whether the bundle keeps to its limit.
 * @param {string} root of the repository
 * @returns {Promise<{ isThere: boolean, size: string, problems: string[] }>} `isThere` is false as long as there is no client
 */
export async function checkBundleSize(root, limit = LIMIT_BYTES) {
  if (!existsSync(join(root, 'src/client/index.ts'))) return { isThere: false, size: '', problems: [] };
  const { brotli, parts } = await measureBundle(root);
  const size = `${brotli} of ${limit} bytes`;
  if (brotli <= limit) return { isThere: true, size, problems: [] };
  const before = JSON.parse(readFileSync(join(root, PARTS_FILE), 'utf8'));
  const grown = Object.entries(parts).filter(([part, bytes]) => bytes > (before[part] ?? 0));
  return {
    isThere: true,
    size,
    problems: [
      `The chat's page is ${brotli} bytes (brotli); the limit is ${limit}. Grown, before it is minified:`,
      ...grown.map(([part, bytes]) => `  ${part}: ${before[part] ?? 0} -> ${bytes}`),
    ],
  };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const told = (what, { brotli, minified }) => console.log(`${what}: ${brotli} bytes brotli, ${minified} minified`);
  told("SpacetimeDB's client", await measureBundle(root, [], 'spacetimedb'));
  told('all subprotocols', await measureBundle(root, []));
  told('spacetick-bsatn', await measureBundle(root, ['spacetick-bsatn']));
  const measured = await measureBundle(root);
  told('spacetick-lean', measured);
  const { parts } = measured;
  for (const [part, bytes] of Object.entries(parts)) console.log(`  ${String(bytes).padStart(6)}  ${part}`);
  if (process.argv.includes('--write')) writeFileSync(join(root, PARTS_FILE), `${JSON.stringify(parts, null, 2)}\n`);
}
