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
  #entries: InboxEntry[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  pushBytes(bytes: Uint8Array, arrivedAt: number): void {
    this.#entries.push({ bytes, task: undefined, arrivedAt });
  }

  pushTask(task: () => void, arrivedAt: number): void {
    this.#entries.push({ bytes: undefined, task, arrivedAt });
  }

  /** Removes the oldest. Only while `size` is positive. */
  take(): InboxEntry {
    const entry = this.#entries[this.#head++]!;
    if (this.#head === this.#entries.length) this.clear();
    else if (this.#head === COMPACT_AT) {
      this.#entries.splice(0, COMPACT_AT);
      this.#head = 0;
    }
    return entry;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#head = 0;
  }
}
