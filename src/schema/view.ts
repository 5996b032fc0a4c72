import { type AlgebraicType, fieldsOf, ObjectBuilder } from '../values/index.ts';
import type { ModuleViewDef } from './module-def.ts';
import { toCamelCase, toPascalCase, toSnakeCase, type WireName } from './names.ts';
import { type RowTypes, rowOfView } from './row-types.ts';
import { TableSchema } from './table.ts';
import { resolveTable } from './table-rules.ts';

/** What a module says of a view. */
export interface DeclaredView {
  /** Name on the wire. */
  readonly name: string;
  readonly isAnonymous: boolean;
  /** As declared. */
  readonly returnType: AlgebraicType;
}

/**
 * Resolves a view. Of what its row's columns say, only the primary key counts: a view has no sequences and no indexes.
 * @param rows takes the view's row, if no table has it already
 * @throws SpacetickError E_SCHEMA
 */
export function resolveView(
  { name, isAnonymous, returnType }: DeclaredView,
  rows: RowTypes,
  wireName: WireName = toSnakeCase,
): ModuleViewDef {
  const declared = rowOfView(name, returnType);
  const fields = fieldsOf(declared);
  const accessor = toCamelCase(name);
  const row = new ObjectBuilder(declared.name ?? toPascalCase(name), fields ?? {}, declared);
  const options = { name, public: true };
  const def = resolveTable(accessor, new TableSchema(options, row), wireName);
  rows.add(declared, def.rowType);
  const isKey = (columns: readonly number[]) => columns.length === 1 && columns[0] === def.primaryKey;
  const table = {
    ...def,
    isView: true,
    rowType: rowOfView(name, rows.resolve(returnType)),
    columns: def.columns.map(({ name: column, key, type }) => ({ name: column, key, type })),
    autoInc: [],
    uniques: def.uniques.filter(isKey),
    uniqueNames: def.uniqueNames.filter((_, at) => isKey(def.uniques[at]!)),
    indexes: def.indexes.filter(({ columns }) => isKey(columns)),
    scheduleAt: undefined,
  };
  return { name, accessor, isAnonymous, returnType: rows.resolve(returnType), table };
}
