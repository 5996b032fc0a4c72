export type { LoadedModule } from '../module/index.ts';
export { ConnectionId, Identity, SpacetickError, Timestamp } from '../values/index.ts';
export { type HostClock, systemClock, type Timer } from './clock.ts';
export {
  Connection,
  closeReason,
  MAX_QUERIES_PER_SET,
  MAX_QUERY_CHARS,
  MAX_QUERY_SETS,
} from './connection.ts';
export { Database, type SqlResult } from './database.ts';
export type { DatabaseEnvironment } from './environment.ts';
export { stackOf } from './failure.ts';
export { Host, type MigrationPlan, type Program, type Published, type PublishOptions } from './host.ts';
export { DatabaseLog, type LogLevel, type LogRecord } from './log.ts';
export { type ModuleConsole, moduleConsole } from './module-console.ts';
export { insteadOfImport, nearest } from './module-mistakes.ts';
export { ModuleTrace } from './module-trace.ts';
export type { ProcedureOutcome } from './procedures/outcome.ts';
export { loadProgram, MODULE_API_SPECIFIERS } from './program.ts';
export type { CallOutcome } from './reducer-calls.ts';
export type { Caller } from './reducer-context.ts';
export { checkName, isIdentityText } from './registry.ts';
export type { SessionSink } from './session.ts';
