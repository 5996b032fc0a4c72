import { encodeBsatn, toHex } from '../../values/index.ts';
import type { IndexDef, TableDef } from '../table-def.ts';
import { NONE, type RawJson, some, type Typespace, UNIT_JSON } from './typespace.ts';

/** What both versions say of a table, `name` being what the version calls a name. */
export function tableParts(
  table: TableDef,
  space: Typespace,
  name: 'name' | 'source_name',
): { [key: string]: RawJson } {
  return {
    product_type_ref: space.numberOf(table.rowType),
    primary_key: table.primaryKey === undefined ? [] : [table.primaryKey],
    indexes: table.indexes.map((index) => ({
      [name]: some(index.name),
      accessor_name: index.accessor === '' ? NONE : some(index.accessor),
      algorithm: algorithm(index),
    })),
    constraints: table.uniques.map((columns, at) => ({
      [name]: some(table.uniqueNames[at]!),
      data: { Unique: { columns: [...columns] } },
    })),
    sequences: table.autoInc.map((column) => ({
      [name]: some(`${table.name}_${table.columns[column]!.name}_seq`),
      column,
      start: NONE,
      min_value: NONE,
      max_value: NONE,
      increment: 1,
    })),
  };
}

function algorithm(index: IndexDef): RawJson {
  switch (index.algorithm) {
    case 'btree':
      return { BTree: [...index.columns] };
    case 'hash':
      return { Hash: [...index.columns] };
    case 'direct':
      return { Direct: index.columns[0]! };
  }
}

export function accessOf(table: TableDef): RawJson {
  return table.isPublic ? { Public: UNIT_JSON } : { Private: UNIT_JSON };
}

/** Column defaults, as hex of their BSATN. */
export function defaultsOf(table: TableDef): { [key: string]: RawJson }[] {
  return table.columns.flatMap((column, at) => {
    if (column.default === undefined) return [];
    const path = `${table.name}.${column.key}`;
    return [{ col_id: at, value: toHex(encodeBsatn(column.type, column.default.value, path)) }];
  });
}
