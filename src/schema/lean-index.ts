// In place of index.ts in the lean build: what a client uses of declarations and queries.
export { conditionTest } from './condition-test.ts';
export { and, BooleanExpr, ColumnExpr, not, or } from './expression.ts';
export { capitalised, toCamelCase } from './names.ts';
export { OrderedIndex } from './ordered-index.ts';
export { makeQueryBuilder, SemijoinQuery, TableQuery, toSql } from './query.ts';
export {
  evaluateBooleanExpr,
  getQueryAccessorName,
  getQueryTableName,
  getQueryWhereClause,
  isRowTypedQuery,
  isTypedQuery,
  literal,
} from './query-parts.ts';
export { isRange, Range } from './range.ts';
export { convertToAccessorMap, reducerSchema, reducers, resolveReducer } from './reducer.ts';
export { tableDefsOf, tablesSchema } from './schema.ts';
export { quoted } from './sql/literal.ts';
export { table } from './table.ts';
