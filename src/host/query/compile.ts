import type { Predicate } from '../../schema/comparison.ts';
import { parseQuery, sqlError } from '../../schema/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import type { Access } from './access.ts';
import { bindSelect } from './bind.ts';
import { type BoundCondition, type BoundQuery, isAbout, sourcesOf } from './bound.ts';
import { isIndexed } from './lookup.ts';
import { routesOf, rowTest, textOf, tupleTest } from './predicate.ts';
import type { Routes } from './route.ts';
import { inFront } from './row-filters.ts';

export type { StoreLookup } from './access.ts';

/** A subscription query, ready to be evaluated. */
export interface CompiledQuery {
  /** The table whose rows are the result. */
  readonly store: TableStore;
  /** The same for queries that mean the same: each distinct query is evaluated once for all its subscribers. */
  readonly identity: string;
  /** Where matching rows are found, and how changed ones find the query. */
  readonly routes: Routes;
  /** Whether a row matches; undefined when all do. Of a join: as far as the row alone says. */
  readonly test: Predicate | undefined;
  readonly join: CompiledJoin | undefined;
}

/** What the rows of a result are joined with: a row is in the result once for each matching row of the other table. */
export interface CompiledJoin {
  readonly store: TableStore;
  /** Column of the result's table, and the column of the other one that equals it. Both have an index. */
  readonly column: number;
  readonly otherColumn: number;
  readonly routes: Routes;
  /** Whether the other row matches, as far as it alone says. */
  readonly test: Predicate | undefined;
  /** Whether both match together, beyond the equal columns; undefined when they always do. */
  readonly pairTest: ((row: Row, other: Row) => boolean) | undefined;
  /** Columns of the other table that say whether a pair matches. */
  readonly otherColumns: readonly number[];
}

/**
 * Compiles a subscription query for a caller: to one query, or as many as the rules on its rows make of it, which
 * together give the result.
 * @throws SpacetickError E_SQL; a private table is told apart from a missing one by nobody
 */
export function compileQueries(sql: string, { find, caller, filters }: Access): CompiledQuery[] {
  const select = parseQuery(sql);
  const { scope, query } = bindSelect(select, find, caller);
  const front = inFront(query, scope.source(select.projection.table));
  const queries = filters?.applied(front, caller) ?? [front];
  return queries.map((each) => compile(each));
}

function compile(query: BoundQuery): CompiledQuery {
  checkJoin(query);
  const { sources, conditions } = query;
  const [store] = sources as [TableStore];
  const own = conditions.filter((condition) => isAbout(condition, 0) || sourcesOf(condition).size === 0);
  const names = sources.map(({ identity }) => identity).join(' ');
  return {
    store,
    identity: `${names} ${conditions.map((condition) => textOf(condition, sources)).join(' AND ')}`,
    routes: routesOf(own, store.def),
    test: rowTest(own, store.def),
    join: sources.length === 1 ? undefined : compileJoin(query),
  };
}

function compileJoin({ sources, conditions }: BoundQuery): CompiledJoin {
  const link = linkOf(sources, conditions);
  if (link === undefined) throw sqlError('Subscriptions require indexes on join columns');
  const [, store] = sources as [TableStore, TableStore];
  const others = conditions.filter((condition) => isAbout(condition, 1));
  const across = conditions.filter((condition) => sourcesOf(condition).size === 2 && condition !== link.condition);
  const tests = across.map((condition) => tupleTest(condition, sources));
  return {
    store,
    column: link.column,
    otherColumn: link.otherColumn,
    routes: routesOf(others, store.def),
    test: rowTest(others, store.def),
    pairTest: tests.length === 0 ? undefined : (row, other) => tests.every((test) => test([row, other])),
    otherColumns: [...new Set([link.otherColumn, ...conditions.flatMap((condition) => columnsAt(condition, 1))])],
  };
}

interface Link {
  readonly condition: BoundCondition;
  readonly column: number;
  readonly otherColumn: number;
}

/** The equality that leads from one table to the other, by an index either way. */
function linkOf([store, other]: readonly TableStore[], conditions: readonly BoundCondition[]): Link | undefined {
  for (const condition of conditions) {
    if (condition.kind !== 'columns' || condition.operator !== '=') continue;
    const { left, right } = condition;
    if (left.source === right.source) continue;
    const [column, otherColumn] = left.source === 0 ? [left.column, right.column] : [right.column, left.column];
    if (isIndexed(store!.def, column) && isIndexed(other!.def, otherColumn)) return { condition, column, otherColumn };
  }
  return undefined;
}

function checkJoin({ sources }: BoundQuery): void {
  if (sources.length > 2) throw sqlError('Unsupported: subscriptions to more than two joined tables');
  if (sources.slice(1).some(({ def }) => def.isEvent)) {
    throw sqlError('Unsupported: event tables cannot be the lookup side of a join');
  }
}

/** Columns of one of the tables that a condition looks at. */
function columnsAt(condition: BoundCondition, source: number): number[] {
  switch (condition.kind) {
    case 'value':
      return condition.source === source ? [condition.column] : [];
    case 'columns':
      return [condition.left, condition.right].flatMap((each) => (each.source === source ? [each.column] : []));
    case 'constant':
      return [];
    default:
      return [...columnsAt(condition.left, source), ...columnsAt(condition.right, source)];
  }
}
