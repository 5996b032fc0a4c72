import type { Predicate } from '../../schema/comparison.ts';
import { type BoundColumn, type BoundCondition, type BoundQuery, isAbout, sourcesOf } from './bound.ts';
import { isIndexed } from './lookup.ts';
import { routesOf, rowTest, type TupleTest, tupleTest } from './predicate.ts';
import type { Routes } from './route.ts';

/** How the rows of one table are found when those of earlier ones are known. */
export interface JoinStep {
  readonly source: number;
  /** Its column, and the earlier one that it equals. */
  readonly link: { readonly column: number; readonly from: BoundColumn } | undefined;
  readonly routes: Routes;
  readonly test: Predicate | undefined;
  /** Conditions on several tables whose last one this is. */
  readonly checks: readonly TupleTest[];
}

/** The tables in the order in which the least is looked at: where an index narrows, then where a join leads by one. */
export function joinPlan({ sources, conditions }: BoundQuery): JoinStep[] {
  const placed = new Set<number>();
  const steps: JoinStep[] = [];
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
