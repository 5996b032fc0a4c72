import { credentials } from 'spacetick';
import { DbConnection } from '../../bindings/index.ts';
import { Input } from './input.ts';
import type { ChatOptions } from './options.ts';
import type { Screen } from './screen.ts';
import { changes, inOrder, nameOf, said } from './words.ts';

const QUERIES = ['SELECT * FROM user', 'SELECT * FROM message'];

/** Chats until one of both sides ends it. @returns the exit code */
export function chat(options: ChatOptions, screen: Screen): Promise<number> {
  return new Promise((leave) => {
    // One for each host, too: a token is shown to nobody but the host that made it.
    const host = URL.canParse(options.uri) ? new URL(options.uri).host : options.uri;
    const key = [host, options.database, options.name ?? ''].join('/');
    const kept = new credentials.File(key);
    if (options.isNew) kept.delete();

    const connection = DbConnection.builder()
      .withUri(options.uri)
      .withDatabaseName(options.database)
      .withToken(kept.load())
      .onConnect((conn, _identity, token) => {
        try {
          kept.save(token);
        } catch (error) {
          screen.complain(`Failed to save credentials: ${(error as Error).message}`);
        }
        subscribe(conn);
      })
      .onConnectError((_ctx, error) => {
        screen.complain(`Connection error: ${error.message}`);
        screen.complain(advice(error));
        leave(1);
      })
      .onDisconnect((_ctx, error) => {
        if (error === undefined) screen.print('Disconnected.');
        else screen.complain(`Disconnected: ${error.message}`);
        leave(error === undefined ? 0 : 1);
      })
      .build();
    announce(connection, screen);
    connection.runAuto();
    process.once('SIGINT', () => {
      connection.disconnect();
      if (connection.identity === undefined) leave(1); // there is no disconnection without a connection
    });

    function subscribe(conn: DbConnection): void {
      conn
        .subscriptionBuilder()
        .onApplied((ctx) => {
          for (const message of inOrder(ctx.db.message)) {
            screen.print(said(message, ctx.db.user.identity.find(message.sender)));
          }
          screen.print('Fully connected and all subscriptions applied.');
          screen.print('Use /name to set your name, or type a message!');
          const input = new Input(conn, screen);
          const me = conn.identity === undefined ? null : ctx.db.user.identity.find(conn.identity);
          if (options.name !== undefined && options.name !== me?.name) input.setName(options.name);
          input.start();
        })
        .onError((_ctx, error) => {
          screen.complain(`Subscription failed: ${error.message}`);
          screen.complain(
            'The chat needs the tables user and message of the tutorial, public. Name another database: --db',
          );
          leave(1);
          conn.disconnect();
        })
        .subscribe(QUERIES);
    }
  });
}

/** Prints who comes and goes, and what is said. */
function announce(connection: DbConnection, screen: Screen): void {
  const { user, message } = connection.db;
  user.onInsert((_ctx, row) => {
    if (row.online) screen.print(`User ${nameOf(row)} connected.`);
  });
  user.onUpdate((_ctx, before, row) => {
    for (const line of changes(before, row)) screen.print(line);
  });
  message.onInsert((ctx, row) => {
    // What was said before is printed in order, once all of it is there.
    if (ctx.event.tag !== 'SubscribeApplied') screen.print(said(row, ctx.db.user.identity.find(row.sender)));
  });
}

function advice(error: Error): string {
  if ((error as { code?: string }).code === 'E_TOKEN_REJECTED') {
    return 'To go on as somebody new, start the chat with --new.';
  }
  return '`npm start` is the host of Comet Run; another one, and its database, are named with --uri and --db.';
}
