import type { ColumnDef, IndexDef } from '../../schema/index.ts';
import { refuseBindings } from '../../values/lean/refuse.ts';
import type { ClientIndex } from './make-index.ts';
import type { IndexedRows } from './ranged-index.ts';

type IndexClass = new (columns: readonly ColumnDef[], table: IndexedRows) => ClientIndex;

/** In place of make-index.ts in the lean build: bindings name the class, and bring it (codegen SPEC.md B6). */
export function makeIndex(def: IndexDef, columns: readonly ColumnDef[], table: IndexedRows): ClientIndex {
  const { index: Index = refuseBindings() } = def as { readonly index?: IndexClass };
  return new Index(columns, table);
}
