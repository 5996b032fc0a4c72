import {
  type AlgebraicType,
  type ColumnMeta,
  codecOf,
  copyValue,
  elementsOf,
  type Fields,
  formOf,
  type IndexAlgorithm,
  isScheduleAt,
  mayAutoInc,
  mayBeKey,
  type ProductElement,
  type ProductType,
  SpacetickError,
  typeName,
  type WireCodec,
} from '../values/index.ts';
import { toPascalCase, toSnakeCase, type WireName } from './names.ts';
import type { AnyTable, IndexOptions } from './table.ts';

export interface ColumnDef {
  /** Name on the wire and in SQL. */
  readonly name: string;
  /** Property of the row object. */
  readonly key: string;
  readonly type: AlgebraicType;
  /** Present when the column declares a default for rows older than itself. */
  readonly default?: { readonly value: unknown };
}

export interface IndexDef {
  /** `user_identity_idx_btree`. */
  readonly name: string;
  readonly accessor: string;
  readonly algorithm: IndexAlgorithm;
  /** Positions of the columns, in the index's order. */
  readonly columns: readonly number[];
  /** True when a single-column index stands on a unique column: it finds one row. */
  readonly unique: boolean;
}

/** A table with everything resolved: names, positions, implied indexes. What host, client and codegen work with. */
export interface TableDef {
  /** Name on the wire and in SQL. */
  readonly name: string;
  /** Property of `ctx.db` and `conn.db`. */
  readonly accessor: string;
  readonly isPublic: boolean;
  readonly isEvent: boolean;
  /** True for a view, whose rows a function makes: nobody writes them. */
  readonly isView: boolean;
  readonly rowType: ProductType;
  readonly codec: WireCodec<unknown> | undefined;
  readonly columns: readonly ColumnDef[];
  /** Position of the primary key. */
  readonly primaryKey: number | undefined;
  /** Positions of columns with a sequence. */
  readonly autoInc: readonly number[];
  /** Unique constraints, each as positions; the primary key is among them. */
  readonly uniques: readonly (readonly number[])[];
  /** Their names: `user_identity_key`. */
  readonly uniqueNames: readonly string[];
  readonly indexes: readonly IndexDef[];
  /** Position of the ScheduleAt column, when there is one. */
  readonly scheduleAt: number | undefined;
  readonly scheduled: string | (() => unknown) | undefined;
}

function refuse(table: string, reason: string): never {
  throw new SpacetickError('E_SCHEMA', `Table ${table}: ${reason}`);
}

/**
 * Resolves a declared table.
 * @param accessor key it has in the schema, or its name
 * @param wireName of what is not named otherwise
 * @throws SpacetickError E_SCHEMA naming table and column
 */
