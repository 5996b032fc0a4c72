import type { Key } from '../../values/index.ts';
import { SpacetickError, show } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';

/**
 * Rows that a view's function gave, checked, by key.
 * @param given what it returned: rows, a row, or none
 * @throws ValueError, SpacetickError E_VIEW
 */
export function rowsByKey(store: TableStore, given: unknown): Map<Key, Row> {
  const { def } = store;
  const rows = new Map<Key, Row>();
  for (const value of listOf(def.name, given)) {
    const row = store.checked(value);
    const key = store.keyOfRow(row);
    // Without a primary key a view is a set, as a table is.
    if (def.primaryKey !== undefined && rows.has(key)) {
      const { key: column } = def.columns[def.primaryKey]!;
      throw new SpacetickError(
        'E_VIEW',
        `View ${def.name} returned two rows with the primary key ${column} ${show(row[column])}. Return each once.`,
      );
    }
    rows.set(key, row);
  }
  return rows;
}

function listOf(view: string, given: unknown): Iterable<unknown> {
  if (given === undefined || given === null) return [];
  if (typeof given !== 'object') {
    throw new SpacetickError('E_VIEW', `View ${view} returned ${show(given)}: return rows, or a query of ctx.from.`);
  }
  if (typeof (given as { then?: unknown }).then === 'function') {
    throw new SpacetickError(
      'E_VIEW',
      `View ${view} returned a promise. A view cannot wait: make it an ordinary function.`,
    );
  }
  return Symbol.iterator in given ? (given as Iterable<unknown>) : [given];
}

/** Makes the store hold exactly these rows; what stayed as it was is the same object. */
export function putRows(store: TableStore, rows: ReadonlyMap<Key, Row>): void {
  for (const [key, row] of [...store.rows]) if (!rows.has(key)) store.remove(row);
  for (const row of rows.values()) store.set(row);
}
