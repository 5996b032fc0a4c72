import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { identityFromClaims, NodeHost } from '../../src/host/node/index.ts';
import { ChatProcess } from './chat-process.ts';

// The real program and a real host, with the tutorial's module as printed; what is said is compared with the tutorial's words.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FULLY_CONNECTED = 'Fully connected and all subscriptions applied.';
const USE = 'Use /name to set your name, or type a message!';

let host: NodeHost;
let url: string;
let home: string;
let database: string;
let tutorial: string;
let count = 0;
const running: ChatProcess[] = [];

const publish = (name: string, source: string) =>
  host.publish({ name, owner: identityFromClaims('test', 'owner'), source });

beforeAll(async () => {
  host = await NodeHost.open();
  url = (await host.listen({ host: '127.0.0.1', port: 0 })).replace(/^http/, 'ws');
  tutorial = (await bundleModule(join(ROOT, 'test/fixtures/quickstart-chat/index.ts'))).source;
});

afterAll(() => host.close());

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'spacetick-chat-'));
  count++;
  database = `quickstart-chat-${count}`;
  await publish(database, tutorial);
});

afterEach(() => {
  for (const program of running.splice(0)) program.kill();
  rmSync(home, { recursive: true, force: true });
});

function start(...args: string[]): ChatProcess {
  const program = new ChatProcess(home, '--uri', url, '--db', database, ...args);
  running.push(program);
  return program;
}

describe('the console chat', () => {
  it("[C1] [C2] [C3] [C4] is the tutorial's session, word for word", async () => {
    const first = start();
    await first.isReady();
    const [joined] = first.out;
    const me = /^User ([0-9a-f]{16}) connected\.$/.exec(joined!)?.[1];
    expect(first.out).toEqual([`User ${me} connected.`, FULLY_CONNECTED, USE]);
    first.type('Hello, world!');
    await first.says(`${me}: Hello, world!`);
    first.type('/name Tyler');
    await first.says(`User ${me} renamed to Tyler.`);
    first.type('Hello after naming myself.');
    await first.says('Tyler: Hello after naming myself.');
    expect(await first.interrupt()).toBe(0);
    expect(first.out.at(-1)).toBe('Disconnected.');

    const again = start();
    await again.isReady();
    expect(again.out).toEqual([
      'User Tyler connected.',
      'Tyler: Hello, world!',
      'Tyler: Hello after naming myself.',
      FULLY_CONNECTED,
      USE,
    ]);
    expect([...first.err, ...again.err]).toEqual([]);
  });

  it('[C1] [C4] two players of one computer see each other come, speak and go', async () => {
    const ann = start('--name', 'Ann');
    await ann.isReady();
    await expect.poll(() => ann.out.at(-1)).toMatch(/^User [0-9a-f]{16} renamed to Ann\.$/);
    const bob = start('--name', 'Bob');
    await bob.isReady();
    expect(bob.out).toContain('User Ann connected.');
    await expect.poll(() => ann.out.at(-1)).toMatch(/^User [0-9a-f]{16} renamed to Bob\.$/);
    bob.type('Hello, Ann!');
    await ann.says('Bob: Hello, Ann!');
    await bob.says('Bob: Hello, Ann!');
    ann.type('/name Anna');
    await bob.says('User Ann renamed to Anna.');
    expect(await bob.interrupt()).toBe(0);
    await ann.says('User Bob disconnected.');
    const back = start('--name', 'Bob');
    await ann.says('User Bob connected.');
    await back.isReady();
    expect(back.out).toContain('Bob: Hello, Ann!');
    const stranger = start('--name', 'Bob', '--new');
    await stranger.isReady();
    await expect.poll(() => ann.out.at(-1)).toMatch(/^User [0-9a-f]{16} renamed to Bob\.$/);
    expect(readdirSync(join(home, '.spacetimedb_client_credentials'))).toHaveLength(2);
  });

  it('[C3] tells what the module refuses', async () => {
    const ann = start();
    await ann.isReady();
    ann.type('/name ', '');
    await ann.complains('Failed to change name to "": Names must not be empty');
    await ann.complains('Failed to send message "": Messages must not be empty');
    ann.type('/name "A"');
    await expect.poll(() => ann.out.at(-1)).toContain('renamed to "A".');
  });

  it('[C3] a command that there is not is said to nobody', async () => {
    const help = 'Commands: /name NAME sets your name, /help prints this. Ctrl+C leaves. Anything else is a message.';
    const ann = start('--name', 'Ann');
    await ann.isReady();
    ann.type('/nick Bob', '/help', '/ 7 of 9');
    await ann.says('Ann: / 7 of 9');
    await ann.complains(`There is no command /nick. ${help}`); // of another pipe, which may come later
    expect(ann.err).toHaveLength(1);
    expect(ann.out).toContain(help);
    expect(ann.out.filter((line) => line.startsWith('Ann: '))).toEqual(['Ann: / 7 of 9']);
  });

  it('[C5] sends all of a pipe, then leaves', async () => {
    const ann = start('--name', 'Ann');
    ann.type('one', 'two', '');
    expect(await ann.endInput()).toBe(0);
    expect(ann.out.slice(-4)).toEqual([
      expect.stringMatching(/renamed to Ann\.$/),
      'Ann: one',
      'Ann: two',
      'Disconnected.',
    ]);
    expect(ann.err).toEqual(['Failed to send message "": Messages must not be empty']);
  });

  it('[C7] prints nothing that a terminal obeys', async () => {
    const [ann, eve] = [start(), start('--name', 'E\u001b[2Jve')];
    await Promise.all([ann.isReady(), eve.isReady()]);
    eve.type('\u001b]0;title\u0007 and \u009b1A up');
    await ann.says('E [2Jve: ]0;title  and  1A up');
  });

  it("[C1] [C2] speaks in Comet Run's chat", async () => {
    const { source } = await bundleModule(join(ROOT, 'src/game/module/index.ts'));
    database = `comet-run-${count}`;
    await publish(database, source);
    const ann = start('--name', 'Ann');
    await ann.isReady();
    ann.type('Anybody flying?');
    await ann.says('Ann: Anybody flying?');
    ann.type('/name');
    await ann.complains('Failed to change name to "": Names must not be empty');
    expect(await ann.interrupt()).toBe(0);
  });
});

