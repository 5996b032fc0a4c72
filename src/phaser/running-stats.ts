/** The last so many measurements of something, and their percentiles. Allocates once. */
export class RunningStats {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #dirty = false;

  constructor(size: number) {
    this.#ring = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  get count(): number {
    return Math.min(this.#count, this.#ring.length);
  }

  add(value: number): void {
    this.#ring[this.#count % this.#ring.length] = value;
    this.#count++;
    this.#dirty = true;
  }

  clear(): void {
    this.#count = 0;
  }

  /** @param share 0 is the smallest, 1 the largest. NaN when nothing was measured. */
  percentile(share: number): number {
    const count = this.count;
    if (count === 0) return Number.NaN;
    if (this.#dirty) {
      this.#sorted.set(this.#ring);
      this.#sorted.fill(Number.POSITIVE_INFINITY, count);
      this.#sorted.sort();
      this.#dirty = false;
    }
    return this.#sorted[Math.floor(share * (count - 1))]!;
  }
}
