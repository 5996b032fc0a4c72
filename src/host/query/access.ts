import { sqlError } from '../../schema/index.ts';
import type { Identity } from '../../values/index.ts';
import type { TableStore } from '../store/table-store.ts';
import type { RowFilters } from './row-filters.ts';

/** Finds a table or view by its name on the wire or in the module; undefined when the caller may not read it. */
export type StoreLookup = (name: string, caller: Identity) => TableStore | undefined;

/** What a caller may read. */
export interface Access {
  readonly caller: Identity;
  readonly find: StoreLookup;
  /** Rules on rows; undefined for the owner, who sees all of them. */
  readonly filters: RowFilters | undefined;
  /** Rows that a query may give; undefined for any number. */
  readonly rowLimit?: number | undefined;
}

/** @throws SpacetickError E_SQL when a query gives more rows than the database's `row_limit` */
export function checkRowLimit(rows: number, { rowLimit }: Access): void {
  if (rowLimit === undefined || rows <= rowLimit) return;
  throw sqlError(`The estimated cardinality (${rows} rows) exceeds the limit (${rowLimit} rows)`);
}
