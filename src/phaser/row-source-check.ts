import { type RowSource, SpacetickError } from '../client/index.ts';

/**
 * The rows that something is to follow. What the bindings do not have is undefined at run time, and says nothing itself.
 * @param caller what needs them, for the error text
 * @throws SpacetickError `E_ROW_SOURCE`
 */
export function requireRows<Row>(source: RowSource<Row> | undefined, caller: string): RowSource<Row> {
  if (typeof source?.watch === 'function') return source;
  throw new SpacetickError(
    'E_ROW_SOURCE',
    `${caller} was given no table but ${source === undefined ? 'undefined' : 'something else'}. Pass one of conn.db: ` +
      'conn.db.ship. If it is not there, its name is misspelt, or the table is private (declare it with public: true), or ' +
      'the bindings are older than the module (generate them again).',
  );
}
