import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identityFromClaims, NodeHost } from '../../src/host/node/index.ts';
import { type ChatProject, chatProject } from './chat-project.ts';
import { launchChromium, launchTabs } from './chromium.ts';
import { type PageServer, servePages } from './page-server.ts';
import { run } from './scenario.ts';
import { hideBehind } from './tabs.ts';

// The React client of the tutorial, against a real host, its module published there.

const CLIENT = fileURLToPath(new URL('../fixtures/quickstart-chat-react/', import.meta.url));
/** SHA-256 of `main.tsx` as the tutorial prints it. */
const PRINTED_MAIN = '62033f07ff56a0e289fc185bf2065673b8984fc4df49ebd42d4f09cced402730';
/** Lines of `App.tsx` as the tutorial prints them; the rest of the component it leaves out. */
const PRINTED_APP = [
  "import { useSpacetimeDB, useTable, where, eq, useReducer } from 'spacetimedb/react';",
  "import { tables, reducers } from './module_bindings';",
  'function App() {',
  '  const { identity, isActive: connected } = useSpacetimeDB();',
  '  const setName = useReducer(reducers.setName);',
  '  const sendMessage = useReducer(reducers.sendMessage);',
  '  const [messages] = useTable(tables.message);',
  "  const [onlineUsers] = useTable(tables.user, where(eq('online', true)));",
];
const PATIENCE = { timeout: 30_000, interval: 50 };

let host: NodeHost;
let project: ChatProject;
let server: PageServer;
let browser: Browser;
let errors: string[];
const contexts: BrowserContext[] = [];

let dataDirectory: string;
let port: number | undefined;

/** On the data of the one before: its keys and its modules. */
async function startHost(): Promise<string> {
  host = await NodeHost.open({ dataDirectory });
  const url = await host.listen({ host: '127.0.0.1', port: port ?? 0 });
  port = Number(new URL(url).port);
  return url;
}

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'spacetick-react-'));
  project = await chatProject(await startHost());
  const owner = identityFromClaims('test', 'owner');
  for (const name of ['quickstart-chat', 'second-chat']) await host.publish({ name, owner, source: project.source });
  server = await servePages(project.folder);
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await host?.close();
  await project?.remove();
  await rm(dataDirectory, { recursive: true, force: true });
});

beforeEach(() => {
  errors = [];
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(errors).toEqual([]);
});

/** A browser of its own, which remembers its own player. */
async function newcomer(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 760, height: 520 } });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(server.url('index.html'));
  await expect.poll(() => status(page), PATIENCE).toBe('Connected');
  return page;
}

const status = (page: Page) => page.getByRole('status').textContent();
const items = (page: Page, list: string) =>
  page.getByRole('list', { name: list }).getByRole('listitem').allTextContents();

