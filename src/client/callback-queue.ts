import type { Reporter } from './reporter.ts';

/** Runs the user's callbacks, guarded; while nobody looks (a hidden page) they wait. Row callbacks do not pass here. */
export class CallbackQueue {
  isQuiet = false;
  readonly #reporter: Reporter;
  readonly #early: (() => void)[] = [];
  readonly #late: (() => void)[] = [];

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  get isEmpty(): boolean {
    return this.#early.length + this.#late.length === 0;
  }

  /**
   * Runs `callback` now, or when somebody looks again: `early` before the rows that wait too, else after them.
   * @param where what it is, for reports
   */
  /** An error of the connection that no listener of the builder's hears: it must not go unseen. */
  unheard(error: Error, listener: string): void {
    this.#reporter.error(error, `no ${listener} listens`);
  }

  run(where: string, callback: () => void, when: 'early' | 'late' = 'late'): void {
    const guarded = (): void => {
      try {
        callback();
      } catch (error) {
        this.#reporter.error(error, where);
      }
    };
    if (!this.isQuiet) guarded();
    else if (when === 'early') this.#early.push(guarded);
    else this.#late.push(guarded);
  }

  runEarly(): void {
    for (const callback of this.#early.splice(0)) callback();
  }

  runLate(): void {
    for (const callback of this.#late.splice(0)) callback();
  }
}
