import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bindingsOf } from '../../src/cli/project/bindings.ts';
import { jobsOf } from '../../src/cli/project/dev-jobs.ts';
import { moduleOf } from '../../src/cli/project/flags.ts';
import { parseJson5 } from '../../src/cli/project/json5.ts';
import { toTarget } from '../../src/cli/project/meant.ts';
import { Project } from '../../src/cli/project/project.ts';
import { ProjectWatch } from '../../src/cli/project/project-watch.ts';
import { Servers } from '../../src/cli/servers.ts';
import { terminalOf } from '../../src/cli/terminal.ts';
import { Desk, type HostProcess, orbs } from './command.ts';
import { pipes, written } from './streams.ts';

const desk = new Desk();
let host: HostProcess;
beforeAll(async () => {
  host = await desk.start('-l', '0', '--in-memory');
}, 60_000);
afterAll(async () => {
  await host.stop();
  desk.clear();
});

/** What the files of a project say, in order of their weight. */
function project(...texts: readonly string[]): Project {
  const files = texts.map((text, i) => desk.write(`read/${i}.json`, text));
  return new Project(desk.folder, files);
}

const plain = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(parseJson5(text, 'spacetime.json'), (key, value) =>
      /^(at|keyAt)$/.test(key) ? undefined : value instanceof Map ? Object.fromEntries(value) : value,
    ),
  );

