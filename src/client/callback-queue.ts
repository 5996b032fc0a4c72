import type { Reporter } from './reporter.ts';

type Callback = () => void;

/** Runs the user's callbacks, guarded; while nobody looks (a hidden page) they wait. Row callbacks do not pass here. */
export class CallbackQueue {
  isQuiet = false;
  /** What waits and goes before the rows that wait too. */
  readonly early: Callback[] = [];
  /** What waits and goes after them. */
  readonly late: Callback[] = [];
  readonly #reporter: Reporter;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /**
   * Runs `callback` now, or when somebody looks again.
   * @param where what it is, for reports
   */
  run(where: string, callback: Callback, waiting = this.late): void {
    const guarded = (): void => this.#reporter.guard(where, callback);
    if (this.isQuiet) waiting.push(guarded);
    else guarded();
  }
}

/** Runs what has waited. */
export function runAll(waiting: Callback[]): void {
  for (const callback of waiting.splice(0)) callback();
}
