import type { DbConnection } from '../../bindings/index.ts';
import type { Screen } from './screen.ts';

const NAME = '/name ';

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
        if (line.startsWith(NAME)) this.setName(line.slice(NAME.length));
        else this.#say(line);
      },
      async (isInterrupted) => {
        if (!isInterrupted) await Promise.all(this.#calls);
        this.#connection.disconnect();
      },
    );
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
