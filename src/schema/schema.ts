import type { AnyTable } from './table.ts';
import { type TableDef, tableDefOf } from './table-def.ts';

/** Tables of bindings or of a module: accessor -> declaration. */
export type Tables = Readonly<Record<string, AnyTable>>;

/** The tables of bindings: declarations for inference, definitions for the runtime. */
export interface TablesSchema<T> {
  readonly schemaType: { readonly tables: T; readonly defs: readonly TableDef[] };
}

/** Resolves the tables of bindings, which were made of a module that is in order. */
export function tableDefsOf(tables: Tables): TableDef[] {
  return Object.entries(tables).map(([accessor, declared]) => tableDefOf(accessor, declared));
}

/** Collects the tables of bindings. */
export function tablesSchema<const T extends Tables>(tables: T): TablesSchema<T> {
  return { schemaType: { tables, defs: tableDefsOf(tables) } };
}
