import type { Predicate } from '../../schema/comparison.ts';
import { keyOf } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import type { CompiledJoin, CompiledQuery } from './compile.ts';
import type { JoinSteps } from './join-steps.ts';
import { indexedRows } from './lookup.ts';

/**
 * Rows of a subscription query now; of a join, a row once for each of its matches.
 * @param steps bounds what a join looks at
 */
export function evaluate(query: CompiledQuery, steps?: JoinSteps): Row[] {
  const { store, routes, test, join } = query;
  const found = indexedRows(store, routes);
  if (join !== undefined) return evaluateJoin(query, join, found, steps);
  return passing(found ?? store.rows.values(), test);
}

function evaluateJoin(
  { store, test }: CompiledQuery,
  join: CompiledJoin,
  found: Iterable<Row> | undefined,
  steps: JoinSteps | undefined,
): Row[] {
  const others = found === undefined ? indexedRows(join.store, join.routes) : undefined;
  const rows: Row[] = [];
  const add = (row: Row, other: Row) => {
    steps?.look();
    if (join.pairTest === undefined || join.pairTest(row, other)) rows.push(row);
  };
  // From the side that an index narrows, else from the smaller table, to the other by the index of its column.
  if (found === undefined && (others !== undefined || join.store.rows.size < store.rows.size)) {
    const partners = partnersIn(store, join.column, join.store, join.otherColumn, test);
    for (const other of passing(others ?? join.store.rows.values(), join.test)) {
      for (const row of partners(other)) add(row, other);
    }
  } else {
    const partners = partnersIn(join.store, join.otherColumn, store, join.column, join.test);
    for (const row of passing(found ?? store.rows.values(), test)) for (const other of partners(row)) add(row, other);
  }
  return rows;
}

/** Finds the rows of a table whose column equals that of another table's row. */
function partnersIn(
  store: TableStore,
  column: number,
  from: TableStore,
  fromColumn: number,
  test: Predicate | undefined,
): (row: Row) => Row[] {
  const { key, type } = from.def.columns[fromColumn]!;
  const of = keyOf(type);
  return (row) => passing(store.rowsWith(column, of(row[key]))!, test);
}

function passing(rows: Iterable<Row>, test: Predicate | undefined): Row[] {
  const found: Row[] = [];
  for (const row of rows) if (test === undefined || test(row)) found.push(row);
  return found;
}
