import type { Identity } from '../../values/index.ts';
import { compileQuery, evaluate } from '../query/compile.ts';
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
  const compiled = compileQuery(query.toSql(), find, sender);
  for (const route of compiled.routes) reads.add(compiled.store, route);
  const { store } = compiled;
  return evaluate(compiled).map((row) => store.copyOut(row));
}
