import { asError } from './errors.ts';

/** Where rejections go that nobody looked at. */
export interface RejectionSink {
  /** Runs `check` when everybody had the chance to look: in a later tick. */
  later(check: () => void): void;
  unobserved(error: Error, what: string): void;
}

/**
 * A promise whose rejection is never "unhandled": if neither it nor what was chained onto it is observed, the
 * connection's error hook hears of it. Node ends the process for an unhandled one, browsers log it without a context.
 */
export class Settlement<T> extends Promise<T> {
  /** What the language itself derives (`finally`'s inner promises) is plain. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly #what: string;
  readonly #sink: RejectionSink;
  #isObserved = false;

  /** @param what the operation, for the error hook: `reducer set_name` */
  constructor(
    executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void) => void,
    what: string,
    sink: RejectionSink,
  ) {
    super(executor);
    this.#what = what;
    this.#sink = sink;
    super.then(undefined, (reason: unknown) => {
      if (this.#isObserved) return;
      sink.later(() => {
        if (!this.#isObserved) sink.unobserved(asError(reason), what);
      });
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isObserved = true;
    const derived = super.then(onFulfilled, onRejected);
    return new Settlement<A | B>((resolve, reject) => void derived.then(resolve, reject), this.#what, this.#sink);
  }
}
