import { schema, t, table } from '../../src/module/index.ts';

// The chat's module, for measuring what a page of it carries.

const user = table(
  { name: 'user', public: true },
  { identity: t.identity().primaryKey(), name: t.option(t.string()), online: t.bool() },
);
const message = table(
  { name: 'message', public: true },
  { sender: t.identity(), sent: t.timestamp(), text: t.string() },
);

export const database = schema({ user, message });

export const set_name = database.reducer({ name: t.string() }, () => {});
export const send_message = database.reducer({ text: t.string() }, () => {});