describe('the text of a project', () => {
  it('[CL101] is JSON5', () => {
    const text = `\uFEFF// ours
{ database: 'my-game', "a b": [1, -2, +.5, 0x10,], /* none */ on: true, off: null, text: "it's \\u0041", // last
}`;
    expect(plain(text)).toEqual(
      plain(`{"database":"my-game","a b":[1,-2,0.5,16],"on":true,"off":null,"text":"it's A"}`),
    );
    expect(parseJson5('{}', 'spacetime.json')).toEqual({ at: 'spacetime.json:1:1', value: new Map() });
  });

  it.each([
    ['{ "database": "a"\n  "server": "b" }', /^spacetime\.json:2:3: it is no JSON5: /],
    ['', /^spacetime\.json:1:1: it is no JSON5/],
    ['{}); ({}', /^spacetime\.json:1:1: it is no JSON5/],
    ['{\n  "database": name,\n}', /^spacetime\.json:2:15: it is no value of JSON5\. Text stands in quotes\.$/],
    ['{\n  "database": `name`,\n}', /^spacetime\.json:2:15: it is no value of JSON5/],
    ['{ "server": process.exit(1) }', /^spacetime\.json:1:13: it is no value/],
    ['{ ...{} }', /^spacetime\.json:1:3: it is no field of JSON5: write "name": value\.$/],
    ['{ server }', /^spacetime\.json:1:3: it is no field/],
    ['{ ["a"]: 1 }', /^spacetime\.json:1:3: it is no field/],
    ['{ "generate": [,] }', /^spacetime\.json:1:15: an element of this list is missing\.$/],
    ['{ "a": -"b" }', /^spacetime\.json:1:8: it is no value/],
    ['{ "a": 1n }', /^spacetime\.json:1:8: it is no value/],
  ])('[CL101] says where it is not: %j', (text, message) => {
    expect(() => parseJson5(text, 'spacetime.json')).toThrow(expect.objectContaining({ code: 'E_PROJECT' }));
    expect(() => parseJson5(text, 'spacetime.json')).toThrow(message);
  });

  it.each([
    ['[]', /0\.json:1:1: here is to be an object: \{\.\.\.\}\.$/],
    ['{\n  "server": "local"\n}', /0\.json:1:1: there is no field database, .*"database": "my-game"\.$/],
    ['{ "database": 4 }', /0\.json:1:15: database is to be a text in quotes\.$/],
    ['{ "database": "a",\n "break-clients": "yes" }', /0\.json:2:19: break-clients is to be true or false\.$/],
    ['{ "database": "a", "generate": {} }', /0\.json:1:32: generate is to be a list: \[\.\.\.\]\.$/],
    ['{ "database": "a", "generate": [{}] }', /0\.json:1:33: there is no field language\. /],
    ['{ "database": "a", "children": [{ "server": "b" }] }', /0\.json:1:33: there is no field database\. /],
    ['{ "database": "a", "dev": "npm run dev" }', /0\.json:1:27: dev is to be an object: \{\.\.\.\}\.$/],
    ['{ "database": "a", "js-path": "b", "module-path": "c" }', /0\.json:1:31: there is module-path already, /],
    ['{ "database": "My Game" }', /0\.json:1:15: "My Game" cannot be a database's name: .* Try my-game\.$/],
    ['{ "database": "a", "children": [{ "database": "b_c" }] }', /0\.json:1:47: "b_c" cannot be .* Try b-c\.$/],
    [
      '{ "databse": "a",\n "children": [{ "name": "b" }], "break-clients": 1 }',
      /0\.json:1:1: there is no field database, .*\n.*0\.json:1:3: the field databse is not known .* mean database\?\n.*0\.json:2:17: the field name is/,
    ],
  ])('[CL101] says which field is wrong: %j', (text, message) => {
    expect(() => project(text)).toThrow(message);
  });

  it('[CL101] says which fields nobody knows', () => {
    const text =
      '{ "database": "a", "modul-path": "b",\n "dev": { "runs": "x" }, "children": [{ "database": "c", "dev": {} }] }';
    expect(project(text).warnings.map((line) => line.replace(/^.*\/read\//, ''))).toEqual([
      '0.json:1:20: the field modul-path is not known here, and not looked at. Did you mean module-path?',
      '0.json:2:58: the field dev is not known here, and not looked at.',
      '0.json:2:11: the field runs is not known here, and not looked at. Did you mean run?',
    ]);
  });

  it('[CL101] says which fields are there twice, and goes by the last', () => {
    const twice = project(
      '{ "database": "a",\n "server": "local",\n "generate": [{ "language": "ts", language: "ts" }],\n "server": "mars" }',
    );
    expect(twice.targets[0]!.server).toBe('mars');
    expect(twice.warnings.map((line) => line.replaceAll(/\S*\/read\//g, ''))).toEqual([
      '0.json:3:35: the field language is there twice, and the one at 0.json:3:17 does not count.',
      '0.json:4:2: the field server is there twice, and the one at 0.json:2:2 does not count.',
    ]);
  });

  it('[CL100] files that count more replace fields as a whole', () => {
    const shared = `{ "database": "my-game", "module-path": "./server", "server": "maincloud", "dev": { "run": "npm start" },
      "generate": [{ "language": "typescript", "out-dir": "./bindings" }, { "language": "csharp", "out-dir": "./unity" }] }`;
    const mine = project(shared, '{ "server": "local", "database": "my-game-dev" }', '{ "database": "my-game-ann" }');
    const [target] = mine.targets;
    expect([target!.database, target!.server, mine.run]).toEqual(['my-game-ann', 'local', 'npm start']);
    expect(target!.generate.map(({ lang }) => lang)).toEqual(['typescript', 'csharp']);
    expect(target!.at).toMatch(/2\.json:1:15$/);
    expect([mine.isShared(target!), project(shared).isShared(project(shared).targets[0]!)]).toEqual([false, true]);
    const fewer = project(shared, '{ "generate": [{ "language": "typescript", "out-dir": "./other" }] }');
    expect(fewer.targets[0]!.generate.map(({ outDir }) => outDir)).toEqual([join(desk.folder, 'other')]);
  });

  it('[CL102] children have the fields of what they are in, but for some', () => {
    const worlds = project(`{
      "database": "highlands", "module-path": "./world", "server": "local", "break-clients": true, "anonymous": true,
      "generate": [{ "language": "typescript", "out-dir": "./bindings", "include-private": true }],
      "children": [
        { "database": "midlands" },
        { "database": "lobby", "js-path": "/built/lobby.js", "server": "maincloud", "break-clients": false,
          "children": [{ "database": "lobby-2" }] },
      ],
    }`);
    const at = (path: string) => join(desk.folder, path);
    const shown = worlds.targets.map((target) => [
      ...[target.database, target.modulePath, target.jsPath, target.server, target.breakClients, target.anonymous],
      target.generate.length,
    ]);
    expect(shown).toEqual([
      ['highlands', at('world'), undefined, 'local', true, true, 1],
      ['midlands', at('world'), undefined, 'local', true, true, 0],
      ['lobby', undefined, '/built/lobby.js', 'maincloud', false, true, 0],
      ['lobby-2', undefined, '/built/lobby.js', 'maincloud', false, true, 0],
    ]);
    expect(worlds.targets[0]!.generate[0]).toMatchObject({ outDir: at('bindings'), includePrivate: true });
  });

  it('[CL103] a name picks databases, * stands for anything', () => {
    const worlds = project(
      '{ "database": "lobby", "children": [{ "database": "world-1" }, { "database": "world-20" }] }',
    );
    const names = (name?: string) => worlds.select(name).map(({ database }) => database);
    expect(names()).toEqual(['lobby', 'world-1', 'world-20']);
    expect(names('world-1')).toEqual(['world-1']);
    expect(names('world-*')).toEqual(['world-1', 'world-20']);
    expect(names('*o*')).toEqual(['lobby', 'world-1', 'world-20']);
    expect(() => names('world')).toThrow(
      /^No database 'world' found in .*0\.json, which has lobby, world-1, world-20\. Use --no-config to ignore the file\.$/,
    );
    expect(() => names('world.1')).toThrow(/^No database/);
  });
});

describe('what a project names', () => {
  it('[CL113] is said with its place, when it is not there', async () => {
    const named = project(`{ "database": "a",
      "module-path": "./nowhere", "server": "mars", "children": [{ "database": "b", "js-path": "b.js" }] }`);
    const [a, b] = named.targets;
    expect(() => moduleOf({}, a!, named)).toThrow(/0\.json:2:22: There is no module at .*nowhere: /);
    expect(() => moduleOf({}, b!, named)).toThrow(/0\.json:2:96: there is no file .*b\.js\.$/);
    const servers = await Servers.load({ rootDir: desk.folder });
    expect(() => servers.urlFor(toTarget({}, a!))).toThrow(/0\.json:2:45: There is no server called mars\. /);
    expect(() => servers.urlFor(toTarget({ server: 'venus' }, a!))).toThrow(/^There is no server called venus\. /);
    const foreign = project('{ "database": "a", "module-path": ".", "generate": [{ "language": "csharp" }] }');
    const selected = { project: foreign, targets: foreign.targets };
    expect(() => bindingsOf(selected, {}, terminalOf(pipes()))).toThrow(
      /0\.json:1:67: bindings in csharp are not generated here; /,
    );
  });

  it('[CL104] is a language, for what generates; what does not goes on without', () => {
    const misspelt = project('{ "database": "a", "generate": [{ "language": "typscript" }] }');
    const selected = { project: misspelt, targets: misspelt.targets };
    const message = /0\.json:1:47: there is no language typscript\. Did you mean typescript\?$/;
    const terminal = terminalOf(pipes());
    expect(() => bindingsOf(selected, {}, terminal)).toThrow(message);
    expect(() => jobsOf(selected, {}, terminal)).toThrow(message);
    for (const options of [{ serverOnly: true }, { skipGenerate: true }]) {
      const [job] = jobsOf(selected, { ...options, modulePath: desk.write('entry/index.ts', orbs()) }, terminal);
      expect(job).toMatchObject({ name: 'a', bindings: [] });
    }
  });

  it('[CL114] is looked at again while dev goes on', () => {
    const file = desk.write('live/spacetime.json', '{ "database": "a" }');
    const streams = pipes();
    const own = { folder: join(desk.folder, 'live'), read: () => new Project(join(desk.folder, 'live'), [file]) };
    const watch = new ProjectWatch(own.read(), own.read, terminalOf(streams));
    const said = (text: string, changed = file): string[] => {
      desk.write('live/spacetime.json', text);
      watch.look([changed]);
      return [written(streams.stdout), written(streams.stderr)].map((lines) => lines.replaceAll(/\S*\/live\//g, ''));
    };
    expect(said('// the same\n{ "database": "a" }')).toEqual(['', '']);
    expect(said('{ "database": "b" }', join(desk.folder, 'live/other.json'))).toEqual(['', '']);
    expect(said('{ "database": "b", }')).toEqual([
      'spacetime.json says something else: start dev again to go by it\n',
      '',
    ]);
    const broken =
      'Error: spacetime.json:1:15: database is to be a text in quotes.\nWhat it said before goes on.\n[E_PROJECT]\n';
    expect(said('{ "database": 1 }')).toEqual(['', broken]);
    expect(said('{ "database": 1 }')).toEqual(['', '']);
    expect(said('{ "database": "a" }', join(desk.folder, 'live/spacetime.dev.local.json'))).toEqual([
      'spacetime.json says what it said\n',
      '',
    ]);
  });
});

describe('commands in a project', { timeout: 120_000 }, () => {
  const file = (path: string, value: object) => desk.write(path, JSON.stringify(value));
  const ADD =
    'export const add = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => { ctx.db.orb.insert({ id, kind: 2 }); });\n';
  const SPACETIME = /spacetime\.[\w.]*json$/;
  afterEach(() => {
    for (const path of desk.files('.').filter((one) => SPACETIME.test(one))) desk.remove(path);
  });

  it('[CL103] [CL100] publish: from a folder below, all of them, to the server that is named', async () => {
    desk.write('game/world/index.ts', orbs(ADD));
    file('game/spacetime.json', { database: 'over', 'module-path': 'world', server: 'http://127.0.0.1:1' });
    file('game/spacetime.local.json', { server: host.url });
    file('game/spacetime.staging.json', { database: 'over-staging', children: [{ database: 'over-2' }] });
    const below = await desk.within('game/world', 'publish');
    expect(below.err).toEqual(['Using ../spacetime.json, ../spacetime.local.json']);
    expect([below.code, below.out.at(-1)]).toEqual([
      0,
      expect.stringMatching(/^Created new database with name: over, /),
    ]);
    const all = await desk.within('game', 'publish', '--env', 'staging');
    expect(all.err).toEqual(['Using spacetime.json, spacetime.local.json, spacetime.staging.json']);
    expect(all.out.filter((line) => line.startsWith('Created')).map((line) => line.split(/[:,]/)[1])).toEqual([
      ' over-staging',
      ' over-2',
    ]);
    const one = await desk.within('game', 'publish', 'over-2', '--env', 'staging', '-p', 'world');
    expect(one.out.at(-1)).toMatch(/^Updated database with name: over-2, /);
    const cases: [string[], RegExp][] = [
      [
        ['publish', 'typo'],
        /^Error: No database 'typo' found in spacetime\.json, spacetime\.local\.json, which has over\./,
      ],
      [
        ['publish', '--env', 'stagin'],
        /^Error: --env stagin: beside spacetime\.json there is neither spacetime\.stagin\.json nor /,
      ],
      [['publish', '--env', '../x'], /^Error: --env \.\.\/x: letters, digits, - and _ only/],
      [
        ['publish', '--env', 'staging', '-p', 'world'],
        /^Error: --module-path is of one database, and here are several: over-staging, over-2\./,
      ],
      [
        ['publish', '--env', 'staging', '--no-config'],
        /^Error: --env staging is a variant of spacetime\.json, and --no-config leaves it out\.$/,
      ],
      [['publish', '--no-config'], /^Error: There is no module in /],
      [['publish', 'over', '-s', 'mars'], /^Error: There is no server called mars/],
    ];
    for (const [args, message] of cases) {
      const ran = await desk.within('game', ...args);
      expect([args, ran.code, ran.out]).toEqual([args, 1, []]);
      expect(ran.err.at(-1)).toMatch(message);
    }
    const outside = await desk.run('publish', '--env', 'staging');
    expect(outside.err).toEqual([
      expect.stringMatching(/^Error: --env staging is a variant of spacetime\.json, and there is none from /),
    ]);
  });

  it('[CL109] refuses what cannot be done here, before anything is done', async () => {
    desk.write('plain/index.ts', orbs());
    const base = { database: 'plain', 'module-path': 'plain', server: host.url };
    const cases: [object, string, RegExp][] = [
      [
        { database: 'plain', 'bin-path': 'a.wasm' },
        'publish',
        /^Error: spacetime\.json:1:\d+: bin-path: WebAssembly modules do not run here/,
      ],
      [
        { ...base, children: [{ database: 'b', organization: 'c' }] },
        'publish',
        /^Error: spacetime\.json:1:\d+: organization: /,
      ],
      [{ ...base, 'build-options': '--release' }, 'generate', /^Error: spacetime\.json:1:\d+: build-options: /],
      [{ ...base, container: { build: './a' } }, 'dev', /^Error: spacetime\.json:1:\d+: container: no containers run/],
      [
        { ...base, 'module-path': undefined, 'js-path': 'a.js' },
        'dev',
        /^Error: spacetime\.json:1:13: dev builds modules from their source/,
      ],
    ];
    for (const [fields, command, message] of cases) {
      file('spacetime.json', fields);
      const ran = await desk.run(command);
      expect([command, ran.code, ran.out]).toEqual([command, 1, []]);
      expect(ran.err.at(-1)).toMatch(message);
    }
    expect((await fetch(`${host.url}/v1/database/plain`)).status).toBe(404);
  });

  it("[CL104] generate: each entry once, others' languages left out", async () => {
    desk.write('client/world/index.ts', orbs());
    const entry = { language: 'typescript', 'out-dir': './bindings' };
    file('client/spacetime.json', {
      database: 'world-1',
      'module-path': './world',
      generate: [
        entry,
        { language: 'csharp', 'out-dir': './unity', namespace: 'Game' },
        { ...entry, 'out-dir': './more' },
      ],
      children: [{ database: 'world-2', generate: [entry] }],
    });
    const all = await desk.within('client/world', 'generate');
    expect([all.code, all.err]).toEqual([
      0,
      [
        'Using ../spacetime.json',
        expect.stringMatching(/^Warning: \.\.\/spacetime\.json:1:\d+: bindings in csharp are left out; /),
      ],
    ]);
    expect(all.out.filter((line) => line.endsWith('index.ts'))).toEqual([
      `Writing file ${join('..', 'bindings', 'index.ts')}`,
      `Writing file ${join('..', 'more', 'index.ts')}`,
    ]);
    const several = await desk.within('client', 'generate', '-o', 'other');
    expect(several.err.at(-1)).toMatch(/^Error: --out-dir is of one entry of generate, and spacetime\.json has 4\. /);
    const one = await desk.within('client', 'generate', 'world-2', '-o', 'other');
    expect([one.code, desk.files('client/other')]).toEqual([0, expect.arrayContaining(['index.ts'])]);
    file('client/spacetime.json', { database: 'world', 'module-path': './world' });
    const flagged = await desk.within('client', 'generate', '-l', 'ts', '-o', 'flagged');
    expect([flagged.code, desk.files('client/flagged').length > 0]).toEqual([0, true]);
    expect((await desk.within('client', 'generate')).err.at(-1)).toMatch(
      /^Error: Say where the bindings go: --out-dir/,
    );
    file('client/spacetime.json', { database: 'world', 'module-path': './world', generate: [{ language: 'csharp' }] });
    expect((await desk.within('client', 'generate')).err.at(-1)).toMatch(
      /^Error: spacetime\.json:1:\d+: bindings in csharp are not generated here; /,
    );
  });

  it('[CL105] dev: all its databases, the file of its environment, and the client', async () => {
    desk.write('work/world/index.ts', orbs());
    desk.write('work/lobby/index.ts', orbs());
    file('work/spacetime.json', {
      database: 'd-world',
      'module-path': './world',
      server: 'http://10.255.255.1',
      dev: { run: 'node client.mjs' },
    });
    const bindings = (folder: string) => [{ language: 'typescript', 'out-dir': folder }];
    file('work/spacetime.dev.json', {
      server: host.url,
      generate: [...bindings('./world-bindings'), ...bindings('./again')],
      children: [{ database: 'd-lobby', 'module-path': './lobby', generate: bindings('./lobby-bindings') }],
    });
    desk.write('work/client.mjs', "console.log('client runs'); setInterval(() => {}, 1000);");
    const dev = desk.followIn('work/world', 'dev');
    await expect.poll(() => dev.out().join('\n'), { timeout: 30_000 }).toContain('client runs');
    expect(dev.err()).toEqual(['Using ../spacetime.json, ../spacetime.dev.json']);
    expect(dev.out()).toEqual(
      expect.arrayContaining([`Created database d-world on ${host.url}`, `Created database d-lobby on ${host.url}`]),
    );
    for (const folder of ['world-bindings', 'again', 'lobby-bindings']) {
      expect(desk.files(`work/${folder}`)).toContain('orb_table.ts');
    }
    writeFileSync(join(desk.folder, 'work/lobby/index.ts'), orbs(ADD));
    await expect.poll(() => dev.out(), { timeout: 30_000 }).toContain(`Updated database d-lobby on ${host.url}`);
    expect(dev.out()).not.toContain(`Updated database d-world on ${host.url}`);
    desk.write('work/spacetime.dev.json', '{');
    await expect
      .poll(() => dev.err().join('\n'))
      .toMatch(/^Error: \.\.\/spacetime\.dev\.json:1:\d+: it is no JSON5: /m);
    expect(await dev.stop()).toBe(0);
    // What others have too, and elsewhere: nobody is there to say yes.
    desk.remove('work/spacetime.dev.json');
    expect((await desk.within('work', 'dev')).err.at(-1)).toMatch(
      /^Error: Aborting: spacetime\.json, which others have too, names d-world on http:\/\/10\.255\.255\.1\. /,
    );
  });

  it('[CL100] [CL106] [CL107] [CL108] the database may be left out, and is asked for at its server', async () => {
    desk.write('one/index.ts', orbs(ADD));
    file('spacetime.json', { database: 'one-1', 'module-path': 'one', server: host.url });
    expect((await desk.run('publish')).code).toBe(0);
    expect(await desk.run('call', 'add', '7')).toEqual({ code: 0, out: [], err: [] });
    expect((await desk.run('call', 'one-1', 'add', '8')).code).toBe(0);
    const rows = [' id | kind', '----+------', ' 7  | 2', ' 8  | 2'];
    expect((await desk.run('sql', 'SELECT * FROM orb')).out).toEqual(rows);
    expect((await desk.run('sql', 'one-1', 'SELECT * FROM orb')).out).toEqual(rows);
    expect((await desk.ask('SELECT * FROM orb\n', 'sql', '--interactive')).out.join('\n')).toContain(rows.join('\n'));
    expect((await desk.run('describe', 'table', 'orb')).out.join('')).toContain('"product_type_ref"');
    expect((await desk.run('describe')).out.join('')).toContain('"tables"');
    expect((await desk.run('logs')).code).toBe(0);
    const told = await desk.run('subscribe', 'SELECT * FROM orb', '--print-initial-update', '-t', '1');
    expect([told.code, told.out[0]]).toEqual([0, expect.stringMatching(/^\{"orb":\{"deletes":\[\],"inserts":\[.*7/)]);
    expect((await desk.run('list')).out.join('\n')).toContain('one-1');
    file('spacetime.staging.json', { database: 'one-staging' });
    expect((await desk.run('publish', '--env', 'staging')).code).toBe(0);
    expect((await desk.run('call', '--env', 'staging', 'add', '9')).code).toBe(0);
    expect((await desk.run('sql', '--env', 'staging', 'SELECT id FROM orb')).out).toEqual([' id', '----', ' 9']);
    expect((await desk.run('sql', 'SELECT id FROM orb')).out).toEqual([' id', '----', ' 7', ' 8']);
    expect((await desk.run('list', '--env', 'staging')).code).toBe(0);
    expect((await desk.run('delete', '--env', 'staging', '--yes')).out).toEqual(['Deleted database one-staging.']);
    const wrong: [string[], RegExp][] = [
      [['logs', '--env', 'stagin'], /^Error: --env stagin: beside spacetime\.json there is neither /],
      [['call'], /^Error: Say what to call: /],
      [['call', 'other', 'add'], /No such reducer OR procedure `other` for database `one-1`.*--no-config\.$/s],
      [['sql', 'one-1'], /^Error: Give one query, or --interactive/],
      [['subscribe', 'one-1'], /^Error: Say what to subscribe to: /],
      [['logs', '--no-config'], /^Error: Say which database, by its name or identity; /],
      [['sql', '--no-config', 'one-1', 'SELECT 1'], /^Error: .*127\.0\.0\.1:3000/],
    ];
    for (const [args, message] of wrong) {
      const { code, err } = await desk.run(...args);
      expect([args, code]).toEqual([args, 1]);
      expect(err.join('\n')).toMatch(message);
    }
    expect((await desk.run('lock')).out).toEqual(['Database one-1 is locked.']);
    expect((await desk.run('unlock')).out).toEqual(['Database one-1 is unlocked.']);
    expect((await desk.run('rename', 'one-1', '--to', 'one-2')).out[0]).toMatch(/^Name set to one-2/);
    file('spacetime.json', { database: 'one-2', server: host.url, children: [{ database: 'one-3' }] });
    expect((await desk.run('logs')).err).toEqual(['Error: Say which database: spacetime.json has one-2, one-3.']);
    expect((await desk.run('delete', 'one-2', '--yes')).out).toEqual(['Deleted database one-2.']);
  });
});
