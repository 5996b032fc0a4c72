import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type PageServer, servePages } from './page-server.ts';
import type { GlobalScenarios } from './pages/global-scenarios.ts';
import { run } from './scenario.ts';

let server: PageServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await servePages();
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(server.url('globals.html'));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('what a module cannot reach in a page', () => {
  it('[H54] is refused, each with what to use instead', async () => {
    const titles = await run<GlobalScenarios, 'titles'>(page, 'titles');
    for (const title of ['requestAnimationFrame', 'XMLHttpRequest', 'WebSocket', 'EventSource']) {
      expect(titles).toContain(title);
    }
    expect(titles.length).toBeGreaterThanOrEqual(17);
    expect(await run<GlobalScenarios, 'wrongAnswers'>(page, 'wrongAnswers')).toEqual({});
  });

  it('[H54] is there for the rest of the page afterwards', async () => {
    expect(await run<GlobalScenarios, 'lost'>(page, 'lost')).toEqual([]);
  });
});
