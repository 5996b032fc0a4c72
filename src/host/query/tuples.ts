import type { Predicate } from '../../schema/comparison.ts';
import { type Key, keyOf } from '../../values/index.ts';
import type { Row } from '../store/table-store.ts';
import { type BoundColumn, type BoundCondition, type BoundQuery, isAbout, sourcesOf } from './bound.ts';
import { JoinSteps } from './join-steps.ts';
import { indexedRows, isIndexed } from './lookup.ts';
import { routesOf, rowTest, type TupleTest, tupleTest } from './predicate.ts';
import type { Routes } from './route.ts';

/** One row of each table of a query. */
export type Tuple = readonly Row[];

/** How the rows of one table are found when those of earlier ones are known. */
interface Step {
  readonly source: number;
  /** Its column, and the earlier one that it equals. */
  readonly link: { readonly column: number; readonly from: BoundColumn } | undefined;
  readonly routes: Routes;
  readonly test: Predicate | undefined;
  /** Conditions on several tables whose last one this is. */
  readonly checks: readonly TupleTest[];
}

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
  readonly #steps: readonly Step[];
  readonly #hashes: (ReadonlyMap<Key, readonly Row[]> | undefined)[] = [];
  readonly #found: (readonly Row[] | undefined)[] = [];
  readonly #rows: Row[] = [];
  readonly #count = new JoinSteps();

  constructor(query: BoundQuery) {
    this.#query = query;
    this.#steps = stepsOf(query);
  }

  *from(depth: number): Generator<Tuple> {
    const step = this.#steps[depth];
    if (step === undefined) {
      yield [...this.#rows];
      return;
    }
    const { source, test, checks } = step;
    for (const row of this.#candidates(depth, step)) {
      if (this.#steps.length > 1) this.#count.look();
      if (test !== undefined && !test(row)) continue;
      this.#rows[source] = row;
      if (checks.every((check) => check(this.#rows))) yield* this.from(depth + 1);
    }
  }

  #candidates(depth: number, { source, link, routes, test }: Step): Iterable<Row> {
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

/** The tables in the order in which the least is looked at: where an index narrows, then where a join leads by one. */
function stepsOf({ sources, conditions }: BoundQuery): Step[] {
  const placed = new Set<number>();
  const steps: Step[] = [];
  const waiting = new Set(conditions.filter((condition) => sourcesOf(condition).size > 1));
  const narrowings = sources.map(({ def }, source) => {
    const own = conditions.filter((condition) => isAbout(condition, source) || sourcesOf(condition).size === 0);
    const routes = routesOf(own, def);
    const isNarrow =
      routes.length === 0 ||
      routes.every((route) => route.some(({ kind, column }) => kind === 'equal' && isIndexed(def, column)));
    return { routes, test: rowTest(own, def), isNarrow };
  });
  while (placed.size < sources.length) {
    const left = sources.map((_, i) => i).filter((i) => !placed.has(i));
    const links = new Map(left.map((i) => [i, linksTo(i, placed, waiting)] as const));
    const byIndex = (i: number) => links.get(i)!.find(({ column }) => isIndexed(sources[i]!.def, column));
    const source =
      left.find((i) => byIndex(i) !== undefined) ??
      left.find((i) => narrowings[i]!.isNarrow) ??
      left.find((i) => links.get(i)!.length > 0) ??
      left[0]!;
    placed.add(source);
    const ready = [...waiting].filter((condition) => [...sourcesOf(condition)].every((i) => placed.has(i)));
    for (const condition of ready) waiting.delete(condition);
    const { routes, test } = narrowings[source]!;
    const link = byIndex(source) ?? links.get(source)![0];
    steps.push({ source, link, routes, test, checks: ready.map((condition) => tupleTest(condition, sources)) });
  }
  return steps;
}

/** Equalities of a column with one of the tables that are placed. */
function linksTo(source: number, placed: ReadonlySet<number>, conditions: Iterable<BoundCondition>) {
  const links: { column: number; from: BoundColumn }[] = [];
  for (const condition of conditions) {
    if (condition.kind !== 'columns' || condition.operator !== '=') continue;
    const { left, right } = condition;
    if (left.source === source && placed.has(right.source)) links.push({ column: left.column, from: right });
    if (right.source === source && placed.has(left.source)) links.push({ column: right.column, from: left });
  }
  return links;
}
