import { decodeBsatn, fromHex, type IndexAlgorithm, isScheduleAt, type ProductType } from '../../values/index.ts';
import type { IndexDef, TableDef } from '../table-def.ts';
import { type JsonObject, listOf, numberOf, objectOf, optionOf, refuse, textOf, variantOf } from './json.ts';
import type { TypespaceReader } from './read-types.ts';

/** What a version of the description says elsewhere. */
export interface TableNames {
  readonly name: string;
  readonly accessor: string;
  /** What the version calls a name. */
  readonly key: 'name' | 'source_name';
}

/** @throws SpacetickError E_MODULE_DEF */
export function readTable(json: JsonObject, types: TypespaceReader, { name, accessor, key }: TableNames): TableDef {
  const row = types.at(numberOf(json.product_type_ref, 'the number of a row'));
  if (row.tag !== 'Product') return refuse('a row', json.product_type_ref);
  const constraints = listOf(json.constraints, 'constraints').map((each) => objectOf(each, 'a constraint'));
  const uniques = constraints.map(({ data }) => {
    const [, unique] = variantOf(data, 'a constraint');
    return columnsOf(objectOf(unique, 'a unique constraint').columns);
  });
  const indexes = listOf(json.indexes, 'indexes').map((each): IndexDef => {
    const index = objectOf(each, 'an index');
    const [tag, given] = variantOf(index.algorithm, 'the algorithm of an index');
    const columns = typeof given === 'number' ? [given] : columnsOf(given);
    return {
      name: textOf(optionOf(index[key], 'a name') ?? '', 'the name of an index'),
      accessor: textOf(optionOf(index.accessor_name, 'a name') ?? '', 'the accessor of an index'),
      algorithm: tag.toLowerCase() as IndexAlgorithm,
      columns,
      unique: uniques.some((unique) => unique.join() === columns.join()),
    };
  });
  return {
    ...tableOfRow(name, accessor, row, columnsOf(json.primary_key)[0]),
    isPublic: variantOf(json.table_access, 'the access of a table')[0] === 'Public',
    isEvent: json.is_event === true,
    autoInc: listOf(json.sequences, 'sequences').map((each) =>
      numberOf(objectOf(each, 'a sequence').column, 'a column'),
    ),
    uniques,
    uniqueNames: constraints.map((each) => textOf(optionOf(each[key], 'a name') ?? '', 'the name of a constraint')),
    indexes,
  };
}

/** A public table of a row's columns, with nothing but perhaps a primary key and what that implies. */
export function tableOfRow(
  name: string,
  accessor: string,
  rowType: ProductType,
  primaryKey: number | undefined,
): TableDef {
  const key = primaryKey === undefined ? undefined : rowType.elements[primaryKey];
  const of = (suffix: string) => `${name}_${key?.name}_${suffix}`;
  const algorithm = 'btree' as const;
  const at = rowType.elements.findIndex(({ type }) => isScheduleAt(type));
  return {
    name,
    accessor,
    isPublic: true,
    isEvent: false,
    isView: false,
    rowType,
    codec: undefined,
    columns: rowType.elements,
    primaryKey,
    autoInc: [],
    uniques: key === undefined ? [] : [[primaryKey!]],
    uniqueNames: key === undefined ? [] : [of('key')],
    indexes:
      key === undefined
        ? []
        : [{ name: of('idx_btree'), accessor: key.key, algorithm, columns: [primaryKey!], unique: true }],
    scheduleAt: at < 0 ? undefined : at,
    scheduled: undefined,
  };
}

/** The table with a default on one of its columns. */
export function withDefault(table: TableDef, json: JsonObject): TableDef {
  const at = numberOf(json.col_id, 'a column');
  const bytes = fromHex(textOf(json.value, 'a default').replace(/^0x/, ''));
  const column = table.columns[at];
  if (bytes === undefined || column === undefined) return refuse('a default', json);
  const value = decodeBsatn(column.type, bytes, `${table.name}.${column.key}`);
  return { ...table, columns: table.columns.with(at, { ...column, default: { value } }) };
}

function columnsOf(json: unknown): number[] {
  return listOf(json, 'columns').map((column) => numberOf(column, 'a column'));
}
