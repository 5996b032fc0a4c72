import { SpacetickError } from '../values/index.ts';
import { toSnakeCase, type WireName } from './names.ts';
import { type AnyTable, TableSchema } from './table.ts';
import { type TableDef, tableDefOf } from './table-def.ts';
import { resolveTable } from './table-rules.ts';

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

/** Resolves all tables of a schema. @throws SpacetickError E_SCHEMA when one is wrong or two share a wire name */
export function resolveTables(tables: Tables, wireName: WireName = toSnakeCase): TableDef[] {
  const defs = Object.entries(tables).map(([accessor, declared]) => {
    if (declared instanceof TableSchema) return resolveTable(accessor, declared, wireName);
    throw new SpacetickError('E_SCHEMA', `${accessor} is not a table. Declare it with table({ ... }, { ... }).`);
  });
  const names = new Set<string>();
  for (const def of defs) {
    if (names.has(def.name)) throw new SpacetickError('E_SCHEMA', `Two tables are called ${def.name} on the wire.`);
    names.add(def.name);
  }
  return defs;
}
