import { SpacetickError } from '../values/index.ts';
import { toSnakeCase, type WireName } from './names.ts';
import type { Tables } from './schema.ts';
import { TableSchema } from './table.ts';
import type { TableDef } from './table-def.ts';
import { resolveTable } from './table-rules.ts';

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
