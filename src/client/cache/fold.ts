import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { Table } from './table.ts';

/** A row that changed: as it was, and one that has its key. */
interface FoldedRow {
  readonly before: Row | undefined;
  readonly row: Row;
}

/** The net of what happened to a table while nobody looked: each changed row as it was before. */
export class Fold {
  readonly #table: Table;
  readonly #before = new Map<Key, FoldedRow>();
  /** Rows that the end of a subscription took, and that have not come back. */
  readonly #unsubscribed = new Set<Key>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Takes the current message out of the log and into the net. @param isUnsubscribe a subscription ended with it */
  absorb(isUnsubscribe: boolean): void {
    const { log } = this.#table;
    for (let i = log.start; i < log.length; i++) {
      const before = log.before[i];
      const row = (before ?? log.after[i])!;
      const key = this.#table.keyOf(row);
      if (!this.#before.has(key)) this.#before.set(key, { before, row });
      if (isUnsubscribe && log.after[i] === undefined) this.#unsubscribed.add(key);
      else this.#unsubscribed.delete(key);
    }
    log.before.length = log.after.length = log.start;
    log.next();
  }

  /** Logs the net as one message's changes, but for the rows of ended subscriptions. @returns how many rows it has */
  release(): number {
    const { log } = this.#table;
    const unsubscribed = this.#unsubscribed;
    for (const [key, { before, row }] of this.#before) {
      if (unsubscribed.has(key)) continue;
      const after = this.#table.held(row);
      const isSame = before === after || (before && after && this.#table.isSame(before, after));
      if (!isSame) log.push(before, after);
    }
    if (unsubscribed.size === 0) this.#before.clear();
    return log.length - log.start;
  }

  /** Behind `release`: logs the rows of ended subscriptions as one message's. @returns how many rows it has */
  releaseUnsubscribed(): number {
    const { log } = this.#table;
    for (const key of this.#unsubscribed) {
      const before = this.#before.get(key)?.before;
      if (before !== undefined) log.push(before, undefined);
    }
    this.#unsubscribed.clear();
    this.#before.clear();
    return log.length - log.start;
  }
}
