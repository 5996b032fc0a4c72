import type { Row } from '../../wire/index.ts';

/**
 * What a tick changed in a table: pairs of a row before and after, in the order they were applied. Nothing before: it
 * was inserted; nothing after: deleted. Kept until the next tick, so that a change set can be made of it later.
 */
export class ChangeLog {
  before: (Row | undefined)[] = [];
  after: (Row | undefined)[] = [];
  /** Rows of an event table told by the current message. */
  readonly events: Row[] = [];
  /** Where the current message begins. */
  start = 0;

  push(before: Row | undefined, after: Row | undefined): void {
    this.before.push(before);
    this.after.push(after);
  }

  get length(): number {
    return this.after.length;
  }

  /** The message is done with. */
  next(): void {
    this.start = this.after.length;
    this.events.length = 0;
  }

  clear(): void {
    this.before.length = 0;
    this.after.length = 0;
    this.events.length = 0;
    this.start = 0;
  }
}
