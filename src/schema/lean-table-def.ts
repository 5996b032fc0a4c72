import { elementsOf, type Fields } from '../values/index.ts';
import { toSnakeCase } from './names.ts';
import type { AnyTable } from './table.ts';
import type { TableDef } from './table-def.ts';

/** In place of table-def.ts in the lean build: bindings name every index and constraint, and a client wants no more. */
export function tableDefOf(accessor: string, { options, rowType }: AnyTable): TableDef {
  const { name = toSnakeCase(accessor), event: isEvent = false, codec } = options;
  const fields = rowType.fields as Fields;
  const columns = elementsOf(fields, toSnakeCase);
  const positions = (keys: readonly string[]) => keys.map((key) => columns.findIndex((column) => column.key === key));
  const primaryKey = Object.values(fields).findIndex(({ meta }) => meta.primaryKey);
  const uniques = (options.constraints ?? []).map((constraint) => `${positions(constraint.columns)}`);
  const indexes = (options.indexes ?? []).map(({ accessor, columns: keys, index }) => {
    const columns = positions(keys!);
    return { accessor, columns, index, unique: uniques.includes(`${columns}`) };
  });
  const found = primaryKey < 0 ? undefined : primaryKey;
  return { name, accessor, isEvent, rowType, codec, columns, primaryKey: found, indexes } as unknown as TableDef;
}
