import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { bundleModule } from '../../../src/cli/tasks/bundle.ts';
import { DbConnection } from '../../fixtures/bindings/index.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

// What somebody at a browser's console learns of what went wrong on the host: the client and the host, a socket between.

const ARENA = fileURLToPath(new URL('../../fixtures/arena/index.ts', import.meta.url));
const LIMIT_MS = 100;

let source: string;
beforeAll(async () => {
  const folder = await temporaryFolder();
  const text = await readFile(ARENA, 'utf8');
  // The same tables and reducers as the bindings know, with mistakes in them.
  const broken = text
    .replace(
      'export const join = arena.reducer((ctx) => {',
      'export const join = arena.reducer((ctx) => {\n  (ctx.db as unknown as { crew: { size: number } }).crew.size;',
    )
    .replace(
      'export const send_message = arena.reducer({ text: t.string() }, (ctx, { text }) => {',
      "export const send_message = arena.reducer({ text: t.string() }, (ctx, { text }) => {\n  if (text === 'loop') for (;;);\n  if (text === 'twice') ctx.db.ship.insert({ id: 1, owner: -1, x: 0, y: 0, call_sign: '' });",
    );
  const gate =
    "\nexport const gate = arena.clientConnected((ctx) => {\n  if (ctx.db.user.count() === 99n) throw new Error('shut');\n});\n";
  await writeFile(join(folder, 'index.ts'), broken + gate);
  ({ source } = await bundleModule(folder));
});

const open: DbConnection[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const connection of open.splice(0)) connection.disconnect();
});

async function connect(): Promise<{ connection: DbConnection; host: TestHost }> {
  const host = await TestHost.open({ reducerLimitMs: LIMIT_MS });
  const published = await host.publish('arena', source);
  expect([published.status, published.ok || (await published.text())]).toEqual([200, true]);
  const connection = DbConnection.builder().withUri(host.url).withDatabaseName('arena').build();
  open.push(connection);
  connection.runAuto();
  await expect.poll(() => connection.identity?.hex).toBeDefined();
  return { connection, host };
}

const reason = (promise: PromiseLike<unknown>): Promise<Error> =>
  Promise.resolve(promise).then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

const MISTAKE = "Cannot read properties of undefined (reading 'size')";

it('[W30] what a call failed with is what its promise says: the text of the host, whatever the cause', async () => {
  const { connection, host } = await connect();
  const texts: Readonly<Record<string, [PromiseLike<unknown>, string | RegExp]>> = {
    mistake: [connection.reducers.join({}), MISTAKE],
    value: [connection.reducers.sendMessage({ text: 'twice' }), 'ship.owner (u32): -1 is out of range 0..4294967295'],
    loop: [
      connection.reducers.sendMessage({ text: 'loop' }),
      /^A reducer did not return within 100 ms and was stopped\. Probably a loop/,
    ],
  };
  for (const [what, [call, text]] of Object.entries(texts)) {
    const error = await reason(call);
    expect([what, error.name]).toEqual([what, 'InternalError']);
    if (typeof text === 'string') expect(error.message).toBe(text);
    else expect(error.message).toMatch(text);
    // The author finds the same text in the log, with the place.
    const told = host.log.find(
      ({ level, message }) => level === 'error' && message.includes(error.message.slice(0, 30)),
    );
    expect([what, told?.reducer]).toEqual([what, what === 'mistake' ? 'join' : 'send_message']);
    if (what !== 'loop') expect(told!.message).toMatch(/index\.ts:\d+:\d+: \w+Error: /);
  }
});

it('[W30] a failed call that nobody looks at is one line in the console, with the text of the host', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { connection } = await connect();
  void connection.reducers.join({});
  await expect.poll(() => said.mock.calls.length).toBe(1);
  const [where, error] = said.mock.calls[0]! as [string, Error];
  expect(where).toBe('[spacetick] reducer join failed, and nobody looked:');
  expect(String(error)).toBe(`InternalError: ${MISTAKE}`);
});

it('[W30] onX hears the same text', async () => {
  const { connection } = await connect();
  const heard = new Promise<string>((resolve) => {
    connection.reducers.onJoin(({ event: { outcome } }) => {
      if (outcome.tag === 'InternalError') resolve(outcome.value);
    });
  });
  await reason(connection.reducers.join({}));
  expect(await heard).toBe(MISTAKE);
});
