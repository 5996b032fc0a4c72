import type { HostClock, Timer } from './clock.ts';
import type { LogRecord } from './log.ts';

const WINDOW_MS = 1000; // a reducer that fails at every step of a game loop writes a line a second, not twenty
const WINDOW_MICROS = BigInt(WINDOW_MS) * 1000n;
const MAX_KINDS = 100; // errors told apart in a window; of more, each is written

interface Kind {
  readonly record: LogRecord;
  /** Repeats until then are counted: microseconds since the epoch. */
  until: bigint;
  again: number;
}

/** Keeps errors that come again and again from flooding a log: the first is written, the others are counted. */
export class RepeatedErrors {
  readonly #clock: HostClock;
  readonly #write: (record: LogRecord) => void;
  readonly #kinds = new Map<string, Kind>();
  #timer: Timer | undefined;

  constructor(clock: HostClock, write: (record: LogRecord) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Writes an error, or counts it. @param key what makes it the same as another. @param make only asked when written */
  note(key: string, make: () => LogRecord): void {
    const now = this.#clock.micros();
    const known = this.#kinds.get(key);
    if (known !== undefined && (known.again > 0 || now < known.until)) {
      known.again++;
      this.#timer ??= this.#clock.after(WINDOW_MS, () => this.#tell());
      return;
    }
    if (this.#kinds.size >= MAX_KINDS) this.#forget(now);
    const record = make();
    this.#write(record);
    if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { record, until: now + WINDOW_MICROS, again: 0 });
  }

  /** Writes what was counted, and counts no more. */
  close(): void {
    this.#timer?.cancel();
    this.#tell();
    this.#kinds.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const now = this.#clock.micros();
    for (const kind of this.#kinds.values()) {
      if (kind.again === 0) continue;
      this.#summarise(kind);
      kind.again = 0;
      kind.until = now + WINDOW_MICROS;
    }
    this.#forget(now);
  }

  #forget(now: bigint): void {
    for (const [key, { again, until }] of this.#kinds) if (again === 0 && until <= now) this.#kinds.delete(key);
  }

  #summarise({ record, again }: Kind): void {
    const [first] = record.message.split('\n', 1);
    const times = again === 1 ? 'once more' : `${again} more times`;
    this.#write({ ...record, micros: this.#clock.micros(), message: `${first} … ${times} in the last second` });
  }
}
