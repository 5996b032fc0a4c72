import { readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Player } from '../host/node/support/player.ts';
import { Desk, HEAD, type HostProcess, orbs, ROOT } from './command.ts';

const CHAT = join(ROOT, 'test/fixtures/quickstart-chat');
const IDENTITY = 'c200[0-9a-f]{60}';

describe('publish', { timeout: 120_000 }, () => {
  const desk = new Desk();
  let host: HostProcess;
  beforeAll(async () => {
    host = await desk.start('-l', '0', '--data-dir', 'kept');
  });
  afterAll(async () => {
    await host.stop();
    desk.clear();
  });

  const publish = (...args: string[]) => desk.run('publish', ...args, '--server', host.url);

  it('[CL20] prints what the real command line prints, first for a new database, then for one that is there', async () => {
    for (const done of ['Created new', 'Updated']) {
      expect(await publish('quickstart-chat', '--module-path', CHAT)).toEqual({
        code: 0,
        out: [
          ...(done === 'Updated' ? ['Checking for breaking changes...'] : []),
          `Uploading to ${host.url} => ${host.url}`,
          'Publishing module...',
          expect.stringMatching(`^${done} database with name: quickstart-chat, identity: ${IDENTITY}$`),
        ],
        err: [],
      });
    }
  });

  it("[CL20] makes the seed's chat one that two players talk in", async () => {
    await publish('chat', '-p', CHAT);
    const [ada, bob] = [await Player.join(host.url, 'chat'), await Player.join(host.url, 'chat')];
    await bob.subscribe(1, 'SELECT * FROM message', 'SELECT * FROM user');
    expect((await ada.ask('set_name', [''])).error).toBe('Names must not be empty');
    expect((await ada.ask('send_message', [''])).error).toBe('Messages must not be empty');
    await ada.ask('set_name', ['Ada']);
    await ada.ask('send_message', ['Hello, World!']);
    const heard = await bob.next(({ reducer }) => reducer?.name === 'send_message');
    expect(heard.tables).toMatchObject([
      { table: 'message', inserts: [[ada.greeting.identity, expect.anything(), 'Hello, World!']] },
    ]);
    await ada.leave();
    await bob.next(({ reducer }) => /disconnect/i.test(reducer?.name ?? ''));
    await bob.leave();
    const line = new RegExp(`^chat: \\S+Z {2}INFO: send_message: User (0x)?${ada.identity}: Hello, World!$`, 'm');
    await expect.poll(() => host.out().join('\n')).toMatch(line);
  });

  it('[CL55] makes a new database that is known by its identity where no name is given', async () => {
    desk.write('lone/index.ts', orbs());
    const made = [await publish('-p', 'lone'), await publish('-p', 'lone')];
    const identities = made.map(({ out }) => out.at(-1)!.slice(-64));
    expect(made).toEqual(
      identities.map((identity) => ({
        code: 0,
        out: [
          `Uploading to ${host.url} => ${host.url}`,
          'Publishing module...',
          `Created new database with identity: ${identity}`,
        ],
        err: [],
      })),
    );
    expect(identities[0]).toMatch(new RegExp(`^${IDENTITY}$`));
    expect(identities[0]).not.toBe(identities[1]);
    const again = await publish(identities[0]!, '-p', 'lone');
    expect(again.out.at(-1)).toBe(`Updated database with identity: ${identities[0]}`);
  });

  it('[CL21] takes the spellings of 1.x, and finds the module where projects keep it', async () => {
    desk.write('old/index.ts', orbs());
    const old = await publish('--project-path', 'old', 'orbs-old');
    expect(old.out.at(-1)).toMatch(/^Created new database with name: orbs-old/);
    const cleared = await publish('--project-path', 'old', '--clear-database', '-y', 'orbs-old');
    expect(cleared.out.at(-1)).toMatch(/^Updated database with name: orbs-old/);
    desk.write('spacetimedb/src/index.ts', orbs());
    expect((await publish('orbs-new')).code).toBe(0);
    desk.write('single.ts', orbs());
    expect((await publish('orbs-single', '-p', 'single.ts')).code).toBe(0);
  });

  it('[CL21] looks where README puts the module, and says where it looked', async () => {
    const elsewhere = new Desk();
    const nothing = await elsewhere.run('publish', 'orbs', '-s', host.url);
    expect([nothing.code, nothing.err]).toEqual([
      1,
      [
        `Error: There is no module in ${realpathSync(elsewhere.folder)}: tried spacetimedb, this folder, src/module, server, module, and ` +
          'in each src/index.ts, src/lib.ts, index.ts, src/index.js, index.js. Say where it is with --module-path.',
      ],
    ]);
    elsewhere.write('spacetimedb/notes.txt', 'not yet');
    elsewhere.write('src/module/index.ts', orbs());
    expect((await elsewhere.run('publish', 'orbs-found', '-s', host.url)).code).toBe(0);
    elsewhere.clear();
  });

  it('[CL22] keeps who published for itself: the owner may publish again, others may not', async () => {
    const file = join(desk.folder, 'config/spacetick/credentials.json');
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual([host.url]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    desk.write('mine/index.ts', orbs());
    await publish('mine', '-p', 'mine');
    expect(await publish('mine', '-p', 'mine', '--anonymous')).toMatchObject({
      code: 1,
      err: ["Error: Permission denied: the name belongs to somebody else's database. Publish under another name."],
    });
  });

  it('[CL23] asks before data is deleted; without anybody to ask, only --yes deletes', async () => {
    desk.write('data-module/index.ts', orbs());
    await publish('precious', '-p', 'data-module');
    const asked = await publish('-c', 'precious', '-p', 'data-module');
    expect(asked).toEqual({
      code: 1,
      errorCode: 'E_DECLINED',
      out: [],
      err: ['Error: Aborting: All data of precious will be deleted. Go on? Answer y, or pass --yes.'],
    });
    expect((await publish('-c', 'precious', '-p', 'data-module', '--yes')).code).toBe(0);
    expect((await publish('--delete-data=never', 'precious', '-p', 'data-module')).code).toBe(0);
  });

  it('[CL29] ends with the reason when the rows do not fit', async () => {
    desk.write('number/index.ts', orbs());
    desk.write('text/index.ts', orbs('', 'id: t.u32().primaryKey(), kind: t.string()'));
    await publish('unmoved', '-p', 'number');
    const refused = await publish('unmoved', '-p', 'text');
    expect([refused.code, refused.out[0], refused.err.at(-1)]).toEqual([
      1,
      'Checking for breaking changes...',
      'Aborting publish due to required manual migration.',
    ]);
  });

  it('[CL28] asks before it publishes to another machine, and leaves MainCloud to spacetime', async () => {
    desk.write('far/index.ts', orbs());
    const far = 'http://far.invalid:3000'; // a name that never resolves
    expect(await desk.run('publish', 'orbs', '-p', 'far', '-s', far)).toEqual({
      code: 1,
      errorCode: 'E_DECLINED',
      out: [],
      err: [`Error: Aborting: The server at ${far} is not on this machine. Publish there? Answer y, or pass --yes.`],
    });
    const other = await desk.run('publish', 'orbs', '-p', 'far', '-s', far, '--yes=delete-data');
    expect(other.err[0]).toMatch(/^Error: Aborting: /);
    for (const yes of ['--yes', '--yes=remote']) {
      expect((await desk.run('publish', 'orbs', '-p', 'far', '-s', far, yes)).err[0]).toMatch(
        /^Error: Nobody answers at/,
      );
    }
    for (const cloud of ['maincloud', 'https://maincloud.spacetimedb.com/']) {
      const refused = await desk.run('publish', 'orbs', '-p', 'far', '-s', cloud, '--yes');
      expect(refused).toMatchObject({
        code: 1,
        out: [],
        err: [expect.stringMatching(/not on MainCloud.*spacetime publish/)],
      });
    }
  });

  it('[CL21] takes a module that is bundled already, of either kind, and never two', async () => {
    desk.write(
      'bundled.js',
      "const { schema, table, t } = require('spacetimedb/server');\n" +
        "exports.default = schema({ orb: table({ name: 'orb', public: true }, { id: t.u32().primaryKey() }) });\n",
    );
    desk.write('bundled.mjs', orbs());
    for (const file of ['bundled.js', 'bundled.mjs']) {
      const ran = await publish(`from-${file.replace('.', '-')}`, '-j', file);
      expect(ran).toMatchObject({ code: 0, err: [] });
    }
    const generated = await desk.run('generate', '--js-path', 'bundled.js', '-o', 'from-js');
    expect(generated.out).toContain(`Writing file ${join('from-js', 'orb_table.ts')}`);
    desk.write('thrown.js', "throw new Error('no hull');\n");
    expect((await publish('thrown', '-j', 'thrown.js')).err).toEqual(['Error: thrown.js: no hull']);
    expect((await publish('gone', '-j', 'gone.js')).err[0]).toMatch(/^Error: ENOENT: .*gone\.js/);
    expect((await publish('both', '-j', 'bundled.js', '-p', '.')).err[0]).toMatch(/^Error: Give the module by/);
  });

  it('[CL23] deletes data only where the rows do not fit, when told on-conflict', async () => {
    const fill = 'export const init = spacetimedb.init((ctx) => { ctx.db.orb.insert({ id: 1, kind: 2 }); });';
    desk.write('fits/index.ts', orbs(fill));
    desk.write('changed/index.ts', orbs('', 'id: t.u32().primaryKey(), kind: t.string()'));
    await publish('rows', '-p', 'fits');
    const refused = await publish('rows', '-p', 'changed');
    expect(refused.code).toBe(1);
    expect(refused.err.slice(0, 2)).toEqual([
      'Error: Automatic migration planning failed:',
      '  Changing the type of column kind in table orb from u8 to string requires a manual migration',
    ]);
    const unanswered = await publish('rows', '-p', 'changed', '--delete-data=on-conflict');
    expect(unanswered.err.at(-1)).toBe(
      'Error: Aborting: All data of rows will be deleted. Go on? Answer y, or pass --yes.',
    );
    const deleted = await publish('rows', '-p', 'changed', '--delete-data=on-conflict', '-y');
    expect([deleted.code, deleted.out.at(-1)]).toMatchObject([0, /^Updated database with name: rows/]);
  });

  it('[CL18] [CL19] says what changes, and disconnects clients only when told so', async () => {
    desk.write('narrow/index.ts', orbs());
    desk.write('wide/index.ts', orbs('', 'id: t.u32().primaryKey(), kind: t.u8(), hue: t.u8().default(0)'));
    await publish('orbs-wide', '-p', 'narrow');
    const refused = await publish('orbs-wide', '-p', 'wide');
    const steps = [
      '- Add the column hue: u8 to the table orb',
      '- Clients are disconnected: Adding a column hue to table orb',
    ];
    expect(refused).toEqual({
      code: 1,
      errorCode: 'E_BREAKS_CLIENTS',
      out: ['Checking for breaking changes...', ...steps],
      err: [expect.stringMatching(/^Error: Aborting: clients would be disconnected\. Publish with --break-clients/)],
    });
    expect((await publish('orbs-wide', '-p', 'wide', '--yes')).code).toBe(1);
    const done = await publish('orbs-wide', '-p', 'wide', '--break-clients');
    expect([done.code, done.out.slice(1, 3)]).toEqual([0, steps]);
    expect((await publish('orbs-wide', '-p', 'wide')).out[1]).toMatch(/^Uploading to /);
  });

  it('[CL24] refuses a module that does not load, with the line and the reason, before anything is sent', async () => {
    const bad: Record<string, [string, RegExp]> = {
      syntax: [`${HEAD}const a = = 3;\n`, /^Error: syntax\/index\.ts:2:11: Unexpected token$/],
      type: [
        `${HEAD}\nconst ship = table({ name: 'ship' }, {\n  id: t.f32().primaryKey(),\n});\nexport default schema({ ship });\n`,
        /^Error: type\/index\.ts:4:15: \.primaryKey\(\) cannot be on a column of type f32\./,
      ],
      throws: [
        `${orbs()}\nfunction load(): void {\n  throw new RangeError('no fuel');\n}\nload();\n`,
        /^Error: throws\/index\.ts:6:\d+: no fuel$/,
      ],
      files: [
        `import { readFileSync } from 'node:fs';\n${orbs()}console.log(readFileSync('x'));\n`,
        /^Error: files\/index\.ts:1: The module imports node:fs, which a host does not have: a module can use neither files nor network\./,
      ],
      old: [
        `${HEAD}import fs from 'fs';\n${orbs().replace(HEAD, '')}fs.rmSync('x');\n`,
        /^Error: old\/index\.ts:2: The module imports fs, which/,
      ],
      missing: [
        `${HEAD}import { x } from 'left-pad-9';\n${orbs().replace(HEAD, '')}x();\n`,
        /^Error: missing\/index\.ts:2: .* imports left-pad-9, which is not installed\./,
      ],
      lacking: [
        `import {\n  schema,\n  t,\n  table,\n  nott as not,\n  ReducerCtx,\n  Router,\n} from 'spacetimedb/server';\n${orbs().replace(HEAD, '')}` +
          'export const later = (_: ReducerCtx) => not(true) || new Router();\n',
        /^Error: lacking\/index\.ts:5: 'spacetimedb\/server' exports no nott\. Did you mean not\?$/,
      ],
      sibling: [
        `${HEAD}import { x } from './nowhere';\nx();\n`,
        /^Error: sibling\/index\.ts:2:\d+: Could not resolve '\.\/nowhere'/,
      ],
      clock: [
        `${orbs()}export const bornAt = Date.now();\n`,
        /^Error: clock\/index\.ts:4:\d+: Date is not available in SpacetimeDB modules/,
      ],
      misspelt: [
        `${HEAD}\nexport default schema({\n  ship: table({ name: 'ship' }, { id: t.u23() }),\n});\n`,
        /^Error: misspelt\/index\.ts:4:\d+: There is no t\.u23\. Did you mean t\.u32\?$/,
      ],
      imported: [
        "import { schema, t, tabel } from 'spacetick/server';\nexport default schema({ ship: tabel({}, { id: t.u8() }) });\n",
        /^Error: imported\/index\.ts:1: 'spacetick\/server' exports no tabel\. Did you mean table\?$/,
      ],
      client: [
        `// a ship\n${orbs().replace('spacetick/server', 'spacetick')}`,
        /^Error: client\/index\.ts:2: The module imports spacetick, which is for clients\. .* come from 'spacetick\/server'\.$/,
      ],
      empty: [
        'export const nothing = 1;\n',
        /^Error: empty\/index\.ts: It seems like you have not exported your schema\./,
      ],
    };
    for (const [name, [source, message]] of Object.entries(bad)) {
      desk.write(`${name}/index.ts`, source);
      const { code, out, err } = await publish('broken', '-p', name);
      expect({ name, code, out, lines: err.length }).toEqual({ name, code: 1, out: [], lines: 1 });
      expect(err[0]).toMatch(message);
    }
    const nowhere = await publish('broken', '-p', 'no-such-folder');
    expect(nowhere.err[0]).toMatch(
      /^Error: There is no module at .*no-such-folder: there is no such file or folder\. Give its folder or its entry file\.$/,
    );
    desk.write('inner/src/module/index.ts', orbs());
    expect((await publish('broken', '-p', 'inner')).err[0]).toMatch(
      /inner: none of src\/index\.ts, .* is there\. Did you mean inner\/src\/module\/index\.ts\?$/,
    );
  });

  it('[CL24] says where in a file that the module imports', async () => {
    desk.write('parts/index.ts', `import './ships';\n${orbs()}`);
    desk.write('parts/ships.ts', '// ships\n\nthrow new Error("no hull");\n');
    expect((await publish('broken', '-p', 'parts')).err).toEqual(['Error: parts/ships.ts:3:7: no hull']);
    // However deep the module lies: README's is in src/module.
    desk.write('game/src/module/index.ts', `import '../shared/fuel';\n${orbs()}`);
    desk.write('game/src/shared/fuel.ts', '\nthrow new Error("no fuel");\n');
    expect((await publish('broken', '-p', 'game/src/module')).err).toEqual([
      'Error: game/src/shared/fuel.ts:2:7: no fuel',
    ]);
    desk.write('empty/index.ts', '');
    expect((await publish('broken', '-p', 'empty')).err[0]).toMatch(
      /^Error: empty\/index\.ts: It seems like you have not/,
    );
  });

  it('[CL25] passes on what the module has to be told, and what the host refuses', async () => {
    desk.write('quiet/index.ts', orbs('\nconst steer = spacetimedb.reducer({ x: t.u8() }, () => {});\nvoid steer;\n'));
    const warned = await publish('quiet', '-p', 'quiet');
    expect(warned).toMatchObject({
      code: 0,
      err: [
        'Warning: quiet/index.ts:5:27: A reducer with parameters (x) is defined but not exported, so clients cannot call it: ' +
          'write `export const name = schema.reducer(...)`.',
      ],
    });
    const steer = 'export const steer = spacetimedb.reducer(() => {});';
    desk.write('unexported/index.ts', orbs(steer).replace('export default spacetimedb;', ''));
    expect(await publish('unexported', '-p', 'unexported')).toMatchObject({
      code: 0,
      err: [
        expect.stringMatching(/^Warning: The schema is not exported\. .* write `export default` before its name\.$/),
      ],
    });
    desk.write(
      'failing/index.ts',
      orbs("export const init = spacetimedb.init(() => { throw new Error('no fuel'); });"),
    );
    const failed = await publish('failing', '-p', 'failing');
    expect(failed).toMatchObject({
      code: 1,
      err: ["Error: The module's init reducer failed: failing/index.ts:4:52: Error: no fuel"],
    });
    const named = await publish('My_Game', '-p', 'quiet');
    expect(named.err.at(-1)).toMatch(/^Error: "My_Game" cannot be a database's name: lowercase letters and digits/);
  });

  it('[CL26] says when nobody answers, or somebody else does', async () => {
    desk.write('orbs/index.ts', orbs());
    expect(await desk.run('publish', 'orbs', '-p', 'orbs', '-s', '127.0.0.1:1')).toEqual({
      code: 1,
      errorCode: 'E_UNREACHABLE',
      out: [],
      err: ['Error: Nobody answers at http://127.0.0.1:1. Is the host running? Start one with: spacetick start'],
    });
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<h1>A shop</h1>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shop = await desk.run('publish', 'orbs', '-p', 'orbs', '-s', `127.0.0.1:${port}`);
    server.close();
    expect(shop.code).toBe(1);
    expect(shop.err[0]).toMatch(/^Error: What answers at http:\/\/127\.0\.0\.1:\d+ is no host of databases\./);
  });

  it('[CL27] takes a new identity from a host with new keys only when told so', async () => {
    desk.write('again/index.ts', orbs());
    const first = await desk.start('-l', '0', '--in-memory');
    await desk.run('publish', 'orbs', '-p', 'again', '-s', first.url);
    await first.stop();
    const second = await desk.start('-l', first.url.slice('http://'.length), '--in-memory');
    const asked = await desk.run('publish', 'orbs', '-p', 'again', '-s', second.url);
    expect(asked.code).toBe(1);
    expect(asked.err).toEqual([
      `Error: Aborting: The host at ${second.url} does not know the identity kept for it: its keys are new. Go on with a ` +
        'new identity? Answer y, or pass --yes.',
    ]);
    expect((await desk.run('publish', 'orbs', '-p', 'again', '-s', second.url, '-y')).code).toBe(0);
    expect((await desk.run('publish', 'orbs', '-p', 'again', '-s', second.url)).code).toBe(0);
    await second.stop();
  });
});
