import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { init } from '../../src/cli/commands/init.ts';
import { Project } from '../../src/cli/project/project.ts';
import { BINDINGS_FOLDER, TEMPLATES } from '../../src/cli/tasks/template.ts';
import { terminalOf, whileBusy } from '../../src/cli/terminal.ts';
import { Desk, ROOT } from './command.ts';
import { pipes, tty, written } from './streams.ts';

describe('init', { timeout: 120_000 }, () => {
  let desk: Desk;
  const desks: Desk[] = [];
  beforeEach(() => {
    desk = new Desk();
    desks.push(desk);
  });
  afterAll(() => {
    for (const desk of desks) desk.clear();
  });
  const read = (path: string) => readFileSync(join(desk.folder, path), 'utf8');

  it('[CL40] writes a game, named, with its bindings', async () => {
    const ran = await desk.run('init', '--template', 'phaser', 'star-rush');
    expect(ran).toEqual({
      code: 0,
      out: [
        expect.stringMatching(/^Created star-rush from the template phaser: \d+ files in \.\/star-rush$/),
        'Next:',
        '  cd ./star-rush',
        '  npm install',
        '  npm run dev',
      ],
      err: [],
    });
    const files = desk.files('star-rush');
    for (const file of ['.gitignore', 'README.md', 'index.html', 'package.json', 'spacetimedb/src/index.ts']) {
      expect(files).toContain(file);
    }
    expect(files).toContain('src/module_bindings/ship_table.ts');
    expect(JSON.parse(read('star-rush/package.json')).name).toBe('star-rush');
    for (const file of files) expect([file, read(`star-rush/${file}`).includes('my-game')]).toEqual([file, false]);
  });

  it('[CL39] writes a project that commands know', async () => {
    for (const template of Object.keys(TEMPLATES)) {
      expect((await desk.run('init', `with-${template}`, '-t', template)).code).toBe(0);
      const { warnings, targets } = new Project(join(desk.folder, `with-${template}`), [
        join(desk.folder, `with-${template}/spacetime.json`),
      ]);
      const at = (path: string) => join(desk.folder, `with-${template}`, path);
      expect([warnings, targets]).toEqual([
        [],
        [expect.objectContaining({ database: `with-${template}`, server: 'local', modulePath: at('spacetimedb') })],
      ]);
      expect(targets[0]!.generate.map(({ outDir }) => outDir)).toEqual([at(BINDINGS_FOLDER)]);
      expect(read(`with-${template}/.gitignore`)).toMatch(/^spacetime\.local\.json\nspacetime\.\*\.local\.json$/m);
    }
    // They are written already, and the same.
    const again = await desk.within('with-phaser', 'generate');
    expect([again.code, again.err, again.out.filter((line) => line.startsWith('Writing'))]).toEqual([
      0,
      ['Using spacetime.json'],
      [],
    ]);
  });

  it('[CL39] the client of basic-ts goes to a host of here where no server is named', async () => {
    expect((await desk.run('init', 'book', '-t', 'basic-ts')).code).toBe(0);
    const { server, ...rest } = JSON.parse(read('book/spacetime.json'));
    expect(server).toBe('local');
    desk.write('book/spacetime.json', JSON.stringify({ ...rest, database: 'nobody-has-this' }));
    const root = join(desk.folder, 'book');
    const alias = { spacetick: join(ROOT, 'src/client/index.ts') };
    const ssr = { noExternal: true as const, resolve: { conditions: ['spacetick-source', 'node'] } };
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      resolve: { alias },
      ssr,
      build: { ssr: 'src/main.ts' },
    });
    const env = { ...process.env, SPACETICK_URI: undefined };
    const { stderr } = spawnSync(process.execPath, ['dist/main.js'], { cwd: root, env, encoding: 'utf8' });
    expect(stderr).toMatch(/^(Could not connect to|The host at) http:\/\/127\.0\.0\.1:3000/);
    expect(read('book/README.md')).toMatch(/plain JSON.*\n?.*Without `server` .*http:\/\/127\.0\.0\.1:3000/);
  });

  it('[CL40] lists its templates', async () => {
    const { code, out } = await desk.run('init', '--list');
    expect([code, out.map((line) => line.split(' ')[0])]).toEqual([0, ['phaser', 'basic-ts', 'react-ts']]);
  });

  it("[CL41] lays out the tutorial's folders for --lang typescript", async () => {
    expect((await desk.run('init', '--lang', 'typescript', 'quickstart-chat')).code).toBe(0);
    const module = desk.files('quickstart-chat').filter((file) => file.startsWith('spacetimedb/'));
    expect(module).toEqual([
      'spacetimedb/.gitignore',
      'spacetimedb/package.json',
      'spacetimedb/src/index.ts',
      'spacetimedb/tsconfig.json',
    ]);
    const other = await desk.run('init', '--lang', 'rust', 'quickstart-chat');
    expect([other.code, other.err]).toEqual([
      1,
      ['Error: --lang rust: modules here are written in typescript. For other languages use spacetime init.'],
    ]);
  });

  it('[CL41] writes the module only, when told', async () => {
    const ran = await desk.run('init', 'rules', '--server-only', '--project-path', 'deep/rules');
    expect(ran.out.slice(1)).toEqual([
      'Next:',
      '  cd deep/rules',
      '  spacetick start',
      '  spacetick publish --server local rules',
    ]);
    expect(desk.files('deep/rules')).toEqual([
      'spacetimedb/.gitignore',
      'spacetimedb/package.json',
      'spacetimedb/src/index.ts',
      'spacetimedb/tsconfig.json',
    ]);
    expect(JSON.parse(read('deep/rules/spacetimedb/package.json')).dependencies.spacetick).toMatch(/^\^\d/);
  });

  it('[CL42] overwrites nothing without a yes, and keeps what is not its own', async () => {
    desk.write('game/README.md', 'mine');
    desk.write('game/notes.txt', 'mine, too');
    const refused = await desk.run('init', 'game', '-t', 'phaser');
    expect([refused.code, refused.err]).toEqual([
      1,
      ['Error: Aborting: In ./game there are already README.md. Overwrite them? Answer y, or pass --yes.'],
    ]);
    expect(desk.files('game')).toEqual(['README.md', 'notes.txt']);
    expect(read('game/README.md')).toBe('mine');
    expect((await desk.run('init', 'game', '-t', 'phaser', '--yes')).code).toBe(0);
    expect(read('game/README.md')).toMatch(/^# game$/m);
    expect(read('game/notes.txt')).toBe('mine, too');
  });

  it('[CL43] says which flag to pass when there is nobody to ask', async () => {
    const cases: [string[], RegExp][] = [
      [['init'], /^Error: Say what the project is called: spacetick init my-game\. There is nobody to ask here\.$/],
      [['init', 'game'], /^Error: Say which template: --template phaser or basic-ts or react-ts\. There is nobody /],
      [['init', 'game', '-t', 'unity'], /^Error: There is no template unity\. There are: phaser, basic-ts, react-ts /],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await desk.run(...args);
      expect({ args, code, out, err }).toEqual({ args, code: 1, out: [], err: [expect.stringMatching(message)] });
    }
    expect((await desk.run('init', '-y')).out[0]).toMatch(/^Created my-game from the template phaser:/);
  });

  it('[CL43] asks on a terminal, and proposes what most want', async () => {
    const streams = tty();
    const folder = join(desk.folder, 'asked');
    const done = init(undefined, {}, terminalOf(streams));
    const answers: [string, string][] = [
      ['Name of the project (my-game): ', 'moon-race'],
      ['Template: phaser, basic-ts, react-ts (phaser): ', ''],
      ['Where to put it (./moon-race): ', folder],
    ];
    for (const [question, answer] of answers) {
      let asked = '';
      await expect.poll(() => (asked += written(streams.stdout))).toContain(question);
      streams.stdin.write(`${answer}\n`);
    }
    await done;
    expect(written(streams.stdout)).toContain(`Created moon-race from the template phaser`);
    expect(desk.files('asked')).toContain('vite.config.ts');
  });

  it('[CL43] takes leaving a question for nobody being there', async () => {
    const streams = tty();
    const done = init('moon-race', {}, terminalOf(streams));
    let asked = '';
    await expect.poll(() => (asked += written(streams.stdout))).toContain('Template: ');
    streams.stdin.end(); // Ctrl+D
    await expect(done).rejects.toThrow('Say which template: ');
  });

  it('[CL44] points the project at another spacetick', async () => {
    const spec = (path: string) => JSON.parse(read(`${path}/package.json`)).dependencies.spacetick as string;
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    desk.write('tarballs/spacetick.tgz', '');
    await desk.run('init', 'a', '-t', 'basic-ts');
    expect(spec('a')).toBe(`^${version}`);
    await desk.run('init', 'b', '-t', 'basic-ts', '--spacetick', 'tarballs/spacetick.tgz');
    expect(spec('b')).toBe('file:../tarballs/spacetick.tgz');
    await desk.run('init', 'c', '-t', 'basic-ts', '--spacetick', 'next');
    expect(spec('c')).toBe('next');
    const missing = await desk.run('init', 'd', '-t', 'basic-ts', '--spacetick', 'spacetick.tgz');
    expect(missing.err).toEqual(['Error: --spacetick spacetick.tgz: there is no such file. npm pack makes one.']);
  });

  it('[CL45] proposes a name where a database cannot have the one that is given', async () => {
    const { code, err } = await desk.run('init', 'My Game!', '-t', 'phaser');
    expect([code, err[0]]).toEqual([
      1,
      expect.stringMatching(/^Error: "My Game!" cannot be a database's name: .* try my-game\.$/),
    ]);
    const here = await desk.run('init', '--project-path', './Star_Rush', '-t', 'phaser');
    expect(here.err[0]).toMatch(/^Error: "Star_Rush" cannot be .* try star-rush\.$/);
  });

  it('[CL7] shows work on a terminal below what is printed, and nothing in a pipe', async () => {
    const work = () => new Promise<void>((resolve) => setTimeout(resolve, 500));
    const [watched, piped] = [tty(), pipes()];
    const terminal = terminalOf(watched);
    await whileBusy(terminal, 'Bundling', async () => {
      await work();
      terminal.out('Something was said');
    });
    const shown = written(watched.stderr);
    expect(shown).toMatch(/\r.\[K[|/\\-] Bundling \.\.\./);
    expect(shown.slice(-4)).toMatch(/\r.\[K$/);
    await whileBusy(terminalOf(piped), 'Bundling', work);
    expect([written(piped.stdout), written(piped.stderr)]).toEqual(['', '']);
    // What takes no time is not worth a word.
    await whileBusy(terminal, 'Bundling', async () => undefined);
    expect(written(watched.stderr)).toBe('');
  });
});
