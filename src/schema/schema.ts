import { SpacetickError } from '../values/index.ts';
import { toSnakeCase, type WireName } from './names.ts';
import { type AnyTable, TableSchema } from './table.ts';
import { resolveTable, type TableDef } from './table-def.ts';

/** Tables of bindings or of a module: accessor -> declaration. */
export type Tables = Readonly<Record<string, AnyTable>>;

/** The tables of bindings: declarations for inference, definitions for the runtime. */
export interface TablesSchema<T> {
  readonly schemaType: { readonly tables: T; readonly defs: readonly TableDef[] };
}

/** Collects the tables of bindings. @throws SpacetickError E_SCHEMA */
export function tablesSchema<const T extends Tables>(tables: T): TablesSchema<T> {
  return { schemaType: { tables, defs: resolveTables(tables) } };
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
