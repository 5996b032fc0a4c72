import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type PageServer, servePages } from './page-server.ts';
import type { MirrorScenarios } from './pages/mirror-scenarios.ts';
import { run } from './scenario.ts';

let server: PageServer;
let browser: Browser;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  server = await servePages();
  browser = await launchChromium();
  page = await browser.newPage();
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  pageErrors = [];
  await page.goto(server.url('phaser.html'));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(() => {
  pageErrors = [];
});

afterEach(() => {
  expect(pageErrors).toEqual([]);
});

const scenario = <Name extends keyof MirrorScenarios & string>(name: Name) =>
  run<MirrorScenarios, Name>(page, name, ...([] as unknown as Parameters<MirrorScenarios[Name]>));

describe('mirrorTable in a real browser', () => {
  it('[M1] mirrors the rows already there at once', async () => {
    expect(await scenario('firstRows')).toEqual({ names: ['ship 1', 'ship 2'], size: 2, x: 20, none: true });
  });

  it('[M2] [M3] [M4] follows a row from insert to delete', async () => {
    expect(await scenario('rowLife')).toEqual({
      log: [
        'insert sees ship 1 at 10',
        'ship 1 10 -> 60',
        'ship 1 of user1 deleted',
        'delete sees undefined',
        'insert sees ship 2 at 20',
        'ship 2 of user2 unsubscribed',
        'delete sees undefined',
      ],
      kept: true,
      left: 0,
      size: 0,
      wasDestroyed: true,
    });
  });

  it('[M4] tells why objects go when the connection or the mirror ends', async () => {
    const { reasons, left, watchers } = await scenario('endings');
    expect(reasons).toEqual(['disconnected', 'stopped']);
    expect({ left, watchers }).toEqual({ left: 0, watchers: 0 });
  });

  it('[M5] waits for tweens, chains and promises, however they end', async () => {
    expect(await scenario('departures')).toEqual({
      atFirst: [false, false, false, false],
      meanwhile: [true, false, false, true],
      isAnother: true,
      isThere: true,
    });
  });

  it('[M5] animates out after the connection ended, then leaves the scene', async () => {
    const { before, during, after } = await scenario('lastDeparture');
    expect(during).toBe(1);
    expect(after).toBe(before - 1);
  });

  it('[M6] reuses pooled objects, no more than max', async () => {
    expect(await scenario('pool')).toEqual({
      created: 3,
      resets: ['ship 2 becomes 4'],
      pooled: [
        [false, false, true],
        [false, false, true],
        [false, false, false],
      ],
      reused: true,
      four: [true, true, 40],
    });
    expect(await scenario('poolWithUpdate')).toEqual(['2 2']);
  });

  it('[M7] joins rows of other tables that come before, after, change and go', async () => {
    expect(await scenario('joins')).toEqual({
      log: [
        'create 1 for Ann',
        'create 2 for undefined',
        '2: Bob',
        '2: Rob',
        '1: undefined',
        '1 itself: Rob',
        '2: Bobby',
        '1: Bobby',
        '1: B',
      ],
      text: 'B',
      watchers: 0,
    });
  });

  it('[M7] takes poses from joined rows, of several the newest', async () => {
    expect(await scenario('joinedPose')).toEqual({ before: -1, placed: 55, newest: 66, back: 55 });
  });

  it('[M8] needs a key for tables without a primary key', async () => {
    expect(await scenario('noPrimaryKey')).toEqual({ kept: true, x: 50, size: 0, code: 'E_MIRROR_KEY', watchers: 0 });
  });

  it('[M9] survives scene.restart()', async () => {
    const { counts, removed, children, after } = await scenario('restart');
    expect({ counts, removed, children, after }).toEqual({ counts: [1, 1, 1, 1], removed: 0, children: 2, after: 0 });
  });

  it('[M9] ends with a scene that is stopped, and survives its removal', async () => {
    expect(await scenario('sceneStopped')).toEqual({ watchers: 0 });
  });

  it('[M10] works in a game made after another was destroyed', async () => {
    expect(await scenario('gameAgain')).toEqual({ seen: [1, 1, 1, 1, 1, 1], after: 0 });
  });

  it('[M10] works in two games on a page', async () => {
    expect(await scenario('twoGames')).toEqual({ both: [42, 42], second: 43, gone: 0, watchers: 1 });
  });

  it('[M11] leaves objects alone that the game destroyed', async () => {
    expect(await scenario('destroyedByGame')).toEqual({
      seen: [true, 1, 2],
      log: ['update ship 1'],
      again: true,
    });
  });

  it('[M12] reports errors of callbacks once per kind and goes on', async () => {
    const { told, ...facts } = await scenario('errors');
    expect(facts).toEqual({ size: 1, revived: true, left: 0 });
    expect(told.map((line) => /`(\w+)` threw/.exec(line)?.[1])).toEqual(['create', 'update', 'pose', 'remove']);
    expect(told[0]).toContain('mirrorTable(ship)');
    expect(told[0]).toContain('create is broken');
  });

  it('[M13] draws poses after the update of the same frame', async () => {
    const { x, updates } = await scenario('postUpdate');
    expect(x).toBeCloseTo(15, 6);
    expect(updates).toBeGreaterThan(0);
  });

  it('[M14] writes poses of any fields and reports those the object has not', async () => {
    const { mirrored, told } = await scenario('poseFields');
    expect(mirrored).toEqual([5, 0.5, 2, 1, 5, 90]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('`rotatoin`, which a Rectangle does not have');
  });

  it('[M15] leaves the object where it is while there is no pose', async () => {
    expect(await scenario('maybePose')).toEqual([-1, 20, 20, 30]);
  });

  it('[S13] draws poses of a resume at once', async () => {
    const { gliding, atOnce, stays } = await scenario('snapshots');
    expect(gliding).toBeCloseTo(15, 6);
    expect([atOnce, stays]).toEqual([200, 200]);
  });

  it('[M16] says when it is called before the scene runs', async () => {
    expect(await scenario('tooEarly')).toBe('E_SCENE');
  });

  it('[M16] says why a table may not be there', async () => {
    expect(await scenario('noTable')).toEqual({
      failures: [
        ['E_ROW_SOURCE', 'mirrorTable', true],
        ['E_ROW_SOURCE', 'mirrorTable(ship): join.user', true],
        ['E_ROW_SOURCE', 'rowSounds', true],
      ],
      watchers: 0,
    });
  });
});
