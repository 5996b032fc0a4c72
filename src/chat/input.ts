import type { DbConnection } from '../../bindings/index.ts';
import type { Screen } from './screen.ts';
import { printable } from './words.ts';

/** A slash and a letter: a command. Anything else is a message. */
const COMMAND = /^\/(\p{L}\S*)\s*(.*)$/su;
export const HELP =
  'Commands: /name NAME sets your name, /help prints this. Ctrl+C leaves. Anything else is a message.';

/** What is typed becomes calls. */
export class Input {
  readonly #connection: DbConnection;
  readonly #screen: Screen;
  readonly #calls = new Set<Promise<void>>();

  constructor(connection: DbConnection, screen: Screen) {
    this.#connection = connection;
    this.#screen = screen;
  }

  /** Reads until there is no more, or somebody presses Ctrl+C; then the connection is closed. */
  start(): void {
    this.#screen.read(
      (line) => {
        const [, command, rest = ''] = COMMAND.exec(line) ?? [];
        if (command === undefined) this.#say(line);
        else this.#obey(command, rest);
      },
      async (isInterrupted) => {
        if (!isInterrupted) await Promise.all(this.#calls);
        this.#connection.disconnect();
      },
    );
  }

  #obey(command: string, rest: string): void {
    if (command === 'name') this.setName(rest);
    else if (command === 'help') this.#screen.print(HELP);
    else this.#screen.complain(printable(`There is no command /${command}. ${HELP}`));
  }

  setName(name: string): void {
    this.#follow(this.#connection.reducers.setName({ name }), `Failed to change name to ${JSON.stringify(name)}`);
  }

  #say(text: string): void {
    this.#follow(this.#connection.reducers.sendMessage({ text }), `Failed to send message ${JSON.stringify(text)}`);
  }

  #follow(call: Promise<void>, failure: string): void {
    const followed = call
      .catch((error: Error) => this.#screen.complain(`${failure}: ${error.message}`))
      .finally(() => this.#calls.delete(followed));
    this.#calls.add(followed);
  }
}