async function enter(page: Page, field: string, text: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

describe("the tutorial's React client", () => {
  it('[F1] is the client as printed, and type-checks with generated bindings', async () => {
    const main = await readFile(join(CLIENT, 'main.tsx'));
    expect(createHash('sha256').update(main).digest('hex')).toBe(PRINTED_MAIN);
    const app = (await readFile(join(CLIENT, 'App.tsx'), 'utf8')).split('\n');
    expect(app.filter((line) => PRINTED_APP.includes(line))).toEqual(PRINTED_APP);
    expect(await project.compile()).toBe('');
  });

  it('[F1] chats: names, messages, who is online, refusals', async () => {
    const ann = await newcomer();
    const bob = await newcomer();
    await enter(ann, 'Name', 'Ann');
    await enter(bob, 'Name', 'Bob');
    await expect.poll(() => items(ann, 'Online'), PATIENCE).toEqual(['Ann', 'Bob']);
    await expect.poll(() => items(bob, 'Online'), PATIENCE).toEqual(['Ann', 'Bob']);
    await enter(ann, 'Message', 'Hello, World!');
    await expect.poll(() => items(bob, 'Messages'), PATIENCE).toEqual(['Ann: Hello, World!']);
    await enter(bob, 'Message', 'Hello, Ann.');
    await expect.poll(() => items(ann, 'Messages'), PATIENCE).toEqual(['Ann: Hello, World!', 'Bob: Hello, Ann.']);
    await enter(ann, 'Message', '');
    await expect.poll(() => ann.getByRole('alert').textContent(), PATIENCE).toBe('Messages must not be empty');
    if (process.env.SCREENSHOT !== undefined) await ann.screenshot({ path: process.env.SCREENSHOT });

    await bob.context().close();
    await expect.poll(() => items(ann, 'Online'), PATIENCE).toEqual(['Ann']);
    // A reload is the same player, in the same room.
    await ann.reload();
    await expect.poll(() => items(ann, 'Online'), PATIENCE).toEqual(['Ann']);
    await expect.poll(() => items(ann, 'Messages'), PATIENCE).toEqual(['Ann: Hello, World!', 'Bob: Hello, Ann.']);
  }, 90_000);

  it('[P3] [T8] shows that the host is gone, keeps what it shows, and comes back as the same player', async () => {
    const page = await newcomer();
    const name = page.getByLabel('Name', { exact: true });
    const me = await name.getAttribute('placeholder');
    await enter(page, 'Message', 'Is anybody there?');
    await expect.poll(() => items(page, 'Messages'), PATIENCE).toContain(`${me}: Is anybody there?`);
    await host.close();
    await expect.poll(() => status(page), PATIENCE).toBe('Disconnected');
    expect(await items(page, 'Messages')).toContain(`${me}: Is anybody there?`);
    await enter(page, 'Message', 'Hello?');
    await expect.poll(() => page.getByRole('alert').textContent(), PATIENCE).toContain('The connection broke');

    await startHost();
    await expect.poll(() => status(page), PATIENCE).toBe('Connected');
    await expect.poll(() => items(page, 'Online'), PATIENCE).toEqual([me]);
    await expect.poll(() => items(page, 'Messages'), PATIENCE).toEqual([]); // rows live in memory
  }, 90_000);

  it('[P6] is told of everything in a hidden tab', async () => {
    const tabs = await launchTabs();
    try {
      const hidden = await tabs.context.newPage();
      await hidden.goto(server.url('index.html'));
      await expect.poll(() => status(hidden), PATIENCE).toBe('Connected');
      await hideBehind(hidden);
      const other = await newcomer();
      await enter(other, 'Message', 'psst');
      await expect.poll(() => items(hidden, 'Messages'), PATIENCE).toContainEqual(expect.stringMatching(/: psst$/));
      expect(await hidden.evaluate(() => document.hidden)).toBe(true);
    } finally {
      await tabs.close();
    }
  }, 90_000);
});

describe('the hooks', () => {
  /** A page for one scenario: it counts sockets and frames from nothing. */
  async function scenario(name: string): Promise<unknown> {
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    try {
      await page.goto(server.url('scenarios.html'));
      return await run<Record<string, () => unknown>, string>(page, name);
    } finally {
      await page.close();
    }
  }

  it('[P1] [P2] [S1] open one connection in StrictMode, and leave none', async () => {
    expect(await scenario('oneConnection')).toEqual({
      mounted: { opened: 1, open: 1, same: true },
      known: { identity: true, token: true },
      afterwards: { isActive: false, opened: 1 },
    });
  });

  it('[P8] use a connection that a game ticks', async () => {
    expect(await scenario('sharedConnection')).toEqual({
      waited: { isActive: false, counts: 0 },
      told: { isActive: true, same: true },
      left: { isActive: true, sockets: 1 },
    });
  });

  it('[P5] take a builder made in every render', async () => {
    expect(await scenario('buildersInRender')).toBe(true);
  });

  it('[P3] try again at once when somebody looks, and never after the end', async () => {
    expect(await scenario('waking')).toEqual([1, 1, 1, 1, 0, 0, 0]);
  });

  it('[P4] [S1] do not offer a refused token again, nor go on after disconnect()', async () => {
    expect(await scenario('refusedToken')).toEqual({
      code: 'E_TOKEN_REJECTED',
      isActive: false,
      attempts: 1,
      error: undefined,
      again: 0,
    });
  });

  it('[S2] do not render when rows change', async () => {
    expect(await scenario('stateRenders')).toBe(0);
  });

  it('[T1] [T2] [T3] give rows that match, the same list until one changes', async () => {
    expect(await scenario('rows')).toEqual({
      unready: false,
      same: true,
      unrelated: { renders: 0, lists: 0 },
      related: { renders: 1, lists: 1 },
    });
  });

  it('[T4] [T6] share subscriptions', async () => {
    const { counts, off } = (await scenario('sharing')) as { counts: number[]; off: string };
    expect({ counts, off }).toEqual({ counts: [1, 0, 1], off: '0 false' });
  });

  it('[T5] tell of single rows', async () => {
    expect(await scenario('callbacks')).toEqual({
      atFirst: ['SubscribeApplied insert'],
      heard: ['Transaction insert undefined', 'update undefined Eve', 'delete Eve true'],
    });
  });

  it('[R1] call reducers, from the first effect on', async () => {
    expect(await scenario('calls')).toEqual({
      functions: 1,
      outcomes: [
        'named',
        'named',
        'SenderError: Messages must not be empty',
        'SenderError: Messages must not be empty',
      ],
      sockets: 1,
    });
  });
});
