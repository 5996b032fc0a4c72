import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_RULES, putChatClient } from '../browser/chat-project.ts';
import { launchChromium } from '../browser/chromium.ts';
import { type PageServer, servePages } from '../browser/page-server.ts';
import { ChatProcess } from '../chat/chat-process.ts';
import { ROOT, Shell } from './shell.ts';

// The chat tutorial from its first line to its last: each command as it is printed, each client as it is described. The
// tests follow each other, as the tutorial's pages do.

const DATABASE = 'quickstart-chat';
const HERE = 'quickstart-chat'; // "From the `quickstart-chat` directory"
/** What the tutorial prints of `spacetime sql`. */
const PRINTED_TABLE = `\
 sender                                                             | sent                             | text
--------------------------------------------------------------------+----------------------------------+-----------------
 0x93dda09db9a56d8fa6c024d843e805d8262191db3b4ba84c5efcd1ad451fed4e | 2025-04-08T15:47:46.935402+00:00 | "Hello, World!"
`;
const PATIENCE = { timeout: 30_000, interval: 50 };

const shell = new Shell(join(ROOT, 'test/.tmp'));
const chats: ChatProcess[] = [];
let url: string;
let browser: Browser | undefined;
let server: PageServer | undefined;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  for (const chat of chats) chat.kill();
  await browser?.close();
  await server?.close();
  await shell.close();
});

