import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { spacetick } from '../../src/vite/index.ts';
import { freePort } from '../browser/dev-server.ts';
import { orbsModule, Project } from './project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const SOON = { timeout: 20_000, interval: 20 }; // file watchers on a busy machine

let project: Project;
beforeEach(() => {
  project = new Project();
  project.write('module/index.ts', orbsModule());
});
afterEach(() => project.clear());

const logged = (text: RegExp) => expect.poll(() => project.log.join('\n'), SOON).toMatch(text);

describe('the Vite plugin', { timeout: 60_000 }, () => {
  it("[VT1] answers at the page's own address, and leaves everything else to Vite", async () => {
    const { server, url } = await project.start();
    expect((await fetch(`${url}/v1/ping`)).status).toBe(200);
    expect((await fetch(`${url}/v1/database/orbs`)).status).toBe(200);
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>Orbs</title>');
    expect(page).toContain('/@vite/client');
    expect(await (await fetch(`${url}/main.ts`)).text()).toContain('console.log("orbs")');

    const player = await project.join(url);
    expect((await player.ask('drop', [1])).type).toBe('TransactionUpdate');

    const hot = new WebSocket(`${url.replace('http', 'ws')}/?token=${server.config.webSocketToken}`, 'vite-hmr');
    const greeting = await new Promise<string>((resolve, reject) => {
      hot.on('message', (data) => resolve(String(data)));
      hot.on('error', reject);
    });
    expect(JSON.parse(greeting)).toEqual({ type: 'connected' });
    hot.close();
    await player.leave();
  });

  it.each([
    ['.spacetick', {}, {}],
    ['var/my (keys)', { dataDirectory: 'var/my (keys)' }, {}],
    ['.spacetick', {}, { server: { host: '127.0.0.1', port: 0, fs: { deny: ['.env', 'secret.txt'] } } }],
  ])('[VT5] [VT13] serves nobody what is in %s, nor what Vite and the project deny', async (data, options, vite) => {
    for (const path of ['.env', 'secret.txt']) project.write(path, 'KEY=PRIVATE KEY\n');
    const { url } = await project.start(options, vite);
    await expect.poll(() => existsSync(join(project.folder, data, 'dev-host.json')), SOON).toBe(true);
    const files = readdirSync(join(project.folder, data)).map((name) => `${data}/${name}`);
    expect(files.length).toBeGreaterThan(2);
    if ('server' in vite) files.push('secret.txt');
    for (const file of [...files, '.env']) {
      for (const query of ['', '?raw', '?import&raw', '?raw??', '?url']) {
        for (const base of ['/', `/@fs${project.folder}/`]) {
          const answer = await fetch(`${url}${base}${encodeURI(file)}${query}`);
          const text = await answer.text();
          expect([file, query, base, /PRIVATE KEY|eyJ/.test(text)]).toEqual([file, query, base, false]);
          if (query === '' && base !== '/') expect([file, answer.status]).toEqual([file, 403]);
        }
      }
    }
  });

  it('[VT13] takes back where it is on Ctrl+C, which ends Vite as ever', async () => {
    const data = join(project.folder, 'data');
    const { VITEST: _vitest, NODE_ENV: _env, ...environment } = process.env;
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    const child = spawn(process.execPath, [vite, '--port', String(await freePort())], {
      cwd: ROOT,
      env: { ...environment, SPACETICK_DATA_DIR: data },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    try {
      await expect.poll(() => existsSync(join(data, 'dev-host.json')), { ...SOON, timeout: 60_000 }).toBe(true);
      child.kill('SIGINT');
      expect(await ended).toBe('SIGINT');
      expect(existsSync(join(data, 'dev-host.json'))).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('[VT2] writes the bindings, and again with the module when one of its files changes; clients stay', async () => {
    project.write('module/rules.ts', 'export const KIND = 1;\n');
    project.write(
      'module/index.ts',
      `import { KIND } from './rules';\n${orbsModule().replace('kind: 1', 'kind: KIND')}`,
    );
    const { url } = await project.start();
    expect(project.read('bindings/index.ts')).toMatch(/drop/);
    const player = await project.join(url);
    await player.subscribe(1, 'SELECT * FROM orb');
    await player.ask('drop', [1]);
    const typesAt = project.writtenAt('bindings/orb_table.ts');

    project.write('module/rules.ts', 'export const KIND = 2;\n');
    await logged(/info: spacetick: orbs published again/);
    await player.ask('drop', [2]);
    expect(player.inserted('orb')).toEqual([
      [1, 1],
      [2, 2],
    ]);

    const more =
      'export const take = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => { ctx.db.orb.id.delete(id); });';
    project.write('module/index.ts', orbsModule({ reducers: more }));
    await expect.poll(() => project.read('bindings/index.ts'), SOON).toMatch(/take/);
    await expect.poll(async () => (await player.ask('take', [1])).type, SOON).toBe('TransactionUpdate');
    expect(project.writtenAt('bindings/orb_table.ts')).toBe(typesAt);
    await player.leave();
  });

  it('[VT2] does not publish again what is the same', async () => {
    await project.start();
    project.write('module/index.ts', `${orbsModule()}// a remark\n`);
    project.write('module/index.ts', `${orbsModule()}// another remark\n`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(project.log.filter((line) => line.includes('published again'))).toEqual([]);
  });

  it('[VT3] logs a module that does not load and goes on with the one before it', async () => {
    const { url } = await project.start();
    const player = await project.join(url);
    project.write('module/index.ts', `${orbsModule()}const a = = 3;\n`);
    await logged(/error: spacetick: .*index\.ts:9:11: Unexpected token\nThe version before it goes on\./);
    expect((await player.ask('drop', [1])).type).toBe('TransactionUpdate');
    project.write('module/index.ts', `${orbsModule()}import { x } from './later';\nconsole.info(x);\n`);
    await logged(/error: spacetick: .*Could not resolve '\.\/later'/);
    project.write('module/later.ts', 'export const x = 1;\n'); // mended by a file that was not part of it
    await logged(/info: spacetick: orbs published again/);
    expect((await player.ask('drop', [2])).type).toBe('TransactionUpdate');
    await player.leave();
  });

  it('[VT3] starts with a module that does not load, and publishes it once it is mended', async () => {
    project.write('module/index.ts', 'throw new Error("no fuel");\n');
    const { url } = await project.start();
    await logged(/error: spacetick: .*index\.ts:1:7: no fuel$/m);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(`${url}/v1/database/orbs`)).status).toBe(404);
    project.write('module/index.ts', orbsModule());
    await expect.poll(async () => (await fetch(`${url}/v1/database/orbs`)).status, SOON).toBe(200);
    await logged(/info: spacetick: orbs published, mended/); // bindings come after the module
    expect(project.read('bindings/index.ts')).toMatch(/drop/);
  });

  it('[VT12] reloads pages once there is a first version to connect to', async () => {
    project.write('module/index.ts', 'throw new Error("no fuel");\n');
    const { server, url } = await project.start();
    const address = `${url.replace('http', 'ws')}/?token=${server.config.webSocketToken}`;
    const page = new WebSocket(address, 'vite-hmr');
    const heard: string[] = [];
    page.on('message', (data) => heard.push((JSON.parse(String(data)) as { type: string }).type));
    await expect.poll(() => heard, SOON).toContain('connected');
    project.write('module/index.ts', orbsModule());
    await expect.poll(() => heard, SOON).toContain('full-reload');
    page.close();
  });

  it('[VT4] begins with empty tables where the rows do not fit, and says why', async () => {
    const { url } = await project.start();
    const player = await project.join(url);
    await player.ask('drop', [1]);
    project.write('module/index.ts', orbsModule({ columns: 'id: t.u32().primaryKey(), kind: t.f32()' }));
    await logged(
      /warn: spacetick: the tables begin empty:\n +Changing the type of column kind in table orb from u8 to f32/,
    );
    expect((await player.ended).code).toBe(1001);
    const again = await project.join(url);
    expect((await again.subscribe(1, 'SELECT * FROM orb')).tables).toEqual([]);
    await again.leave();
  });

  it('[VT4] disconnects clients that would not understand the new version; rows stay', async () => {
    const { url } = await project.start();
    const player = await project.join(url);
    await player.ask('drop', [1]);
    project.write(
      'module/index.ts',
      orbsModule({ columns: 'id: t.u32().primaryKey(), kind: t.u8(), hue: t.u8().default(7)' }),
    );
    expect((await player.ended).code).toBe(1001);
    const again = await project.join(url);
    expect((await again.subscribe(1, 'SELECT * FROM orb')).tables).toMatchObject([{ inserts: [[1, 1, 7]] }]);
    await again.leave();
  });

  it('[VT5] knows players again after a restart, and publishes the module anew', async () => {
    const first = await project.start();
    const player = await project.join(first.url);
    await player.ask('drop', [1]);
    await first.server.close();
    const second = await project.start();
    const exchange = await fetch(`${second.url}/v1/identity/websocket-token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${player.greeting.token}` },
    });
    const { token } = (await exchange.json()) as { token: string };
    const again = await project.join(second.url, token);
    expect(again.identity).toBe(player.identity);
    expect((await again.subscribe(1, 'SELECT * FROM orb')).tables).toEqual([]);
    expect(project.read('.spacetick/id_ecdsa')).toMatch(/PRIVATE KEY/);
    expect(project.read('.spacetick/.gitignore')).toBe('*\n');
    expect(() => project.read('.spacetick/programs/orbs.json')).toThrow(/ENOENT/);
    await again.leave();
  });

  it('[VT6] takes no modules over HTTP', async () => {
    const { url } = await project.start();
    const answer = await fetch(`${url}/v1/database/mine`, { method: 'PUT', body: '' });
    expect([answer.status, await answer.text()]).toEqual([
      403,
      'This host takes no modules: it runs inside a dev server, which publishes its own.',
    ]);
  });

  it('[VT13] writes down where it is, with the token of who owns the database, as long as it listens', async () => {
    const { server, url } = await project.start({ dataDirectory: 'kept' });
    const file = 'kept/dev-host.json';
    const noted = () => JSON.parse(project.read(file)) as { url: string; token: string };
    await expect.poll(() => existsSync(join(project.folder, file)), SOON).toBe(true);
    expect(noted().url).toBe(url);
    expect(statSync(join(project.folder, file)).mode & 0o077).toBe(0);
    const logs = (token: string) =>
      fetch(`${url}/v1/database/orbs/logs`, { headers: { authorization: `Bearer ${token}` } });
    expect((await logs(noted().token)).status).toBe(200);
    const { token } = (await (await fetch(`${url}/v1/identity`, { method: 'POST' })).json()) as { token: string };
    expect((await logs(token)).status).toBe(403);
    await server.restart();
    await expect.poll(() => existsSync(join(project.folder, file)), SOON).toBe(true);
    expect(noted().url).toBe(url);
    await server.close();
    expect(existsSync(join(project.folder, file))).toBe(false);
  });

  it('[VT7] closes the host with the server, and opens another when Vite restarts', async () => {
    const { server, url } = await project.start();
    const player = await project.join(url);
    await server.restart();
    await player.ended;
    const again = await project.join(url);
    expect((await again.ask('drop', [1])).type).toBe('TransactionUpdate');
    await server.close();
    await again.ended;
    await expect(fetch(`${url}/v1/ping`)).rejects.toThrow();
  });

  it("[VT8] shows what the module writes in Vite's log", async () => {
    const { url } = await project.start();
    const player = await project.join(url);
    await player.ask('drop', [5]);
    await logged(/^info: orbs: \S+Z {2}INFO: drop: dropped 5$/m);
    await player.ask('drop', [5]);
    await logged(/^error: orbs: \S+Z ERROR: drop: /m);
    await player.leave();
  });

  it('[VT8] has no host in a build', async () => {
    await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [spacetick({ root: project.folder, module: 'no-such-module', bindings: 'bindings', database: 'orbs' })],
    });
    expect(project.read('dist/index.html')).toContain('Orbs');
    expect(() => project.read('bindings/index.ts')).toThrow(/ENOENT/);
  });

  it('[VT11] builds a page for any folder, unless the project says where it will be', async () => {
    const plugin = { root: project.folder, module: 'module', bindings: 'bindings', database: 'orbs' };
    const built = async (config: InlineConfig) => {
      await build({
        root: project.folder,
        configFile: false,
        logLevel: 'silent',
        plugins: [spacetick(plugin)],
        ...config,
      });
      return /src="(.*?)index-/.exec(project.read('dist/index.html'))?.[1];
    };
    expect(await built({})).toBe('./assets/');
    expect(await built({ base: '/' })).toBe('/assets/');
    expect(await built({ base: '/games/orbs/' })).toBe('/games/orbs/assets/');
    const { server } = await project.start();
    expect(server.config.base).toBe('/');
  });
});
