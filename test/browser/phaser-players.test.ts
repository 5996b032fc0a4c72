import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlayerScope } from '../../src/phaser/index.ts';
import { launchChromium } from './chromium.ts';
import { type PageServer, servePages } from './page-server.ts';
import type { PlayerScenarios } from './pages/player-scenarios.ts';
import { run } from './scenario.ts';

let server: PageServer;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  server = await servePages();
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
});

async function tab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.url('players.html'));
  return page;
}

const play = (page: Page, name: string, scope: Partial<PlayerScope> = {}) =>
  run<PlayerScenarios, 'play'>(page, 'play', name, scope);

async function duplicateOf(page: Page): Promise<Page> {
  const [copy] = await Promise.all([
    context.waitForEvent('page'),
    run<PlayerScenarios, 'duplicate'>(page, 'duplicate'),
  ]);
  await copy.waitForLoadState();
  return copy;
}

/** Takes things away from a page before its scripts run. */
const BLOCKS = {
  storage: () => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    }
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
  locks: () => {
    Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });
  },
  refusedLocks: () => {
    LockManager.prototype.request = () => Promise.reject(new DOMException('refused', 'SecurityError'));
  },
  channel: () => {
    Object.defineProperty(window, 'BroadcastChannel', { value: undefined });
  },
};

