import { asError, ConnectionLostError } from './errors.ts';
import type { Parts } from './parts.ts';

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
  readonly #parts: Parts;
  #isObserved = false;

  /** @param what the operation, for the error hook: `reducer set_name` */
  constructor(
    executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void) => void,
    what: string,
    parts: Parts,
  ) {
    super(executor);
    this.#what = what;
    this.#parts = parts;
    super.then(undefined, (reason: unknown) => {
      if (this.#isObserved) return;
      // Looked at again in a later tick: whoever awaits it has begun to by then.
      parts.driver.arrive(() => {
        if (this.#isObserved) return;
        const isEnd = reason === parts.endedBy || reason instanceof ConnectionLostError;
        if (isEnd && parts.endedBy) return; // the end is told, once (L12)
        parts.callbacks.run(`${what} failed, and nobody looked`, () => {
          throw asError(reason);
        });
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
    return new Settlement<A | B>((resolve, reject) => void derived.then(resolve, reject), this.#what, this.#parts);
  }
}
