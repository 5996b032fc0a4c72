import { conditionTest } from './condition-test.ts';
import type { BooleanExpr } from './expression.ts';
import { SemijoinQuery, TableQuery } from './query.ts';

/** A query made of `tables` or `ctx.from`, over one table or two. */
export type TypedQuery = Pick<TableQuery<unknown>, 'def' | 'accessorName' | 'condition' | 'toSql'>;

/** A value where a condition takes one: here every value stands for itself. */
export function literal<const T>(value: T): T {
  return value;
}

/** Whether a value is a query made of `tables` or `ctx.from`. */
export function isTypedQuery(value: unknown): value is TypedQuery {
  return value instanceof TableQuery || value instanceof SemijoinQuery;
}

/** Whether a value is a query for whole rows: every query is, as there is no other projection. */
export function isRowTypedQuery(value: unknown): value is TypedQuery {
  return isTypedQuery(value);
}

/** Name on the wire of the table whose rows a query gives. */
export function getQueryTableName(query: TypedQuery): string {
  return query.def.name;
}

/** Key in `schema({...})`, or in `tables` of the bindings, of the table whose rows a query gives. */
export function getQueryAccessorName(query: TypedQuery): string {
  return query.accessorName;
}

/** What `where` asked of the rows that a query gives; undefined when nothing. */
export function getQueryWhereClause(query: TypedQuery): BooleanExpr | undefined {
  return query.condition;
}

/** Whether a condition holds for a row of its table. */
export function evaluateBooleanExpr(condition: BooleanExpr, row: Readonly<Record<string, unknown>>): boolean {
  return conditionTest(condition)(row);
}
