import type { Identity } from '../../values/index.ts';
import { compileQueries } from '../query/compile.ts';
import { evaluate } from '../query/evaluate.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import type { ReadSet } from './read-set.ts';

/** What a view may return instead of rows: a query made of `ctx.from`. */
interface Query {
  toSql(): string;
}

export function isQuery(given: unknown): given is Query {
  return typeof given === 'object' && given !== null && typeof (given as Partial<Query>).toSql === 'function';
}

/** Rows of a query over a module's own tables, private ones too; what it looks at counts as read. */
export function queryRows(
  query: Query,
  find: (name: string) => TableStore | undefined,
  sender: Identity,
  reads: ReadSet,
): Row[] {
  // A row that a join gives several times is one row.
  const rows = new Set<Row>();
  for (const compiled of compileQueries(query.toSql(), { caller: sender, find, filters: undefined })) {
    for (const { store, routes } of compiled.join === undefined ? [compiled] : [compiled, compiled.join]) {
      for (const route of routes) reads.add(store, route);
    }
    for (const row of evaluate(compiled)) rows.add(row);
  }
  return [...rows];
}
