import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build, createServer, type InlineConfig, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildModule } from '../src/cli/tasks/build-module.ts';
import { spacetick } from '../src/vite/index.ts';
import { launchChromium } from './browser/chromium.ts';
import { codeBlocks } from './code-blocks.ts';

// README's first scene, as printed: its files in a folder of their own, served, and played in two tabs.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRATCH = join(ROOT, 'test/.tmp'); // inside the package, so that `spacetick/...` is this source

let project: string;
let server: ViteDevServer;
let browser: Browser;
let url: string;
let pluginOptions: Parameters<typeof spacetick>[0];

beforeAll(async () => {
  await mkdir(SCRATCH, { recursive: true });
  project = await mkdtemp(join(SCRATCH, 'readme-'));
  const files = codeBlocks(await readFile(join(ROOT, 'README.md'), 'utf8'));
  expect([...files.keys()]).toEqual(['src/module/index.ts', 'vite.config.ts', 'src/main.ts', 'index.html']);
  for (const [path, text] of files) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  // The config file's plugin call, run against this source: Vite would load it from the built package.
  const call = /spacetick\((\{.*?\})\)/s.exec(files.get('vite.config.ts')!)![1]!;
  await serve(new Function(`return ${call}`)() as Parameters<typeof spacetick>[0]);
  browser = await launchChromium();
});

function projectConfig(): InlineConfig {
  return {
    root: project,
    configFile: false,
    cacheDir: join(project, '.vite'),
    plugins: [spacetick({ ...pluginOptions, root: project })],
    resolve: { conditions: ['spacetick-source', 'module', 'browser', 'development|production'] },
  };
}

async function serve(options: Parameters<typeof spacetick>[0], port = 0): Promise<void> {
  pluginOptions = options;
  server = await createServer({
    ...projectConfig(),
    logLevel: 'warn',
    server: { host: '127.0.0.1', port, strictPort: true, fs: { allow: [ROOT] } },
  });
  await server.listen();
  url = `http://127.0.0.1:${(server.httpServer!.address() as AddressInfo).port}/`;
}

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (project !== undefined) await rm(project, { recursive: true, force: true });
});

it('[D1] the first scene, as printed, is a game for two tabs', async () => {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const [a, b] = [await context.newPage(), await context.newPage()];
  const errors: string[] = [];
  for (const page of [a, b]) page.on('pageerror', (error) => errors.push(String(error)));
  await a.goto(url);
  await a.locator('canvas').waitFor();
  await b.goto(url);
  await b.locator('canvas').waitFor();
  /** True when something is drawn there: the corner has nothing but background. */
  const isDrawn = async (page: typeof a, x: number, y: number) => {
    const region = (left: number, top: number) => page.screenshot({ clip: { x: left, y: top, width: 4, height: 4 } });
    return !(await region(x, y)).equals(await region(790, 590));
  };
  // Both ships begin in the middle; A's goes to where A points, and B sees it there.
  await a.bringToFront();
  await a.mouse.move(200, 150);
  await a.mouse.move(202, 152);
  await b.bringToFront();
  await expect.poll(() => isDrawn(b, 198, 150), { timeout: 15_000 }).toBe(true);
  await context.close(); // or both would be drawn during all that follows
  expect(errors).toEqual([]);
}, 60_000);

