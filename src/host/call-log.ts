import type { HostClock } from './clock.ts';
import type { Failure } from './failure.ts';
import type { DatabaseLog, LogLevel } from './log.ts';
import type { ModuleTrace } from './module-trace.ts';
import { RepeatedErrors } from './repeated-errors.ts';

/** How a call went wrong. `Failed` is the module's refusal, `InternalError` everything else. */
export interface CallFailure {
  readonly status: 'Failed' | 'InternalError';
  readonly error: string;
}

/** What calls write to a database's log, under the name of what is running. */
export class CallLog {
  /** The reducer or procedure that is running, when one is. */
  running: string | undefined;
  readonly #log: DatabaseLog;
  readonly #clock: HostClock;
  readonly #errors: RepeatedErrors;

  constructor(log: DatabaseLog, clock: HostClock) {
    this.#log = log;
    this.#clock = clock;
    this.#errors = new RepeatedErrors(clock, (record) => log.write(record));
  }

  write(level: LogLevel, message: string): void {
    this.writeOf(this.running, level, message);
  }

  /** Writes a line of a reducer or procedure that no longer runs, or runs elsewhere. */
  writeOf(reducer: string | undefined, level: LogLevel, message: string): void {
    this.#log.write({ level, micros: this.#clock.micros(), reducer, message });
  }

  /** What is running has failed: errors are written, refusals are the caller's alone. @param trace of the module */
  failed({ isRefusal, message, detail }: Failure, trace: ModuleTrace | undefined): CallFailure {
    const reducer = this.running;
    this.running = undefined;
    if (isRefusal) return { status: 'Failed', error: message };
    this.#errors.note(`${reducer}\n${trace?.essence(detail) ?? detail}`, () => {
      const text = trace?.report(detail) ?? detail;
      return { level: 'error', micros: this.#clock.micros(), reducer, message: text };
    });
    return { status: 'InternalError', error: message };
  }

  /** Writes what is still being counted. */
  close(): void {
    this.#errors.close();
  }
}
