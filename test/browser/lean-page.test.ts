import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { generateBindings } from '../../src/codegen/index.ts';
import { identityFromClaims, NodeHost } from '../../src/host/node/index.ts';
import { launchChromium } from './chromium.ts';

// A page that Vite built as docs/with-spacetimedb.md says, with the library as `npm run build` makes it.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OWNER = identityFromClaims('test', 'owner');
const PATIENCE = { timeout: 30_000, interval: 50 };

const MODULE = `import { schema, SenderError, t, table } from 'spacetick/server';
const ship = table({ name: 'ship', public: true }, { id: t.u32().primaryKey(), name: t.string() });
const spacetimedb = schema({ ship });
export default spacetimedb;
export const launch = spacetimedb.reducer({ id: t.u32(), name: t.string() }, (ctx, row) => {
  if (row.name === '') throw new SenderError('A ship must have a name');
  ctx.db.ship.insert(row);
});
export const rename = spacetimedb.reducer({ id: t.u32(), name: t.string() }, (ctx, row) => {
  ctx.db.ship.id.update(row);
});
export const scrap = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.ship.id.delete(id);
});
`;

const MAIN = `import { DbConnection, tables } from './bindings';
let connection;
let token;
const log = [];
const told = ({ name, code, message }) => ({ name, code, message });
window.page = {
  log,
  rows: () => [...connection.db.ship.iter()].map(({ id, name }) => id + ' ' + name),
  call: (reducer, args) => connection.reducers[reducer](args).then(() => 'done', told),
  connect(uri, known = token) {
    connection = DbConnection.builder().withUri(uri).withDatabaseName('harbour').withToken(known)
      .onConnect((made, identity, given) => {
        token = given;
        log.push(identity.toHexString());
        made.db.ship.onInsert((ctx, { name }) => log.push(ctx.event.tag + ' insert ' + name));
        made.db.ship.onUpdate((ctx, before, { name }) => log.push(ctx.event.tag + ' update ' + before.name + ' ' + name));
        made.db.ship.onDelete((ctx, { name }) => log.push(ctx.event.tag + ' delete ' + name));
        made.subscriptionBuilder().onApplied(() => log.push('applied')).subscribe(tables.ship);
      })
      .onConnectError((ctx, error) => log.push(told(error)))
      .onDisconnect((ctx, error) => log.push(error ? told(error) : 'disconnected'))
      .build();
  },
};
const frame = () => {
  connection?.frameTick();
  requestAnimationFrame(frame);
};
frame();
`;

interface PageWindow {
  page: {
    log: unknown[];
    rows(): string[];
    call(reducer: string, args: object): Promise<unknown>;
    connect(uri: string, token?: string): void;
  };
}

let folder: string;
let host: NodeHost;
let hostUrl: string;
let files: Server;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spacetick-lean-page-'));
  await startHost();
  const project = join(folder, 'project');
  await write(join(folder, 'module.ts'), MODULE);
  const { source, module } = await bundleModule(join(folder, 'module.ts'));
  await host.publish({ name: 'harbour', owner: OWNER, source });
  for (const { path, text } of generateBindings(module)) await write(join(project, 'bindings', path), text);
  await write(join(project, 'main.js'), MAIN);
  await write(
    join(project, 'index.html'),
    '<!doctype html><link rel="icon" href="data:," /><title>Harbour</title><script type="module" src="/main.js"></script>',
  );
  await mkdir(join(project, 'node_modules'));
  await symlink(await buildLibrary(), join(project, 'node_modules/spacetick'), 'dir');
  await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['spacetick-lean', ...defaultClientConditions] },
  });
  files = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://files');
    const name = pathname === '/' ? 'index.html' : pathname;
    const body = await readFile(join(project, 'dist', name)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': extname(name) === '.js' ? 'text/javascript' : 'text/html',
      'content-security-policy': "script-src 'self'", // no code from strings
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  files?.close();
  await host?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  errors = [];
  page = await browser.newPage({ viewport: { width: 320, height: 200 } });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
});

afterEach(async () => {
  await page.close();
  expect(errors).toEqual([]);
});

