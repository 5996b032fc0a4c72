import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { freePort } from '../browser/dev-server.ts';
import { packInto } from '../pack/project.ts';
import { ROOT, Shell } from './shell.ts';

// Projects as newcomers get them: from the tarball, outside the repository, with the packages that npm installs.

const INSTALL_MS = 300_000; // packs, then installs Phaser, Vite, the compiler, on two busy cores
const PATIENCE = { timeout: 60_000, interval: 100 };
const INSTALL = 'npm install --prefer-offline --no-audit --no-fund --loglevel error';

let shell: Shell;
let browser: Browser;

beforeAll(async () => {
  shell = new Shell(join(tmpdir(), 'spacetick-e2e'));
  mkdirSync(shell.path('tarballs'));
  const tarball = packInto(shell.path('tarballs'));
  // The first one by this repository's command, the others by the one that came with it.
  await shell.must(`spacetick init star-rush --template phaser --spacetick ${tarball}`);
  await shell.must(INSTALL, 'star-rush');
  for (const [template, name] of Object.entries({ 'basic-ts': 'guest-book', 'react-ts': 'small-talk' })) {
    const init = `npx --no-install spacetick init ${name} --template ${template} --project-path ../${name}`;
    await shell.must(`${init} --spacetick ${tarball}`, 'star-rush');
    await shell.must(INSTALL, name);
  }
  browser = await launchChromium();
}, INSTALL_MS);

afterAll(async () => {
  await browser?.close();
  await shell?.close();
});

/** Runs `npm run dev` on a free port. @returns its address */
async function dev(name: string): Promise<string> {
  const port = await freePort();
  const said = await shell.begin(`npm run dev -- --host 127.0.0.1 --port ${port} --strictPort`, /Local:\s+http/, name);
  return /Local:\s+(http\S+)/.exec(said())![1]!;
}

