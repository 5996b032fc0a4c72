/** Something that waits for a tick: a frame, or a change of the connection itself. */
export interface InboxEntry {
  readonly bytes: Uint8Array | undefined;
  /** Instead of bytes: what the tick is to do. */
  readonly task: (() => void) | undefined;
  /** Milliseconds of the connection's clock. */
  readonly arrivedAt: number;
}

const COMPACT_AT = 1024; // taken entries: rare enough to cost nothing, few enough to hold little

/** What has arrived and waits for a tick, in the order of arrival. */
export class Inbox {
  readonly #entries: InboxEntry[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: InboxEntry): void {
    this.#entries.push(entry);
  }

  /** Removes the oldest. Only while `size` is positive. */
  take(): InboxEntry {
    const entry = this.#entries[this.#head++]!;
    if (this.size === 0 || this.#head === COMPACT_AT) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    return entry;
  }
}
