import { SenderError, schema, t, table } from 'spacetick/server';

// The module: tables, and the reducers that change them.

const person = table({ name: 'person', public: true }, { id: t.u32().primaryKey().autoInc(), name: t.string() });

const spacetimedb = schema({ person });
export default spacetimedb;

/** Writes a person down. A reducer is all or nothing: what throws changes nothing. */
export const add = spacetimedb.reducer({ name: t.string() }, (ctx, { name }) => {
  if (name.trim() === '') throw new SenderError('Names must not be empty');
  ctx.db.person.insert({ id: 0, name });
});

/** What a module writes to the console goes to the log: `spacetick logs my-game`. */
export const sayHello = spacetimedb.reducer((ctx) => {
  for (const { name } of ctx.db.person.iter()) console.info(`Hello, ${name}!`);
  console.info('Hello, World!');
});
