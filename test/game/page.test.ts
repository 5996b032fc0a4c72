import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DbConnection } from '../../bindings/index.ts';
import type { CometRunHandle } from '../../src/game/debug-handle.ts';
import { launchChromium } from '../browser/chromium.ts';
import { type BuiltGame, GameHost, serveBuiltGame } from './built-game.ts';

// The built game under a sub-path, with a host on another port: as on itch.io with a server somewhere.

const SMALL = { width: 640, height: 360 };
type Size = readonly [width: number, height: number];
const PHONE_SIZES: readonly Size[] = [
  [360, 640],
  [640, 360],
];
const TALL_PHONES: readonly Size[] = [
  [390, 844],
  [844, 390],
];
const DESK_SIZES: readonly Size[] = [
  [640, 360],
  [1280, 720],
  [1920, 1080],
];
/** As wide, as tall and as confusing as the host lets a name be. */
const WIDE_NAMES: readonly string[] = [
  '\ufdfd'.repeat(16), // a whole sentence in one sign
  '👨\u200d👩\u200d👧'.repeat(3),
  '<u>WWWWWWWWW</u>',
  '\u05e9\u05dc\u05d5\u05dd'.repeat(4), // from right to left
  'W\u0302\u0323'.repeat(5),
];
const WIDE_TEXT = `<img src=x> ${'\ufdfd'.repeat(20)} ${'W'.repeat(80)}`;
const PATIENCE = { timeout: 30_000, interval: 100 };

let game: BuiltGame;
let host: GameHost;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [game, host, browser] = await Promise.all([serveBuiltGame(), GameHost.create(), launchChromium()]);
  await host.start();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await Promise.all([game?.close(), host?.close()]);
});

beforeEach(async () => {
  errors = [];
  await visit();
});

afterEach(async () => {
  await context.close();
  expect(errors).toEqual([]);
});

async function visit(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  await context?.close();
  context = await browser.newContext({ viewport: SMALL, ...options });
  context.on('weberror', (error) => errors.push(String(error.error())));
  page = await context.newPage();
}

/** Opens the page. @param query besides renderer and debug handle */
async function open(query = `host=127.0.0.1:${host.port}`): Promise<void> {
  await page.goto(`${game.url}?renderer=canvas&debug&${query}`);
}

function look<K extends keyof CometRunHandle>(what: K): Promise<CometRunHandle[K] | undefined> {
  return page.evaluate((name) => window.__cometRun?.[name], what) as Promise<CometRunHandle[K] | undefined>;
}

async function fly(name: string): Promise<number> {
  await expect.poll(() => look('phase'), PATIENCE).toBe('online');
  await page.getByPlaceholder('Your name').fill(name);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => look('me'), PATIENCE).toBeTypeOf('number');
  await expect.poll(() => page.locator('#hud').isVisible(), PATIENCE).toBe(true);
  return (await look('me'))!;
}

async function myShip(): Promise<CometRunHandle['ships'][number]> {
  const [me, ships] = [await look('me'), await look('ships')];
  return ships![me!]!;
}

/** Whether the host has our ship under thrust: a bot may push it, but not that. */
async function thrusting(): Promise<boolean> {
  return (await myShip()).thrusting;
}

/** Asks for a dash until one is heard: its sound may still be loading. */
async function dash(ask: () => Promise<void>): Promise<void> {
  const before = await dashes();
  const asked = async () => {
    await ask();
    return dashes();
  };
  await expect.poll(asked, PATIENCE).toBeGreaterThan(before);
}

async function dashes(): Promise<number> {
  return (await look('sounds'))?.dash ?? 0;
}

