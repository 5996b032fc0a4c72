import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { generateBindings } from '../../src/codegen/index.ts';
import { identityFromClaims, NodeHost } from '../../src/host/node/index.ts';
import { orbsModule } from '../vite/project.ts';
import { launchChromium } from './chromium.ts';

// Pages that allow scripts of their own origin and nothing else: no code from strings, no inline scripts.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLICY = "script-src 'self'";
const OWNER = identityFromClaims('test', 'owner');
const PATIENCE = { timeout: 60_000, interval: 100 };
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const MAIN = (uri: string) => `import { DbConnection } from './bindings';
const connection = DbConnection.builder().withUri('${uri}').withDatabaseName('orbs')
  .onConnect((connected) => {
    connected.subscriptionBuilder().subscribeToAllTables();
    for (const id of [1, 2, 3]) void connected.reducers.drop({ id });
  })
  .build();
setInterval(() => connection.frameTick(), 16);
window.orbs = () => [...connection.db.orb.iter()].map((orb) => ({ ...orb }));
`;

interface WatchedWindow {
  violations: string[];
  orbs(): Record<string, unknown>[];
}

let host: NodeHost;
let hostUrl: string;
let folder: string;
let files: Server;
let browser: Browser;
/** Whether the policy comes as a header; else as a meta element. */
let inHeader = true;

beforeAll(async () => {
  host = await NodeHost.open();
  hostUrl = await host.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'spacetick-csp-'));
  await buildGame(join(folder, 'game'));
  await buildOfficial(join(folder, 'official'));
  await writeFile(
    join(folder, 'probe.js'),
    'try { window.isAllowed = new Function("return true")(); } catch { window.isAllowed = false; }',
  );
  files = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://files');
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const body = await readFile(join(folder, name)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      ...(inHeader ? { 'content-security-policy': POLICY } : {}),
    });
    const meta = `<head><meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
    response.end(name.endsWith('.html') && !inHeader ? String(body).replace('<head>', meta) : body);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  files?.close();
  await host?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function buildGame(outDir: string): Promise<void> {
  const { source } = await bundleModule(join(ROOT, 'src/game/module/index.ts'));
  await host.publish({ name: 'comet-run', owner: OWNER, source });
  const { VITEST: _vitest, NODE_ENV: _env, ...environment } = process.env;
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)('node', [vite, 'build', '--outDir', outDir, '--logLevel', 'error'], {
    cwd: ROOT,
    env: { ...environment, VITE_SPACETICK_URI: hostUrl },
  });
}

/** A page whose bindings are those of the official generator: declarations only, no decoders as source. */
async function buildOfficial(outDir: string): Promise<void> {
  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'module.ts'), orbsModule());
  const { source, module } = await bundleModule(join(project, 'module.ts'));
  await host.publish({ name: 'orbs', owner: OWNER, source });
  for (const { path, text } of generateBindings(module)) {
    if (path === 'codecs.ts') continue;
    const file = join(project, 'bindings', path);
    await mkdir(dirname(file), { recursive: true });
    const bare = text
      .replace(/^import \{[^}]*\} from '\.\/codecs';\n/m, '')
      .replaceAll(/\n *codec: \w+Codec,/g, '')
      .replaceAll(/, \w+Codec\b/g, '');
    expect(bare).not.toMatch(/Codec/);
    await writeFile(file, bare);
  }
  await writeFile(join(project, 'main.ts'), MAIN(hostUrl));
  await writeFile(
    join(project, 'index.html'),
    '<!doctype html><html><head><title>Orbs</title></head><body><script type="module" src="/main.ts"></script></body></html>',
  );
  await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    base: './',
    resolve: {
      alias: [{ find: /^spacetick$/, replacement: join(ROOT, 'src/client/index.ts') }],
      conditions: ['spacetick-source', 'module', 'browser', 'development|production'],
    },
    build: { outDir, emptyOutDir: true },
  });
}

async function open(path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 480, height: 270 } });
  await page.addInitScript(() => {
    const watched = window as unknown as WatchedWindow;
    watched.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      watched.violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    );
  });
  await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/${path}`);
  return page;
}

const violations = (page: Page) => page.evaluate(() => (window as unknown as WatchedWindow).violations);
/** Whether the policy is one: a script of the page's own tries. */
const mayEvaluate = async (page: Page): Promise<boolean> => {
  await page.addScriptTag({ url: '/probe.js' });
  return page.evaluate(() => (window as unknown as { isAllowed: boolean }).isAllowed);
};
const orbs = (page: Page) => page.evaluate(() => (window as unknown as WatchedWindow).orbs());

const policies = [
  { how: 'a header', isHeader: true },
  { how: 'a meta element', isHeader: false },
];

it.each(policies)(
  '[V42] the built game plays, and breaks no rule of the page: $how',
  async ({ isHeader }) => {
    inHeader = isHeader;
    const page = await open('game/?debug');
    await expect.poll(() => page.evaluate(() => window.__cometRun?.phase), PATIENCE).toBe('online');
    await page.getByPlaceholder('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => window.__cometRun?.me), PATIENCE).toBeTypeOf('number');
    const place = () =>
      page.evaluate(() => {
        const { me, ships } = window.__cometRun!;
        return ships[me ?? -1]?.x;
      });
    await expect.poll(place, PATIENCE).toBeTypeOf('number');
    const before = (await place())!;
    const key = before < 1600 ? 'd' : 'a'; // away from the fence, whichever is near
    await page.keyboard.down(key);
    await expect.poll(async () => Math.abs(((await place()) ?? before) - before), PATIENCE).toBeGreaterThan(150);
    await page.keyboard.up(key);
    expect(await page.evaluate(() => window.__cometRun!.phase)).toBe('online');
    expect(await violations(page)).toEqual([]);
    expect(await mayEvaluate(page)).toBe(false);
    await page.close();
  },
  120_000,
);

it.each(policies)(
  '[V42] a page with bindings of the official shape plays: $how',
  async ({ isHeader }) => {
    inHeader = isHeader;
    const page = await open('official/');
    await expect
      .poll(async () => (await orbs(page)).map(({ id }) => id), PATIENCE)
      .toEqual(expect.arrayContaining([1, 2, 3]));
    const reported = await violations(page);
    // Its decoders are made at run time: only by asking can one know what a header says.
    if (isHeader) expect(reported).toEqual([expect.stringMatching(/^script-src eval /)]);
    else expect(reported).toEqual([]);
    expect(await mayEvaluate(page)).toBe(false);
    await page.close();
  },
  120_000,
);
