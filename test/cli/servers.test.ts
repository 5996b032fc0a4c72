import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/program.ts';
import { Issuer } from '../host/node/support/issuer.ts';
import { Desk, type HostProcess, orbs } from './command.ts';

describe('servers and identities', { timeout: 120_000 }, () => {
  const desk = new Desk();
  let host: HostProcess;
  beforeAll(async () => {
    host = await desk.start('-l', '0', '--in-memory');
    desk.write('orbs/index.ts', orbs());
  });
  afterAll(async () => {
    await host.stop();
    desk.clear();
  });

  const good = async (...args: string[]) => {
    const ran = await desk.run(...args);
    expect(ran).toMatchObject({ code: 0, err: [] });
    return ran.out;
  };
  const bad = async (...args: string[]) => {
    const { code, out, err } = await desk.run(...args);
    expect([code, out]).toEqual([1, []]);
    return err.join('\n');
  };

  it('[CL90] are listed, added, changed and removed by name', async () => {
    const line = (isDefault: boolean, address: string, protocol: string, name: string) =>
      expect.stringMatching(
        new RegExp(`^ ${isDefault ? '\\*{3}' : ' {3}'} +\\| ${address} +\\| ${protocol} +\\| ${name}$`),
      );
    expect(await good('server', 'list')).toEqual([
      expect.stringMatching(/^ DEFAULT \| HOSTNAME +\| PROTOCOL \| NICKNAME$/),
      expect.stringMatching(/^-+\+-+\+-+\+-+$/),
      line(true, '127\\.0\\.0\\.1:3000', 'http', 'local'),
      line(false, 'maincloud\\.spacetimedb\\.com', 'https', 'maincloud'),
    ]);
    expect(await good('server', 'add', 'den', '--url', host.url, '-d')).toEqual([
      `Added server den: ${host.url} (default)`,
    ]);
    const file = join(desk.folder, 'config/spacetick/config.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      defaultServer: 'den',
      servers: { den: { url: host.url, fingerprint: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) } },
    });
    expect(await good('server', 'ping')).toEqual([`Server is online: ${host.url}`]);
    expect(await good('server', 'edit', 'den', '--new-name', 'lair', '-y')).toEqual([
      `Changed server den: lair, ${host.url}`,
    ]);
    const list = await good('server', 'list');
    expect(list.at(-1)).toEqual(line(true, host.url.slice(7).replaceAll('.', '\\.'), 'http', 'lair'));
    await good('publish', 'orbs', '-p', 'orbs', '-s', 'lair');
    expect((await good('publish', 'orbs', '-p', 'orbs')).join('\n')).toContain(`Uploading to lair => ${host.url}`);
    expect(await good('server', 'set-default', 'http://127.0.0.1:3000')).toEqual(['Set default server to local']);
    expect(await good('server', 'remove', 'lair', '--yes')).toEqual(['Removed server lair']);
    expect(await bad('publish', 'orbs', '-p', 'orbs', '-s', 'lair')).toMatch(/no server called lair/);
    expect(await bad('server', 'remove', 'lair')).toMatch(/no server called lair/);
    expect(await bad('server', 'add', 'local', '--url', host.url)).toMatch(/already/);
    expect(await bad('server', 'add', 'a b', '--url', host.url)).toMatch(/cannot be a server's name/);
    expect(await bad('server', 'add', 'far', '--url', 'http://127.0.0.1:1')).toMatch(
      /Nobody answers.*--no-fingerprint/,
    );
    expect(await good('server', 'add', 'far', '--url', 'http://127.0.0.1:1', '--no-fingerprint', '-y')).toHaveLength(1);
    expect(await bad('server', 'ping', 'far')).toMatch(/Nobody answers at http:\/\/127\.0\.0\.1:1/);
    expect(await bad('server', 'edit', 'far')).toMatch(/Say what changes/);
  });

  it('[CL5] [CL91] are known by their keys', async () => {
    const config = ['--config-path', 'elsewhere/servers.json'];
    await good('server', 'add', 'den', '--url', host.url, ...config);
    const [key] = [(await good('server', 'fingerprint', 'den', ...config)).join('\n')];
    expect(key).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]*It is the key that is kept for den\.$/);
    const other = await desk.start('-l', '0', '--in-memory');
    await good('server', 'edit', 'den', '--url', other.url, '--no-fingerprint', ...config);
    expect((await good('server', 'fingerprint', 'den', ...config)).at(-1)).toBe('Kept for den.');
    await other.stop();
    await good('login', '-s', host.url, ...config);
    expect(desk.files('elsewhere')).toEqual(['credentials.json', 'servers.json']);
  });

  it('[CL92] are cleared after a yes', async () => {
    const kept = await desk.start('-l', '0', '--data-dir', 'kept');
    await kept.stop();
    expect(await bad('server', 'clear', '--data-dir', 'kept')).toMatch(/^Error: Aborting: All in kept will be deleted/);
    expect(await good('server', 'clear', '--data-dir', 'kept', '-y')).toEqual(['Deleted kept']);
    expect(() => desk.files('kept')).toThrow(/ENOENT/);
  });

  it('[CL92] are not cleared where a host runs, nor where something else is', async () => {
    const clear = ['server', 'clear', '-y', '--data-dir'];
    const running = await desk.start('-l', '0', '--data-dir', 'busy');
    const kept = desk.files('busy');
    expect(await bad(...clear, 'busy')).toMatch(
      /^Error: The data directory busy is in use by process \d+.*Stop that one/,
    );
    expect(desk.files('busy')).toEqual(kept);
    await running.stop();
    desk.write('busy/notes/mine.txt', 'mine');
    expect(await bad(...clear, 'busy')).toMatch(/^Error: busy holds notes, which no host has written/);
    expect(await bad(...clear, 'orbs')).toMatch(/^Error: orbs holds index\.ts, which no host has written/);
    expect([desk.files('busy').length, desk.files('orbs')]).toEqual([kept.length, ['index.ts']]);
    expect(await good(...clear, 'nowhere')).toEqual(['Nothing is kept in nowhere.']);
  });

  it('[CL85] are where somebody is who they are', async () => {
    const at = ['-s', host.url, '--root-dir', 'me'];
    expect(await bad('login', 'show', ...at)).toMatch(/^Error: You are not logged in at .*spacetick login$/);
    const [line] = await good('login', ...at);
    const me = /^Logged in with identity (c200[0-9a-f]{60})$/.exec(line!)![1]!;
    expect(await good('login', '--no-browser', ...at)).toEqual([
      expect.stringContaining(`logged in with identity ${me}`),
    ]);
    const [, token] = await good('login', 'show', '--token', ...at);
    const jwt = token!.split(' ').at(-1)!;
    const other = ['-s', host.url, '--root-dir', 'other'];
    expect(await good('login', '--token', jwt, ...other)).toEqual([`Logged in with identity ${me}`]);
    expect(await good('login', 'show', ...other)).toEqual([`You are logged in with identity ${me}`]);
    const file = join(desk.folder, 'other/config/credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await bad('login', '--token', `${jwt}x`, ...at)).toMatch(/does not take this token/);
    expect(await bad('login', '--auth-host', 'https://x', ...at)).toMatch(/^Error: --auth-host: /);
  });

  it('[CL86] are forgotten only after a yes by who owns something there', async () => {
    const at = ['-s', host.url, '--root-dir', 'owner'];
    expect(await good('logout', ...at)).toEqual([`You are not logged in at ${host.url}.`]);
    await good('login', ...at);
    expect(await good('logout', ...at)).toEqual([
      expect.stringMatching(/^Logged out: c200[0-9a-f]{60} is forgotten\.$/),
    ]);
    await good('publish', 'owned', '-p', 'orbs', ...at);
    expect(await bad('logout', ...at)).toMatch(/^Error: Aborting: c200[0-9a-f]{60} owns 1 of the databases/);
    expect(await good('logout', '--yes', ...at)).toHaveLength(1);
  });

  it('[CL14] take tokens of issuers, or of those alone that they were told', async () => {
    const issuer = await Issuer.start();
    const token = await issuer.token(await issuer.addKey('ES256', 'a'));
    await good('login', '--token', token, '-s', host.url, '--root-dir', 'issued');
    const picky = await desk.start('-l', '0', '--in-memory', '--issuer', 'https://auth.example.com');
    expect(await bad('login', '--token', token, '-s', picky.url)).toMatch(/does not take this token/);
    await picky.stop();
  });

  it('[CL94] are asked with a word about it where somebody looks on', async () => {
    const said = { out: [] as string[], busy: [] as string[] };
    const terminal = {
      out: (line: string) => said.out.push(line),
      err: () => undefined,
      busy: (what: string) => {
        said.busy.push(what);
        return () => said.busy.push('');
      },
      confirm: async () => false,
      ask: async () => undefined,
      isWatched: true,
    };
    const run = (...args: string[]) =>
      commandLine(terminal).parseAsync([...args, '-s', host.url, '--root-dir', join(desk.folder, 'seen')], {
        from: 'user',
      });
    const noisy = orbs("export const speak = spacetimedb.reducer(() => console.error('ouch'));");
    await run('publish', 'noisy', '-p', desk.write('noisy.ts', noisy));
    expect(said.busy).toEqual(['Bundling the module', '', 'Publishing', '']);
    await run('call', 'noisy', 'speak');
    await run('logs', 'noisy');
    expect(said.out.at(-1)).toMatch(/Z .\[31mERROR.\[0m: speak: ouch$/);
  });
});
