const MICROS_PER_SECOND = 1_000_000;

/** How often one client may ask for something: a second's worth at once, then so many a second. */
export class RequestRate {
  readonly perSecond: number;
  /** Requests that are left; grows with time up to a second's worth. */
  #left: number;
  #at: bigint;

  /** @param now in microseconds */
  constructor(perSecond: number, now: bigint) {
    this.perSecond = perSecond;
    this.#left = perSecond;
    this.#at = now;
  }

  /** Counts a request. @returns false when it is one too many, and then it does not count */
  take(now: bigint): boolean {
    const passed = Number(now - this.#at);
    this.#at = now;
    this.#left = Math.min(this.perSecond, this.#left + (Math.max(0, passed) * this.perSecond) / MICROS_PER_SECOND);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** For the client whose request was one too many. */
  get refusal(): string {
    return (
      `This host takes ${this.perSecond} requests a second from a client (maxRequestsPerSecond), and this was one more: ` +
      'nothing of it was done. Send less often, or raise the limit of the host.'
    );
  }
}
