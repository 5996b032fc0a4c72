/** What a host has done since it started, for its metrics. */
export class Counters {
  readonly #requests = new Map<number, number>();

  /** Counts an answered request. @param status of HTTP */
  request(status: number): void {
    this.#requests.set(status, (this.#requests.get(status) ?? 0) + 1);
  }

  /** Requests by the status of their answer. */
  get requests(): ReadonlyMap<number, number> {
    return this.#requests;
  }
}
