import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Player } from '../host/node/support/player.ts';
import { Desk, orbs } from './command.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

const CLEAR = 'export const clear = spacetimedb.reducer((ctx) => { ctx.db.orb.clear(); });\n';
const ADD = 'export const add = spacetimedb.reducer((ctx) => { ctx.db.orb.insert({ id: 1, kind: 2 }); });\n';

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('dev', { timeout: 120_000 }, () => {
  it('[CL51] [CL46] publishes and generates again as files change, clients staying connected', async () => {
    const host = await desk.start('-l', '0', '--in-memory');
    desk.write('package.json', '{"name":"@me/My_Game"}');
    const entry = 'spacetimedb/src/index.ts';
    desk.write(entry, orbs(ADD));
    const dev = desk.follow('dev', '-s', host.url);
    const says = (line: string | RegExp, from: 'out' | 'err' = 'out') =>
      expect.poll(() => dev[from]().join('\n'), { timeout: 30_000 }).toMatch(line);
    await says(/^Watching .*spacetimedb\/src for changes/m);
    expect(dev.out()).toEqual([
      expect.stringMatching(/^Built the module in \d+ ms$/),
      `Created database me-my-game on ${host.url}`,
      expect.stringMatching(/^Wrote \d+ files of bindings to src\/module_bindings$/),
      'Watching spacetimedb/src for changes. Ctrl-C ends it.',
    ]);
    expect(existsSync(join(desk.folder, 'src/module_bindings/add_reducer.ts'))).toBe(true);
    const player = await Player.join(host.url, 'me-my-game');
    await player.subscribe(1, 'SELECT * FROM orb');
    await player.ask('add');
    desk.write(entry, orbs(`import { ONE } from './one.ts';\n${ADD}${CLEAR}console.info(ONE);`));
    await says(/one\.ts/, 'err');
    await says('The version before it goes on.', 'err');
    desk.write('spacetimedb/src/one.ts', 'export const ONE = 1;\n');
    await says(`Updated database me-my-game on ${host.url}`);
    await expect.poll(() => existsSync(join(desk.folder, 'src/module_bindings/clear_reducer.ts'))).toBe(true);
    await player.ask('clear');
    expect(player.socket.readyState).toBe(player.socket.OPEN);
    // Rows that do not fit go, at the desk.
    await player.ask('add');
    desk.write(entry, orbs(ADD.replace('2', "'red'"), 'id: t.u32().primaryKey(), kind: t.string()'));
    await says(/The tables begin empty:\n.*kind in table orb from u8 to string/, 'err');
    expect(await dev.stop()).toBe(0);
    await player.leave();
    await host.stop();
  });

  it('[CL47] [CL48] brings the host along, and the client, and takes them with it', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    desk.write('spacetimedb/index.ts', orbs('export const = 1;'));
    const script = "console.log('client runs'); setInterval(() => {}, 1000);";
    desk.write('client.mjs', script);
    const dev = desk.follow('dev', 'orbs', '-s', url, '--module-bindings-path', 'b', '--run', 'node client.mjs');
    const saysLast = (line: string) => expect.poll(() => dev.out().at(-1), { timeout: 30_000 }).toBe(line);
    await saysLast('The client is started once the module is published.');
    expect(dev.out()).not.toContain('client runs');
    desk.write('spacetimedb/index.ts', orbs());
    await saysLast('client runs');
    expect(dev.out()).toEqual(
      expect.arrayContaining([`spacetick host listening on ${url}`, `Created database orbs on ${url}`]),
    );
    expect((await fetch(`${url}/v1/database/orbs`)).status).toBe(200);
    expect(desk.files('b')).toContain('orb_table.ts');
    expect(await dev.stop('SIGTERM')).toBe(0);
    await expect(fetch(`${url}/v1/ping`)).rejects.toThrow();
    const rust = await desk.run('dev', 'orbs', '--client-lang', 'rust');
    expect(rust.err[0]).toMatch(/^Error: Bindings in rust are not generated here/);
    const brief = desk.follow('dev', 'orbs', '-s', url, '--server-only', '--in-memory');
    await expect.poll(() => brief.err().join(''), { timeout: 30_000 }).toMatch(/unknown option '--in-memory'/);
    desk.write('client.mjs', '');
    const ended = desk.follow('dev', 'orbs', '-s', url, '--skip-generate', '--run', 'node client.mjs');
    expect(await ended.ended).toBe(0);
  });
});
