import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Phaser from 'phaser';
import { createServer } from 'vite';
import { chromePath, launchChromium } from '../test/browser/chromium.ts';
import { raceFleets } from './fleet.ts';
import type { Line } from './line.ts';
import type { Effort, Outcome } from './race.ts';

const SPRITES = 1000;

/** Pages see time in steps of 5 us instead of 100 when nobody else's page can be in their process. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A frame of 1,000 moving sprites, in a real browser where there is one. */
export async function measure(effort: Effort): Promise<Line[]> {
  const line = {
    work: 'frame of 1,000 moving sprites, mirrored and smoothed',
    against: 'a loop that lerps them from arrays',
    unit: 'x',
    reach: 2,
    reason: 'each sprite also looks whether it has reached its next sample',
  } as const;
  if (hasBrowser()) return [{ ...line, ...(await inBrowser(effort)) }];
  return [{ ...line, ...inNode(effort), note: 'plain objects in Node: no Chrome or Chromium was found' }];
}

function hasBrowser(): boolean {
  try {
    return chromePath() !== '';
  } catch {
    return false;
  }
}

async function inBrowser(effort: Effort): Promise<Outcome> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'spacetick-bench-'));
  const server = await createServer({
    root: process.cwd(),
    configFile: false,
    cacheDir,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null, headers: ISOLATED },
    resolve: { conditions: ['spacetick-source', 'module', 'browser', 'development|production'] },
    optimizeDeps: { include: ['phaser', 'howler'], noDiscovery: true },
    appType: 'mpa',
  });
  await server.listen();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const { port } = server.httpServer!.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/bench/pages/sprites.html`);
    await page.waitForFunction(() => 'measureSprites' in window);
    return await page.evaluate(
      ([effort, count]) => {
        const { measureSprites } = window as unknown as {
          measureSprites(effort: Effort, count: number): Promise<Outcome>;
        };
        return measureSprites(effort, count);
      },
      [effort, SPRITES] as const,
    );
  } finally {
    await browser.close();
    await server.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

function inNode(effort: Effort): Outcome {
  const scene = { sys: { events: new SceneEvents(), game: {} } } as unknown as Phaser.Scene;
  const make = () => new PlainSprite(scene) as unknown as Phaser.GameObjects.Sprite;
  return raceFleets(effort, scene, SPRITES, make);
}

/** What a frame touches of a sprite. */
class PlainSprite {
  readonly scene: Phaser.Scene;
  active = true;
  visible = true;
  x = 0;
  y = 0;
  rotation = 0;

  constructor(scene: Phaser.Scene) {
    this.scene = scene;
  }

  destroy(): void {
    this.active = false;
  }
}

/** What a mirror uses of a scene's events. */
class SceneEvents {
  readonly #listeners = new Map<string, { run: () => void; context: unknown }[]>();

  on(event: string, run: () => void, context?: unknown): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { run, context }]);
  }

  off(event: string, run: () => void): void {
    const rest = (this.#listeners.get(event) ?? []).filter((listener) => listener.run !== run);
    this.#listeners.set(event, rest);
  }

  emit(event: string): void {
    for (const { run, context } of this.#listeners.get(event) ?? []) run.call(context);
  }
}
