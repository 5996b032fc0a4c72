import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { identityFromClaims, NodeHost } from '../../src/host/node/index.ts';
import { launchChromium } from './chromium.ts';

// The game as a static page in a sub-folder of some host of files, its database elsewhere.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = '/games/comet-run/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.mp3': 'audio/mpeg',
};
const PATIENCE = { timeout: 60_000, interval: 100 };

let host: NodeHost;
let hostUrl: string;
let built: string;
let files: Server;
let pageUrl: string;
let browser: Browser;
const missing: string[] = [];

beforeAll(async () => {
  host = await NodeHost.open();
  hostUrl = await host.listen({ host: '127.0.0.1', port: 0 });
  const { source } = await bundleModule(join(ROOT, 'src/game/module/index.ts'));
  await host.publish({ name: 'comet-run', owner: identityFromClaims('test', 'owner'), source });

  built = await mkdtemp(join(tmpdir(), 'comet-run-page-'));
  const { VITEST: _vitest, NODE_ENV: _env, ...environment } = process.env;
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)('node', [vite, 'build', '--outDir', built, '--logLevel', 'error'], {
    cwd: ROOT,
    env: { ...environment, VITE_SPACETICK_URI: hostUrl },
  });
  files = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://files').pathname;
    const name = path === FOLDER ? 'index.html' : path.startsWith(FOLDER) ? path.slice(FOLDER.length) : undefined;
    const body = name === undefined ? undefined : await readFile(join(built, name)).catch(() => undefined);
    if (body === undefined) missing.push(path);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': TYPES[extname(name ?? '')] ?? 'text/plain' });
    response.end(body);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  pageUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}${FOLDER}`;
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  files?.close();
  await host?.close();
  if (built !== undefined) await rm(built, { recursive: true, force: true });
});

it('[W1] [W2] plays from a sub-path, its host given by the build, and asks for nothing outside its folder', async () => {
  const page = await browser.newPage({ viewport: { width: 480, height: 270 } });
  await page.goto(`${pageUrl}?debug`);
  await expect.poll(() => page.evaluate(() => window.__cometRun?.phase), PATIENCE).toBe('online');
  expect(missing).toEqual([]);
  await page.close();
}, 120_000);

it('[W11] the address names another host, which is not told the token of the first', async () => {
  const page = await browser.newPage({ viewport: { width: 480, height: 270 } });
  await page.goto(`${pageUrl}?debug`);
  await expect.poll(() => page.evaluate(() => window.__cometRun?.phase), PATIENCE).toBe('online');
  const other = await NodeHost.open();
  try {
    const otherUrl = await other.listen({ host: '127.0.0.1', port: 0 });
    const { source } = await bundleModule(join(ROOT, 'src/game/module/index.ts'));
    await other.publish({ name: 'comet-run', owner: identityFromClaims('test', 'owner'), source });
    const authorizations: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(otherUrl)) authorizations.push(request.headers().authorization);
    });
    await page.goto(`${pageUrl}?debug&host=${encodeURIComponent(otherUrl)}`);
    await expect.poll(() => page.evaluate(() => window.__cometRun?.phase), PATIENCE).toBe('online');
    // A new player there: no token of the first host was offered, or this one would have refused it.
    expect(authorizations.filter((header) => header !== undefined)).toEqual([]);
  } finally {
    await other.close();
    await page.close();
  }
}, 120_000);
