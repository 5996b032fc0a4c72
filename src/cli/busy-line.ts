const DELAY_MS = 150; // what is done sooner needs no word
const TURN_MS = 100;
const MARKS = ['|', '/', '-', '\\'];
const CLEAR = '\r\u001b[K'; // to the start of the line, which is then emptied

/** A line of a terminal that says what takes a while. It stands below what is printed meanwhile. */
export class BusyLine {
  readonly #stream: NodeJS.WritableStream;
  #what: string | undefined;
  #startedAt = 0;
  #turns = 0;
  #isShown = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  /** @returns how to end it */
  begin(what: string): () => void {
    const outer = this.#what;
    this.#what = what;
    this.#startedAt = Date.now();
    this.#timer ??= setInterval(() => this.#turn(), TURN_MS);
    this.#timer.unref();
    return () => {
      this.hide();
      this.#what = outer;
      if (outer !== undefined) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Makes room for other lines. */
  hide(): void {
    if (this.#isShown) this.#stream.write(CLEAR);
    this.#isShown = false;
  }

  show(): void {
    if (this.#what === undefined || Date.now() - this.#startedAt < DELAY_MS) return;
    this.#isShown = true;
    this.#stream.write(`${CLEAR}${MARKS[this.#turns % MARKS.length]} ${this.#what} ...`);
  }

  #turn(): void {
    this.#turns++;
    this.show();
  }
}