describe('the chat tutorial', { timeout: 120_000 }, () => {
  it('[CL41] spacetime init', async () => {
    expect(await shell.must('spacetime init --lang typescript quickstart-chat')).toContain('Created quickstart-chat');
    expect(shell.read(`${HERE}/spacetimedb/src/index.ts`)).toContain('spacetick/server');
    // "Open `spacetimedb/src/index.ts`. Replace its contents with the following"
    shell.write(
      `${HERE}/spacetimedb/src/index.ts`,
      readFileSync(join(ROOT, 'test/fixtures/quickstart-chat/index.ts'), 'utf8'),
    );
  });

  it('[CL10] [CL20] spacetime start, spacetime publish', async () => {
    // On a free port, which `local` is told of: the tutorial's own may be taken here.
    const said = await shell.begin('spacetime start --listen-addr 127.0.0.1:0', /listening on \S+/);
    url = /listening on (\S+)/.exec(said())![1]!;
    await shell.must(`spacetime server edit local --url ${url}`);
    const out = await shell.must('spacetime publish --server local --project-path spacetimedb quickstart-chat', HERE);
    expect(out.trim().split('\n')).toEqual([
      `Uploading to local => ${url}`,
      'Publishing module...',
      expect.stringMatching(/^Created new database with name: quickstart-chat, identity: c200[0-9a-f]{60}$/),
    ]);
  });

  it('[CL60] spacetime call, spacetime logs', async () => {
    const call = 'spacetime call --server local quickstart-chat send_message';
    expect(await shell.must(`${call} "Hello, World!"`)).toBe('');
    const refused = await shell.type(`${call} ""`);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('Messages must not be empty');
    // The spelling that it prints beside C#.
    expect(await shell.must('spacetime call --server local quickstart-chat SendMessage "Hello, again!"')).toBe('');
    const logs = await shell.must('spacetime logs --server local quickstart-chat');
    const line = (text: string) => new RegExp(`^\\S+Z {2}INFO: send_message: User (0x)?[0-9a-f]{64}: ${text}$`, 'm');
    expect(logs).toMatch(line('Hello, World!'));
    expect(logs).toMatch(line('Hello, again!'));
  });

  it('[CL65] spacetime sql', async () => {
    const query = `"SELECT * FROM message WHERE text = 'Hello, World!'"`;
    const table = await shell.must(`spacetime sql --server local quickstart-chat ${query}`);
    const [, sender, sent] = /(0x[0-9a-f]{64}) \| (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00) +\|/.exec(table)!;
    const [printedSender, printedSent] = /(0x\S+) \| (\S+)/.exec(PRINTED_TABLE)!.slice(1) as [string, string];
    const asPrinted = table.replace(sender!, printedSender).replace(sent!, printedSent);
    const trimmed = (text: string) => text.replaceAll(/ +$/gm, '');
    expect(trimmed(asPrinted)).toBe(trimmed(PRINTED_TABLE));
    const everything = await shell.must('spacetime sql --server local quickstart-chat "SELECT * FROM message"');
    expect(everything).toContain('"Hello, again!"');
  });

  it('[CL30] spacetime generate', async () => {
    await shell.must('mkdir -p client/src/module_bindings', HERE);
    const generate =
      'spacetime generate --lang typescript --out-dir client/src/module_bindings --project-path spacetimedb';
    expect(await shell.must(generate, HERE)).toContain('Generate finished successfully.');
    expect(shell.read(`${HERE}/client/src/module_bindings/send_message_reducer.ts`)).toContain('text');
  });

  it('[C1] [C2] [C3] [C4] the console client', async () => {
    const chat = (): ChatProcess => {
      const started = new ChatProcess(shell.folder, '--uri', url.replace(/^http/, 'ws'), '--db', DATABASE);
      chats.push(started);
      return started;
    };
    const first = chat();
    await first.isReady();
    const me = /^User ([0-9a-f]{16}) connected\.$/m.exec(first.out.join('\n'))![1];
    first.type('Hello, world!');
    await first.says(`${me}: Hello, world!`);
    first.type('/name Tyler');
    await first.says(`User ${me} renamed to Tyler.`);
    first.type('Hello after naming myself.');
    await first.says('Tyler: Hello after naming myself.');
    // "when the module owner sends a message using the CLI's `spacetime call`"
    await shell.must('spacetime call --server local quickstart-chat send_message "From the command line"');
    await expect.poll(() => first.out.some((line) => line.endsWith(': From the command line')), PATIENCE).toBe(true);
    expect(await first.interrupt()).toBe(0);

    const again = chat();
    await again.isReady();
    const order = ['User Tyler connected.', 'Tyler: Hello, world!', 'Tyler: Hello after naming myself.'];
    expect(again.out.filter((line) => order.includes(line))).toEqual(order);
    expect([...first.err, ...again.err]).toEqual([]);
  });

  it('[F1] the React client, which chats with the console', async () => {
    await putChatClient(shell.path(`${HERE}/client/src`), url);
    // What Vite's template and installing the package come to in this repository.
    shell.write(`${HERE}/client/tsconfig.json`, JSON.stringify({ compilerOptions: PROJECT_RULES, include: ['src'] }));
    mkdirSync(shell.path(`${HERE}/client/node_modules`));
    symlinkSync(ROOT, shell.path(`${HERE}/client/node_modules/spacetick`));
    server = await servePages(relative(ROOT, shell.path(`${HERE}/client/src`)));
    const page = await browser!.newPage({ viewport: { width: 760, height: 620 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(server.url('index.html'));
    await expect.poll(() => page.getByRole('status').textContent(), PATIENCE).toBe('Connected');
    await expect.poll(() => items(page, 'Messages'), PATIENCE).toContain('Tyler: Hello after naming myself.');
    await expect.poll(() => items(page, 'Online'), PATIENCE).toContain('Tyler');

    const tyler = chats.at(-1)!;
    await enter(page, 'Name', 'Ann');
    await expect.poll(() => items(page, 'Online'), PATIENCE).toContain('Ann');
    await enter(page, 'Message', 'Hello from the page.');
    await tyler.says('Ann: Hello from the page.');
    tyler.type('Hello from the console.');
    await expect.poll(() => items(page, 'Messages'), PATIENCE).toContain('Tyler: Hello from the console.');
    await enter(page, 'Message', '');
    await expect.poll(() => page.getByRole('alert').textContent(), PATIENCE).toBe('Messages must not be empty');
    if (process.env.SCREENSHOT !== undefined) await page.screenshot({ path: process.env.SCREENSHOT });
    await page.close();
    await tyler.says('User Ann disconnected.');
    expect(await tyler.interrupt()).toBe(0);
    expect(errors).toEqual([]);
  });
});

const items = (page: Page, list: string) =>
  page.getByRole('list', { name: list }).getByRole('listitem').allTextContents();

async function enter(page: Page, field: string, text: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}
