import {
  type ColumnMeta,
  type Fields,
  type IndexAlgorithm,
  type Infer,
  type InferFields,
  ObjectBuilder,
  SpacetickError,
  TypeBuilder,
  type WireCodec,
} from '../values/index.ts';

/** An index on one or several columns, beside those that columns declare themselves (`api.md` 3.2). */
export interface IndexOptions {
  /** Property of the table handle that reaches the index; only a 1.x module leaves it out, and means `name`. */
  readonly accessor?: string;
  readonly name?: string;
  readonly algorithm: IndexAlgorithm;
  readonly columns?: readonly string[];
  /** `direct` indexes name their one column here. */
  readonly column?: string;
  /** The class of a client's index, as bindings bring it: a lean page without such an index does not carry it. */
  readonly index?: unknown;
}

export interface ConstraintOptions {
  readonly name?: string;
  readonly constraint: 'unique';
  readonly columns: readonly string[];
}

/** First argument of `table` (`api.md` 3.2). */
export interface TableOptions {
  /** Name on the wire; the key in `schema({...})` in snake case when left out. */
  readonly name?: string;
  /** Whether clients may see the table. Default false. */
  readonly public?: boolean;
  readonly indexes?: readonly IndexOptions[];
  readonly constraints?: readonly ConstraintOptions[];
  /** Reducer that rows of this table schedule: its name (1.x) or a function returning the exported reducer. */
  readonly scheduled?: string | (() => unknown);
  /** Rows are sent to subscribers when they are inserted, and not kept. */
  readonly event?: boolean;
  /** Bindings carry the row's codec as source. */
  readonly codec?: WireCodec<unknown>;
}

/** A declared table: what `table(...)` returns and `schema(...)` takes. */
export class TableSchema<F, O extends TableOptions = TableOptions> {
  readonly options: O;
  /** The row as a type, for reducers that take one: `{ timer: StepTimer.rowType }`. */
  readonly rowType: ObjectBuilder<F>;

  constructor(options: O, rowType: ObjectBuilder<F>) {
    this.options = options;
    this.rowType = rowType;
  }
}

/**
 * Declares a table.
 * @param options see TableOptions
 * @param row the columns, as an object of types or as `t.row(...)`
 * @throws SpacetickError E_SCHEMA when a column is not a type
 */
export function table<F extends Fields, const O extends TableOptions>(
  options: O,
  row: F | ObjectBuilder<F>,
): TableSchema<F, O> {
  if (row instanceof ObjectBuilder) return new TableSchema<F, O>(options, row);
  mustBeColumns(row, options.name);
  return new TableSchema<F, O>(options, new ObjectBuilder(undefined, row));
}

function mustBeColumns(row: Fields, table = '(unnamed)'): void {
  for (const [key, column] of Object.entries(row)) {
    if (column instanceof TypeBuilder) continue;
    throw new SpacetickError(
      'E_SCHEMA',
      `Column ${key} of table ${table} is not a type. Declare it with t: { ${key}: t.string() }.`,
    );
  }
}

// --- what the declaration says, as types ---

/** Any table declaration. */
export type AnyTable = TableSchema<Fields, TableOptions>;

/** Row type of a declared table. */
export type RowOf<T> = T extends { readonly rowType: ObjectBuilder<infer F> } ? InferFields<F> : never;

type FieldsOf<T> = T extends { readonly rowType: ObjectBuilder<infer F> } ? F : never;
type OptionsOf<T> = T extends { readonly options: infer O } ? O : never;

type MetaOf<B> = B extends { readonly meta: infer M } ? M : never;
type Has<B, P extends keyof ColumnMeta> = MetaOf<B> extends { readonly [K in P]: unknown } ? true : false;

/** Columns that single-column unique constraints of the options name. */
type ConstrainedColumns<O> = O extends { readonly constraints: readonly (infer C)[] }
  ? C extends { readonly columns: readonly [infer K] }
    ? K
    : never
  : never;

type DeclaredIndexes<O> = O extends { readonly indexes: readonly (infer I)[] } ? I : never;

type UniqueColumns<F, O> =
  | { [K in keyof F]: Has<F[K], 'primaryKey'> extends true ? K : Has<F[K], 'unique'> extends true ? K : never }[keyof F]
  | (ConstrainedColumns<O> & keyof F);

type ColumnsOf<I> = I extends { readonly columns: infer C extends readonly string[] }
  ? C
  : I extends { readonly column: infer C extends string }
    ? readonly [C]
    : never;

type ValuesOf<F, C extends readonly unknown[]> = {
  -readonly [I in keyof C]: C[I] extends keyof F ? Infer<F[C[I]]> : never;
};

type IsUniqueIndex<F, O, I> =
  ColumnsOf<I> extends readonly [infer K] ? (K extends UniqueColumns<F, O> ? true : false) : false;

/** Unique accessors of a table: accessor -> type of the value looked up. */
export type UniqueAccessors<T> = {
  [K in UniqueColumns<FieldsOf<T>, OptionsOf<T>> & string]: Infer<FieldsOf<T>[K]>;
} & {
  [I in DeclaredIndexes<OptionsOf<T>> as IsUniqueIndex<FieldsOf<T>, OptionsOf<T>, I> extends true
    ? AccessorOf<I>
    : never]: ValuesOf<FieldsOf<T>, ColumnsOf<I>>[0];
};

/** True for indexes that find values, not ranges. */
type IsHashColumn<B> = MetaOf<B> extends { readonly index: 'hash' } ? true : false;
type IsHashIndex<I> = I extends { readonly algorithm: 'hash' } ? true : false;

/** Accessors of the indexes that are not unique, hash ones (`H` true), the others, or all. */
type IndexAccessors<T, H extends boolean> = {
  [K in keyof FieldsOf<T> & string as Has<FieldsOf<T>[K], 'index'> extends true
    ? K extends UniqueColumns<FieldsOf<T>, OptionsOf<T>>
      ? never
      : IsHashColumn<FieldsOf<T>[K]> extends H
        ? K
        : never
    : never]: [Infer<FieldsOf<T>[K]>];
} & {
  [I in DeclaredIndexes<OptionsOf<T>> as IsUniqueIndex<FieldsOf<T>, OptionsOf<T>, I> extends true
    ? never
    : IsHashIndex<I> extends H
      ? AccessorOf<I>
      : never]: ValuesOf<FieldsOf<T>, ColumnsOf<I>>;
};

/** Accessors of a table's indexes: accessor -> types of the index's columns, in order. */
export type RangedAccessors<T> = IndexAccessors<T, boolean>;

/** Of those, the ones that find ranges. */
export type OrderedAccessors<T> = IndexAccessors<T, false>;

/** Of those, the ones that find values only: hash indexes. */
export type PointAccessors<T> = IndexAccessors<T, true>;

/** An index of a 1.x module goes by its name. */
type AccessorOf<I> = I extends { readonly accessor: infer A extends string }
  ? A
  : I extends { readonly name: infer N extends string }
    ? N
    : never;

/** Column that is the primary key, or never. */
export type PrimaryKeyOf<T> = {
  [K in keyof FieldsOf<T>]: Has<FieldsOf<T>[K], 'primaryKey'> extends true ? K : never;
}[keyof FieldsOf<T>];
