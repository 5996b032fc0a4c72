import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Answers } from '../../src/cli/answers.ts';
import { errorText, withCode } from '../../src/cli/error-text.ts';
import { commandLine, separateValues } from '../../src/cli/program.ts';
import { isLocal, Servers } from '../../src/cli/servers.ts';
import { terminalOf } from '../../src/cli/terminal.ts';
import { SpacetickError } from '../../src/values/index.ts';
import { Desk, orbs, ROOT } from './command.ts';
import { pipes } from './streams.ts';

const COMMANDS = [
  ...['start', 'init', 'dev', 'build', 'publish', 'generate', 'call', 'sql', 'logs', 'subscribe', 'describe', 'list'],
  ...['rename', 'lock', 'unlock', 'delete', 'login', 'logout', 'server', 'version'],
];
const desk = new Desk();
afterAll(() => desk.clear());

describe('the command line', { timeout: 120_000 }, () => {
  it('[CL1] [CL8] prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const quiet = { code: 0, err: [] };
    expect(await desk.run('--version')).toEqual({ ...quiet, out: [version] });
    expect(await desk.run('version')).toEqual({ ...quiet, out: [version] });
    expect((await desk.run('version', 'list')).out).toEqual([`${version} (current)`]);
    expect((await desk.run('version', 'upgrade')).err).toEqual([
      expect.stringMatching(/^Error: version upgrade: .*npm install spacetick@latest$/),
    ]);
    const help = await desk.run('--help');
    expect(help).toMatchObject(quiet);
    for (const name of COMMANDS) {
      expect(help.out.join('\n')).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
    }
    expect((await desk.run('publish', '--help')).out.join('\n')).toMatch(/--delete-data.*--break-clients/s);
    for (const name of ['publish', 'generate', 'dev', 'build']) {
      const text = (await desk.run(name, '--help')).out.join(' ').replace(/\s+/g, ' ');
      expect(text).toContain('./spacetimedb, ., ./src/module, ./server, ./module');
    }
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
      [
        ['publish', '-c'],
        /^Error: --delete-data: without a name a new database is made, which is empty\. Name the one that is meant/,
      ],
      [
        ['publish', 'a', '--server', 'mars'],
        /^Error: There is no server called mars\. Give a URL, or one of: local, maincloud\.$/,
      ],
      [
        ['publish', 'a', '--delete-data=perhaps'],
        /^Error: --delete-data=perhaps is none of always, on-conflict, never\.$/,
      ],
      [
        ['generate'],
        /^Error: Say where the bindings go: --out-dir src\/module_bindings, or generate in spacetime\.json$/,
      ],
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

  it('[CL110] ends errors with their code', async () => {
    desk.write('module/index.ts', orbs('export const add = 1 +;\n'));
    const cases: [string[], string | undefined][] = [
      [['fly'], 'E_USAGE'],
      [['publish', 'a', '--server', 'mars'], 'E_SERVER'],
      [['sql', 'a', 'SELECT 1', '-s', 'http://127.0.0.1:1'], 'E_UNREACHABLE'],
      [['publish', 'a', '-p', 'module'], 'E_MODULE'],
      [['generate', '--js-path', 'nowhere.js', '--out-dir', 'x'], undefined],
    ];
    for (const [args, code] of cases) {
      const ran = await desk.run(...args);
      expect([args, ran.code, ran.errorCode]).toEqual([args, 1, code]);
    }
    expect(withCode('one line', 'E_USAGE')).toBe('one line [E_USAGE]');
    expect(withCode('reasons:\n  one', 'E_TYPES')).toBe('reasons:\n  one\n[E_TYPES]');
    expect(errorText(new SpacetickError('E_PROJECT', 'It is no JSON5.'))).toBe('Error: It is no JSON5. [E_PROJECT]');
    expect(errorText(new TypeError('a defect'))).toMatch(/^Error: TypeError: a defect\n +at /);
  });

  it('[CL108] shows --no-config in the help of every command', async () => {
    for (const args of [[], ['sql']]) {
      const { out } = await desk.run(...args, '--help');
      expect(out.join('\n')).toMatch(/--no-config +leave spacetime\.json out/);
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

  it('[CL3] takes servers by name, host or URL', async () => {
    const servers = await Servers.load({ rootDir: desk.folder });
    const serverUrl = (server?: string) => servers.urlOf(server);
    expect(serverUrl()).toBe('http://127.0.0.1:3000');
    expect(serverUrl('local')).toBe('http://127.0.0.1:3000');
    expect(serverUrl('localhost:4000')).toBe('http://localhost:4000');
    expect(serverUrl('10.0.0.7:3000')).toBe('http://10.0.0.7:3000');
    expect(serverUrl('https://games.example.com/')).toBe('https://games.example.com');
    expect(serverUrl('maincloud')).toBe('https://maincloud.spacetimedb.com');
    for (const server of ['mars', '', 'http://', 'a b.c']) expect(() => serverUrl(server)).toThrow(/no server called/);
  });

  it('[CL4] takes values of optional flags only behind an equals sign: a name may follow them', () => {
    expect(separateValues(['publish', '-c', 'orbs'])).toEqual(['publish', '-c', 'orbs']);
    expect(separateValues(['--delete-data=on-conflict', '-c=never'])).toEqual([
      ...['--delete-data-when', 'on-conflict'],
      ...['--delete-data-when', 'never'],
    ]);
    expect(separateValues(['-y', '--yes=all', '-y=migrate,delete-data'])).toEqual([
      '-y',
      ...['--yes-to', 'all'],
      ...['--yes-to', 'migrate,delete-data'],
    ]);
    expect(new Answers({ yes: true }).isYes('remote')).toBe(true);
    expect(new Answers({ yesTo: 'all' }).isYes('delete-data')).toBe(true);
    for (const all of [{ yes: true }, { yesTo: 'all' }]) expect(new Answers(all).names('break-clients')).toBe(false);
    expect(new Answers({ yesTo: 'break-clients' }).names('break-clients')).toBe(true);
    const some = new Answers({ yesTo: 'remote,migrate' });
    expect([some.isYes('remote'), some.isYes('delete-data')]).toEqual([true, false]);
    expect(() => new Answers({ yesTo: 'remote,rename' })).toThrow(/--yes=rename is none of all, remote, /);
  });

  it('[CL5] keeps everything below --root-dir, before the command or behind it', async () => {
    const host = await desk.start('-l', '0', '--root-dir', 'elsewhere');
    desk.write('rooted/index.ts', orbs());
    const ran = await desk.run(
      '--root-dir',
      'elsewhere',
      'publish',
      'orbs',
      '-p',
      'rooted',
      '-s',
      host.url,
      '--no-config',
    );
    expect(ran.code).toBe(0);
    await host.stop();
    expect(desk.files('elsewhere')).toEqual(
      expect.arrayContaining(['config/credentials.json', 'data/id_ecdsa', 'data/id_ecdsa.pub']),
    );
  });

  it('[CL28] knows which servers are on this machine', () => {
    const here = ['http://127.0.0.1:3000', 'http://localhost:1', 'http://[::1]:3000', 'http://127.4.0.1'];
    const there = ['http://10.0.0.7:3000', 'https://127.0.0.1.example.com', 'http://localhost.example.com'];
    expect(here.filter(isLocal)).toEqual(here);
    expect(there.filter(isLocal)).toEqual([]);
  });

  it('[CL6] has the flags of the tables, all of them, and refuses those that the tables say', async () => {
    const tables = flagTables(readFileSync(join(ROOT, 'src/cli/SPEC.md'), 'utf8'));
    const quiet = terminalOf(pipes());
    for (const [name, flags] of tables) {
      const program = commandLine(quiet);
      const command = name === '' ? program : program.commands.find((one) => one.name() === name)!;
      expect([name, command.options.map(({ long }) => long).sort()]).toEqual([name, [...flags.keys()].sort()]);
      for (const [flag, what] of flags) {
        if (!what.startsWith('refused')) continue;
        const args = [...(name === '' ? ['start'] : [name]), flag, 'x'];
        await expect(commandLine(quiet).parseAsync(args, { from: 'user' })).rejects.toThrow(`${flag}: `);
      }
    }
    const shown = await desk.run('publish', 'orbs', '-b', 'orbs.wasm');
    expect(shown.err).toEqual([expect.stringMatching(/^Error: --bin-path: WebAssembly modules do not run here; /)]);
    expect((await desk.run('start', '--edition', 'cloud')).err[0]).toMatch(
      /^Error: --edition: this is a standalone host/,
    );
  });
});

/** The tables of flags by command, '' for every command: what each flag does here. */
function flagTables(spec: string): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const section of spec.split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n'));
    const rows = [...section.matchAll(/^\| `(--[\w-]+)` \| (.*) \|$/gm)];
    tables.set(title === 'All commands' ? '' : title, new Map(rows.map(([, flag, what]) => [flag!, what!])));
  }
  return tables;
}
