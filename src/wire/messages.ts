import type { TableDef } from '../schema/index.ts';
import type { ConnectionId, Identity, TimeDuration, Timestamp, WireCodec } from '../values/index.ts';

// What client and host say to each other, whatever the subprotocol. Each subprotocol's file turns these into bytes.

/** A row as the client knows it: immutable. */
export type Row = Readonly<Record<string, unknown>>;

/** A table with what is needed to read its rows. */
export interface WireTable {
  readonly def: TableDef;
  readonly codec: WireCodec<Row>;
}

/** Tables by their name on the wire. */
export type WireTables = ReadonlyMap<string, WireTable>;

// --- client to host ---

/** Arguments of a call or what a procedure returned, still in the encoding they came in. */
export type EncodedArgs =
  /** Decoded MessagePack, not yet checked against the parameters. */
  | { readonly encoding: 'plain'; readonly plain: unknown }
  | { readonly encoding: 'bsatn'; readonly bytes: Uint8Array }
  /** A JavaScript object, from the same process. */
  | { readonly encoding: 'value'; readonly value: unknown };

/** Which of the v1 messages it was: each has an answer of its own (`wire.md` 3.2). Undefined on the others. */
export type SubscribeForm = 'Single' | 'Multi' | 'Legacy' | undefined;

export interface SubscribeMessage {
  readonly tag: 'Subscribe';
  readonly requestId: number;
  /** The legacy form replaces its one set, which is set 0. */
  readonly querySetId: number;
  readonly queries: readonly string[];
  readonly form?: SubscribeForm;
}

export interface UnsubscribeMessage {
  readonly tag: 'Unsubscribe';
  readonly requestId: number;
  readonly querySetId: number;
  /** Whether the answer is to list the rows that leave with the set; true unless said otherwise. */
  readonly wantsRows?: boolean;
  readonly form?: SubscribeForm;
}

export interface OneOffQueryMessage {
  readonly tag: 'OneOffQuery';
  readonly requestId: number;
  /** What v1 names the request by instead. */
  readonly messageId?: Uint8Array;
  readonly query: string;
}

export interface CallReducerMessage {
  readonly tag: 'CallReducer';
  readonly requestId: number;
  readonly reducer: string;
  readonly args: EncodedArgs;
  /** v1 flag NoSuccessNotify: the caller is told no more than anybody else, failures neither. */
  readonly isQuiet?: boolean;
}

export interface CallProcedureMessage {
  readonly tag: 'CallProcedure';
  readonly requestId: number;
  readonly procedure: string;
  readonly args: EncodedArgs;
}

export type ClientMessage =
  | SubscribeMessage
  | UnsubscribeMessage
  | OneOffQueryMessage
  | CallReducerMessage
  | CallProcedureMessage;

// --- host to client ---

/** Rows by their bytes (BSATN). */
export interface RowBytes {
  readonly hashes: readonly number[];
  /** All bytes of the row at a place in the list, as `bytesKey` makes a text of them. */
  textOf(index: number): string;
}

/** What one query's result gained and lost. Whoever applies it takes the lists over: they may change then. */
export interface TableDelta {
  readonly table: WireTable;
  readonly inserts: readonly Row[];
  /** Rows whose primary key the result had before. */
  readonly updates: readonly Row[];
  /** Whole rows that left. */
  readonly deletes: readonly Row[];
  /** Of rows that left: values of the primary key's column. */
  readonly deletedKeys: readonly unknown[];
  /** Hashes of the bytes of `inserts`, where these were at hand and the table has no primary key. */
  readonly insertHashes?: readonly number[] | undefined;
  /** Of rows that left a table without a primary key, where their bytes were at hand: they are not decoded. */
  readonly deletedBytes?: RowBytes | undefined;
  /** Rows of an event table: told, never kept. */
  readonly events: readonly Row[];
}

/** Who called what, in a TransactionUpdate of a v1 protocol. */
export interface ReducerInfo {
  readonly name: string;
  readonly caller: Identity;
  readonly connectionId: ConnectionId | null;
  readonly requestId: number;
  readonly energy: bigint;
  /** The arguments, where the reducer makes them public. */
  readonly args: EncodedArgs | undefined;
}

export interface InitialConnection {
  readonly tag: 'InitialConnection';
  readonly identity: Identity;
  readonly connectionId: ConnectionId;
  readonly token: string;
}

export interface SubscribeApplied {
  readonly tag: 'SubscribeApplied';
  readonly requestId: number;
  readonly querySetId: number;
  readonly timestamp: Timestamp | undefined;
  readonly tables: readonly TableDelta[];
}

export interface UnsubscribeApplied {
  readonly tag: 'UnsubscribeApplied';
  readonly requestId: number;
  readonly querySetId: number;
  readonly tables: readonly TableDelta[];
}

export interface SubscriptionError {
  readonly tag: 'SubscriptionError';
  /** Undefined when an applied query set failed later. */
  readonly requestId: number | undefined;
  /** Undefined when all query sets failed (v1). */
  readonly querySetId: number | undefined;
  readonly error: string;
}

export interface TransactionUpdate {
  readonly tag: 'TransactionUpdate';
  readonly timestamp: Timestamp | undefined;
  readonly reducer: ReducerInfo | undefined;
  /** The request of ours whose transaction it is, where the message itself says so (v2, v3). */
  readonly requestId?: number;
  readonly tables: readonly TableDelta[];
}

/** A call of ours that failed. */
export interface ReducerResult {
  readonly tag: 'ReducerResult';
  readonly requestId: number;
  /** v1 names a call that could not start by this alone, with request 0. */
  readonly reducer?: string;
  readonly timestamp: Timestamp;
  readonly status: 'Failed' | 'InternalError';
  readonly error: string;
}

export interface ProcedureResult {
  readonly tag: 'ProcedureResult';
  readonly requestId: number;
  readonly timestamp: Timestamp;
  readonly duration: TimeDuration;
  readonly outcome: { readonly returned: EncodedArgs } | { readonly error: string };
}

export interface OneOffQueryResult {
  readonly tag: 'OneOffQueryResult';
  readonly requestId: number;
  /** The rows are the `inserts` of the deltas. */
  readonly outcome: { readonly tables: readonly TableDelta[] } | { readonly error: string };
}

export type ServerMessage =
  | InitialConnection
  | SubscribeApplied
  | UnsubscribeApplied
  | SubscriptionError
  | TransactionUpdate
  | ReducerResult
  | ProcedureResult
  | OneOffQueryResult;
