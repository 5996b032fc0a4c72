import type { MessagePort } from 'node:worker_threads';
import type { LogLevel } from '../../log.ts';
import type { ProcedureResult } from '../../procedures/outcome.ts';

// What the thread of a procedure and the thread of the databases say to each other. Packed values: parcel.ts.

/** What a worker is started with. */
export interface WorkerStart {
  readonly source: string;
  /** Counts what was sent to either end; see link.ts. */
  readonly counters: Int32Array;
  readonly port: MessagePort;
}

/** A call, sent to an idle worker. */
export interface CallOrder {
  readonly procedure: string;
  /** BSATN. */
  readonly args: Uint8Array;
  /** Packed Caller. */
  readonly caller: unknown;
  readonly databaseIdentity: string;
  readonly micros: bigint;
}

/** What the procedure's thread says. All but `ready`, `log` and `done` are answered, and it waits for the answer. */
export type FromWorker =
  /** The module has loaded. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'commit' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'fetch'; readonly request: FetchRequest }
  /** A returned value is BSATN. */
  | { readonly kind: 'done'; readonly result: ProcedureResult };

/** The answer to what it said. */
export type ToWorker =
  /** A transaction has begun. */
  | { readonly kind: 'begun'; readonly micros: bigint }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'ended' }
  | { readonly kind: 'error'; readonly error: SentError }
  | { readonly kind: 'fetched'; readonly answer: FetchAnswer };

/** A call of a method of `tx.db`. */
export interface Operation {
  readonly table: string;
  /** Accessor of an index. */
  readonly index: string | undefined;
  readonly method: string;
  /** Packed. */
  readonly args: unknown;
}

export interface SentError {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
}

export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly timeoutMs: number | undefined;
}

export interface FetchAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}
