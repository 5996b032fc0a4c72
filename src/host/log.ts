export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'panic';

/** One line that a module or the host wrote about a database. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Microseconds since the epoch. */
  readonly micros: bigint;
  /** Reducer that was running, when one was. */
  readonly reducer: string | undefined;
  readonly message: string;
}

const KEPT_RECORDS = 1000; // what `logs` can look back on

/** The last lines of a database's log, and whoever wants each as it comes. */
export class DatabaseLog {
  readonly #records: LogRecord[] = [];
  readonly #listeners = new Set<(record: LogRecord) => void>();

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  write(record: LogRecord): void {
    this.#records.push(record);
    if (this.#records.length > KEPT_RECORDS) this.#records.shift();
    for (const listener of this.#listeners) listener(record);
  }

  /** @returns how to stop listening */
  listen(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
