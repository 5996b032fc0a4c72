import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Player } from '../host/node/support/player.ts';
import { Desk, orbs } from './command.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

describe('start', { timeout: 120_000 }, () => {
  it('[CL10] says where it listens and what it keeps, and ends on Ctrl-C', async () => {
    const host = await desk.start('--listen-addr', '127.0.0.1:0');
    expect(host.out()).toEqual([
      expect.stringMatching(/^spacetick host listening on http:\/\/127\.0\.0\.1:\d+$/),
      `Data directory: ${join(desk.folder, 'data/spacetick/data')}`,
      'Rows live in memory: after a restart databases begin again with their init reducer.',
    ]);
    expect((await fetch(`${host.url}/v1/ping`)).status).toBe(200);
    expect(await host.stop()).toBe(0);
    expect(host.out().at(-1)).toBe('Stopping.');
    expect(host.err()).toEqual([]);
    expect(desk.files('data')).toEqual(['spacetick/data/id_ecdsa', 'spacetick/data/id_ecdsa.pub']);
  });

  it('[CL10] ends on SIGTERM too, and keeps nothing when told so', async () => {
    const host = await desk.start('-l', '0', '--in-memory', '--non-interactive');
    expect(host.out()).toContain('Nothing is kept: keys and programs end with this host.');
    expect(await host.stop('SIGTERM')).toBe(0);
    expect(() => desk.files('data')).toThrow(/ENOENT/);
  });

  it('[CL11] listens on this machine only, unless told otherwise, and then it warns', async () => {
    const usual = await desk.start('--in-memory').catch((error: Error) => error.message);
    const where = typeof usual === 'string' ? usual : `listening on ${usual.url}`;
    // Port 3000 may be somebody else's; the address is ours.
    expect(where).toMatch(
      /listening on http:\/\/127\.0\.0\.1:3000$|Cannot listen on 127\.0\.0\.1:3000: port 3000 is in use/,
    );
    const host = await desk.start('-l', '0', '--in-memory');
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    const { port } = new URL(host.url);
    expect(host.url).toBe(`http://127.0.0.1:${port}`);
    if (outside) await expect(fetch(`http://${outside.address}:${port}/v1/ping`)).rejects.toThrow();
    const open = await desk.start('-l', '0.0.0.0:0', '--in-memory');
    await expect
      .poll(() => open.err())
      .toEqual(['Warning: 0.0.0.0 can be reached from other machines, and whoever reaches it can publish code.']);
    await Promise.all([host.stop(), open.stop()]);
  });

  it('[CL15] takes keys from elsewhere, and makes them there', async () => {
    const keys = ['--jwt-priv-key-path', 'keys/own/id', '--jwt-pub-key-path', 'keys/own/id.pub'];
    const first = await desk.start('-l', '0', '--in-memory', ...keys);
    expect(desk.files('keys')).toEqual(['own/id', 'own/id.pub']);
    const { token } = (await (await fetch(`${first.url}/v1/identity`, { method: 'POST' })).json()) as { token: string };
    const ping = async (url: string) =>
      (await fetch(`${url}/v1/ping`, { headers: { authorization: `Bearer ${token}` } })).status;
    await first.stop();
    const second = await desk.start('-l', '0', '--data-dir', 'elsewhere', ...keys);
    const third = await desk.start('-l', '0', '--in-memory');
    expect([await ping(second.url), await ping(third.url)]).toEqual([200, 401]);
    expect(desk.files('elsewhere').filter((file) => file.startsWith('id_'))).toEqual([]);
    for (const host of [second, third]) await host.stop();
    const half = await desk.run('start', '--in-memory', '--jwt-pub-key-path', 'keys/own/id.pub');
    expect(half.err).toEqual(['Error: Give both keys: --jwt-pub-key-path and --jwt-priv-key-path.']);
  });

  it('[CL16] takes limits for what clients send', async () => {
    desk.write('orbs/index.ts', orbs('export const shine = spacetimedb.reducer({ text: t.string() }, () => {});\n'));
    const limits = ['--max-message-bytes', '2000', '--max-requests-per-second', '2'];
    const host = await desk.start('-l', '0', '--in-memory', ...limits);
    expect((await desk.run('publish', 'orbs', '-p', 'orbs', '-s', host.url)).code).toBe(0);
    const player = await Player.join(host.url, 'orbs');
    const calls = [1, 2, 3].map(() => player.call('shine', ['dim']));
    expect(await player.answerTo(calls[2]!)).toMatchObject({
      error: expect.stringContaining('takes 2 requests a second'),
    });
    player.call('shine', ['x'.repeat(2000)]);
    expect((await player.ended).code).toBe(1009);
    await host.stop();
    const wrong = await desk.run('start', '--in-memory', '--max-requests-per-second', '0');
    expect(wrong.err.join(' ')).toContain('It is a whole number above zero.');
  });

  it('[CL12] says that a port is taken, and keys that cannot be used', async () => {
    const first = await desk.start('-l', '0', '--in-memory');
    const address = first.url.slice('http://'.length);
    const second = await desk.run('start', '-l', address, '--in-memory');
    expect(second).toEqual({
      code: 1,
      errorCode: 'E_LISTEN',
      out: [],
      err: [
        `Error: Cannot listen on ${address}: port ${new URL(first.url).port} is in use. Another host may be running; stop ` +
          'it, or choose another port with --listen-addr.',
      ],
    });
    desk.write('kept/id_ecdsa', 'no key');
    const third = await desk.run('start', '-l', '0', '--data-dir', 'kept');
    expect(third.code).toBe(1);
    expect(third.err.join('\n')).toMatch(/^Error: The signing keys .*cannot be used: .*Restore them from a backup/s);
    expect(third.err.join('\n')).not.toMatch(/^ +at /m);
  });

  it('[CL13] brings published databases back, and prints what modules write', async () => {
    desk.write('module/index.ts', orbs('export const init = spacetimedb.init(() => console.info("four orbs"));'));
    const first = await desk.start('-l', '0', '--data-dir', 'kept');
    const published = await desk.run('publish', 'orbs', '-p', 'module', '-s', first.url);
    const identity = /identity: (\w+)$/.exec(published.out.at(-1)!)![1];
    await first.stop();
    const second = await desk.start('-l', '0', '--data-dir', 'kept');
    await expect.poll(() => second.out()).toContain(`Database: orbs ${identity}`);
    expect(second.out().join('\n')).toMatch(/^orbs: \d{4}-\d\d-\d\dT[\d:.]+Z {2}INFO: init: four orbs$/m);
    await second.stop();
  });

  it('[CL10] says once of a database without a name which it is', async () => {
    desk.write('module/index.ts', orbs());
    const first = await desk.start('-l', '0', '--data-dir', 'kept-unnamed');
    const published = await desk.run('publish', '-p', 'module', '-s', first.url);
    const identity = /identity: (\w+)$/.exec(published.out.at(-1)!)![1];
    await first.stop();
    const second = await desk.start('-l', '0', '--data-dir', 'kept-unnamed');
    await expect.poll(() => second.out()).toContain(`Database: (unnamed) ${identity}`);
    await second.stop();
  });
});
