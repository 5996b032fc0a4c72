import type { TableDef } from '../../schema/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import type { Route, Routes } from './route.ts';

/** Whether a column has an index of its own. */
export function isIndexed(def: TableDef, column: number): boolean {
  const isAlone = (columns: readonly number[]) => columns.length === 1 && columns[0] === column;
  return column === def.primaryKey || def.uniques.some(isAlone) || def.indexes.some(({ columns }) => isAlone(columns));
}

/** Rows that may match, each once, when there is an index for every route. */
export function indexedRows(store: TableStore, routes: Routes): Iterable<Row> | undefined {
  const rows = new Set<Row>();
  for (const route of routes) {
    const found = rowsOn(route, store);
    if (found === undefined) return undefined;
    if (routes.length === 1) return found;
    for (const row of found) rows.add(row);
  }
  return rows;
}

function rowsOn(route: Route, store: TableStore): readonly Row[] | undefined {
  for (const step of route) {
    const rows = step.kind === 'equal' ? store.rowsWith(step.column, step.key) : undefined;
    if (rows !== undefined) return rows;
  }
  return undefined;
}