describe('the page', () => {
  it('[W2] the built page plays from a sub-path, with a host on another origin', async () => {
    const missing: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) missing.push(response.url());
    });
    await open();
    const me = await fly('Ada');
    await expect.poll(async () => (await look('ships'))?.[me]?.name, PATIENCE).toBe('Ada');
    expect(missing).toEqual([]);
  }, 90_000);

  it('[W10] the handle is there only when asked for', async () => {
    await page.goto(`${game.url}?renderer=canvas&host=127.0.0.1:${host.port}`);
    await expect.poll(() => page.locator('#signal').getAttribute('class'), PATIENCE).toContain('online');
    expect(await page.evaluate(() => '__cometRun' in window)).toBe(false);
  }, 90_000);

  it('[W1] an address that cannot be a host gets a message', async () => {
    await open('host=ftp://nowhere');
    await expect.poll(() => page.locator('#banner').innerText(), PATIENCE).toContain('cannot be the address of a host');
    await expect.poll(() => page.locator('#banner').isVisible(), PATIENCE).toBe(true);
  }, 90_000);

  it.each([
    ['host=banana banana', '"http://banana banana" cannot be the address of a host'],
    ['host=127.0.0.1:1', 'No host answers at http://127.0.0.1:1'],
    ['db=No_Pe', '"No_Pe" cannot be the name of a database'],
    ['db=nope', 'has no database "nope"'],
  ])(
    '[W1] %s: a message, and a way out',
    async (query, message) => {
      const where = query.startsWith('db') ? `host=127.0.0.1:${host.port}&${query}` : query;
      await open(where);
      await expect.poll(() => page.locator('#banner').isVisible(), PATIENCE).toBe(true);
      await expect.poll(() => page.locator('#banner-text').innerText(), PATIENCE).toContain(message);
      await page.getByRole('link', { name: 'usual arena' }).click();
      await expect.poll(() => page.url(), PATIENCE).not.toMatch(/host=|db=/);
      expect(page.url()).toContain('debug');
    },
    90_000,
  );

  it('[W24] the console tells once what is in the way, and the browser once for each try', async () => {
    const lines: string[] = [];
    page.on('console', (line) => lines.push(line.text()));
    const ours = () => lines.filter((line) => line.startsWith('Comet Run: '));
    const others = () => lines.filter((line) => /WebSocket|Failed to load|spacetick/.test(line));
    const text = () => page.locator('#banner-text').innerText();
    const tryAgain = async () => {
      await expect.poll(text, PATIENCE).toMatch(/again in ([4-9]|1\d) s/); // it does not try by itself meanwhile
      const before = others().length;
      await page.getByRole('button', { name: 'Try now' }).click();
      await expect.poll(text, PATIENCE).toMatch(/again in/);
      expect(others().length - before).toBe(1);
    };
    await open('host=127.0.0.1:1');
    await expect.poll(ours, PATIENCE).toEqual(['Comet Run: No host answers at http://127.0.0.1:1.']);
    expect(others()).toHaveLength(2); // that the socket was not opened, and what was asked then
    await tryAgain();
    await tryAgain();
    expect(ours()).toHaveLength(1);

    lines.length = 0;
    await open(`host=127.0.0.1:${host.port}&db=nope`);
    await expect.poll(ours, PATIENCE).toEqual([expect.stringContaining('has no database "nope".')]);
    expect(others()).toHaveLength(2);
    await tryAgain();
    expect(ours()).toHaveLength(1);
  }, 60_000);

  it('[W3] after a lost connection the player flies again, the same one, under the same name', async () => {
    await open();
    await fly('Ada');
    const before = await look('identity');
    await host.stop();
    await expect.poll(() => look('phase'), PATIENCE).toBe('lost');
    await expect.poll(() => page.locator('#banner').innerText(), PATIENCE).toMatch(/Trying again in \d+ s/);
    expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(true);
    await page.keyboard.press('Enter'); // [W16]: no chat line opens behind the message
    expect(await page.locator('#chat-form').isVisible()).toBe(false);
    await host.start();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    await expect.poll(async () => (await look('ships'))?.[(await look('me')) ?? -1]?.name, PATIENCE).toBe('Ada');
    expect(await look('identity')).toBe(before);
    expect(await page.locator('#banner').isVisible()).toBe(false);
  }, 120_000);

  it('[W16] nothing shows from behind a message, nor takes what is typed', async () => {
    await open();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    await expect.poll(() => page.locator('#name').isVisible(), PATIENCE).toBe(true);
    await page.locator('#name').focus();
    await host.stop();
    try {
      await expect.poll(() => page.locator('#banner').isVisible(), PATIENCE).toBe(true);
      await page.keyboard.type('Ada');
      expect(await page.locator('#name').inputValue()).toBe('');
      expect(await page.locator('#name').isVisible()).toBe(false);
      expect(await page.locator('#logo').isVisible()).toBe(false);
    } finally {
      await host.start();
    }
    await expect.poll(() => page.locator('#name').isVisible(), PATIENCE).toBe(true);
  }, 90_000);

  it('[W3] the button tries at once', async () => {
    let tries = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/ping')) tries++;
    });
    await host.stop();
    try {
      await open();
      const button = page.getByRole('button', { name: 'Try now' });
      // Each try that fails puts the next one by itself further off.
      const secondsLeft = async () => {
        const seconds = Number(/in (\d+) s/.exec(await page.locator('#banner-text').innerText())?.[1]);
        if (seconds <= 5) await button.click();
        return seconds;
      };
      await expect.poll(secondsLeft, PATIENCE).toBeGreaterThan(5);
      const before = tries;
      await button.click();
      await expect.poll(() => tries, { interval: 50, timeout: 3000 }).toBeGreaterThan(before);
    } finally {
      await host.start();
    }
  }, 120_000);

  it('[W13] a reload flies on, where it was and with its score', async () => {
    await open();
    const me = await fly('Ada');
    await expect.poll(takeAnOrb, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
    await page.mouse.move(320, 180);
    await page.waitForTimeout(1500); // the ship has come to rest
    const [before, score, identity] = [await myShip(), (await look('score'))!, await look('identity')];
    await page.reload();
    await expect.poll(() => look('me'), PATIENCE).toBeTypeOf('number'); // nobody has pressed Play
    await expect.poll(() => page.locator('#hud').isVisible(), PATIENCE).toBe(true);
    expect(await page.locator('#title').isVisible()).toBe(false);
    expect(await look('identity')).toBe(identity);
    expect(await look('me')).not.toBe(me);
    const after = await myShip();
    expect(after.name).toBe('Ada');
    expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(100);
    expect(await look('score')).toBeGreaterThanOrEqual(score);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#title').isVisible(), PATIENCE).toBe(true);
    await page.reload();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    await expect.poll(() => page.locator('#title').isVisible(), PATIENCE).toBe(true); // who left is asked
  }, 120_000);

  it('[W13] a reload on a host that forgot everybody flies on under the same name', async () => {
    await open();
    await fly('Ada');
    const identity = await look('identity');
    await host.stop(); // it keeps nothing
    try {
      await expect.poll(() => look('phase'), PATIENCE).toBe('lost');
      await page.reload(); // as Vite's client does, while we are connecting
    } finally {
      await host.start();
    }
    await expect.poll(() => look('me'), PATIENCE).toBeTypeOf('number'); // nobody has pressed Play
    await expect.poll(() => page.locator('#hud').isVisible(), PATIENCE).toBe(true);
    expect(await look('identity')).toBe(identity);
    expect((await myShip()).name).toBe('Ada');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#title').isVisible(), PATIENCE).toBe(true);
    await host.stop();
    await host.start();
    await page.reload(); // who left is asked, with the name in its field
    await expect.poll(() => page.locator('#name').inputValue(), PATIENCE).toBe('Ada');
    expect(await look('me')).toBeUndefined();
  }, 120_000);

  it("[W3] the message's headline and button stay while it is tried again", async () => {
    await host.stop();
    try {
      await open();
      await expect.poll(() => page.locator('#banner-text').innerText(), PATIENCE).toContain('Trying again');
      const seen = await page.evaluate(async () => {
        const looks = new Set<string>();
        const texts = new Set<string>();
        const [title, text, action] = ['title', 'text', 'action'].map((id) => document.getElementById(`banner-${id}`)!);
        const note = () => {
          looks.add(`${title!.textContent} ${action!.hidden} ${action!.textContent}`);
          texts.add(text!.textContent ?? '');
        };
        const observer = new MutationObserver(note);
        observer.observe(document.getElementById('banner')!, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
        await new Promise((done) => setTimeout(done, 4000));
        observer.disconnect();
        return { looks: [...looks], texts: [...texts] };
      });
      expect(seen.looks).toEqual(['Out of contact false Try now']);
      expect(seen.texts.some((text) => text.endsWith('Trying now…'))).toBe(true); // it was tried meanwhile
    } finally {
      await host.start();
    }
  }, 90_000);

  it("[W21] the name's field takes what a name may have", async () => {
    await open();
    const field = page.locator('#name');
    await expect.poll(() => field.isVisible(), PATIENCE).toBe(true);
    for (const [typed, taken] of [
      ['Bartholomäus Longname the Third', 'Bartholomäus Lon'],
      ['👽'.repeat(20), '👽'.repeat(16)], // two units of a string each
      ['e\u0301'.repeat(10), 'e\u0301'.repeat(8)],
    ] as const) {
      await field.fill('');
      await field.focus();
      await page.keyboard.insertText(typed);
      expect(await field.inputValue()).toBe(taken);
    }
    await field.fill('Ada');
    await field.press('Enter'); // [W7]
    await expect.poll(() => page.locator('#hud').isVisible(), PATIENCE).toBe(true);
  }, 90_000);

  it('[W22] plays in a sandboxed frame that may not submit forms', async () => {
    await page.route('**/frame.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe sandbox="allow-scripts allow-same-origin" style="width: 600px; height: 340px"
          src="./?renderer=canvas&debug&host=127.0.0.1:${host.port}"></iframe>`,
      }),
    );
    await page.goto(`${game.url}frame.html`);
    const frame = page.frameLocator('iframe');
    await frame.getByPlaceholder('Your name').fill('Ada');
    await expect.poll(() => frame.locator('#title-note').innerText(), PATIENCE).not.toContain('Calling');
    await frame.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => frame.locator('#score').isVisible(), PATIENCE).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.type('hello');
    await page.keyboard.press('Enter');
    await expect.poll(() => frame.locator('#chat-log').innerText(), PATIENCE).toContain('hello');
  }, 90_000);

  it.each([
    [320, 568],
    [390, 664],
    [640, 360],
  ])(
    '[W23] a message of 140 wide letters shows as a whole at %d x %d',
    async (width, height) => {
      await visit({ viewport: { width, height }, hasTouch: true, isMobile: true });
      await open();
      await fly('Bartholomäus Lon');
      await say('W'.repeat(140));
      await expect.poll(() => page.locator('#chat-log').innerText(), PATIENCE).toContain('W'.repeat(140));
      const { cut, faded } = await page.evaluate(() => {
        const log = document.querySelector('#chat-log')!;
        const message = log.lastElementChild!;
        const text = message.lastElementChild!.getBoundingClientRect();
        return {
          cut: message.scrollHeight - message.clientHeight,
          faded: log.getBoundingClientRect().top + Number.parseFloat(getComputedStyle(log).paddingTop) - text.top,
        };
      });
      expect(cut).toBeLessThanOrEqual(1);
      expect(faded).toBeLessThanOrEqual(1);
    },
    90_000,
  );

  it('[W4] a token the host does not take: play as new', async () => {
    await open();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    const before = await look('identity');
    await page.evaluate(() => {
      for (const storage of [localStorage, sessionStorage]) {
        for (const key of Object.keys(storage)) if (key.endsWith('/token')) storage.setItem(key, 'not.a.token');
      }
    });
    await page.reload();
    await expect.poll(() => look('phase'), PATIENCE).toBe('refused');
    expect(await page.locator('#banner').innerText()).toContain('does not know you');
    await page.getByRole('button', { name: 'Play as new' }).click();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    expect(await look('identity')).not.toBe(before);
  }, 90_000);

  it('[W5] names and chat are text', async () => {
    await open();
    await fly('<i>Ada</i>');
    await say('<img src=x onerror="document.title=1">');
    await expect.poll(() => page.locator('#chat-log').innerText(), PATIENCE).toContain('<img src=x');
    await expect.poll(() => page.locator('#leaderboard').innerText(), PATIENCE).toContain('<i>Ada</i>');
    expect(await page.locator('#hud img, #leaderboard bdi i').count()).toBe(0);
    expect(await page.title()).toBe('Comet Run');
  }, 90_000);

  it.each([
    { device: 'a phone', isMobile: true, sizes: PHONE_SIZES },
    { device: 'a desk', isMobile: false, sizes: DESK_SIZES },
  ])(
    '[W6] nothing overflows the screen of $device',
    async ({ isMobile, sizes }) => {
      const [width, height] = sizes[0]!;
      await visit({ viewport: { width, height }, hasTouch: isMobile, isMobile });
      await open();
      await expect.poll(() => look('phase'), PATIENCE).toBe('online');
      await checkSizes(sizes);
      await page.setViewportSize({ width, height });
      await fly('W'.repeat(16));
      await say('W'.repeat(140));
      await expect.poll(() => page.locator('#chat-log').innerText(), PATIENCE).toContain('WWWW');
      await expect.poll(ownLine, PATIENCE).toEqual({ isInside: true, overflow: 'ellipsis' });
      await checkSizes(sizes);
    },
    90_000,
  );

  it('[W6] [W5] wide, tall and turned-around names of others stay in their places, and are text', async () => {
    const others = await Promise.all(WIDE_NAMES.map((name) => joinFromOutside(name)));
    try {
      await visit({ viewport: { width: 1280, height: 720 } });
      await open();
      await fly('W'.repeat(16));
      await expect.poll(() => page.locator('#leaderboard li').count(), PATIENCE).toBe(8);
      for (const { reducers } of others) await reducers.sendMessage({ text: WIDE_TEXT });
      for (const [width, height] of [...DESK_SIZES, ...PHONE_SIZES]) {
        await page.setViewportSize({ width, height });
        await expect.poll(overflowing, { ...PATIENCE, message: `${width}x${height}` }).toEqual([]);
        expect(await looseLines(), `${width}x${height}`).toEqual([]);
      }
      const drawn = Object.values((await look('ships')) ?? {}).filter(({ name = '' }) => WIDE_NAMES.includes(name));
      expect(drawn).toHaveLength(WIDE_NAMES.length);
      for (const { name, tag } of drawn) {
        expect(tag.width, name).toBeGreaterThan(20);
        expect(tag.width, name).toBeLessThanOrEqual(132);
      }
      expect((await myShip()).tag.text).toMatch(/^W{4,14}…$/);
      expect(await page.locator('#hud img, #hud u, #hud script').count()).toBe(0);
    } finally {
      for (const other of others) other.disconnect();
    }
  }, 90_000);

  it('[W6] what the host has against a message fits a phone', async () => {
    await visit({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
    await open();
    await fly('Ada');
    for (const text of ['1', '2', '3', '4']) await say(text);
    await expect.poll(() => page.locator('#chat-note').innerText(), PATIENCE).toContain('Not so fast');
    expect(await overflowing()).toEqual([]);
  }, 90_000);

  it.each([true, false])(
    '[W14] nothing lies over anything else; phone: %s',
    async (isMobile) => {
      const sizes = isMobile ? [...PHONE_SIZES, ...TALL_PHONES] : DESK_SIZES;
      const [width, height] = sizes[0]!;
      await visit({ viewport: { width, height }, hasTouch: isMobile, isMobile });
      await open();
      await expect.poll(() => look('phase'), PATIENCE).toBe('online');
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        expect(await wrapped(), `${width}x${height}`).toEqual([]);
      }
      await page.setViewportSize({ width, height }); // what is typed on a large screen takes its time to be drawn
      await fly('Ada Lovelace');
      await say('Anybody up for a race around the fence? I will give you a head start, promise.');
      await say('No? '.repeat(30));
      await expect.poll(() => page.locator('#chat-log').innerText(), PATIENCE).toContain('No?');
      for (const isOpen of [false, true]) {
        if (isOpen) await page.keyboard.press('Enter');
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          await expect.poll(covered, { ...PATIENCE, message: `${width}x${height}, chat: ${isOpen}` }).toEqual([]);
        }
      }
    },
    90_000,
  );

  it('[W14] a ship in a corner of the arena is not under a panel', async () => {
    await open();
    await fly('Ada');
    for (const keys of ['wd', 'wa']) {
      for (const key of keys) await page.keyboard.down(key);
      await expect.poll(fromSide, PATIENCE).toBeLessThan(60);
      for (const [width, height] of [...DESK_SIZES, ...TALL_PHONES]) {
        await page.setViewportSize({ width, height });
        const message = `${keys} at ${width}x${height}`;
        await expect.poll(panelsOverShip, { ...PATIENCE, message }).toEqual([]);
      }
      await page.setViewportSize(SMALL);
      for (const key of keys) await page.keyboard.up(key);
    }
  }, 120_000);

  it('[W18] chat names are in the colour of their ship', async () => {
    await open();
    await fly('Ada');
    await say('hello');
    await expect.poll(() => page.locator('#chat-log li:last-child').innerText(), PATIENCE).toContain('hello');
    await expect.poll(() => page.locator('#leaderboard .me i').count(), PATIENCE).toBe(1);
    const colors = await page.evaluate(() => [
      getComputedStyle(document.querySelector('#chat-log li:last-child b')!).color,
      getComputedStyle(document.querySelector('#leaderboard .me i')!).backgroundColor,
    ]);
    expect(colors[0]).toBe(colors[1]);
  }, 90_000);

  it('[W15] the dot has a colour for each state', async () => {
    await open();
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    const colors = await page.evaluate(() => {
      const signal = document.querySelector('#signal')!.cloneNode(true) as HTMLElement;
      document.querySelector('#corner')!.append(signal);
      return ['online', 'fair', 'poor', 'lost'].map((state) => {
        signal.className = `panel ${state}`;
        return getComputedStyle(signal.querySelector('i')!).backgroundColor;
      });
    });
    expect(new Set(colors.slice(0, 3)).size).toBe(3);
    expect(colors[3]).toBe(colors[2]);
  }, 90_000);

  it('[W7] keys do not steer while somebody types; Escape closes the line, then leaves', async () => {
    await open();
    await fly('Ada');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#chat-input').isVisible(), PATIENCE).toBe(true);
    await page.keyboard.down('d');
    await page.keyboard.press('Space');
    await page.waitForTimeout(600);
    expect(await thrusting()).toBe(false);
    expect(await dashes()).toBe(0);
    await page.keyboard.up('d');
    await page.keyboard.press('Escape');
    expect(await page.locator('#chat-input').isVisible()).toBe(false);
    expect(await page.locator('#title').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#title').isVisible(), PATIENCE).toBe(true);
    await expect.poll(() => look('me'), PATIENCE).toBeUndefined();
  }, 90_000);

  it('[W8] muting is remembered', async () => {
    await open();
    await expect.poll(() => page.locator('#mute').getAttribute('aria-pressed'), PATIENCE).toBe('false');
    await page.locator('#mute').click();
    expect(await page.locator('#mute').getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await expect.poll(() => page.locator('#mute').getAttribute('aria-pressed'), PATIENCE).toBe('true');
    await expect.poll(() => look('phase'), PATIENCE).toBe('online');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('m');
    expect(await page.locator('#mute').getAttribute('aria-pressed')).toBe('false');
  }, 90_000);

  it('[W9] a finger steers from where it touches, and the button dashes', async () => {
    await visit({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
    await open();
    await fly('Ada');
    const before = await myShip();
    const right = before.x < 1600 ? 1 : -1;
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y: 330 }] });
    await touch('touchStart', 150);
    await touch('touchMove', 150 + 70 * right);
    expect(await page.locator('#stick').isVisible()).toBe(true);
    await expect.poll(async () => ((await myShip()).x - before.x) * right, PATIENCE).toBeGreaterThan(60);
    await touch('touchEnd');
    expect(await page.locator('#stick').isVisible()).toBe(false);
    await dash(() => page.locator('#dash-button').tap());
  }, 90_000);

  it('[W9] a second finger dashes, on the dot of the connection too', async () => {
    await visit({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
    await open();
    await fly('Ada');
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchEnd', ...points: [x: number, y: number][]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    await touch('touchStart', [150, 330]);
    await expect.poll(() => page.locator('#stick').isVisible(), PATIENCE).toBe(true);
    expect(await dashes()).toBe(0); // the first one only steers
    const dot = (await page.locator('#signal i').boundingBox())!;
    await dash(async () => {
      await touch('touchStart', [150, 330], [dot.x + 4, dot.y + 4]);
      await touch('touchEnd');
      await touch('touchStart', [150, 330]);
    });
  }, 90_000);

  it('[W9] Space and the left mouse button dash', async () => {
    await open();
    await fly('Ada');
    await dash(() => page.keyboard.press('Space'));
    await dash(() => page.mouse.click(400, 180));
  }, 90_000);

  it('[W20] the leaderboard: who has most points, and below it where we stand', async () => {
    await open();
    const me = await fly('Ada'); // who rests, while the bots collect
    const check = async (end: number) => {
      const { lines, ranked } = await board();
      const own = ranked.findIndex(({ id }) => id === me);
      expect(ranked[0]!.score).toBeGreaterThan(0);
      expect(own).toBeGreaterThanOrEqual(4);
      const shown = ranked.map(({ name, score }, at) => `${at + 1} ${name} ${score}`);
      expect(lines).toEqual(shown.filter((_line, at) => at < end || at === own));
    };
    await vi.waitFor(() => check(4), { ...PATIENCE, timeout: 60_000 });
    expect(await page.locator('#leaderboard li.me.apart').count()).toBe(1);
    await page.setViewportSize({ width: 1280, height: 720 });
    await vi.waitFor(() => check(8), PATIENCE);
    expect(await page.locator('#leaderboard li.apart').count()).toBe(0);
    expect(await page.locator('#leaderboard li.me').count()).toBe(1);
  }, 120_000);

  it('[W12] a finger that was there before the window lost focus steers no more', async () => {
    await visit({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
    await open();
    await fly('Ada');
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove', x: number) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y: 330 }] });
    await touch('touchStart', 150);
    await touch('touchMove', 220);
    await expect.poll(thrusting, PATIENCE).toBe(true);
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect.poll(thrusting, PATIENCE).toBe(false);
    expect(await page.locator('#stick').isVisible()).toBe(false);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await touch('touchMove', 240);
    await page.waitForTimeout(300);
    expect(await thrusting()).toBe(false);
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await touch('touchStart', 150);
    await touch('touchMove', 220);
    await expect.poll(thrusting, PATIENCE).toBe(true);
  }, 90_000);

  it.each(['a key', 'the mouse'])(
    '[W12] %s steers only while the window is in front',
    async (device) => {
      await open();
      await fly('Ada');
      const steer = device === 'a key' ? () => page.keyboard.down('d') : () => page.mouse.move(620, 180);
      await page.mouse.move(320, 180);
      await steer();
      await expect.poll(thrusting, PATIENCE).toBe(true);
      await page.evaluate(() => window.dispatchEvent(new Event('blur')));
      await expect.poll(thrusting, PATIENCE).toBe(false);
      // What goes on behind another window: a key that is still held repeats, the mouse passes by.
      if (device === 'a key') await page.keyboard.down('d');
      else await page.mouse.move(20, 180);
      await page.waitForTimeout(300);
      expect(await thrusting()).toBe(false);
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      if (device === 'a key') await page.keyboard.down('d');
      await page.waitForTimeout(300);
      expect(await thrusting()).toBe(false); // nothing was pressed or pointed at anew
      await page.keyboard.up('d');
      await steer();
      await expect.poll(thrusting, PATIENCE).toBe(true);
      await page.keyboard.up('d');
    },
    90_000,
  );
});

/** Points the mouse at the nearest orb. @returns our score */
async function takeAnOrb(): Promise<number> {
  const [ship, orbs, view] = [await myShip(), await look('orbs'), await look('view')];
  const [nearest] = Object.values(orbs ?? {}).sort(
    (a, b) => Math.hypot(a.x - ship.x, a.y - ship.y) - Math.hypot(b.x - ship.x, b.y - ship.y),
  );
  if (nearest !== undefined && view !== undefined) {
    const angle = Math.atan2(nearest.y - ship.y, nearest.x - ship.x);
    const [x, y] = [(ship.x - view.x) * view.scale, (ship.y - view.y) * view.scale];
    await page.mouse.move(x + Math.cos(angle) * 120, y + Math.sin(angle) * 120);
  }
  return (await look('score')) ?? 0;
}

/** What the leaderboard says, and who has how many points at the same moment, best first. */
async function board(): Promise<{ lines: string[]; ranked: { id: number; name?: string; score: number }[] }> {
  const { lines, ships } = await page.evaluate(() => ({
    lines: [...document.querySelectorAll('#leaderboard li')].map((line) =>
      [...line.querySelectorAll('span, bdi, b')].map(({ textContent }) => textContent).join(' '),
    ),
    ships: window.__cometRun!.ships,
  }));
  const pilots = Object.entries(ships).map(([id, { name, score = 0 }]) => ({ id: Number(id), name, score }));
  return { lines, ranked: pilots.sort((a, b) => b.score - a.score || a.id - b.id) };
}

async function say(text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Somebody else in the arena, without a page. */
async function joinFromOutside(name: string): Promise<DbConnection> {
  const connection = await new Promise<DbConnection>((resolve, reject) => {
    const opened = DbConnection.builder()
      .withUri(`http://127.0.0.1:${host.port}`)
      .withDatabaseName('comet-run')
      .onConnect(resolve)
      .onConnectError((_context, error) => reject(error))
      .build();
    opened.runAuto();
  });
  await connection.reducers.setName({ name });
  await connection.reducers.join({});
  return connection;
}

/** Lines of leaderboard and chat that leave their box, or names that are not cut. */
function looseLines(): Promise<string[]> {
  return page.evaluate(() => {
    const loose: string[] = [];
    for (const box of document.querySelectorAll('#leaderboard, #chat-log')) {
      const { left, right } = box.getBoundingClientRect();
      for (const part of box.querySelectorAll('li, li > *')) {
        const at = part.getBoundingClientRect();
        if (at.left < left - 1 || at.right > right + 1) loose.push(`${box.id}: ${part.textContent}`);
      }
    }
    for (const name of document.querySelectorAll('#leaderboard bdi, #chat-log b')) {
      const style = getComputedStyle(name);
      if (style.overflow !== 'hidden' || style.textOverflow !== 'ellipsis') loose.push(`not cut: ${name.textContent}`);
    }
    return loose;
  });
}

async function checkSizes(sizes: readonly Size[]): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await expect.poll(overflowing, { ...PATIENCE, message: `${width}x${height}` }).toEqual([]);
    const canvas = () => page.locator('#game canvas').boundingBox();
    await expect.poll(canvas, { ...PATIENCE, message: `${width}x${height}` }).toMatchObject({ width, height });
  }
}

