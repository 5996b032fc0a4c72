import type { Row } from '../store/row.ts';
import type { QueryDelta } from './live-query.ts';

/** What a commit did to the result of a join: rows by how many more, or fewer, of their pairs there are. */
export class JoinDelta {
  readonly #counts = new Map<Row, number>();

  add(row: Row, count: number): void {
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + count);
  }

  /**
   * Writes it down as inserts, updates and deletes: a row once for each pair.
   * @param successors the rows that took the place of others under their keys
   */
  give(delta: QueryDelta, successors: ReadonlyMap<Row, Row>): void {
    const counts = this.#counts;
    for (const [row, count] of counts) {
      if (count >= 0) continue;
      const successor = successors.get(row);
      let left = -count;
      if (successor !== undefined) {
        const come = counts.get(successor) ?? 0;
        const stay = Math.min(come, left);
        for (let i = 0; i < stay; i++) {
          delta.updates.push(successor);
          delta.replaced.push(row);
        }
        if (stay > 0) counts.set(successor, come - stay);
        left -= stay;
      }
      for (; left > 0; left--) delta.deletes.push(row);
    }
    for (const [row, count] of counts) for (let left = count; left > 0; left--) delta.inserts.push(row);
  }

  /** Rows of an event table. */
  giveEvents(delta: QueryDelta): void {
    for (const [row, count] of this.#counts) for (let left = count; left > 0; left--) delta.events.push(row);
  }
}
