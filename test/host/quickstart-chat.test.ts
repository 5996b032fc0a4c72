import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SenderError, schema, t, table } from '../../src/module/index.ts';
import { bundle } from './support/bundle.ts';
import { moduleOf, player, World } from './support/world.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/quickstart-chat/index.ts', import.meta.url));
/** SHA-256 of the module as the tutorial prints it. */
const PRINTED = 'dc4092c954811d862f3e06acc93ad4a1eb59f1872d5b146325c3fb87cd779eb0';

/** The same module in the 2.x dialect. */
function modern() {
  const user = table(
    { public: true },
    { identity: t.identity().primaryKey(), name: t.string().optional(), online: t.bool() },
  );
  const message = table({ public: true }, { sender: t.identity(), sent: t.timestamp(), text: t.string() });
  const chat = schema({ user, message });
  return moduleOf(chat, {
    setName: chat.reducer({ name: t.string() }, (ctx, { name }) => {
      if (!name) throw new SenderError('Names must not be empty');
      const found = ctx.db.user.identity.find(ctx.sender);
      if (!found) throw new SenderError('Cannot set name for unknown user');
      ctx.db.user.identity.update({ ...found, name });
    }),
    sendMessage: chat.reducer({ text: t.string() }, (ctx, { text }) => {
      if (!text) throw new SenderError('Messages must not be empty');
      ctx.db.message.insert({ sender: ctx.sender, text, sent: ctx.timestamp });
    }),
    onConnect: chat.clientConnected((ctx) => {
      const found = ctx.db.user.identity.find(ctx.sender);
      if (found) ctx.db.user.identity.update({ ...found, online: true });
      else ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
    }),
    onDisconnect: chat.clientDisconnected((ctx) => {
      const found = ctx.db.user.identity.find(ctx.sender);
      if (found) ctx.db.user.identity.update({ ...found, online: false });
    }),
  });
}

function play(world: World): void {
  const [ada, bob] = [world.join(1), world.join(2)];
  for (const client of [ada, bob]) {
    expect(client.last('InitialConnection')).toMatchObject({ identity: client.identity, token: 'token' });
    client.subscribe(1, 'SELECT * FROM user', 'SELECT * FROM message');
  }
  expect(ada.table('user')).toEqual([
    { identity: player(1), name: undefined, online: true },
    { identity: player(2), name: undefined, online: true },
  ]);
  ada.call('set_name', { name: 'Ada' });
  expect(bob.last('TransactionUpdate').reducer).toMatchObject({ name: 'set_name', caller: player(1) });
  expect(bob.table('user')).toContainEqual({ identity: player(1), name: 'Ada', online: true });
  bob.call('send_message', { text: 'Hello, World!' });
  const [message] = ada.table('message');
  expect(message).toMatchObject({ sender: player(2), text: 'Hello, World!' });

  const request = ada.call('set_name', { name: '' });
  expect(ada.last('ReducerResult')).toMatchObject({
    requestId: request,
    status: 'Failed',
    error: 'Names must not be empty',
  });
  ada.call('send_message', { text: '' });
  expect(ada.last('ReducerResult')).toMatchObject({ status: 'Failed', error: 'Messages must not be empty' });
  bob.leave();
  expect(ada.table('user')).toContainEqual({ identity: player(2), name: undefined, online: false });
  const again = world.join(2);
  again.subscribe(1, 'SELECT * FROM message WHERE sender = :sender');
  expect(again.table('message')).toHaveLength(1);
  expect(ada.table('user')).toContainEqual({ identity: player(2), name: undefined, online: true });
}

describe('the chat of the tutorial', () => {
  it('[M6] is the module as printed', async () => {
    const text = await readFile(FIXTURE);
    expect(createHash('sha256').update(text).digest('hex')).toBe(PRINTED);
  });

  it('[H1][M2][H4] runs unedited', async () => {
    const world = new World({ source: await bundle(FIXTURE) });
    play(world);
    expect(world.database.log.records).toMatchObject([
      { level: 'info', reducer: 'send_message', message: `User ${player(2)}: Hello, World!` },
    ]);
  });

  it('[H2][M1] runs in the dialect of 2.x', () => {
    play(new World(modern()));
  });
});
