import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchTabs, type TabbedBrowser } from './chromium.ts';
import { type PageServer, servePages } from './page-server.ts';
import type { SoundScenarios } from './pages/sound-scenarios.ts';
import { run } from './scenario.ts';
import { hideBehind, show } from './tabs.ts';

let server: PageServer;
let browser: TabbedBrowser;
/** Where nobody does anything for half a minute, while the other tests run. */
let quiet: TabbedBrowser;
let silence: Promise<Awaited<ReturnType<SoundScenarios['silence']>>>;

beforeAll(async () => {
  server = await servePages();
  [browser, quiet] = await Promise.all([launchTabs(), launchTabs()]);
  const page = await quiet.context.newPage();
  await page.goto(server.url('sound.html'));
  expect(await touching(page, 'unlocked')).toBe('running');
  silence = run<SoundScenarios, 'silence'>(page, 'silence'); // untouched: a gesture would wake it
  silence.catch(() => undefined); // looked at by the last test
}, 60_000);

afterAll(async () => {
  await quiet?.close();
  await browser?.close();
  await server?.close();
});

const open = async (): Promise<Page> => {
  const page = await browser.context.newPage();
  await page.goto(server.url('sound.html'));
  return page;
};

/** Runs a scenario, and touches the page until it ends. */
async function touching<Name extends keyof SoundScenarios & string>(page: Page, name: Name) {
  const result = run<SoundScenarios, Name>(page, name, ...([] as unknown as Parameters<SoundScenarios[Name]>));
  const keys = setInterval(() => void page.keyboard.press('Space').catch(() => {}), 100);
  try {
    return await result;
  } finally {
    clearInterval(keys);
  }
}

/** The same in a page of its own. */
async function heard<Name extends keyof SoundScenarios & string>(name: Name) {
  const page = await open();
  try {
    return await touching(page, name);
  } finally {
    await page.close();
  }
}

describe('sound in a real browser', () => {
  it('[N2] [N6] waits for the first gesture, queues nothing, and never suspends', async () => {
    const page = await browser.context.newPage();
    const story: Record<string, unknown>[] = [];
    page.on('console', (message) => {
      if (message.text().startsWith('story ')) story.push(JSON.parse(message.text().slice(6)));
    });
    await page.goto(server.url('sound.html#story'));
    await expect.poll(() => story.length, { timeout: 10_000 }).toBe(1);
    await page.keyboard.press('Space');
    await expect.poll(() => story.length, { timeout: 10_000 }).toBe(2);
    expect(story).toEqual([
      { step: 'untouched', state: 'suspended', isPlayed: false },
      { step: 'touched', state: 'running', queued: 0, isPlayedNow: true, autoSuspend: false },
    ]);
    await page.close();
  });

  it('[N1] [N8] lets live changes be heard, no snapshot, no unsubscription, and ends with the scene', async () => {
    const facts = await heard('rows');
    expect(facts.volume.map((volume) => Math.round(volume * 10) / 10)).toEqual([1, 0.3, 0.6]);
    expect(facts).toMatchObject({ watchers: 1, after: 0, isPlayed: false, playing: false });
  });

  it('[N3] fades and pans by the distance to the camera, and culls', async () => {
    const { played, volume, pan } = await heard('distance');
    expect(played).toEqual([true, true, true, true, true, false]);
    expect(volume.map((value) => Number(value.toFixed(3)))).toEqual([1, 0.5, 0.5, 0.75, 0.005]);
    expect(pan.map((value) => Number(value.toFixed(2)))).toEqual([0, 0.8, -0.8, 0.4, 0.8]);
  });

  it('[N4] caps voices and starts', async () => {
    expect(await heard('caps')).toEqual({
      inFrame: [true, true, false],
      inNext: true,
      perSound: ['first'],
      inAll: ['first', 'first'],
    });
  });

  it('[N2] does not play later what has not loaded', async () => {
    expect(await heard('notLoaded')).toEqual({ isPlayed: false, state: 'unloaded' });
  });

  it('[N7] remembers that the player muted', async () => {
    expect(await heard('mute')).toEqual({ before: true, muted: false, isOne: true });
    const page = await open();
    expect(await run<SoundScenarios, 'isMuted'>(page, 'isMuted')).toBe(true);
    await page.evaluate(() => localStorage.clear());
    await page.close();
  });

  it('[N7] only forgets it where storage is blocked', async () => {
    const page = await browser.context.newPage();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    await page.goto(server.url('sound.html'));
    expect(await run<SoundScenarios, 'isMuted'>(page, 'isMuted')).toBe(false);
    await page.close();
  });

  it('[N5] is silent while the tab is hidden and alive after', async () => {
    const page = await open();
    expect(await touching(page, 'unlocked')).toBe('running');
    const front = await hideBehind(page);
    expect(await run<SoundScenarios, 'hidden'>(page, 'hidden')).toEqual({ isHidden: true, isAudible: false, gain: 0 });
    await show(page);
    expect(await run<SoundScenarios, 'hidden'>(page, 'hidden')).toEqual({ isHidden: false, isAudible: true, gain: 1 });
    await front.close();
    await page.close();
  });

  it('[N6] is alive after half a minute of silence, when howler by itself would have suspended', async () => {
    expect(await silence).toEqual({ state: 'running', isPlayed: true, delay: expect.any(Number) });
  }, 90_000);
});
