import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { HotPayload } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { orbsModule, Project } from '../vite/project.ts';
import { launchChromium } from './chromium.ts';

// A module that breaks and is mended while somebody plays, in a real dev server and a real page.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE = { timeout: 30_000, interval: 50 };
/** The source of the package, as a project that has it installed. */
const INSTALLED = {
  resolve: {
    alias: [{ find: /^spacetick$/, replacement: `${ROOT}src/client/index.ts` }],
    conditions: ['spacetick-source', 'module', 'browser', 'development|production'],
  },
  server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
};
const PAGE = `import { DbConnection } from './bindings';
const connection = DbConnection.builder()
  .withUri(location.origin)
  .withDatabaseName('orbs')
  .onConnect((connected) => {
    document.title = 'connected';
    connected.subscriptionBuilder().subscribeToAllTables();
  })
  .build();
setInterval(() => connection.frameTick(), 16);
window.drop = (id) => connection.reducers.drop({ id });
window.orbs = () => [...connection.db.orb.iter()].map((orb) => ({ ...orb }));
`;

interface PlayedPage {
  drop(id: number): Promise<void>;
  orbs(): Record<string, unknown>[];
}

let browser: Browser;
let project: Project;
let loads: number;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());
beforeEach(() => {
  project = new Project();
  project.write('module/index.ts', orbsModule());
  project.write('main.ts', PAGE);
});
afterEach(() => project.clear());

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  loads = 0;
  page.on('load', () => loads++);
  await page.goto(url);
  await expect.poll(() => page.title(), PATIENCE).toBe('connected');
  return page;
}

const play = (page: Page, id: number) => page.evaluate((orb) => (window as unknown as PlayedPage).drop(orb), id);
const orbs = (page: Page) => page.evaluate(() => (window as unknown as PlayedPage).orbs());
const overlay = (page: Page) =>
  page.evaluate(() => document.querySelector('vite-error-overlay')?.shadowRoot?.textContent ?? '');
const logged = (text: RegExp) => project.log.filter((line) => text.test(line));

it('[VT9] shows a broken module in the page, which plays on, until it is mended', async () => {
  const { url } = await project.start({}, INSTALLED);
  const page = await open(url);
  project.write('module/index.ts', orbsModule().replace('t.u8()', 't.u23()'));
  await expect.poll(() => overlay(page), PATIENCE).toMatch(/There is no t\.u23\. Did you mean t\.u32\?/);
  const shown = await overlay(page);
  expect(shown).toContain('The version before it goes on.');
  expect(shown).toContain(`${project.folder}/module/index.ts:2:`);
  expect(shown).toContain("2 | const spacetimedb = schema({ orb: table({ name: 'orb'");
  await play(page, 1);
  expect(await orbs(page)).toEqual([{ id: 1, kind: 1 }]);

  const late = await browser.newPage();
  await late.goto(url);
  await expect.poll(() => overlay(late), PATIENCE).toMatch(/There is no t\.u23/);

  loads = 0;
  project.write('module/index.ts', orbsModule().replace('kind: 1 }', 'kind: 2 }'));
  for (const tab of [page, late]) await expect.poll(() => overlay(tab), PATIENCE).toBe('');
  await expect.poll(() => logged(/mended/)).toEqual(['info: spacetick: orbs published again, mended']);
  await play(page, 2);
  expect(await orbs(page)).toEqual([
    { id: 1, kind: 1 },
    { id: 2, kind: 2 },
  ]);
  expect(loads).toBe(0);

  project.write('module/index.ts', `${orbsModule()}const a = = 3;\n`);
  await expect.poll(() => overlay(page), PATIENCE).toMatch(/index\.ts:9:11: Unexpected token/);
  project.write('module/index.ts', orbsModule().replace('kind: 1 }', 'kind: 2 }'));
  await expect.poll(() => overlay(page), PATIENCE).toBe('');
  await expect.poll(() => logged(/mended/).at(-1)).toBe('info: spacetick: orbs runs as before, mended');
  await late.close();
  await page.close();
}, 120_000);

it('[VT10] reloads the page once when the tables change, to the module that has them', async () => {
  const { url, server } = await project.start({}, INSTALLED);
  const page = await open(url);
  await play(page, 1);
  loads = 0;
  const red: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') red.push(message.text());
  });
  const { hot } = server.environments.client;
  const asked: string[] = []; // on a slow machine each would be a load
  const send = hot.send.bind(hot) as (payload: HotPayload) => void;
  hot.send = (payload: HotPayload | string) => {
    if (typeof payload === 'string') return;
    asked.push(payload.type);
    send(payload);
  };
  project.write(
    'module/index.ts',
    orbsModule({
      columns: 'id: t.u32().primaryKey(), kind: t.u8(), hue: t.u16().default(7)',
      reducers:
        'export const take = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => { ctx.db.orb.id.delete(id); });',
    }).replace('kind: 1 }', 'kind: 1, hue: 9 }'),
  );
  await expect.poll(() => loads, PATIENCE).toBe(1);
  await expect.poll(() => orbs(page).catch(() => []), PATIENCE).toEqual([{ id: 1, kind: 1, hue: 7 }]);
  await play(page, 2);
  await new Promise((resolve) => setTimeout(resolve, 1000)); // a second reload would come within that time
  expect([loads, asked, red]).toEqual([1, ['full-reload'], []]);
  await page.close();
}, 120_000);

it('[VT10] reloads once, too, when a table goes and its file with it', async () => {
  const schema = (more: string) => orbsModule().replace('schema({ orb:', `schema({ ${more} orb:`);
  project.write('module/index.ts', schema("comet: table({ name: 'comet', public: true }, { id: t.u32() }),"));
  const { url } = await project.start({}, INSTALLED);
  expect(project.read('bindings/comet_table.ts')).toContain('id');
  const page = await open(url);
  loads = 0;
  project.write('module/index.ts', schema(''));
  await expect.poll(() => loads, PATIENCE).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // a second reload would come within that time
  expect(() => project.read('bindings/comet_table.ts')).toThrow(/ENOENT/);
  expect(loads).toBe(1);
  await page.close();
}, 120_000);

it('[VT12] brings the page back once a module no longer refuses everybody', async () => {
  const joined = (body: string) =>
    orbsModule({ reducers: `export const joined = spacetimedb.clientConnected(() => {${body}});` });
  project.write('module/index.ts', joined('throw new Error("no fuel")'));
  const { url } = await project.start({}, INSTALLED);
  const page = await browser.newPage();
  await page.goto(url);
  await expect.poll(() => logged(/no fuel/).length, PATIENCE).toBeGreaterThan(0);
  loads = 0;
  page.on('load', () => loads++);
  project.write('module/index.ts', joined(''));
  await expect.poll(() => page.title(), PATIENCE).toBe('connected');
  await new Promise((resolve) => setTimeout(resolve, 1000)); // a second reload would come within that time
  expect(loads).toBe(1);
  project.write('module/index.ts', joined('console.info("welcome")'));
  await expect.poll(() => logged(/published again/).length, PATIENCE).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(loads).toBe(1);
  await page.close();
}, 120_000);
