import type { HostClock, Timer } from '../../../src/host/index.ts';

const MICROS_PER_MILLI = 1000n;

interface Waiting {
  readonly at: bigint;
  readonly run: () => void;
}

/** A clock that is turned by hand, and the queue of jobs that a platform would run. */
export class HandClock implements HostClock {
  #now: bigint;
  readonly #waiting: Waiting[] = [];
  readonly #jobs: (() => void)[] = [];

  /** @param now microseconds since the epoch */
  constructor(now = 1_800_000_000_000_000n) {
    this.#now = now;
  }

  micros(): bigint {
    return this.#now;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#waiting.length;
  }

  after(delayMs: number, run: () => void): Timer {
    const waiting = { at: this.#now + BigInt(Math.ceil(delayMs)) * MICROS_PER_MILLI, run };
    this.#waiting.push(waiting);
    return { cancel: () => this.#drop(waiting) };
  }

  post(job: () => void): void {
    this.#jobs.push(job);
  }

  /** Moves the clock and nothing else: as if the process had been asleep. */
  jump(millis: number): void {
    this.#now += BigInt(Math.round(millis * 1000));
  }

  /** Runs posted jobs, also those that they post. @param limit to show an endless chain */
  settle(limit = 10_000): void {
    for (let i = 0; i < limit && this.#jobs.length > 0; i++) this.#jobs.shift()!();
  }

  /** Lets time pass, timer by timer. */
  advance(millis: number): void {
    const end = this.#now + BigInt(Math.round(millis * 1000));
    this.settle();
    for (;;) {
      const next = this.#waiting.reduce<Waiting | undefined>(
        (first, other) => (first === undefined || other.at < first.at ? other : first),
        undefined,
      );
      if (next === undefined || next.at > end) break;
      this.#drop(next);
      if (next.at > this.#now) this.#now = next.at;
      next.run();
      this.settle();
    }
    this.#now = end;
    this.settle();
  }

  #drop(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
  }
}