/** How our name stands in the leaderboard. */
function ownLine(): Promise<{ isInside: boolean; overflow: string } | undefined> {
  return page.evaluate(() => {
    const name = document.querySelector('#leaderboard .me bdi');
    if (name === null) return undefined;
    const board = document.querySelector('#leaderboard')!.getBoundingClientRect();
    const isInside = name.getBoundingClientRect().right < board.right;
    return { isInside, overflow: getComputedStyle(name).textOverflow };
  });
}

/** Units between our ship and the nearest corner, along each side. */
async function fromSide(): Promise<number> {
  const { x, y } = await myShip();
  return Math.max(Math.min(x, 3200 - x), Math.min(y, 2400 - y));
}

/** Panels that our ship is drawn under. */
async function panelsOverShip(): Promise<string[]> {
  return page.evaluate(() => {
    const { me, ships, view } = window.__cometRun!;
    const ship = ships[me ?? -1];
    if (ship === undefined) return ['no ship'];
    const [x, y] = [(ship.x - view.x) * view.scale, (ship.y - view.y) * view.scale];
    return [...document.querySelectorAll('#score, #leaderboard, #minimap')]
      .filter((panel) => {
        const { left, right, top, bottom } = panel.getBoundingClientRect();
        return x > left && x < right && y > top && y < bottom;
      })
      .map(({ id }) => id);
  });
}

