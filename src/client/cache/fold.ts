import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { Table } from './table.ts';

/** The net of what happened to a table while nobody looked: each changed row as it was before. */
export class Fold {
  readonly #table: Table;
  readonly #before = new Map<Key, Row | undefined>();
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
      const key = this.#table.keyOf((before ?? log.after[i])!);
      if (!this.#before.has(key)) this.#before.set(key, before);
      if (isUnsubscribe && log.after[i] === undefined) this.#unsubscribed.add(key);
      else this.#unsubscribed.delete(key);
    }
    log.before.length = log.start;
    log.after.length = log.start;
    log.events.length = 0;
  }

  /** Logs the net as one message's changes, but for the rows of ended subscriptions. @returns how many rows it has */
  release(): number {
    const { log, rows } = this.#table;
    const unsubscribed = this.#unsubscribed;
    for (const [key, before] of this.#before) {
      if (unsubscribed.size > 0 && unsubscribed.has(key)) continue;
      const after = rows.get(key);
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
      const before = this.#before.get(key);
      if (before !== undefined) log.push(before, undefined);
    }
    this.#unsubscribed.clear();
    this.#before.clear();
    return log.length - log.start;
  }
}
