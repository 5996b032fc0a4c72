import type { LoadedProcedure, ReducerCtx } from '../../module/index.ts';
import type { Identity, SpacetickError, Timestamp } from '../../values/index.ts';
import type { LogLevel } from '../log.ts';
import type { Caller } from '../reducer-context.ts';
import type { ProcedureResult } from './outcome.ts';

/** A call of a procedure, its arguments checked. */
export interface ProcedureCall {
  readonly procedure: LoadedProcedure;
  readonly args: unknown;
  readonly caller: Caller;
  readonly at: Timestamp;
}

/** What a runner uses of its database. */
export interface ProcedureDatabase {
  readonly identity: Identity;
  readonly isInTransaction: boolean;
  /**
   * Runs `body` as one transaction within the running job, and commits it.
   * @throws what `body` throws, after everything was put back
   */
  transact<R>(caller: Caller, body: (tx: ReducerCtx) => R): R;
  seal(): void;
  /** Runs a job as a turn of the database; `stopped` when it was stopped in the middle. */
  post(job: () => void, stopped: (error: SpacetickError) => void): void;
  /** A posted job was stopped: puts everything back. */
  stopped(error: SpacetickError): void;
  /** Writes a line to the database's log. */
  log(level: LogLevel, message: string, procedure: string | undefined): void;
}

/** Runs the procedures of one version of a module. */
export interface ProcedureRunner {
  /** @param done called once, perhaps before this returns */
  run(call: ProcedureCall, done: (result: ProcedureResult) => void): void;
  /** A job in which module code ran was stopped in the middle. */
  stopped(error: Error): void;
  /** The version is replaced, or the database ends: calls under way come to nothing. */
  close(): void;
}
