import { sqlError } from '../../schema/index.ts';

const MAX_JOIN_STEPS = 2_000_000; // rows looked at by one join: a second or so, in which the database does nothing else

/** Counts what a join looks at, so that nobody keeps the database busy with one query. */
export class JoinSteps {
  #looked = 0;

  /**
   * A row is looked at.
   * @param weight how many rows it counts as: what is found many tables deep costs more
   * @throws SpacetickError E_SQL when they are too many
   */
  look(weight = 1): void {
    this.#looked += weight;
    if (this.#looked <= MAX_JOIN_STEPS) return;
    throw sqlError(
      `The query joins more than ${MAX_JOIN_STEPS} rows. Add conditions, or indexes on the columns of its joins.`,
    );
  }
}
