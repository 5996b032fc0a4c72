export {
  and,
  BooleanExpr,
  type Bound,
  or,
  Range,
  type RowOf as InferTypeOfRow,
  table,
  toCamelCase,
} from '../schema/index.ts';
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
  AnonymousViewCtx,
  AuthCtx,
  DbView,
  JwtClaims,
  PointIndex,
  ProcedureCtx,
  Random,
  RangedIndex,
  ReadOnlyDbView,
  ReadOnlyTableView,
  ReducerCtx,
  TableView,
  TransactionCtx,
  UniqueIndex,
  ViewCtx,
} from './context.ts';
export {
  describeModule,
  type LoadedModule,
  type LoadedProcedure,
  type LoadedReducer,
  type LoadedView,
} from './describe.ts';
export {
  errors,
  HOST_ERROR_CODES,
  type HostErrorClass,
  type HostErrorName,
  SenderError,
  SpacetimeHostError,
} from './errors.ts';
export { bytesOf, type FetchOptions, type HttpClient, type ResponseParts, SyncResponse } from './http.ts';
export { CaseConversionPolicy, type ProcedureOptions, type ReducerOptions, type ViewOptions } from './options.ts';
export type {
  AnonymousViewExport,
  FilterExport,
  ProcedureExport,
  ReducerExport,
  Registration,
  ViewExport,
} from './registration.ts';
export { Schema } from './schema.ts';
export { collectSchemas, type InferSchema, schema } from './schema-declaration.ts';
export type { ReturnOf, RowQuery } from './view-return.ts';

/** `Headers` of the platform: what `ctx.http.fetch` takes and answers with. */
export const Headers = globalThis.Headers;
export type Headers = globalThis.Headers;
