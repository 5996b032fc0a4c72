import type { ReducerDef } from '../schema/index.ts';
import type {
  AlgebraicType,
  ByteWriter,
  ConnectionId,
  Identity,
  TimeDuration,
  Timestamp,
  ValueWriter,
  WireCodec,
} from '../values/index.ts';
import type {
  ClientMessage,
  EncodedArgs,
  OneOffQueryMessage,
  ServerMessage,
  SubscribeMessage,
  UnsubscribeMessage,
  WireTables,
} from './messages.ts';

/** A writer of values in some encoding. */
export type Writer = ByteWriter & ValueWriter;

/** What a call is encoded with: of a reducer, and of a procedure alike. */
export type CallDef = Pick<ReducerDef, 'name' | 'accessor' | 'params' | 'codec'>;

/** The client's end of a subprotocol: a bundle carries those it imports. */
export interface ClientProtocol {
  /** Name in `Sec-WebSocket-Protocol`. */
  readonly name: string;
  /** What the host sends begins with a byte that says how it is compressed (`wire.md` 2.4). */
  readonly isFramed: boolean;
  /** How many bytes of messages may share a payload; 0 where each message needs its own. */
  readonly maxBatchBytes: number;
  /**
   * The messages of a payload, inflated and without its compression byte.
   * @throws SpacetickError E_WIRE_DECODE; ValueError
   */
  decode(bytes: Uint8Array, tables: WireTables): readonly ServerMessage[];
  /**
   * A value out of a message: public arguments, what a procedure returned.
   * @param path what the value is called in the error
   * @throws ValueError when it does not fit the type
   */
  decodeValue(type: AlgebraicType, value: EncodedArgs, path: string, codec?: WireCodec<unknown>): unknown;
  subscribe(requestId: number, querySetId: number, queries: readonly string[]): Uint8Array;
  unsubscribe(requestId: number, querySetId: number): Uint8Array;
  oneOffQuery(requestId: number, query: string): Uint8Array;
  /** @throws ValueError naming the argument that does not fit; nothing is sent then */
  callReducer(requestId: number, reducer: CallDef, args: unknown): Uint8Array;
  /** @throws ValueError naming the argument that does not fit; nothing is sent then */
  callProcedure(requestId: number, procedure: CallDef, args: unknown): Uint8Array;
}

/** How a subprotocol writes rows, arguments and return values. */
export type Encoding = 'msgpack' | 'bsatn';

/** A list of rows as it stands in a message: MessagePack, concatenated; or a BsatnRowList (`wire.md` 3.2). */
export interface EncodedRows {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** What one query's result gained and lost, its rows encoded. */
export interface EncodedDelta {
  readonly table: string;
  /** Number of the table (v1). */
  readonly tableId: number;
  readonly isEvent: boolean;
  /** Whether the table holds no rows at all: a snapshot says nothing of it then (v2). */
  readonly isTableEmpty: boolean;
  readonly inserts: EncodedRows;
  /** Rows whose primary key stays. BSATN has them in `deletes` and `inserts`, at the same places, before all others. */
  readonly updates: EncodedRows;
  /** Rows. In MessagePack primary keys for tables that have one. */
  readonly deletes: EncodedRows;
  readonly events: EncodedRows;
}

/** What a client is told of one of its query sets. */
export interface SetDelta {
  readonly querySetId: number;
  readonly tables: readonly EncodedDelta[];
}

/** Who called what. */
export interface EncodedReducerInfo {
  readonly name: string;
  /** Position among the module's reducers. */
  readonly id: number;
  readonly caller: Identity;
  readonly connectionId: ConnectionId | null;
  readonly requestId: number;
  /** The arguments, when the reducer makes them public; for the caller's own eyes always, where they are at hand. */
  readonly args: Uint8Array | undefined;
}

/** How a call failed. */
export interface FailedCall {
  readonly requestId: number;
  readonly status: 'Failed' | 'InternalError';
  readonly error: string;
  readonly reducer: EncodedReducerInfo;
}

/** What came of a request, or why nothing did. */
export type Outcome<T> = T | { readonly error: string };

/** The host's end of a subprotocol. Messages come out whole, with their compression byte where there is one. */
export interface HostProtocol {
  /** Name in `Sec-WebSocket-Protocol`. */
  readonly name: string;
  /** Of rows, arguments and return values; what it writes also begins with a byte that says how it is compressed in BSATN. */
  readonly encoding: Encoding;
  /** False where a query that several sets of a client hold is told once (v1), and answered for only once. */
  readonly tellsEachSet: boolean;
  /** Whether updates say which query set they are of. */
  readonly namesSets: boolean;
  /** False where the caller is told of a commit in the same bytes as everybody else. */
  readonly tellsCallerApart: boolean;
  /** False where tables of events cannot be subscribed to (v1). */
  readonly hasEvents: boolean;
  /**
   * Reads a payload, a message at a time: those before a bad one count.
   * @throws SpacetickError E_MSGPACK_INVALID, E_WIRE_DECODE
   */
  decode(bytes: Uint8Array): Iterable<ClientMessage>;
  initialConnection(identity: Identity, connectionId: ConnectionId, token: string): Uint8Array;
  subscribeApplied(
    message: SubscribeMessage,
    at: Timestamp,
    took: TimeDuration,
    tables: readonly EncodedDelta[],
  ): Uint8Array;
  /** @param tables undefined when the client did not ask for them */
  unsubscribeApplied(
    message: UnsubscribeMessage,
    took: TimeDuration,
    tables: readonly EncodedDelta[] | undefined,
  ): Uint8Array;
  /** @param requestId null when an applied query set failed later; on v1 that says that all of them have */
  subscriptionError(requestId: number | null, querySetId: number, took: TimeDuration, error: string): Uint8Array;
  /**
   * @param reducer undefined when nobody called, or when it is not for this client to know (v1 light)
   * @param sets by id, their tables by name
   */
  transactionUpdate(at: Timestamp, reducer: EncodedReducerInfo | undefined, sets: readonly SetDelta[]): Uint8Array;
  /** Tells the caller that their call was committed, with what it changed for them. */
  reducerCommitted(at: Timestamp, reducer: EncodedReducerInfo, sets: readonly SetDelta[]): Uint8Array;
  /** Tells the caller that their call failed. */
  reducerFailed(at: Timestamp, call: FailedCall): Uint8Array;
  /** @param outcome the return value in this encoding, or an error */
  procedureResult(
    requestId: number,
    at: Timestamp,
    took: TimeDuration,
    outcome: Outcome<{ readonly returned: Uint8Array }>,
  ): Uint8Array;
  oneOffResult(
    message: OneOffQueryMessage,
    took: TimeDuration,
    outcome: Outcome<{ readonly table: string; readonly rows: EncodedRows }>,
  ): Uint8Array;
}
