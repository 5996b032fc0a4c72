import { SpacetickError } from '../values/index.ts';
import { and, type BooleanExpr, ColumnExpr, type ConditionLike, toBoolean } from './expression.ts';
import type { TablesSchema } from './schema.ts';
import { quoted } from './sql/literal.ts';
import type { AnyTable, RowOf } from './table.ts';
import type { TableDef } from './table-def.ts';

/** The columns of a table inside `where`. */
export type ColumnExprs<Row> = { readonly [K in keyof Row]-?: ColumnExpr<Row[K]> };

type Condition<Row> = (row: ColumnExprs<Row>) => ConditionLike;
/** Which rows of two tables belong together: one column of each is equal. Both want an index. */
type Join<Left, Right> = (left: ColumnExprs<Left>, right: ColumnExprs<Right>) => BooleanExpr;

/** A query over one table: `tables.ship`, `tables.orb.where((orb) => orb.chunk.eq(4))`. */
export class TableQuery<T> {
  /** Only for inference; never there at run time. */
  declare readonly __table?: T;
  readonly def: TableDef;
  readonly condition: BooleanExpr | undefined;

  constructor(def: TableDef, condition?: BooleanExpr) {
    this.def = def;
    this.condition = condition;
  }

  get accessorName(): string {
    return this.def.accessor;
  }

  /** Keeps the rows for which `condition` holds; a second `where` narrows further. */
  where(condition: Condition<RowOf<T>>): TableQuery<T> {
    return new TableQuery<T>(this.def, narrowed(this, condition));
  }

  /**
   * Keeps the rows that have a partner in the other query: orbs in the chunk of some ship.
   * @throws SpacetickError E_QUERY for a table joined to itself, or an `on` that is no equality of the two; a lean page
   * leaves both to the host
   */
  leftSemijoin<R>(right: TableQuery<R>, on: Join<RowOf<T>, RowOf<R>>): SemijoinQuery<T> {
    return new SemijoinQuery<T>(this, right, onClause(this, right, on), true);
  }

  /** Like `leftSemijoin`, but keeps rows of the other query. @throws SpacetickError E_QUERY */
  rightSemijoin<R>(right: TableQuery<R>, on: Join<RowOf<T>, RowOf<R>>): SemijoinQuery<R> {
    return new SemijoinQuery<R>(right, this, onClause(this, right, on), false);
  }

  toSql(): string {
    return `SELECT * FROM ${quoted(this.def.name)}${whereOf(this)}`;
  }

  /** @deprecated a query needs no building */
  build(): this {
    return this;
  }
}

/** What a join needs of its other side. */
type Source = Pick<TableQuery<unknown>, 'def' | 'condition'>;

/** Whole rows of one table that have a partner in another one. */
export class SemijoinQuery<T> {
  declare readonly __table?: T;
  /** The table whose rows these are. */
  readonly def: TableDef;
  /** What it asks of the kept rows alone. */
  readonly condition: BooleanExpr | undefined;
  readonly #other: Source;
  readonly #on: string;
  readonly #isLeft: boolean; // whether the kept table was written first

  constructor({ def, condition }: Source, other: Source, on: string, isLeft: boolean) {
    this.def = def;
    this.condition = condition;
    this.#other = other;
    this.#on = on;
    this.#isLeft = isLeft;
  }

  get accessorName(): string {
    return this.def.accessor;
  }

  /** Narrows the rows that are kept. */
  where(condition: Condition<RowOf<T>>): SemijoinQuery<T> {
    const { def } = this;
    return new SemijoinQuery<T>({ def, condition: narrowed(this, condition) }, this.#other, this.#on, this.#isLeft);
  }

  toSql(): string {
    const kept = quoted(this.def.name);
    const from = `SELECT ${kept}.* FROM ${quoted(this.#other.def.name)} JOIN ${kept} ON ${this.#on}`;
    return from + (this.#isLeft ? whereOf(this, this.#other) : whereOf(this.#other, this));
  }

  /** @deprecated a query needs no building */
  build(): this {
    return this;
  }
}

/** What a query of these asks of its rows, as the end of its text. */
function whereOf(...sources: readonly Pick<Source, 'condition'>[]): string {
  const conditions = sources.flatMap(({ condition }) => condition ?? []);
  if (conditions.length === 0) return '';
  return ` WHERE ${(conditions.length === 1 ? conditions[0]! : and(...conditions)).sql}`;
}

function narrowed<T>({ def, condition }: Source, further: Condition<RowOf<T>>): BooleanExpr {
  const added = toBoolean(further(columnsOf<T>(def)));
  return condition === undefined ? added : and(condition, added);
}

function onClause<L, R>(left: TableQuery<L>, right: TableQuery<R>, on: Join<RowOf<L>, RowOf<R>>): string {
  mustDiffer(left, right);
  const condition = on(columnsOf<L>(left.def), columnsOf<R>(right.def));
  mustJoin(condition, left.def.name, right.def.name);
  return condition.sql;
}

function mustDiffer(left: Source, right: Source): void {
  if (left.def.name === right.def.name) throw new SpacetickError('E_QUERY', 'Cannot semijoin a table to itself');
}

function mustJoin({ sql, meaning }: BooleanExpr, leftName: string, rightName: string): void {
  if (typeof meaning === 'object' && meaning.operator === '=' && meaning.other instanceof ColumnExpr) {
    const tables = [meaning.column.table, meaning.other.table];
    if (tables.includes(leftName) && tables.includes(rightName)) return;
  }
  throw new SpacetickError(
    'E_QUERY',
    `A semijoin of ${leftName} and ${rightName} was given ${sql}. It says which column of one equals which of the other, ` +
      '(l, r) => l.id.eq(r.ownerId); put further conditions into where().',
  );
}

function columnsOf<T>(def: TableDef): ColumnExprs<RowOf<T>> {
  const columns = def.columns.map((column) => [column.key, new ColumnExpr<unknown>(def.name, column)]);
  return Object.fromEntries(columns) as ColumnExprs<RowOf<T>>;
}

/** The `tables` export of bindings: each table is a query for all its rows. */
export type QueryBuilder<S> = S extends { readonly tables: infer T }
  ? { readonly [K in keyof T]: TableQuery<T[K]> }
  : never;

export function makeQueryBuilder<T extends Readonly<Record<string, AnyTable>>>(
  schemaType: TablesSchema<T>['schemaType'],
): QueryBuilder<TablesSchema<T>['schemaType']> {
  const queries = schemaType.defs.map((def) => [def.accessor, new TableQuery(def)]);
  return Object.freeze(Object.fromEntries(queries)) as QueryBuilder<TablesSchema<T>['schemaType']>;
}

/** Text of a query, given as text or built. */
export function toSql(query: string | { toSql(): string }): string {
  return typeof query === 'string' ? query : query.toSql();
}