describe('what goes wrong', () => {
  it('[C6] a host that is not there', async () => {
    const program = new ChatProcess(home, '--uri', 'ws://127.0.0.1:9');
    running.push(program);
    expect(await program.end()).toBe(1);
    expect(program.out).toEqual([]);
    expect(program.err[0]).toMatch(/^Connection error: /);
    expect(program.err[1]).toContain('`npm start` is the host');
    expect(program.err).toHaveLength(2);
  });

  it('[C6] a database that is not there, or has no chat', async () => {
    const missing = new ChatProcess(home, '--uri', url, '--db', 'nope');
    running.push(missing);
    expect(await missing.end()).toBe(1);
    expect(missing.err[1]).toContain('--db');

    const source =
      "import { schema, table, t } from 'spacetick/server';\n" +
      "export default schema({ orb: table({ name: 'orb', public: true }, { id: t.u32().primaryKey() }) });\n";
    const file = join(home, 'orbs.ts');
    writeFileSync(file, source);
    database = `orbs-${count}`;
    await publish(database, (await bundleModule(file)).source);
    const orbs = start();
    expect(await orbs.end()).toBe(1);
    expect(orbs.err[0]).toMatch(/^Subscription failed: /);
    expect(orbs.err[1]).toContain('--db');
  });

  it('[C6] a token of another host, and a host that ends', async () => {
    const other = await NodeHost.open();
    const port = Number(new URL(await other.listen({ host: '127.0.0.1', port: 0 })).port);
    await other.publish({ name: 'chat', owner: identityFromClaims('test', 'owner'), source: tutorial });
    const where = ['--uri', `ws://127.0.0.1:${port}`, '--db', 'chat'];
    const ann = new ChatProcess(home, ...where);
    running.push(ann);
    await ann.isReady();
    await other.close();
    expect(await ann.end()).toBe(1);
    expect(ann.err).toEqual([expect.stringMatching(/^Disconnected: The connection broke/)]);

    const another = await NodeHost.open(); // with keys of its own
    try {
      await another.listen({ host: '127.0.0.1', port });
      await another.publish({ name: 'chat', owner: identityFromClaims('test', 'owner'), source: tutorial });
      const refused = new ChatProcess(home, ...where);
      running.push(refused);
      expect(await refused.end()).toBe(1);
      expect(refused.err.join(' ')).not.toContain('offerNewPlayer'); // of a page
      expect(refused.err[1]).toBe('To go on as somebody new, start the chat with --new.');
      const anew = new ChatProcess(home, ...where, '--new');
      running.push(anew);
      await anew.isReady();
    } finally {
      await another.close();
    }
  });

  it('[C6] options it does not know', async () => {
    const program = new ChatProcess(home, '--nmae', 'Ann');
    running.push(program);
    expect(await program.end()).toBe(1);
    expect(program.err).toEqual([expect.stringMatching(/^Error: .*--nmae.*For help: npm run chat -- --help$/)]);
    const banana = new ChatProcess(home, '--uri', 'banana');
    running.push(banana);
    expect(await banana.end()).toBe(1);
    expect(banana.err).toEqual([expect.stringContaining('banana')]);
    const help = new ChatProcess(home, '--help');
    running.push(help);
    expect(await help.end()).toBe(0);
    expect(help.out[0]).toMatch(/^npm run chat -- \[--name Ann\]/);
  });
});
