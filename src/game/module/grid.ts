const CELL = 160; // units; a little more than the widest reach of a ship

/** Points sorted into square cells, so that what is near is found without looking at everything. */
export class Grid {
  readonly #columns: number;
  readonly #rows: number;
  /** First place of each cell in `#items`; the next cell's is its end. */
  readonly #starts: Int32Array;
  readonly #items: Int32Array;

  constructor(points: readonly { readonly x: number; readonly y: number }[], width: number, height: number) {
    this.#columns = Math.ceil(width / CELL);
    this.#rows = Math.ceil(height / CELL);
    this.#starts = new Int32Array(this.#columns * this.#rows + 1);
    this.#items = new Int32Array(points.length);
    const cells = new Int32Array(points.length);
    for (let i = 0; i < points.length; i++) {
      const cell = this.#row(points[i]!.y) * this.#columns + this.#column(points[i]!.x);
      cells[i] = cell;
      this.#starts[cell + 1]!++;
    }
    for (let cell = 1; cell < this.#starts.length; cell++) this.#starts[cell]! += this.#starts[cell - 1]!;
    const next = this.#starts.slice();
    for (let i = 0; i < points.length; i++) this.#items[next[cells[i]!]!++] = i;
  }

  /** Writes the positions of all points that may be within `reach` into `found`. @returns how many */
  near(x: number, y: number, reach: number, found: number[]): number {
    const left = this.#column(x - reach);
    const right = this.#column(x + reach);
    const bottom = this.#row(y + reach);
    let count = 0;
    for (let row = this.#row(y - reach); row <= bottom; row++) {
      const end = this.#starts[row * this.#columns + right + 1]!;
      for (let at = this.#starts[row * this.#columns + left]!; at < end; at++) found[count++] = this.#items[at]!;
    }
    return count;
  }

  #column(x: number): number {
    return Math.min(this.#columns - 1, Math.max(0, Math.floor(x / CELL)));
  }

  #row(y: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor(y / CELL)));
  }
}
