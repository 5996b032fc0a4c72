import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { Table } from './table.ts';

/** The net of what happened to a table while nobody looked: each changed row as it was before. */
export class Fold {
  readonly #table: Table;
  readonly #before = new Map<Key, Row | undefined>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Takes the current message out of the log and into the net. */
  absorb(): void {
    const { log } = this.#table;
    for (let i = log.start; i < log.length; i++) {
      const before = log.before[i];
      const key = this.#table.keyOf((before ?? log.after[i])!);
      if (!this.#before.has(key)) this.#before.set(key, before);
    }
    log.before.length = log.start;
    log.after.length = log.start;
    log.events.length = 0;
  }

  /** Logs the net as one message's changes. @returns how many rows it has */
  release(): number {
    const { log, rows } = this.#table;
    for (const [key, before] of this.#before) {
      const after = rows.get(key);
      const isSame = before === after || (before && after && this.#table.isSame(before, after));
      if (!isSame) log.push(before, after);
    }
    this.#before.clear();
    return log.length - log.start;
  }
}