/** Parts of the HUD that lie over each other. */
function covered(): Promise<string[]> {
  return page.evaluate(() => {
    const parts = ['#score', '#leaderboard', '#minimap', '#chat', '#dash-button', '#mute', '#chat-button', '#signal'];
    const seen = parts
      .map((name) => document.querySelector<HTMLElement>(name)!)
      .filter((part) => part.checkVisibility({ visibilityProperty: true }));
    const pairs: string[] = [];
    for (const [i, one] of seen.entries()) {
      const a = one.getBoundingClientRect();
      for (const other of seen.slice(i + 1)) {
        const b = other.getBoundingClientRect();
        const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        if (!isApart) pairs.push(`#${one.id} and #${other.id}`);
      }
    }
    return pairs;
  });
}

/** Lines of the title that go on in a second one. */
function wrapped(): Promise<string[]> {
  return page.evaluate(() => {
    const lines: string[] = [];
    for (const line of document.querySelectorAll<HTMLElement>('.lure, .keys, #title-note, #play')) {
      const tops = [...line.childNodes].flatMap((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()].filter(({ width }) => width > 0).map(({ bottom }) => bottom);
      });
      if (tops.length > 0 && Math.max(...tops) - Math.min(...tops) > 8) lines.push(line.textContent ?? '');
      if (line.scrollWidth > line.clientWidth) lines.push(`cut: ${line.textContent}`);
    }
    return lines;
  });
}

/** Ids of elements that reach beyond the page. */
function overflowing(): Promise<string[]> {
  return page.evaluate(() => {
    const names: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth) names.push('the page');
    for (const element of document.querySelectorAll('body *')) {
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      if (width === 0 || element.closest('#chat-log') !== null) continue;
      const out = left < -1 || top < -1 || right > window.innerWidth + 1 || bottom > window.innerHeight + 1;
      if (out) names.push(element.id || element.tagName);
    }
    const log = document.querySelector('#chat-log')!;
    if (log.scrollWidth > log.clientWidth) names.push('a chat line');
    return names;
  });
}
