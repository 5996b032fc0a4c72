import {
  type ColumnMeta,
  codecOf,
  copyValue,
  type Fields,
  mayAutoInc,
  mayBeKey,
  SpacetickError,
  typeName,
} from '../values/index.ts';
import { toSnakeCase, type WireName } from './names.ts';
import type { AnyTable, TableOptions } from './table.ts';
import { type ColumnDef, type IndexDef, type TableDef, tableDefOf } from './table-def.ts';

// What a table cannot be: told to whoever declares one.

function refuse(table: string, reason: string): never {
  throw new SpacetickError('E_SCHEMA', `Table ${table}: ${reason}`);
}

/**
 * Resolves a declared table that somebody wrote.
 * @param accessor key it has in the schema, or its name
 * @param wireName of what is not named otherwise
 * @throws SpacetickError E_SCHEMA naming table and column
 */
export function resolveTable(accessor: string, declared: AnyTable, wireName: WireName = toSnakeCase): TableDef {
  const def = tableDefOf(accessor, declared, wireName);
  const { name, columns } = def;
  const fields = declared.rowType.fields as Fields;
  const metas = columns.map(({ key }) => fields[key]!.meta);
  const twice = columns.find((column, i) => columns.findIndex((other) => other.name === column.name) !== i);
  if (twice !== undefined) refuse(name, `two columns are called ${twice.name} on the wire; give one another .name().`);
  if (metas.filter((meta) => meta.primaryKey).length > 1) refuse(name, 'only one column can be the primary key.');
  checkNamed(def, declared.options);
  for (const index of def.indexes) checkIndex(def, index);
  for (const i of def.autoInc) {
    if (!mayAutoInc(columns[i]!.type)) refuse(name, `column ${columns[i]!.key} is no integer; autoInc needs one.`);
  }
  if (def.scheduled !== undefined && def.scheduleAt === undefined) {
    throw new SpacetickError('E_SCHEMA', `Table ${name} defines a schedule, but it does not have a ScheduleAt column.`);
  }
  return { ...def, columns: columns.map((column, i) => ({ ...column, ...defaultOf(metas[i]!, column, name) })) };
}

/** Constraints and indexes that stand beside the row. */
function checkNamed({ name, columns, indexes }: TableDef, options: TableOptions): void {
  const check = (named: readonly string[], what: string): void => {
    if (named.length === 0) refuse(name, `${what} names no column.`);
    for (const column of named) {
      if (!columns.some((known) => known.key === column || known.name === column)) {
        refuse(name, `there is no column ${column}.`);
      }
    }
  };
  for (const constraint of options.constraints ?? []) check(constraint.columns, 'a unique constraint');
  for (const index of options.indexes ?? []) {
    const where = `Index '${index.name ?? ''}' on table '${name}'`;
    if (!index.accessor) throw new TypeError(`${where} must define a non-empty 'accessor'`);
    check(index.columns ?? (index.column === undefined ? [] : [index.column]), `index ${index.accessor}`);
  }
  const accessors = indexes.map((index) => index.accessor).filter((accessor) => accessor !== '');
  const twice = accessors.find((accessor, i) => accessors.indexOf(accessor) !== i);
  if (twice !== undefined) refuse(name, `two indexes have the accessor ${twice}.`);
}

const DIRECT_TAGS: readonly string[] = ['U8', 'U16', 'U32', 'U64'];

function checkIndex({ name, columns }: TableDef, index: IndexDef): void {
  const indexed = index.columns.map((i) => columns[i]!);
  for (const { type, key } of indexed) {
    if (!mayBeKey(type)) refuse(name, `column ${key} is ${typeName(type)}, which cannot be indexed.`);
  }
  if (index.algorithm !== 'direct') return;
  // It is an array by number.
  const [column] = indexed;
  if (indexed.length === 1 && DIRECT_TAGS.includes(column!.type.tag)) return;
  const what = indexed.length === 1 ? `${column!.key} is ${typeName(column!.type)}` : 'it names several columns';
  refuse(name, `a direct index goes on one column of u8, u16, u32 or u64; ${what}.`);
}

function defaultOf(meta: ColumnMeta, { key, type }: ColumnDef, table: string): Pick<ColumnDef, 'default'> {
  if (!('default' in meta)) return {};
  try {
    return { default: { value: copyValue(type, codecOf(type), meta.default, key) } };
  } catch (error) {
    return refuse(table, `the default of ${(error as Error).message}.`);
  }
}
