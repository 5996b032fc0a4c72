import {
  type ConnectionId,
  codecOf,
  type Identity,
  MsgpackWriter,
  type Timestamp,
  type WireCodec,
} from '../values/index.ts';
import { type EncodedDelta, type EncodedRows, HostMessageWriter } from '../wire/index.ts';
import type { LiveQuery } from './query/live-query.ts';
import type { Caller } from './reducer-context.ts';
import type { Row, TableStore } from './store/table-store.ts';

/**
 * Where a connection's bytes go. The platform gives it; the core only sends and closes. Neither throws, nor calls back
 * before it returns: that the connection has ended is told later.
 */
export interface SessionSink {
  send(bytes: Uint8Array): void;
  /** @param code WebSocket close code. @param reason at most 123 bytes of UTF-8 */
  close(code: number, reason: string): void;
}

/** One connected client. */
export class Session implements Caller {
  readonly identity: Identity;
  readonly connectionId: ConnectionId;
  readonly auth: Caller['auth'];
  readonly sink: SessionSink;
  /** Query set -> its live queries, and the texts they came from. */
  readonly querySets = new Map<number, { readonly sql: readonly string[]; queries: LiveQuery<Session>[] }>();
  /** Queries that the commit being told touched; emptied when it has been told. */
  readonly pending: LiveQuery<Session>[] = [];
  isOpen = true;

  constructor(caller: Caller & { connectionId: ConnectionId }, sink: SessionSink) {
    this.identity = caller.identity;
    this.connectionId = caller.connectionId;
    this.auth = caller.auth;
    this.sink = sink;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen) this.sink.send(bytes);
  }

  /** Closes the connection from this side; what is sent from now on goes nowhere. */
  end(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.sink.close(code, reason);
  }
}

/** Who called, for the TransactionUpdate of a commit. */
export interface CommittedCall {
  readonly name: string;
  readonly caller: Caller;
  readonly requestId: number;
  /** MessagePack of the arguments, when the reducer makes them public. */
  readonly args: Uint8Array | undefined;
  /** The session that called; it is told even when none of its rows changed. */
  readonly session: Session | undefined;
}

const NO_ROWS: EncodedRows = Object.freeze({ count: 0, bytes: new Uint8Array(0) });
const NO_LIVE: readonly LiveQuery<Session>[] = [];

/** Turns commits and snapshots into messages; each distinct one is encoded once, whoever receives it. */
export class Fanout {
  readonly messages = new HostMessageWriter();
  readonly #rows = new MsgpackWriter();
  readonly #told: Session[] = [];

  /** Sends a commit to the sessions whose queries it touched, and to the caller. */
  commit(touched: readonly LiveQuery<Session>[], call: CommittedCall | undefined, at: Timestamp): void {
    const encoded = new Map<LiveQuery<Session>, EncodedDelta>();
    for (const live of touched) {
      const { inserts, updates, deletes, events } = live.delta;
      const { store } = live.query;
      encoded.set(live, this.#delta(store, inserts, updates, deletes, events));
      for (const [session, sets] of live.subscribers) {
        if (session.pending.length === 0) this.#told.push(session);
        // A row that several query sets of a client hold is told once for each: the client counts.
        for (let i = 0; i < sets.length; i++) session.pending.push(live);
      }
      live.delta.clear();
    }
    const messages = new Map<string, Uint8Array>();
    const send = (session: Session, queries: readonly LiveQuery<Session>[]) => {
      const composition = queries.map((live) => live.id).join();
      let message = messages.get(composition);
      if (message === undefined) {
        const deltas = queries.map((live) => encoded.get(live)!);
        message = this.messages.transactionUpdate(at, call && reducerInfo(call), deltas);
        messages.set(composition, message);
      }
      session.send(message);
    };
    const caller = call?.session;
    if (caller !== undefined && caller.pending.length === 0) send(caller, NO_LIVE);
    for (const session of this.#told) {
      send(session, session.pending);
      session.pending.length = 0;
    }
    this.#told.length = 0;
  }

  /** Rows that a query set shows, as the inserts of a SubscribeApplied. */
  snapshot(store: TableStore, rows: readonly Row[]): EncodedDelta {
    return this.#delta(store, rows, [], [], []);
  }

  /** Rows that leave with a query set. */
  removal(store: TableStore, rows: readonly Row[]): EncodedDelta {
    return this.#delta(store, [], [], rows, []);
  }

  #delta(
    store: TableStore,
    inserts: readonly Row[],
    updates: readonly Row[],
    deletes: readonly Row[],
    events: readonly Row[],
  ): EncodedDelta {
    return {
      table: store.def.name,
      inserts: this.#encode(store, inserts),
      updates: this.#encode(store, updates),
      deletes: store.def.primaryKey === undefined ? this.#encode(store, deletes) : this.#encodeKeys(store, deletes),
      events: this.#encode(store, events),
    };
  }

  #encode(store: TableStore, rows: readonly Row[]): EncodedRows {
    if (rows.length === 0) return NO_ROWS;
    const { codec } = store;
    this.#rows.reset();
    for (const row of rows) codec.write(this.#rows, row);
    return { count: rows.length, bytes: this.#rows.finish() };
  }

  #encodeKeys(store: TableStore, rows: readonly Row[]): EncodedRows {
    if (rows.length === 0) return NO_ROWS;
    const { key, type } = store.def.columns[store.def.primaryKey!]!;
    const codec: WireCodec<unknown> = codecOf(type);
    this.#rows.reset();
    for (const row of rows) codec.write(this.#rows, row[key]);
    return { count: rows.length, bytes: this.#rows.finish() };
  }
}

function reducerInfo(call: CommittedCall) {
  return {
    name: call.name,
    caller: call.caller.identity,
    connectionId: call.caller.connectionId,
    requestId: call.requestId,
    args: call.args,
  };
}
