export { conditionTest } from './condition-test.ts';
export { and, BooleanExpr, ColumnExpr, type ConditionLike, not, or } from './expression.ts';
export {
  EMPTY_MODULE,
  isCallable,
  type Lifecycle,
  type ModuleDef,
  type ModuleProcedureDef,
  type ModuleReducerDef,
  type ModuleViewDef,
  namedTypes,
} from './module-def.ts';
export {
  type CasePolicy,
  capitalised,
  toCamelCase,
  toPascalCase,
  toSnakeCase,
  type WireName,
  wireNameOf,
} from './names.ts';
export { type KeyRange, OrderedIndex } from './ordered-index.ts';
export { type ColumnExprs, makeQueryBuilder, type QueryBuilder, SemijoinQuery, TableQuery, toSql } from './query.ts';
export {
  evaluateBooleanExpr,
  getQueryAccessorName,
  getQueryTableName,
  getQueryWhereClause,
  isRowTypedQuery,
  isTypedQuery,
  literal,
  type TypedQuery,
} from './query-parts.ts';
export { type Bound, type IndexBounds, isRange, Range } from './range.ts';
export { readRawModuleDef } from './raw/read.ts';
export { TypespaceReader } from './raw/read-types.ts';
export { Typespace } from './raw/typespace.ts';
export { rawModuleDefV9 } from './raw/v9.ts';
export { rawModuleDefV10 } from './raw/v10.ts';
export {
  type AccessorMap,
  type CamelCase,
  convertToAccessorMap,
  type InferParams,
  type Params,
  type ReducerDef,
  type ReducerSchema,
  type ReducersSchema,
  reducerSchema,
  reducers,
  resolveReducer,
} from './reducer.ts';
export { resolveTables } from './resolve-tables.ts';
export { RowTypes } from './row-types.ts';
export { type Tables, type TablesSchema, tableDefsOf, tablesSchema } from './schema.ts';
export type {
  ColumnRef,
  Comparison,
  ComparisonOperator,
  Condition,
  DeleteStatement,
  InsertStatement,
  Literal,
  Operand,
  ProjectedColumn,
  Projection,
  RowsQuery,
  SelectQuery,
  Statement,
  TableRef,
  UpdateStatement,
  Value,
} from './sql/ast.ts';
export { quoted, toLiteral } from './sql/literal.ts';
export { parseQuery, parseStatement } from './sql/parse.ts';
export { sqlError } from './sql/token.ts';
export {
  type AnyTable,
  type ConstraintOptions,
  type IndexOptions,
  type OrderedAccessors,
  type PointAccessors,
  type PrimaryKeyOf,
  type RangedAccessors,
  type RowOf,
  type TableOptions,
  TableSchema,
  table,
  type UniqueAccessors,
} from './table.ts';
export type { ColumnDef, IndexDef, TableDef } from './table-def.ts';
export { resolveTable } from './table-rules.ts';
export { type DeclaredView, resolveView } from './view.ts';
