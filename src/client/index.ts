export { credentials } from '#platform';
export { hasMsgpack } from '#protocols';
export {
  type AccessorMap,
  and,
  BooleanExpr,
  type Bound,
  type CamelCase,
  ColumnExpr,
  type ColumnExprs,
  type ConditionLike,
  conditionTest,
  convertToAccessorMap,
  evaluateBooleanExpr,
  getQueryAccessorName,
  getQueryTableName,
  getQueryWhereClause,
  type IndexBounds,
  isRowTypedQuery,
  isTypedQuery,
  literal,
  makeQueryBuilder,
  not,
  or,
  type QueryBuilder,
  Range,
  type ReducerSchema,
  type ReducersSchema,
  type RowOf,
  reducerSchema,
  reducers,
  SemijoinQuery,
  type TableDef,
  TableQuery,
  type TableSchema,
  type TablesSchema,
  type TypedQuery,
  table,
  tablesSchema as schema,
  toCamelCase,
  toSql,
} from '../schema/index.ts';
export {
  type AlgebraicType,
  type BsatnReader,
  // What bindings for SpacetimeDB's package write second in TypeBuilder<T, ...>.
  type ColumnMeta as AlgebraicTypeType,
  ConnectionId,
  type ConnectionId as Address,
  Identity,
  type Infer,
  type Key,
  type ObjectBuilder,
  readUuid,
  ScheduleAt,
  SpacetickError,
  show,
  TimeDuration,
  Timestamp,
  TypeBuilder,
  t,
  type Unit,
  type Unpacker,
  Uuid,
  ValueError,
  type ValueWriter,
  type WireCodec,
} from '../values/index.ts';
export type { TableChanges } from './cache/change-set.ts';
export { RangedIndex } from './cache/ranged-index.ts';
export { UniqueIndex } from './cache/unique-index.ts';
export { type Clock, systemClock } from './clock.ts';
export type { DbConnectionConfig, Platform } from './connection-config.ts';
export type {
  DbContext,
  ErrorContextInterface,
  EventContextInterface,
  ReducerEventContextInterface,
  SubscriptionEventContextInterface,
} from './context.ts';
export type { Credentials, CredentialsFile } from './credentials.ts';
export { DbConnectionImpl, type FrameReport, type FrameTickOptions } from './db-connection.ts';
export { DbConnectionBuilder, type ModuleOf } from './db-connection-builder.ts';
export type {
  DbView,
  RangedIndexHandle,
  TableHandle,
  TableReader,
  UniqueIndexHandle,
  UpdateReader,
} from './db-view.ts';
export type { WhenHidden } from './driver.ts';
export { ConnectionLostError, InternalError, SenderError, SubscriptionRefusedError } from './errors.ts';
export type { Event, EventOf, EventTag, ReducerEvent, ReducerOutcome, ReducerStatus } from './event.ts';
export { getGlobalLogLevel, type LogLevel, setGlobalLogLevel, stdbLogger } from './log-level.ts';
export type { ConnectionFollower } from './parts.ts';
export {
  type ProcedureFunction,
  type ProcedureFunctionOf,
  type ProcedureSchema,
  type ProceduresSchema,
  type ProceduresView,
  procedureSchema,
  procedures,
} from './procedure.ts';
export type { ArgsOf, ReducerCallback, ReducerFunction, ReducersView } from './reducers-view.ts';
export type { AnyModule, ReducerCallOf, RemoteModule } from './remote-module.ts';
export type { CallbackErrorListener } from './reporter.ts';
export type { RowContext, RowSource, RowWatcher } from './row-source.ts';
export type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from './socket.ts';
export { type Query, SubscriptionBuilderImpl, SubscriptionHandleImpl } from './subscription-builder.ts';
export { exchangeToken } from './token.ts';
export { pageVisibility, type Visibility } from './visibility.ts';
export { browserSocket, type OpenWebSocket, type WebSocketLike, webSocketFactory } from './web-socket.ts';
