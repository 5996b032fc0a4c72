import type { RowSource } from 'spacetick';

/** Calls `changed` whenever a row of a table comes, changes or goes. @returns how to stop */
export function onTableChange<Row>(source: RowSource<Row>, changed: () => void): () => void {
  return source.watch({ insert: changed, update: changed, delete: changed, end: changed });
}
