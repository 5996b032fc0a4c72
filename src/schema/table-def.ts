import {
  type AlgebraicType,
  type ColumnMeta,
  elementsOf,
  type Fields,
  type IndexAlgorithm,
  isScheduleAt,
  type ProductType,
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

/**
 * Resolves a declared table. Bindings were made of what has been checked; for what people write there is `resolveTable`.
 * @param accessor key it has in the schema, or its name
 * @param wireName of what is not named otherwise
 */
export function tableDefOf(accessor: string, declared: AnyTable, wireName: WireName = toSnakeCase): TableDef {
  const { options, rowType: row } = declared;
  const name = options.name ?? wireName(accessor);
  const fields = row.fields as Fields;
  const columns = elementsOf(fields, wireName);
  const metas = columns.map(({ key }) => fields[key]!.meta);
  const where = (test: (meta: ColumnMeta) => unknown) => metas.flatMap((meta, i) => (test(meta) ? [i] : []));
  const position = (column: string) => columns.findIndex(({ name, key }) => key === column || name === column);
  const namesOf = (positions: readonly number[]) => positions.map((i) => columns[i]?.name).join('_');

  const uniques = where((meta) => meta.primaryKey || meta.unique).map((i) => [i]);
  const uniqueNames = uniques.map((key) => `${name}_${namesOf(key)}_key`);
  for (const constraint of options.constraints ?? []) {
    const key = constraint.columns.map(position);
    const known = uniques.findIndex((unique) => sameColumns(unique, key));
    const at = known < 0 ? uniques.push(key) - 1 : known;
    uniqueNames[at] = constraint.name ?? uniqueNames[at] ?? `${name}_${namesOf(key)}_key`;
  }

  const indexes: IndexDef[] = [];
  const add = (positions: readonly number[], index: Partial<IndexOptions>) => {
    const { algorithm = 'btree', accessor = columns[positions[0]!]?.key ?? '' } = index;
    indexes.push({
      name: index.name ?? `${name}_${namesOf(positions)}_idx_${algorithm}`,
      accessor,
      algorithm,
      columns: positions,
      unique: uniques.some((unique) => sameColumns(unique, positions)),
    });
  };
  for (const [i, { primaryKey, unique, index }] of metas.entries()) {
    if (primaryKey || unique || index) add([i], { algorithm: index });
  }
  for (const index of options.indexes ?? []) {
    const positions = (index.columns ?? (index.column === undefined ? [] : [index.column])).map(position);
    // Bindings repeat the index that a key column implies.
    const isImplied = indexes.some(
      (known) => known.accessor === index.accessor && sameColumns(known.columns, positions),
    );
    if (!isImplied) add(positions, index);
  }
  for (const key of uniques) {
    if (!indexes.some((index) => sameColumns(index.columns, key))) add(key, { accessor: '' });
  }

  return {
    name,
    accessor,
    isPublic: options.public ?? false,
    isEvent: options.event ?? false,
    isView: false,
    rowType: { tag: 'Product', name: row.typeName ?? toPascalCase(name), elements: columns },
    codec: options.codec,
    columns,
    primaryKey: where((meta) => meta.primaryKey)[0],
    autoInc: where((meta) => meta.autoInc),
    uniques,
    uniqueNames,
    indexes,
    scheduleAt: columns.flatMap(({ type }, i) => (isScheduleAt(type) ? [i] : []))[0],
    scheduled: options.scheduled,
  };
}

function sameColumns(a: readonly number[], b: readonly number[]): boolean {
  return `${a}` === `${b}`;
}
