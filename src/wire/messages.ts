import type { TableDef } from '../schema/index.ts';
import type { ConnectionId, Identity, Timestamp, WireCodec } from '../values/index.ts';

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

/** Arguments of a call, still in the caller's encoding. */
export type EncodedArgs =
  /** Decoded MessagePack, not yet checked against the parameters. */
  | { readonly encoding: 'plain'; readonly plain: unknown }
  | { readonly encoding: 'bsatn'; readonly bytes: Uint8Array }
  /** A JavaScript object, from the same process. */
  | { readonly encoding: 'value'; readonly value: unknown };

export interface SubscribeMessage {
  readonly tag: 'Subscribe';
  readonly requestId: number;
  readonly querySetId: number;
  readonly queries: readonly string[];
}

export interface UnsubscribeMessage {
  readonly tag: 'Unsubscribe';
  readonly requestId: number;
  readonly querySetId: number;
}

export interface CallReducerMessage {
  readonly tag: 'CallReducer';
  readonly requestId: number;
  readonly reducer: string;
  readonly args: EncodedArgs;
}

export type ClientMessage = SubscribeMessage | UnsubscribeMessage | CallReducerMessage;

// --- host to client ---

/** What one query's result gained and lost. */
export interface TableDelta {
  readonly table: WireTable;
  readonly inserts: readonly Row[];
  /** Rows whose primary key the result had before. */
  readonly updates: readonly Row[];
  /** Whole rows that left. */
  readonly deletes: readonly Row[];
  /** Primary keys (values of that column) of rows that left. */
  readonly deletedKeys: readonly unknown[];
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
  /** Decoded MessagePack of the arguments, where the reducer makes them public. */
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
  readonly querySetId: number;
  readonly error: string;
}

export interface TransactionUpdate {
  readonly tag: 'TransactionUpdate';
  readonly timestamp: Timestamp | undefined;
  readonly reducer: ReducerInfo | undefined;
  readonly tables: readonly TableDelta[];
}

export interface ReducerResult {
  readonly tag: 'ReducerResult';
  readonly requestId: number;
  readonly timestamp: Timestamp;
  readonly status: 'Failed' | 'InternalError';
  readonly error: string;
}

export type ServerMessage =
  | InitialConnection
  | SubscribeApplied
  | UnsubscribeApplied
  | SubscriptionError
  | TransactionUpdate
  | ReducerResult;
