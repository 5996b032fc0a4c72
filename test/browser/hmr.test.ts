import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CometRunHandle } from '../../src/game/debug-handle.ts';
import { launchChromium } from './chromium.ts';
import { type DevServer, startGame } from './dev-server.ts';

// A copy of this project under `npm start`, edited while somebody plays.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'assets', 'bindings', 'package.json', 'tsconfig.json', 'vite.config.ts'];
const SCENE = 'src/game/arena-scene.ts';
const PATIENCE = { timeout: 60_000, interval: 100 };
const FRAMES = 30;

let folder: string;
let game: DevServer;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comet-run-edited-'));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  // What it depends on lies outside of the copy, and is bundled for it alone.
  await writeFile(join(folder, 'edited.config.ts'), configOfCopy());
  [game, browser] = await Promise.all([startGame(folder, '--config', 'edited.config.ts'), launchChromium()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await game?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function configOfCopy(): string {
  return [
    "import config from './vite.config.ts';",
    `const allow = ${JSON.stringify([folder, ROOT])};`,
    `export default { ...config, cacheDir: ${JSON.stringify(join(folder, 'cache'))}, server: { ...config.server, fs: { allow } } };`,
  ].join('\n');
}

function look<K extends keyof CometRunHandle>(page: Page, what: K): Promise<CometRunHandle[K] | undefined> {
  return page.evaluate((name) => window.__cometRun?.[name], what) as Promise<CometRunHandle[K] | undefined>;
}

/** Saves another version of a scene. The page shows which one it plays. */
async function edit(version: number): Promise<void> {
  const file = join(folder, SCENE);
  const source = (await readFile(file, 'utf8')).replace(/ *document\.body\.dataset\.version = '\d+';\n/, '');
  await writeFile(file, source.replace('create(): void {\n', `$&    document.body.dataset.version = '${version}';\n`));
}

function versionShown(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.body.dataset.version);
}

/** How much goes on in some frames: callbacks of the frame, and ticks of the handle's game. */
function watchFrames(page: Page): Promise<{ frames: number; callbacks: number; ticks: number }> {
  return page.evaluate(async (wanted) => {
    const counted = window as unknown as { frameCallbacks: Map<number, number> };
    counted.frameCallbacks.clear();
    const ticksBefore = window.__cometRun!.ticks;
    while (counted.frameCallbacks.size < wanted) await new Promise((done) => setTimeout(done, 20));
    const ticks = window.__cometRun!.ticks - ticksBefore;
    const each = [...counted.frameCallbacks.values()];
    return { frames: each.length, callbacks: each.reduce((sum, count) => sum + count, 0), ticks };
  }, FRAMES);
}

it('[W19] edits put one new game in the place of the old one, and the player flies on', async () => {
  const page = await browser.newPage({ viewport: { width: 480, height: 270 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const sockets = new Set<string>();
  let sequence = 0;
  page.on('websocket', (socket) => {
    if (!socket.url().includes('/v1/database/')) return;
    const name = `${sequence++}: ${socket.url()}`;
    sockets.add(name);
    socket.on('close', () => sockets.delete(name));
  });
  await page.addInitScript(() => {
    const frameCallbacks = new Map<number, number>();
    Object.assign(window, { frameCallbacks });
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        frameCallbacks.set(time, (frameCallbacks.get(time) ?? 0) + 1);
        callback(time);
      });
  });
  await page.goto(game.url);
  await expect.poll(() => look(page, 'phase'), PATIENCE).toBe('online');
  await page.getByPlaceholder('Your name').fill('Ada');
  await page.keyboard.press('Enter');
  await expect.poll(() => look(page, 'me'), PATIENCE).toBeTypeOf('number');
  const identity = await look(page, 'identity');
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));

  for (const version of [1, 2, 3]) {
    await edit(version);
    await expect.poll(() => versionShown(page), PATIENCE).toBe(String(version));
  }
  await edit(4);
  await edit(5); // before the page is done with the one before
  await expect.poll(() => versionShown(page), PATIENCE).toBe('5');

  await expect.poll(() => look(page, 'phase'), PATIENCE).toBe('online');
  await expect.poll(() => look(page, 'me'), PATIENCE).toBeTypeOf('number'); // nobody pressed Play
  expect(await look(page, 'identity')).toBe(identity);
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  expect(await page.locator('#game canvas').count()).toBe(1);
  await expect.poll(() => sockets.size, PATIENCE).toBe(1);
  const named = async () =>
    Object.values((await look(page, 'ships')) ?? {}).filter(({ name }) => name === 'Ada').length;
  await expect.poll(named, PATIENCE).toBe(1);

  const { frames, callbacks, ticks } = await watchFrames(page);
  expect(callbacks).toBe(frames);
  expect(Math.abs(ticks - frames)).toBeLessThanOrEqual(1); // the counts do not begin in the same moment
  const pressed = () => page.locator('#mute').getAttribute('aria-pressed');
  const before = await pressed();
  await page.keyboard.press('m');
  expect(await pressed()).not.toBe(before); // two listeners would have undone each other
  expect(await page.locator('#hud').isVisible()).toBe(true);
  expect(await page.locator('#title').isVisible()).toBe(false);
  expect(errors).toEqual([]);
}, 180_000);
