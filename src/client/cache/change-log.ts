import type { Row } from '../../wire/index.ts';

export const INSERTS = 1;
export const UPDATES = 2;
export const DELETES = 4;

export function kindOf(before: Row | undefined, after: Row | undefined): number {
  return before === undefined ? INSERTS : after === undefined ? DELETES : UPDATES;
}

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
  /** What the current message holds: nobody looks through it for what is not there. */
  kinds = 0;

  push(before: Row | undefined, after: Row | undefined): void {
    this.kinds |= kindOf(before, after);
    this.before.push(before);
    this.after.push(after);
  }

  get length(): number {
    return this.after.length;
  }

  /** The message is done with. */
  next(): void {
    this.start = this.after.length;
    this.kinds = 0;
    this.events.length = 0;
  }

  clear(): void {
    this.before.length = this.after.length = 0;
    this.next();
  }
}
