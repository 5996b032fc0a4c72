import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import type * as Use from '../fixtures/official-bindings/use.ts';
import { TestHost } from '../host/node/support/test-host.ts';
import { bundled, HERE } from '../interop/support/bundle.ts';
import { until } from '../interop/support/foreign-client.ts';
import { HARBOUR } from '../interop/support/harbour-module.ts';
import { leanUse } from '../interop/support/own-bindings.ts';

// What somebody sees of the lean build, whose texts were left out, on a real host.

const USE = fileURLToPath(new URL('../fixtures/official-bindings/use.ts', import.meta.url));
const READ_ON = '(see docs/errors.md of spacetick)';
const { DbConnection, tables } = await leanUse(HARBOUR);
type Connection = InstanceType<typeof DbConnection>;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Connected, and ticking by itself. */
function enter(url: string, token?: string): Promise<{ conn: Connection; token: string }> {
  return new Promise((resolve, reject) => {
    const conn = DbConnection.builder()
      .withUri(url)
      .withDatabaseName('harbour')
      .withToken(token)
      .onConnect((made, _identity, given) => resolve({ conn: made, token: given }))
      .onConnectError((_ctx, error) => reject(error))
      .build();
    (conn as unknown as { runAuto(): void }).runAuto();
  });
}

it('[I23] comes back by its token', async () => {
  const host = await TestHost.open();
  await host.publish('harbour', HARBOUR);
  const first = await enter(host.url);
  const identity = first.conn.identity!.toHexString();
  await new Promise<void>((resolve) => {
    first.conn
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribe(tables.user);
  });
  await first.conn.reducers.setName({ name: 'Ann' });
  expect([...first.conn.db.user.iter()].map(({ name }) => name)).toEqual(['Ann']);
  first.conn.disconnect();
  await until(() => !first.conn.isActive);
  const second = await enter(host.url, first.token);
  expect(second.conn.identity!.toHexString()).toBe(identity);
  second.conn.disconnect();
});

it("[I24] passes on the host's and the module's words", async () => {
  const host = await TestHost.open();
  await host.publish('harbour', HARBOUR);
  const { conn } = await enter(host.url);
  await expect(conn.reducers.setName({ name: '' })).rejects.toMatchObject({
    name: 'SenderError',
    code: 'E_REDUCER_FAILED',
    message: 'Names must not be empty',
  });
  const refused = await new Promise<Error>((resolve) => {
    conn
      .subscriptionBuilder()
      .onError(((_ctx: unknown, error: Error) => resolve(error)) as never)
      .subscribe('SELECT * FROM rule');
  });
  expect(refused).toMatchObject({ code: 'E_SUBSCRIPTION', message: expect.stringMatching(/no such table: `rule`/) });
  await expect(enter(host.url, 'nonsense')).rejects.toMatchObject({
    code: 'E_TOKEN_REJECTED',
    message: expect.stringMatching(/^E_TOKEN_REJECTED: 401: .+ \(see docs\/errors\.md of spacetick\)$/),
  });
  const ended = new Promise<Error>((resolve) => {
    conn.reducers.sendMessage({ text: 'too late' }).catch(resolve);
  });
  conn.disconnect();
  expect(await ended).toMatchObject({
    name: 'ConnectionLostError',
    message: `E_CONNECTION_LOST: disconnect() was called. ${READ_ON}`,
  });
});

it('[I24] says the code and where to read, with the details that are at hand', async () => {
  const host = await TestHost.open();
  await host.publish('harbour', HARBOUR);
  const { conn } = await enter(host.url);
  await expect(conn.reducers.setName({ name: 7 as never })).rejects.toMatchObject({
    name: 'ValueError',
    code: 'E_VALUE_TYPE',
    type: 'string',
    path: 'setName',
    value: 7,
    message: `E_VALUE_TYPE: setName (string) ${READ_ON}`,
  });
  await expect(conn.reducers.ram({ force: undefined as never })).rejects.toThrow(`E_VALUE_TYPE: ram (f32) ${READ_ON}`);
  expect(() => DbConnection.builder().withUri('localhost').withDatabaseName('harbour').build()).toThrow(
    `E_URI ${READ_ON}`,
  );
  await expect((conn as unknown as { callReducer(name: string): Promise<void> }).callReducer('sail')).rejects.toThrow(
    `E_REDUCER_INTERNAL: sail ${READ_ON}`,
  );
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  conn.db.message.onInsert(() => void (conn as unknown as { frameTick(): void }).frameTick());
  const applied = new Promise<void>((resolve) => {
    conn
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribe(tables.message);
  });
  await applied;
  await conn.reducers.sendMessage({ text: 'ahoy' });
  expect(warned.mock.calls).toEqual([]);
  conn.disconnect();
});

it('[I23] refuses bindings that bring no decoders', async () => {
  const theirs = await bundled<typeof Use>(USE, 'bare', HERE, true);
  const builder = theirs.DbConnection.builder().withUri('http://127.0.0.1:9').withDatabaseName('harbour');
  expect(() => builder.build()).toThrow(`E_BUILDER: bindings of another generator, or of an older one ${READ_ON}`);
});
