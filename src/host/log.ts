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

type LogListener = (record: LogRecord) => void;

/** The last lines of a database's log, and whoever wants each as it comes. */
export class DatabaseLog {
  readonly #records: LogRecord[] = [];
  readonly #listeners = new Map<LogListener, (() => void) | undefined>();

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  write(record: LogRecord): void {
    this.#records.push(record);
    if (this.#records.length > KEPT_RECORDS) this.#records.shift();
    for (const listener of this.#listeners.keys()) listener(record);
  }

  /**
   * @param ended called when no more lines come: the database was deleted, emptied or closed
   * @returns how to stop listening
   */
  listen(listener: LogListener, ended?: () => void): () => void {
    this.#listeners.set(listener, ended);
    return () => this.#listeners.delete(listener);
  }

  /** No more lines come. */
  end(): void {
    const listeners = [...this.#listeners.values()];
    for (const ended of listeners) ended?.();
  }
}