it('[D1] asks before it plays as somebody new, when the host does not know the player any more', async () => {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  await page.goto(url);
  const tokens = () =>
    page.evaluate(() =>
      Object.entries(localStorage)
        .filter(([key]) => key.endsWith('/token'))
        .map(([, token]) => token),
    );
  await expect.poll(tokens, { timeout: 15_000 }).toHaveLength(1);
  const [old] = await tokens();
  const port = Number(new URL(url).port);
  await page.goto('about:blank');
  await server.close();
  await rm(join(project, '.spacetick'), { recursive: true, force: true }); // with the host's keys
  await serve(pluginOptions, port);
  await page.goto(url);
  const question = page.locator('dialog', { hasText: 'does not know you any more' });
  await question.getByRole('button', { name: 'Not now' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await tokens()).toEqual([old]);
  await page.reload();
  await question.getByRole('button', { name: 'Play as new' }).click();
  await expect.poll(async () => (await tokens()).filter((token) => token !== old), { timeout: 15_000 }).toHaveLength(1);
  await page.locator('canvas').waitFor();
  expect(await question.count()).toBe(0);
  await context.close();
}, 60_000);

it('[D1] its built page is a game in a sub-folder, too', async () => {
  await build({ ...projectConfig(), logLevel: 'error', build: { chunkSizeWarningLimit: 2000 } });
  const port = Number(new URL(url).port);
  // The host stays where it is; the page comes from elsewhere in the same origin, so that the scene finds its host.
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  const missing: string[] = [];
  await page.route(`http://127.0.0.1:${port}/html/my-game/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice('/html/my-game/'.length) || 'index.html';
    await route.fulfill({ path: join(project, 'dist', name) });
  });
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(?!html\/my-game\/|v1\/)/.test(pathname)) missing.push(pathname);
  });
  await page.goto(`${url}html/my-game/`);
  await page.locator('canvas').waitFor();
  expect(missing).toEqual([]);
  await page.close();
}, 60_000);

it('[D7] the guide to Phaser type-checks', async () => {
  const guide = await mkdtemp(join(SCRATCH, 'guide-'));
  try {
    for (const [path, text] of codeBlocks(await readFile(join(ROOT, 'docs/phaser.md'), 'utf8'))) {
      await mkdir(dirname(join(guide, path)), { recursive: true });
      await writeFile(join(guide, path), text);
    }
    const built = await buildModule(join(guide, 'src/module'), [{ path: join(guide, 'src/module_bindings') }]);
    await built.putBindings();
    expect(await typeCheck(guide)).toEqual({ status: 0, said: '' });
  } finally {
    await rm(guide, { recursive: true, force: true });
  }
}, 60_000);

it("[D2] its scene is at most 40 lines, and type-checks; so does React's component", async () => {
  const [, component] = /```tsx\n(.*?)```/s.exec(await readFile(join(ROOT, 'README.md'), 'utf8'))!;
  await writeFile(join(project, 'src/ships.tsx'), component!);
  const scene = await readFile(join(project, 'src/main.ts'), 'utf8');
  expect(scene.trim().split('\n').length).toBeLessThanOrEqual(40);
  expect(await typeCheck(project)).toEqual({ status: 0, said: '' });
}, 60_000);

it('[D9] its component in React counts the ships of the game, over the canvas', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const files = codeBlocks(readme);
  const [, component] = /```tsx\n(.*?)```/s.exec(readme)!;
  const [element] = /<div id="ships".*?<\/div>/.exec(readme)!;
  const [call] = /showShips\(this\.connection\)/.exec(readme)!;
  const scene = files.get('src/main.ts')!.replace('create() {\n', `create() {\n    ${call};\n`);
  await writeFile(join(project, 'src/ships.tsx'), component!);
  await writeFile(join(project, 'src/both.ts'), `import { showShips } from './ships';\n${scene}`);
  expect(await typeCheck(project)).toEqual({ status: 0, said: '' });
  const page = files.get('index.html')!.replace('<script', `${element}\n<script`).replace('main.ts', 'both.ts');
  await writeFile(join(project, 'both.html'), page);
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(`${url}both.html`);
    await tab.locator('canvas').waitFor();
  }
  const shown = tabs[1]!.getByText('2 ships'); // in front
  await shown.waitFor();
  const isOnTop = (text: Element) => {
    const { left, top } = text.getBoundingClientRect();
    return (
      document.elementFromPoint(left + 2, top + 2) === text && getComputedStyle(text).color === 'rgb(255, 255, 255)'
    );
  };
  expect(await shown.evaluate(isOnTop)).toBe(true);
  await context.close();
}, 60_000);

/** @param folder below `SCRATCH` */
async function typeCheck(folder: string): Promise<{ status: number | null; said: string }> {
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: { paths: {}, jsx: 'react-jsx' },
    include: ['src'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const ran = spawnSync(process.execPath, [compiler, '--noEmit', '-p', folder], { cwd: ROOT, encoding: 'utf8' });
  return { status: ran.status, said: `${ran.stdout}${ran.stderr}`.trim() };
}

it('[D3] every relative link and image of README and docs leads somewhere', async () => {
  const documents = [
    'README.md',
    'assets/README.md',
    ...(await readdir(join(ROOT, 'docs'))).map((file) => `docs/${file}`),
  ];
  const missing: string[] = [];
  for (const file of documents.filter((name) => name.endsWith('.md'))) {
    const text = await readFile(join(ROOT, file), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      if (!existsSync(join(ROOT, dirname(file), target!))) missing.push(`${file}: ${target}`);
    }
  }
  expect(missing).toEqual([]);
});
