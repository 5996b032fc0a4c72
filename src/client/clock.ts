/** Time, passed in: tests turn it by hand. */
export interface Clock {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Runs `task` once, about `ms` later. Returns how to cancel. */
  after(ms: number, task: () => void): () => void;
}

export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  after: (ms: number, task: () => void) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
});
