import { keyOf } from '../values/index.ts';
import { columnsTest, columnTest, type Predicate } from './comparison.ts';
import type { TablesSchema } from './schema.ts';
import type { ComparisonOperator } from './sql/ast.ts';
import { quoted, toLiteral } from './sql/literal.ts';
import type { AnyTable, RowOf } from './table.ts';
import type { ColumnDef, TableDef } from './table-def.ts';

/** A condition of a query. */
export class BooleanExpr {
  /** SQL text, to be put in parentheses by whoever combines it. */
  readonly sql: string;
  readonly #makeTest: () => Predicate;
  #test: Predicate | undefined;

  /** @param makeTest the condition as code; made when first asked for, as most queries are only sent */
  constructor(sql: string, makeTest: () => Predicate) {
    this.sql = sql;
    this.#makeTest = makeTest;
  }

  /** Whether a row of the table holds, as the host would decide. */
  matches(row: Readonly<Record<string, unknown>>): boolean {
    this.#test ??= this.#makeTest();
    return this.#test(row);
  }

  and(other: BooleanExpr): BooleanExpr {
    return and(this, other);
  }

  or(other: BooleanExpr): BooleanExpr {
    return or(this, other);
  }
}

/** All of the conditions. */
export function and(...conditions: readonly BooleanExpr[]): BooleanExpr {
  const sql = conditions.map((condition) => `(${condition.sql})`).join(' AND ');
  return new BooleanExpr(sql, () => (row) => conditions.every((condition) => condition.matches(row)));
}

/** Any of the conditions. */
export function or(...conditions: readonly BooleanExpr[]): BooleanExpr {
  const sql = conditions.map((condition) => `(${condition.sql})`).join(' OR ');
  return new BooleanExpr(sql, () => (row) => conditions.some((condition) => condition.matches(row)));
}

/** A column inside `where`: compared with a value, or with another column of the same type. */
export class ColumnExpr<T> {
  readonly sql: string;
  readonly #def: ColumnDef;

  /** @param table the table's name on the wire */
  constructor(table: string, def: ColumnDef) {
    this.sql = `${quoted(table)}.${quoted(def.name)}`;
    this.#def = def;
  }

  eq(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('=', other);
  }

  ne(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<>', other);
  }

  lt(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<', other);
  }

  lte(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<=', other);
  }

  gt(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('>', other);
  }

  gte(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('>=', other);
  }

  #compare(operator: ComparisonOperator, other: T | ColumnExpr<T>): BooleanExpr {
    const def = this.#def;
    if (other instanceof ColumnExpr) {
      return new BooleanExpr(`${this.sql} ${operator} ${other.sql}`, () => columnsTest(def, operator, other.#def));
    }
    const sql = `${this.sql} ${operator} ${toLiteral(other)}`;
    return new BooleanExpr(sql, () => columnTest(def, operator, keyOf(def.type)(other)));
  }
}

/** The columns of a table inside `where`. */
export type ColumnExprs<Row> = { readonly [K in keyof Row]-?: ColumnExpr<Row[K]> };

type Condition<Row> = (row: ColumnExprs<Row>) => BooleanExpr | ColumnExpr<boolean> | boolean;

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
    const added = toBoolean(condition(columnsOf(this.def) as ColumnExprs<RowOf<T>>));
    return new TableQuery<T>(this.def, this.condition === undefined ? added : and(this.condition, added));
  }

  toSql(): string {
    const from = `SELECT * FROM ${quoted(this.def.name)}`;
    return this.condition === undefined ? from : `${from} WHERE ${this.condition.sql}`;
  }

  /** @deprecated a query needs no building */
  build(): this {
    return this;
  }
}

function toBoolean(condition: BooleanExpr | ColumnExpr<boolean> | boolean): BooleanExpr {
  if (typeof condition === 'boolean') {
    return new BooleanExpr(condition ? 'TRUE = TRUE' : 'TRUE = FALSE', () => () => condition);
  }
  return condition instanceof ColumnExpr ? condition.eq(true) : condition;
}

function columnsOf(def: TableDef): Record<string, ColumnExpr<unknown>> {
  return Object.fromEntries(def.columns.map((column) => [column.key, new ColumnExpr<unknown>(def.name, column)]));
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
export function toSql(query: string | TableQuery<never> | TableQuery<AnyTable>): string {
  return typeof query === 'string' ? query : query.toSql();
}