export function resolveTable(accessor: string, declared: AnyTable, wireName: WireName = toSnakeCase): TableDef {
  const { options, rowType: row } = declared;
  const name = options.name ?? wireName(accessor);
  const fields = row.fields as Fields;
  const elements = elementsOf(fields, wireName);
  const rowType: ProductType = { tag: 'Product', name: row.typeName ?? toPascalCase(name), elements };
  const twice = elements.find((element, i) => elements.findIndex((other) => other.name === element.name) !== i);
  if (twice !== undefined) refuse(name, `two columns are called ${twice.name} on the wire; give one another .name().`);
  const metas = elements.map((element) => fields[element.key]!.meta);
  const position = (column: string): number => {
    const found = elements.findIndex((element) => element.key === column || element.name === column);
    return found >= 0 ? found : refuse(name, `there is no column ${column}.`);
  };

  const primaryKeys = metas.flatMap((meta, i) => (meta.primaryKey ? [i] : []));
  if (primaryKeys.length > 1) refuse(name, 'only one column can be the primary key.');
  const uniques = metas.flatMap((meta, i) => (meta.primaryKey || meta.unique ? [[i]] : []));
  const namesOf = (columns: readonly number[]) => columns.map((i) => elements[i]!.name).join('_');
  const uniqueNames = uniques.map((columns) => `${name}_${namesOf(columns)}_key`);
  for (const constraint of options.constraints ?? []) {
    const columns = constraint.columns.map(position);
    if (columns.length === 0) refuse(name, 'a unique constraint names no column.');
    const at = uniques.findIndex((known) => sameColumns(known, columns));
    if (at >= 0) uniqueNames[at] = constraint.name ?? uniqueNames[at]!;
    else {
      uniques.push(columns);
      uniqueNames.push(constraint.name ?? `${name}_${namesOf(columns)}_key`);
    }
  }
  const isUnique = (columns: readonly number[]) => uniques.some((known) => sameColumns(known, columns));

  const indexes: IndexDef[] = [];
  const add = (index: IndexOptions | undefined, columns: readonly number[], algorithm: IndexAlgorithm) => {
    for (const i of columns) {
      const { type, key } = elements[i]!;
      if (!mayBeKey(type, formOf(type))) refuse(name, `column ${key} is ${typeName(type)}, which cannot be indexed.`);
    }
    if (algorithm === 'direct')
      checkDirect(
        name,
        columns.map((i) => elements[i]!),
      );
    indexes.push({
      name: index?.name ?? `${name}_${namesOf(columns)}_idx_${algorithm}`,
      accessor: index?.accessor ?? elements[columns[0]!]!.key,
      algorithm,
      columns,
      unique: isUnique(columns),
    });
  };
  for (const [i, meta] of metas.entries()) {
    if (meta.primaryKey || meta.unique || meta.index) add(undefined, [i], meta.index ?? 'btree');
  }
  for (const index of options.indexes ?? []) {
    const where = `Index '${index.name ?? ''}' on table '${name}'`;
    if (!index.accessor) throw new TypeError(`${where} must define a non-empty 'accessor'`);
    const columns = (index.columns ?? (index.column === undefined ? [] : [index.column])).map(position);
    if (columns.length === 0) refuse(name, `index ${index.accessor} names no column.`);
    // Bindings repeat the index that a key column implies.
    const implied = indexes.some((known) => known.accessor === index.accessor && sameColumns(known.columns, columns));
    if (implied) continue;
    if (indexes.some((known) => known.accessor === index.accessor)) {
      refuse(name, `two indexes have the accessor ${index.accessor}.`);
    }
    add(index, columns, index.algorithm);
  }
  for (const columns of uniques) {
    const served = indexes.some((index) => sameColumns(index.columns, columns));
    if (!served) add({ accessor: '', algorithm: 'btree' }, columns, 'btree');
  }

  const autoInc = metas.flatMap((meta, i) => (meta.autoInc ? [i] : []));
  for (const i of autoInc) {
    if (!mayAutoInc(elements[i]!.type)) refuse(name, `column ${elements[i]!.key} is no integer; autoInc needs one.`);
  }
  const scheduleAts = elements.flatMap((element, i) => (isScheduleAt(element.type) ? [i] : []));
  if (options.scheduled !== undefined && scheduleAts.length === 0) {
    refuse(name, 'it defines a schedule, but it does not have a ScheduleAt column.');
  }

  return {
    name,
    accessor,
    isPublic: options.public ?? false,
    isEvent: options.event ?? false,
    isView: false,
    rowType,
    codec: options.codec,
    columns: elements.map((element, i) => ({ ...element, ...defaultOf(metas[i]!, element, name) })),
    primaryKey: primaryKeys[0],
    autoInc,
    uniques,
    uniqueNames,
    indexes,
    scheduleAt: scheduleAts[0],
    scheduled: options.scheduled,
  };
}

function defaultOf(meta: ColumnMeta, { key, type }: ProductElement, table: string): Pick<ColumnDef, 'default'> {
  if (!('default' in meta)) return {};
  try {
    return { default: { value: copyValue(type, codecOf(type), meta.default, key) } };
  } catch (error) {
    return refuse(table, `the default of ${(error as Error).message}.`);
  }
}

const DIRECT_TAGS: readonly string[] = ['U8', 'U16', 'U32', 'U64'];

/** A direct index is an array by number. */
function checkDirect(table: string, columns: readonly ProductElement[]): void {
  const [column] = columns;
  if (columns.length === 1 && DIRECT_TAGS.includes(column!.type.tag)) return;
  const what = columns.length === 1 ? `${column!.key} is ${typeName(column!.type)}` : 'it names several columns';
  refuse(table, `a direct index goes on one column of u8, u16, u32 or u64; ${what}.`);
}

function sameColumns(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((column, i) => column === b[i]);
}
