import { Session } from 'node:inspector/promises';
import { NodeHost } from '../../src/host/node/index.ts';
import { describeModule, SenderError, schema, table } from '../../src/module/index.ts';
import { t } from '../../src/values/index.ts';
import { OWNER } from '../host.ts';
import { sharesOf } from './shares.ts';

// The host's process: the tutorial's chat, and where its time goes.

const user = table(
  { name: 'user', public: true },
  { identity: t.identity().primaryKey(), name: t.string().optional(), online: t.bool() },
);
const message = table(
  { name: 'message', public: true },
  { sender: t.identity(), sent: t.timestamp(), text: t.string() },
);
const chat = schema({ user, message });

const clientConnected = chat.clientConnected((ctx) => {
  ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
});
const sendMessage = chat.reducer({ text: t.string() }, (ctx, { text }) => {
  if (text === '') throw new SenderError('Messages must not be empty');
  ctx.db.message.insert({ sender: ctx.sender, sent: ctx.timestamp, text });
});

/** What the parent asks of this process, and what it answers with. */
export type Request = 'profile' | 'shares';
export type Answer = { readonly url: string } | { readonly shares: readonly (readonly [string, number])[] };

/** Runs the host until the parent goes. */
export async function serveChat(): Promise<void> {
  const host = await NodeHost.open();
  const program = { module: describeModule({ default: chat, clientConnected, sendMessage }) };
  await host.inTurn(() => host.host.publish({ name: 'chat', identity: OWNER, owner: OWNER, program }));
  const session = new Session();
  process.on('message', async (request: Request) => {
    if (request === 'profile') {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return;
    }
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    tell({ shares: sharesOf(profile) });
  });
  process.on('disconnect', () => process.exit());
  tell({ url: await host.listen({ host: '127.0.0.1', port: 0 }) });
}

function tell(answer: Answer): void {
  process.send?.(answer);
}
