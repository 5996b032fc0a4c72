import type { ColumnDef, IndexDef } from '../../schema/index.ts';
import type { Row } from '../../wire/index.ts';
import type { ChangeLog } from './change-log.ts';
import { type IndexedRows, RangedIndex } from './ranged-index.ts';
import { UniqueIndex } from './unique-index.ts';

/** An index of the cache: by it one row is found, or several. */
export interface ClientIndex {
  find?(value: unknown): Row | undefined;
  filter?(bounds: unknown): Row[];
  /** Takes over what a message changed. */
  follow(log: ChangeLog): void;
}

/** The index of a table on some of its columns. */
export function makeIndex(def: IndexDef, columns: readonly ColumnDef[], table: IndexedRows): ClientIndex {
  return def.unique && columns.length === 1 ? new UniqueIndex(columns, table) : new RangedIndex(columns, table);
}
