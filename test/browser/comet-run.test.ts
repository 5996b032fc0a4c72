import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CometRunHandle } from '../../src/game/debug-handle.ts';
import { launchChromium, launchTabs } from './chromium.ts';
import { type DevServer, startGame } from './dev-server.ts';
import { hideBehind, show } from './tabs.ts';

// `npm start`, opened in two tabs of one browser: the whole way from a key press in one to a sprite in the other.

const SMALL = { width: 480, height: 270 }; // software rendering of two pages; what is tested does not depend on size
/** Takes a third of the processor that WebGL takes without a GPU. Of two pages that look at each other one draws so. */
const CANVAS = '?renderer=canvas';
const PATIENCE = { timeout: 30_000, interval: 100 };

let game: DevServer;
let browser: Browser;
let context: BrowserContext;
let a: Page;
let b: Page;
let errors: string[];

beforeAll(async () => {
  [game, browser] = await Promise.all([startGame(), launchChromium()]);
  // The first visit has Vite bundle Phaser and reload; the tests begin after that.
  const first = await browser.newPage({ viewport: SMALL });
  await first.goto(game.url + CANVAS);
  await online(first);
  await first.close();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await game?.stop();
});

beforeEach(() => {
  errors = [];
});

afterEach(() => {
  expect(errors).toEqual([]);
});

async function newContext(): Promise<BrowserContext> {
  const opened = await browser.newContext({ viewport: SMALL });
  opened.on('weberror', (error) => errors.push(String(error.error())));
  return opened;
}

/** One thing the game shows of itself; undefined while it is loading. */
function look<K extends keyof CometRunHandle>(page: Page, what: K): Promise<CometRunHandle[K] | undefined> {
  return page.evaluate((name) => window.__cometRun?.[name], what) as Promise<CometRunHandle[K] | undefined>;
}

async function ships(page: Page): Promise<CometRunHandle['ships']> {
  return (await look(page, 'ships')) ?? {};
}

/** Waits until the page is connected. */
async function online(page: Page): Promise<void> {
  await vi.waitFor(async () => expect(await look(page, 'phase')).toBe('online'), { ...PATIENCE, timeout: 60_000 });
}

/** Opens the game in a tab and flies. @returns the number of the ship */
async function join(page: Page, name: string, query = ''): Promise<number> {
  await page.goto(game.url + query);
  await online(page);
  await show(page);
  await page.getByPlaceholder('Your name').fill(name);
  await page.keyboard.press('Enter');
  return vi.waitFor(async () => {
    const me = await look(page, 'me');
    expect(me).toBeTypeOf('number');
    expect((await ships(page))[me!]).toBeDefined();
    return me!;
  }, PATIENCE);
}

