/** Tells the console what a callback of the user's threw: once per kind, not once a frame. */
export class Reporter {
  readonly #subject: string;
  readonly #told = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** @param subject what the errors are about: `mirrorTable(ship)` */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** @param kind the callback's name: `create` */
  report(kind: string, error: unknown): void {
    this.tell(kind, `\`${kind}\` threw. The rest goes on; later errors of this kind are not shown.`, error);
  }

  /** Counts what happens often: one console line for the first time, the tenth, the hundredth, ... */
  count(kind: string, message: (times: number) => string): void {
    const times = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, times);
    if (/^10*$/.test(String(times))) console.error(`[spacetick] ${this.#subject}: ${message(times)}`);
  }

  /** One console line, the first time it is told about this kind. */
  tell(kind: string, message: string, ...details: unknown[]): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    console.error(`[spacetick] ${this.#subject}: ${message}`, ...details);
  }
}
