import project from '../spacetime.json';
import { DbConnection } from './module_bindings';

// A client without a page: `npm start -- Ann` adds Ann, then tells who comes. Ctrl+C ends it.

// The server of spacetime.json: `local`, or a URL. Another one: `SPACETICK_URI=http://... npm start`.
const { database, server = 'local' }: { database: string; server?: string } = project;
const uri = process.env.SPACETICK_URI ?? (server === 'local' ? 'http://127.0.0.1:3000' : server);
const [newcomer] = process.argv.slice(2);

const connection = DbConnection.builder()
  .withUri(uri)
  .withDatabaseName(database)
  .onConnect((conn) => {
    conn
      .subscriptionBuilder()
      .onApplied(() => {
        console.log(`Here: ${[...conn.db.person.iter()].map(({ name }) => name).join(', ') || 'nobody'}`);
        conn.db.person.onInsert((_ctx, { name }) => console.log(`${name} has come.`));
        if (newcomer !== undefined) void add(newcomer);
      })
      .subscribeToAllTables();
  })
  .onConnectError((_ctx, error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .build();

async function add(name: string): Promise<void> {
  try {
    await connection.reducers.add({ name });
    await connection.reducers.sayHello();
  } catch (error) {
    console.error((error as Error).message);
  }
}

connection.runAuto(); // there are no frames here
process.once('SIGINT', () => connection.disconnect());
