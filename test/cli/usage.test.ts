import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serverUrl } from '../../src/cli/config.ts';
import { separateValues } from '../../src/cli/program.ts';
import { Desk, orbs, ROOT } from './command.ts';

const desk = new Desk();
afterAll(() => desk.clear());

describe('the command line', { timeout: 120_000 }, () => {
  it('[CL1] prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const quiet = { code: 0, err: [] };
    expect(await desk.run('--version')).toEqual({ ...quiet, out: [version] });
    expect(await desk.run('version')).toEqual({ ...quiet, out: [version] });
    const help = await desk.run('--help');
    expect(help).toMatchObject(quiet);
    for (const name of ['start', 'publish', 'generate', 'version']) {
      expect(help.out.join('\n')).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
    }
    expect((await desk.run('publish', '--help')).out.join('\n')).toMatch(/--delete-data.*--break-clients/s);
    const bare = await desk.run();
    expect(bare).toMatchObject({ code: 1, out: [] });
    expect(bare.err[0]).toMatch(/^Usage: spacetick /);
  });

  it('[CL2] answers what it does not know with one line on stderr and exit code 1', async () => {
    const cases: [string[], RegExp][] = [
      [['fly'], /^Error: unknown command 'fly'$/],
      [['strat'], /^Error: unknown command 'strat' \(Did you mean start\?\)$/],
      [['start', '--fast'], /^Error: unknown option '--fast'$/],
      [['publish', 'a', 'b'], /^Error: too many arguments for 'publish'/],
      [['publish', 'a', '--server'], /^Error: option '-s, --server <server>' argument missing$/],
      [['publish'], /^Error: Say what the database is called: spacetick publish my-game$/],
      [
        ['publish', 'a', '--server', 'mars'],
        /^Error: There is no server called mars\. Give a URL, or one of: local\.$/,
      ],
      [
        ['publish', 'a', '--delete-data=perhaps'],
        /^Error: --delete-data=perhaps is none of always, on-conflict, never\.$/,
      ],
      [['generate'], /^Error: Say where the bindings go: --out-dir src\/module_bindings$/],
      [
        ['generate', '--lang', 'rust', '--out-dir', 'x'],
        /^Error: Bindings in rust are not generated here; typescript is\./,
      ],
      [
        ['start', '--listen-addr', 'moon'],
        /^Error: moon is no address to listen on\. Write it like 127\.0\.0\.1:3000\.$/,
      ],
      [['start', '--listen-addr', '127.0.0.1:70000'], /^Error: 127\.0\.0\.1:70000 is no address/],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await desk.run(...args);
      expect({ args, code, out, lines: err.length }).toEqual({ args, code: 1, out: [], lines: 1 });
      expect(err[0]).toMatch(message);
    }
  });

  it('[CL2] says what is wrong with a file in one line, too', async () => {
    desk.write('module/index.ts', orbs());
    desk.write('taken', 'a file where a folder is wanted');
    const { code, err } = await desk.run('generate', '-p', 'module', '--out-dir', 'taken/bindings');
    expect({ code, lines: err.length }).toEqual({ code: 1, lines: 1 });
    expect(err[0]).toMatch(/^Error: ENOTDIR: /);
    desk.write('config/spacetick/credentials.json', '{');
    const broken = await desk.run('publish', 'orbs', '-p', 'module', '-s', 'http://127.0.0.1:1');
    expect(broken.code).toBe(1);
    expect(broken.err[0]).toMatch(/^Error: .*credentials\.json is not JSON\. Mend it, or delete it to begin anew\.$/);
  });

  it('[CL3] takes servers by name, host or URL', () => {
    expect(serverUrl('local')).toBe('http://127.0.0.1:3000');
    expect(serverUrl('localhost:4000')).toBe('http://localhost:4000');
    expect(serverUrl('10.0.0.7:3000')).toBe('http://10.0.0.7:3000');
    expect(serverUrl('https://games.example.com/')).toBe('https://games.example.com');
    for (const server of ['maincloud', '', 'http://', 'a b.c'])
      expect(() => serverUrl(server)).toThrow(/no server called/);
  });

  it('[CL4] takes values of optional flags only behind an equals sign: a name may follow them', () => {
    expect(separateValues(['publish', '-c', 'orbs'])).toEqual(['publish', '-c', 'orbs']);
    expect(separateValues(['--delete-data=on-conflict', '-c=never'])).toEqual([
      ...['--delete-data-when', 'on-conflict'],
      ...['--delete-data-when', 'never'],
    ]);
    expect(separateValues(['-y', '--yes=all', '-y=migrate,delete-data', '-y=migrate'])).toEqual([
      '-y',
      '--yes',
      '--yes',
    ]);
  });
});
