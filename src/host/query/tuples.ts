import type { Predicate } from '../../schema/comparison.ts';
import { type Key, keyOf } from '../../values/index.ts';
import type { Row } from '../store/table-store.ts';
import type { BoundColumn, BoundQuery } from './bound.ts';
import { type JoinStep, joinPlan } from './join-plan.ts';
import { JoinSteps } from './join-steps.ts';
import { indexedRows, isIndexed } from './lookup.ts';

/** One row of each table of a query. */
export type Tuple = readonly Row[];

/**
 * Rows that fulfil a query, one by one, in no particular order. Tables are joined through an index where there is one,
 * else by a hash of the rows that its own conditions leave.
 * @throws SpacetickError E_SQL when a join looks at too many rows
 */
export function tuplesOf(query: BoundQuery): Iterable<Tuple> {
  return new Join(query).from(0);
}

class Join {
  readonly #query: BoundQuery;
  readonly #steps: readonly JoinStep[];
  readonly #hashes: (ReadonlyMap<Key, readonly Row[]> | undefined)[] = [];
  readonly #found: (readonly Row[] | undefined)[] = [];
  readonly #rows: Row[] = [];
  readonly #count = new JoinSteps();

  constructor(query: BoundQuery) {
    this.#query = query;
    this.#steps = joinPlan(query);
  }

  *from(depth: number): Generator<Tuple> {
    const step = this.#steps[depth];
    if (step === undefined) {
      yield [...this.#rows];
      return;
    }
    const { source, test, checks } = step;
    for (const row of this.#candidates(depth, step)) {
      // Each tuple is handed up through all tables before it.
      if (this.#steps.length > 1) this.#count.look(Math.max(1, depth));
      if (test !== undefined && !test(row)) continue;
      this.#rows[source] = row;
      if (checks.every((check) => check(this.#rows))) yield* this.from(depth + 1);
    }
  }

  #candidates(depth: number, { source, link, routes, test }: JoinStep): Iterable<Row> {
    const store = this.#query.sources[source]!;
    if (link === undefined) {
      if (depth === 0) return indexedRows(store, routes) ?? store.rows.values();
      // Asked for again with every row of the tables before.
      this.#found[depth] ??= [...(indexedRows(store, routes) ?? store.rows.values())];
      return this.#found[depth];
    }
    const key = this.#keyAt(link.from);
    const rows = isIndexed(store.def, link.column) ? store.rowsWith(link.column, key) : undefined;
    if (rows !== undefined) return rows;
    this.#hashes[depth] ??= this.#hash(indexedRows(store, routes) ?? store.rows.values(), source, link.column, test);
    return this.#hashes[depth].get(key) ?? [];
  }

  #keyAt({ source, column }: BoundColumn): Key {
    const { key, type } = this.#query.sources[source]!.def.columns[column]!;
    return keyOf(type)(this.#rows[source]![key]);
  }

  #hash(rows: Iterable<Row>, source: number, column: number, test: Predicate | undefined): Map<Key, Row[]> {
    const { key: property, type } = this.#query.sources[source]!.def.columns[column]!;
    const of = keyOf(type);
    const byKey = new Map<Key, Row[]>();
    for (const row of rows) {
      if (test !== undefined && !test(row)) continue;
      const key = of(row[property]);
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [row]);
      else others.push(row);
    }
    return byKey;
  }
}
