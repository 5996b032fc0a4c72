import type { Clock } from '../client/index.ts';

const FIRST_DELAY_MS = 1000; // doubled after each failure (api.md 1.9)
const LONGEST_DELAY_MS = 30_000; // a host that is back is found again within this

/** What may have brought the network or the host back: whoever waits should not wait any longer. */
const WAKING_EVENTS = ['focus', 'online', 'pageshow'] as const;

/** Tries again and again, later each time, and at once when somebody looks. */
export class Retry {
  readonly #clock: Clock;
  readonly #attempt: () => void;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, attempt: () => void) {
    this.#clock = clock;
    this.#attempt = attempt;
  }

  /** It failed: the next attempt comes after a while. */
  failed(): void {
    if (this.#cancel !== undefined) return;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS);
    this.#failures++;
    const cancelTimer = this.#clock.after(delay, () => this.now());
    const stopListening = onWaking(() => this.now());
    this.#cancel = () => {
      cancelTimer();
      stopListening();
    };
  }

  /** Attempts at once. */
  now(): void {
    this.stop();
    this.#attempt();
  }

  /** It worked: the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** No more attempts, unless it fails again. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** @returns how to stop listening */
function onWaking(wake: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  for (const event of WAKING_EVENTS) window.addEventListener(event, wake);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    for (const event of WAKING_EVENTS) window.removeEventListener(event, wake);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