describe('a project of each template', { timeout: 180_000 }, () => {
  it('[CL40] type-checks and is built', async () => {
    for (const name of ['star-rush', 'guest-book', 'small-talk']) {
      expect([name, await shell.must('npm run build', name)]).toEqual([name, expect.not.stringMatching(/error/i)]);
      const built = await shell.must('npx --no-install spacetick build', name);
      expect(built).toContain('Checked types\nWrote spacetimedb/dist/bundle.js\n');
    }
    expect(shell.read('star-rush/dist/index.html')).toMatch(/src="\.\/assets\//);
  });

  it("[CL41] [CL52] takes the tutorial's module as it is printed", async () => {
    const printed = readFileSync(join(ROOT, 'test/fixtures/quickstart-chat/index.ts'), 'utf8');
    const mine = shell.read('guest-book/spacetimedb/src/index.ts');
    shell.write('guest-book/spacetimedb/src/index.ts', printed);
    expect(await shell.must('npx --no-install spacetick build', 'guest-book')).toContain('Checked types');
    shell.write('guest-book/spacetimedb/src/index.ts', mine);
  });

  it('[CL40] phaser: a ship moved in one tab moves in the other', async () => {
    const url = await dev('star-rush');
    const context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
    const [a, b] = [await context.newPage(), await context.newPage()];
    await b.addInitScript(withoutWebGl); // one of each; without a GPU two of them keep the processor busy
    const errors: string[] = [];
    for (const page of [a, b]) {
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(url);
      await page.locator('canvas').waitFor();
    }
    await a.bringToFront();
    await expect.poll(() => ships(a), PATIENCE).toHaveLength(2);
    await b.bringToFront();
    await expect.poll(() => ships(b), PATIENCE).toHaveLength(2);
    const before = new Map((await ships(b)).map(({ name, x }) => [name, x]));
    await a.bringToFront();
    const mine = await a.evaluate(() => {
      const load = 'return import("/src/main.ts")'; // the module that the page runs, by its address there
      return (new Function(load)() as Promise<Running>).then(({ game }) => {
        return game.scene.getScene('arena').connection.connectionId.toHexString();
      });
    });
    const key = before.get(mine)! < 640 ? 'ArrowRight' : 'ArrowLeft';
    await a.keyboard.down(key);
    const moved = async (page: Page) => {
      const ship = (await ships(page)).find(({ name }) => name === mine)!;
      return Math.abs(ship.x - before.get(mine)!);
    };
    await expect.poll(() => moved(a), PATIENCE).toBeGreaterThan(150);
    await a.keyboard.up(key);
    await b.bringToFront();
    await expect.poll(() => moved(b), PATIENCE).toBeGreaterThan(150);
    for (const { name, x } of await ships(b)) if (name !== mine) expect(x).toBe(before.get(name));
    if (process.env.SCREENSHOT !== undefined) await b.screenshot({ path: process.env.SCREENSHOT });
    await context.close();
    expect(errors).toEqual([]);
  });

  it('[CL40] react-ts: what one says the other reads', async () => {
    const url = await dev('small-talk');
    const [a, b] = await Promise.all([browser.newContext(), browser.newContext()]).then((contexts) =>
      Promise.all(contexts.map((context) => context.newPage())),
    );
    const errors: string[] = [];
    for (const page of [a!, b!]) {
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(url);
      await expect.poll(() => page.getByRole('status').textContent(), PATIENCE).toBe('Connected');
    }
    await enter(a!, 'Name', 'Ann');
    await enter(a!, 'Message', 'Hello, World!');
    const messages = b!.getByRole('list', { name: 'Messages' }).getByRole('listitem');
    await expect.poll(() => messages.allTextContents(), PATIENCE).toEqual(['Ann Hello, World!']);
    await enter(b!, 'Message', '');
    await expect.poll(() => b!.getByRole('alert').textContent(), PATIENCE).toBe('Messages must not be empty');
    await b!.evaluate(() => {
      for (const key of Object.keys(localStorage)) localStorage.setItem(key, 'of another host');
    });
    await b!.reload();
    await b!.getByRole('button', { name: 'Go on as somebody new' }).click();
    await expect.poll(() => b!.getByRole('status').textContent(), PATIENCE).toBe('Connected');
    await expect.poll(() => messages.allTextContents(), PATIENCE).toEqual(['Ann Hello, World!']);
    if (process.env.SCREENSHOT_REACT !== undefined) await b!.screenshot({ path: process.env.SCREENSHOT_REACT });
    for (const page of [a!, b!]) await page.context().close();
    expect(errors).toEqual([]);
  });

  it('[CL39] [CL40] [CL51] basic-ts: its README, with an edit while people are there', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const described = shell.read('guest-book/spacetime.json');
    shell.write('guest-book/spacetime.json', described.replace('"local"', JSON.stringify(url)));
    const host = await shell.begin('npm run dev', /Watching spacetimedb\/src/, 'guest-book');
    const ann = await shell.begin('npm start -- Ann', /Ann has come\./, 'guest-book');
    expect(ann()).toContain('Here: nobody');
    const module = shell.read('guest-book/spacetimedb/src/index.ts');
    shell.write('guest-book/spacetimedb/src/index.ts', module.replace('Hello, World!', 'Good evening!'));
    await expect.poll(host, PATIENCE).toContain(`Updated database guest-book on ${url}`);
    const bob = await shell.begin(`SPACETICK_URI=${url} npm start -- Bob`, /Bob has come\./, 'guest-book');
    expect(bob()).toContain('Here: Ann');
    await expect.poll(ann, PATIENCE).toContain('Bob has come.');
    await expect.poll(host, PATIENCE).toMatch(/INFO: say_hello: Good evening!/);
  });
});

/** Has Phaser draw on a plain canvas in this page, as where a browser has no WebGL. */
function withoutWebGl(): void {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...more: unknown[]) {
    return /webgl/.test(kind) ? null : (getContext as (...args: unknown[]) => unknown).call(this, kind, ...more);
  } as typeof getContext;
}

interface Running {
  readonly game: {
    readonly scene: {
      getScene(name: string): {
        readonly connection: { readonly connectionId: { toHexString(): string } };
        readonly children: {
          readonly list: readonly { readonly type: string; readonly name: string; readonly x: number }[];
        };
      };
    };
  };
}

/** The ships that a page of the game draws, in the order of their names. */
function ships(page: Page): Promise<{ name: string; x: number }[]> {
  return page.evaluate(async () => {
    const { game } = (await new Function('return import("/src/main.ts")')()) as Running;
    const drawn = game.scene.getScene('arena')?.children.list ?? [];
    return drawn
      .filter(({ type }) => type === 'Container')
      .map(({ name, x }) => ({ name, x: Math.round(x) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  });
}

async function enter(page: Page, field: string, text: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}