/** On the port, the keys and the modules of the one before. */
async function startHost(): Promise<void> {
  host = await NodeHost.open({ dataDirectory: join(folder, 'data') });
  hostUrl = await host.listen({ host: '127.0.0.1', port: hostUrl === undefined ? 0 : Number(new URL(hostUrl).port) });
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** What `npm run build` makes of this repository, beside it. @returns the package's folder */
async function buildLibrary(): Promise<string> {
  const target = join(folder, 'package');
  for (const part of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts', 'src']) {
    await cp(join(ROOT, part), join(target, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(target, 'node_modules'), 'dir');
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--library'], { cwd: target });
  return target;
}

const connect = (uri = hostUrl, token?: string) =>
  page.evaluate(([to, known]) => (window as unknown as PageWindow).page.connect(to!, known), [uri, token]);
const call = (reducer: string, args: object) =>
  page.evaluate(([name, given]) => (window as unknown as PageWindow).page.call(name as string, given as object), [
    reducer,
    args,
  ] as const);
const rows = () => page.evaluate(() => (window as unknown as PageWindow).page.rows());
/** What was logged since the last time. */
const logged = () => page.evaluate(() => (window as unknown as PageWindow).page.log.splice(0));
/** Waits for so many things to be logged. */
async function log(count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  await expect.poll(async () => seen.push(...(await logged())), PATIENCE).toBeGreaterThanOrEqual(count);
  return seen;
}

it('[B9] a lean page connects, subscribes, calls, and hears of rows that come, change and go', async () => {
  await connect();
  expect(await log(2)).toEqual([expect.stringMatching(/^c200[0-9a-f]{60}$/), 'applied']);
  expect(await call('launch', { id: 1, name: 'Argo' })).toBe('done');
  expect(await rows()).toEqual(['1 Argo']);
  expect(await call('rename', { id: 1, name: 'Beagle' })).toBe('done');
  expect(await rows()).toEqual(['1 Beagle']);
  expect(await call('scrap', { id: 1 })).toBe('done');
  expect(await rows()).toEqual([]);
  expect(await logged()).toEqual(['Reducer insert Argo', 'Reducer update Argo Beagle', 'Reducer delete Beagle']);
}, 60_000);

it("[B10] a lean page is told the module's words as they are, and our own by code", async () => {
  await connect();
  await log(2);
  expect(await call('launch', { id: 2, name: '' })).toEqual({
    name: 'SenderError',
    code: 'E_REDUCER_FAILED',
    message: 'A ship must have a name',
  });
  expect(await call('launch', { id: 'two', name: 'Argo' })).toMatchObject({
    code: 'E_VALUE_TYPE',
    message: expect.stringMatching(/^E_VALUE_TYPE: launch .*\(see docs\/errors\.md of spacetick\)$/),
  });
  expect(await rows()).toEqual([]);

  await connect('http://127.0.0.1:1', ''); // with a token that would be asked first
  expect(await log(1)).toEqual([
    {
      name: 'SpacetickError',
      code: 'E_CONNECT',
      message: expect.stringMatching(/^E_CONNECT: ws:\/\/127\.0\.0\.1:1\/v1\/database\/harbour\/subscribe /),
    },
  ]);
  await connect(hostUrl, 'nonsense');
  expect(await log(1)).toMatchObject([{ code: 'E_TOKEN_REJECTED', message: expect.stringMatching(/: 401: /) }]);
}, 60_000);

it('[B9] a lean page that lost its host is the same player on the next connection', async () => {
  await connect();
  const [identity] = await log(2);
  await call('launch', { id: 3, name: 'Calypso' });
  await logged();
  await host.close();
  expect(await log(1)).toMatchObject([{ name: 'ConnectionLostError', code: 'E_CONNECTION_LOST' }]);
  expect(await rows()).toEqual(['3 Calypso']);
  expect(await call('scrap', { id: 3 })).toMatchObject({ code: 'E_CONNECTION_LOST' });

  await startHost();
  await connect();
  expect(await log(2)).toEqual([identity, 'applied']);
  expect(await rows()).toEqual([]); // rows live in memory
  expect(await call('launch', { id: 4, name: 'Dolphin' })).toBe('done');
  expect(await logged()).toEqual(['Reducer insert Dolphin']);
}, 60_000);