describe('players of a browser', () => {
  it('[P1] a reload is the same player', async () => {
    const page = await tab();
    expect(await play(page, 'Ann')).toEqual({ slot: 0, had: undefined, token: 'token of Ann', isRemembered: true });
    for (let n = 0; n < 4; n++) {
      await page.reload();
      expect(await play(page, 'nobody')).toMatchObject({ slot: 0, had: 'token of Ann' });
    }
  });

  it('[P1] [P2] a second tab is another player, and stays so when both reload', async () => {
    const [a, b] = [await tab(), await tab()];
    expect(await play(a, 'Ann')).toMatchObject({ slot: 0 });
    expect(await play(b, 'Bob')).toMatchObject({ slot: 1, had: undefined, token: 'token of Bob' });
    await Promise.all([a.reload(), b.reload()]);
    const [bob, ann] = await Promise.all([play(b, 'nobody'), play(a, 'nobody')]);
    expect([ann.token, bob.token]).toEqual(['token of Ann', 'token of Bob']);
  });

  it('[P2] a duplicated tab is another player', async () => {
    const page = await tab();
    await play(page, 'Ann');
    const copy = await duplicateOf(page);
    expect(await play(copy, 'Bob')).toMatchObject({ slot: 1, had: undefined });
    await copy.reload();
    expect(await play(copy, 'nobody')).toMatchObject({ slot: 1, had: 'token of Bob' });
  });

  it('[P3] a tab opened after one was closed is its player', async () => {
    const [a, b] = [await tab(), await tab()];
    await play(a, 'Ann');
    await play(b, 'Bob');
    await a.close();
    expect(await play(await tab(), 'nobody')).toMatchObject({ slot: 0, had: 'token of Ann' });
  });

  it('[P4] never gives a token of another protocol, host, database or game', async () => {
    const page = await tab();
    await play(page, 'Ann');
    const others: Partial<PlayerScope>[] = [
      { uri: 'wss://127.0.0.1:3000' },
      { uri: 'ws://evil.example:3000' },
      { uri: 'ws://127.0.0.1:3001' },
      { uri: 'ws://127.0.0.1:3000/a/prefix' },
      { uri: 'ws://127.0.0.1:3000/ws://127.0.0.1:3000', database: 'comet-run' },
      { database: 'comet' },
      { database: 'comet-run/0' },
      { game: 'comet-run' },
    ];
    for (const scope of others) expect((await play(page, 'nobody', scope)).had).toBeUndefined();
    for (const uri of ['http://127.0.0.1:3000/', 'ws://127.0.0.1:3000']) {
      expect((await play(page, 'nobody', { uri })).had).toBe('token of Ann');
    }
  });

  it('[P4] says when the address is none', async () => {
    expect(await run<PlayerScenarios, 'badUri'>(await tab(), 'badUri')).toBe('E_PLAYER_URI');
  });

  it('[P5] forgets the player and keeps the slot', async () => {
    const page = await tab();
    await play(page, 'Ann');
    expect(await run<PlayerScenarios, 'playAsNew'>(page, 'playAsNew')).toEqual({ slot: 0, token: undefined });
    await page.reload();
    expect(await play(page, 'Bob')).toMatchObject({ slot: 0, had: undefined });
  });

  it('[P6] plays where storage is blocked or full', async () => {
    await context.addInitScript(BLOCKS.storage);
    const [a, b] = [await tab(), await tab()];
    const ann = { slot: 0, had: undefined, token: 'token of Ann', isRemembered: false };
    expect(await play(a, 'Ann')).toEqual(ann);
    expect((await play(a, 'nobody')).had).toBe('token of Ann');
    expect(await play(b, 'Bob')).toMatchObject({ slot: 1, token: 'token of Bob' });
    await a.reload();
    expect((await play(a, 'new')).had).toBeUndefined();
    const other = await browser.newContext();
    await other.addInitScript(BLOCKS.full);
    const full = await other.newPage();
    await full.goto(server.url('players.html'));
    expect(await play(full, 'Ann')).toEqual(ann);
    await other.close();
  });

  it.each(['locks', 'refusedLocks'] as const)('[P7] tabs ask each other (%s)', async (block) => {
    await context.addInitScript(BLOCKS[block]);
    const a = await tab();
    expect(await play(a, 'Ann')).toMatchObject({ slot: 0 });
    const copy = await duplicateOf(a);
    expect(await play(copy, 'Bob')).toMatchObject({ slot: 1, had: undefined });
    await Promise.all([a.reload(), copy.reload()]);
    const [ann, bob] = await Promise.all([play(a, 'nobody'), play(copy, 'nobody')]);
    expect([ann.token, bob.token]).toEqual(['token of Ann', 'token of Bob']);
    await a.close();
    expect(await play(await tab(), 'nobody')).toMatchObject({ slot: 0, had: 'token of Ann' });
  });

  it('[P7] three tabs that start at once are three players, and each is the same after a reload', async () => {
    await context.addInitScript(BLOCKS.locks);
    const tabs = [await tab(), await tab(), await tab()];
    // Whichever of them opens its channel first, or last: a round of its own for each game.
    for (const [game, busyMs] of [
      ['idle', 0],
      ['idle again', 0],
      ['busy', 800],
    ] as const) {
      const start = async () => {
        await Promise.all(tabs.map((page) => page.waitForFunction(() => 'scenarios' in window)));
        const at = Date.now() + 100;
        return Promise.all(
          tabs.map((page, n) => run<PlayerScenarios, 'playAt'>(page, 'playAt', `${n}`, at, busyMs, game)),
        );
      };
      const players = await start();
      expect([game, ...players.map(({ slot }) => slot).sort()]).toEqual([game, 0, 1, 2]);
      await Promise.all(tabs.map((page) => page.reload()));
      expect([game, await start()]).toEqual([game, players]);
    }
  }, 120_000);

  it('[P7] a tab that is busy keeps its player', async () => {
    await context.addInitScript(BLOCKS.locks);
    const [a, b] = [await tab(), await tab()];
    await run<PlayerScenarios, 'playAt'>(a, 'playAt', 'Ann', 0, 0, 'busy');
    const busy = run<PlayerScenarios, 'work'>(a, 'work', 1500);
    await b.waitForFunction(() => localStorage.getItem('working') === 'yes');
    const bob = await run<PlayerScenarios, 'playAt'>(b, 'playAt', 'Bob', 0, 0, 'busy');
    expect(bob).toEqual({ slot: 1, token: 'token of Bob' });
    await busy;
  }, 60_000);

  it('[P7] a tab that can ask nobody is a player of its own, also after a reload', async () => {
    await context.addInitScript(BLOCKS.locks);
    await context.addInitScript(BLOCKS.channel);
    const [a, b] = [await tab(), await tab()];
    expect(await play(a, 'Ann')).toMatchObject({ had: undefined, token: 'token of Ann' });
    expect(await play(b, 'Bob')).toMatchObject({ had: undefined, token: 'token of Bob' });
    await a.reload();
    expect(await play(a, 'nobody')).toMatchObject({ had: 'token of Ann' });
  });

  it('[P8] asked twice, a page gets one player', async () => {
    expect(await run<PlayerScenarios, 'twice'>(await tab(), 'twice')).toEqual({
      isOne: true,
      isAnother: true,
      slot: 0,
    });
  });
});
