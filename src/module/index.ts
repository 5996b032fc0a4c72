export { and, BooleanExpr, or, Range, type RowOf as InferTypeOfRow, table, toCamelCase } from '../schema/index.ts';
export {
  ConnectionId,
  Identity,
  type Infer,
  ScheduleAt,
  SpacetickError,
  TimeDuration,
  Timestamp,
  t,
  Uuid,
  ValueError,
} from '../values/index.ts';
export type {
  AuthCtx,
  DbView,
  JwtClaims,
  Random,
  RangedIndex,
  ReducerCtx,
  TableView,
  UniqueIndex,
} from './context.ts';
export { describeModule, type LoadedModule, type LoadedReducer } from './describe.ts';
export { HOST_ERROR_CODES, type HostErrorName, SenderError, SpacetimeHostError } from './errors.ts';
export type { ReducerExport, Registration } from './reducer-export.ts';
export {
  CaseConversionPolicy,
  collectSchemas,
  type InferSchema,
  type ReducerOptions,
  Schema,
  schema,
} from './schema.ts';
