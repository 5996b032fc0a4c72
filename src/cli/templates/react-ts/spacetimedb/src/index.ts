import { SenderError, schema, t, table } from 'spacetick/server';

// A chat: who is here, and what was said.

const user = table(
  { name: 'user', public: true },
  { identity: t.identity().primaryKey(), name: t.string().optional(), online: t.bool() },
);

const message = table(
  { name: 'message', public: true },
  { sender: t.identity(), sent: t.timestamp(), text: t.string() },
);

const spacetimedb = schema({ user, message });
export default spacetimedb;

export const setName = spacetimedb.reducer({ name: t.string() }, (ctx, { name }) => {
  if (name.trim() === '') throw new SenderError('Names must not be empty');
  const user = ctx.db.user.identity.find(ctx.sender);
  if (!user) throw new SenderError('Cannot set name for unknown user');
  ctx.db.user.identity.update({ ...user, name });
});

export const sendMessage = spacetimedb.reducer({ text: t.string() }, (ctx, { text }) => {
  if (text.trim() === '') throw new SenderError('Messages must not be empty');
  ctx.db.message.insert({ sender: ctx.sender, sent: ctx.timestamp, text });
});

export const joined = spacetimedb.clientConnected((ctx) => {
  const user = ctx.db.user.identity.find(ctx.sender);
  if (user) ctx.db.user.identity.update({ ...user, online: true });
  else ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
});

export const left = spacetimedb.clientDisconnected((ctx) => {
  const user = ctx.db.user.identity.find(ctx.sender);
  if (user) ctx.db.user.identity.update({ ...user, online: false });
});