async function say(page: Page, text: string): Promise<void> {
  await show(page);
  await page.keyboard.press('Enter');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Points the ship of a page at a place of the world, which its camera shows with the ship near the middle. */
async function steerTo(page: Page, me: number, target: { x: number; y: number }): Promise<void> {
  const ship = (await ships(page))[me];
  if (ship === undefined) return;
  const angle = Math.atan2(target.y - ship.y, target.x - ship.x);
  const reach = 100; // CSS pixels from the middle: full speed
  await page.mouse.move(SMALL.width / 2 + Math.cos(angle) * reach, SMALL.height / 2 + Math.sin(angle) * reach);
}

describe('two tabs', () => {
  let ann: number;
  let bob: number;

  // One pair for all of them: each needs no more than that both fly.
  beforeAll(async () => {
    context = await newContext();
    a = await context.newPage();
    b = await context.newPage();
    ann = await join(a, 'Ann');
    bob = await join(b, 'Bob', CANVAS);
  }, 120_000);

  afterAll(() => context.close());

  it('[PLAY1] two tabs are two players, and each sees the other with a name', async () => {
    expect(await look(a, 'identity')).not.toBe(await look(b, 'identity'));
    await expect.poll(async () => (await ships(b))[ann]?.name, PATIENCE).toBe('Ann');
    await expect.poll(async () => (await ships(a))[bob]?.name, PATIENCE).toBe('Bob');
  }, 120_000);

  it("[PLAY2] a key held in A moves A's ship in B's scene", async () => {
    await expect.poll(async () => (await ships(b))[ann], PATIENCE).toBeDefined();
    const before = (await ships(b))[ann]!;
    const middle = { x: 1600, y: 1200 };
    const key = before.x < middle.x ? 'd' : 'a'; // away from the fence, whichever is near
    await show(a);
    await a.keyboard.down(key);
    await expect.poll(async () => Math.abs((await ships(b))[ann]!.x - before.x), PATIENCE).toBeGreaterThan(150);
    await a.keyboard.up(key);
    expect(Math.sign((await ships(b))[ann]!.x - before.x)).toBe(key === 'd' ? 1 : -1);
  }, 120_000);

  it('[PLAY3] an orb that A takes disappears in B, and sounds once in A', async () => {
    await show(a);
    /** How many orbs were heard, and the score of the same moment. */
    const heard = () =>
      a.evaluate(() => {
        const { sounds, score } = window.__cometRun!;
        return { times: (sounds.collect ?? 0) + (sounds['collect-rare'] ?? 0), score: score ?? 0 };
      });
    const before = await settled(heard); // an orb may have been in the way of a test before
    // Bots are after the same orbs: go for one after the other until one is ours.
    const deadline = Date.now() + 60_000;
    const orbsOf = async (page: Page) => (await look(page, 'orbs')) ?? {};
    const shownInBoth = new Set<string>();
    let gone: string[] = [];
    while (Date.now() < deadline) {
      const { score } = await heard();
      const [inA, inB, ship] = [await orbsOf(a), await orbsOf(b), (await ships(a))[ann]];
      gone = [...shownInBoth].filter((id) => !(id in inA));
      if (score > before.score && gone.length > 0) break;
      for (const id of Object.keys(inA)) if (id in inB) shownInBoth.add(id);
      if (ship === undefined) continue;
      const [nearest] = Object.values(inA).sort(
        (p, q) => Math.hypot(p.x - ship.x, p.y - ship.y) - Math.hypot(q.x - ship.x, q.y - ship.y),
      );
      if (nearest !== undefined) await steerTo(a, ann, nearest);
    }
    await a.mouse.move(SMALL.width / 2, SMALL.height / 2); // stop
    expect((await heard()).score, 'no orb was taken within a minute').toBeGreaterThan(before.score);
    expect(gone.length).toBeGreaterThan(0);
    const stillInB = async (): Promise<string[]> => {
      const inB = await orbsOf(b);
      return gone.filter((id) => id in inB);
    };
    await expect.poll(stillInB, PATIENCE).toEqual([]);
    // Orbs are worth 1, 3 or 10: so many sounds as orbs, whatever was taken on the way.
    // A sound may start a little after its orb is gone.
    const agree = async (): Promise<boolean> => {
      const after = await heard();
      const times = after.times - before.times;
      return times > 0 && sums(times).includes(after.score - before.score);
    };
    await expect.poll(agree, PATIENCE).toBe(true);
  }, 120_000);

  it('[PLAY4] chat typed in A is read in B, as text', async () => {
    await say(a, 'hi <b>Bob</b>');
    await expect.poll(() => look(b, 'messages'), PATIENCE).toContain('hi <b>Bob</b>');
    await show(b);
    const log = b.locator('#chat-log');
    await expect.poll(() => log.innerText(), PATIENCE).toContain('hi <b>Bob</b>');
    expect(await log.innerHTML()).toContain('hi &lt;b&gt;Bob&lt;/b&gt;');
  }, 120_000);

  it('[PLAY5] B reloads and is the same player', async () => {
    const before = await look(b, 'identity');
    await b.reload();
    await expect.poll(() => look(b, 'phase'), PATIENCE).toBe('online');
    expect(await look(b, 'identity')).toBe(before);
    expect(await look(a, 'identity')).not.toBe(before);
    await expect.poll(() => look(b, 'me'), PATIENCE).toBeTypeOf('number'); // it flies on by itself
    const again = (await look(b, 'me'))!;
    expect(again).not.toBe(bob);
    await show(a);
    await expect.poll(async () => (await ships(a))[again]?.name, PATIENCE).toBe('Bob');
    expect((await ships(a))[bob]).toBeUndefined();
    expect(await look(a, 'me')).toBe(ann);
    bob = again;
  }, 120_000);

  it("[PLAY6] A closes and its ship leaves B's scene", async () => {
    // Both at one moment: what B shows a look later may be another frame.
    const shown = async (): Promise<boolean[]> => {
      const drawn = await ships(b);
      return [ann, bob].map((id) => id in drawn);
    };
    await expect.poll(shown, PATIENCE).toEqual([true, true]);
    await a.close();
    await show(b);
    await expect.poll(shown, PATIENCE).toEqual([false, true]);
  }, 120_000);
});

it('[PLAY7] a hidden page comes back right in one frame', async () => {
  // Only tabs of a browser like a player's are ever hidden; the others play in the tests' own.
  const tabs = await launchTabs();
  context = await newContext();
  try {
    a = await context.newPage();
    const ann = await join(a, 'Ann', CANVAS);
    b = await tabs.context.newPage();
    b.on('pageerror', (error) => errors.push(String(error)));
    const bob = await join(b, 'Bob');
    await expect.poll(async () => (await ships(b))[ann], PATIENCE).toBeDefined();
    // What B shows when the first frame after it is visible again has been drawn.
    await b.evaluate(() => {
      document.addEventListener('visibilitychange', () => {
        if (document.hidden) return;
        // The game asked for its frame before the page was hidden: this comes right after it, in the same frame.
        requestAnimationFrame(() => {
          const { messages, ships } = window.__cometRun!;
          Object.assign(window, { firstFrame: { messages, ships } });
        });
      });
    });
    const cat = await context.newPage();
    const third = await join(cat, 'Cat', CANVAS);
    await expect.poll(async () => (await ships(b))[third], PATIENCE).toBeDefined();
    const start = (await ships(b))[third]!;
    await hideBehind(b);
    await say(a, 'while you were away');
    await a.close();
    await show(cat);
    await expect.poll(async () => (await ships(cat))[ann], PATIENCE).toBeUndefined();
    const key = start.x < 1600 ? 'd' : 'a';
    await cat.keyboard.down(key);
    await expect.poll(async () => Math.abs((await ships(cat))[third]!.x - start.x), PATIENCE).toBeGreaterThan(400);
    await cat.keyboard.up(key);
    const speed = async (): Promise<number> => {
      const before = (await ships(cat))[third]!;
      await cat.waitForTimeout(300);
      const after = (await ships(cat))[third]!;
      return Math.hypot(after.x - before.x, after.y - before.y);
    };
    await expect.poll(speed, PATIENCE).toBeLessThan(2); // it has come to rest
    await show(b);
    await expect.poll(() => b.evaluate(() => 'firstFrame' in window), PATIENCE).toBe(true);
    const first = await b.evaluate(() => {
      return (window as unknown as { firstFrame: Pick<CometRunHandle, 'messages' | 'ships'> }).firstFrame;
    });
    expect(first.messages).toContain('while you were away');
    expect(first.ships[bob]).toBeDefined();
    expect(first.ships[ann]).toBeUndefined();
    const there = (await ships(cat))[third]!;
    expect(Math.hypot(first.ships[third]!.x - there.x, first.ships[third]!.y - there.y)).toBeLessThan(60);
  } finally {
    await context.close();
    await tabs.close();
  }
}, 120_000);

/** What is the same for half a second. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  let last = await read();
  const isSame = async (): Promise<boolean> => {
    const before = JSON.stringify(last);
    last = await read();
    return JSON.stringify(last) === before;
  };
  await expect.poll(isSame, { ...PATIENCE, interval: 500 }).toBe(true);
  return last;
}

/** Scores that so many orbs can be worth together. */
function sums(orbs: number): number[] {
  let totals = new Set([0]);
  for (let i = 0; i < orbs; i++) totals = new Set([...totals].flatMap((total) => [total + 1, total + 3, total + 10]));
  return [...totals];
}

it('[PLAY8] a page whose storage is blocked still plays', async () => {
  context = await newContext();
  await context.addInitScript(() => {
    const blocked = (): never => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
      Object.defineProperty(window, name, { get: blocked, configurable: true });
    }
  });
  const page = await context.newPage();
  const me = await join(page, 'Eve');
  const before = (await ships(page))[me]!;
  const key = before.x < 1600 ? 'd' : 'a';
  await page.keyboard.down(key);
  await expect.poll(async () => Math.abs((await ships(page))[me]!.x - before.x), PATIENCE).toBeGreaterThan(50);
  await page.keyboard.up(key);
  const other = await context.newPage();
  await join(other, 'Fay', CANVAS);
  expect(await look(other, 'identity')).not.toBe(await look(page, 'identity'));
  await context.close();
}, 120_000);
