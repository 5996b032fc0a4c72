/** Something that was arranged for later. */
export interface Timer {
  cancel(): void;
}

/** Time, as a host is given it: tests turn it by hand. */
export interface HostClock {
  /** Microseconds since the Unix epoch. */
  micros(): bigint;
  /** @param delayMs milliseconds, at least 0 */
  after(delayMs: number, run: () => void): Timer;
}

const MAX_TIMEOUT_MS = 2_147_483_647; // setTimeout takes 31 bits; a longer wait is woken and waits on

// Kept from load time: while a reducer runs the globals are not there.
const { setTimeout: startTimer, clearTimeout: stopTimer, performance: stopwatch } = globalThis;

/** The platform's clock and timers. */
export const systemClock: HostClock = Object.freeze({
  micros: () => BigInt(Math.trunc((stopwatch.timeOrigin + stopwatch.now()) * 1000)),
  after(delayMs: number, run: () => void): Timer {
    const timer = startTimer(run, Math.min(Math.max(delayMs, 0), MAX_TIMEOUT_MS));
    return { cancel: () => stopTimer(timer) };
  },
});
