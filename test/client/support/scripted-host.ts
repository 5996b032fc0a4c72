import { ConnectionId, Identity, TimeDuration, Timestamp } from '../../../src/client/index.ts';
import { resolveTables, type TableDef } from '../../../src/schema/index.ts';
import { codecOf, keyOf, MsgpackWriter } from '../../../src/values/index.ts';
import {
  type ClientMessage,
  type EncodedDelta,
  type EncodedReducerInfo,
  type EncodedRows,
  type HostProtocol,
  msgpackHostProtocol,
  NO_ROW_LIST,
  RowListWriter,
  type SetDelta,
} from '../../../src/wire/index.ts';
import type { SocketPair } from './socket-pair.ts';

/** What a query's result gained and lost, as rows (for `deletes` of tables with a primary key: whole rows too). */
export interface Delta {
  readonly table: string;
  readonly inserts?: readonly object[];
  readonly updates?: readonly object[];
  readonly deletes?: readonly object[];
  readonly events?: readonly object[];
}

const NO_TIME = new TimeDuration(0n);

export const ALICE = new Identity('a1'.repeat(32));
export const BOB = new Identity('b0'.repeat(32));
export const ALICE_CONNECTION = new ConnectionId('a1'.repeat(16));
export const BOB_CONNECTION = new ConnectionId('b0'.repeat(16));

/** Says what the test tells it to say, in real frames, and reads what the client says. */
export class ScriptedHost {
  readonly pair: SocketPair;
  /** Commit time of the next message, in microseconds; every message takes one more. */
  time = 1_000_000n;
  readonly #protocol: HostProtocol;
  readonly #tables: ReadonlyMap<string, TableDef>;
  #read = 0;

  constructor(
    pair: SocketPair,
    tables: Parameters<typeof resolveTables>[0],
    protocol: HostProtocol = msgpackHostProtocol,
  ) {
    this.pair = pair;
    this.#protocol = protocol;
    this.#tables = new Map(resolveTables(tables).map((def) => [def.name, def]));
  }

  /** What the client sent since the last call. */
  received(): ClientMessage[] {
    const fresh = this.pair.sent.slice(this.#read).flatMap((bytes) => [...this.#protocol.decode(bytes)]);
    this.#read = this.pair.sent.length;
    return fresh;
  }

  /** @param protocol what the host says it has chosen; nothing unless it is given */
  welcome(identity = ALICE, connectionId = ALICE_CONNECTION, token = 'token-of-alice', protocol?: string): void {
    this.pair.open(protocol);
    this.pair.send(this.#protocol.initialConnection(identity, connectionId, token));
  }

  applied(message: { requestId: number; querySetId: number }, ...deltas: Delta[]): void {
    const request = { ...message, tag: 'Subscribe', queries: [] } as const;
    this.pair.send(this.#protocol.subscribeApplied(request, this.#now(), NO_TIME, this.#encode(deltas)));
  }

  unsubscribed(message: { requestId: number; querySetId: number }, ...deltas: Delta[]): void {
    const request = { ...message, tag: 'Unsubscribe' } as const;
    this.pair.send(this.#protocol.unsubscribeApplied(request, NO_TIME, this.#encode(deltas)));
  }

  refused(message: { requestId: number; querySetId: number }, error: string): void {
    this.pair.send(this.#protocol.subscriptionError(message.requestId, message.querySetId, NO_TIME, error));
  }

  /** An applied subscription fails: SubscriptionError without a requestId. */
  lost({ querySetId }: { querySetId: number }, error: string): void {
    this.pair.send(this.#protocol.subscriptionError(null, querySetId, NO_TIME, error));
  }

  /** A transaction of nobody in particular. */
  transaction(...deltas: Delta[]): void {
    this.pair.send(this.#protocol.transactionUpdate(this.#now(), undefined, this.#sets(deltas)));
  }

  /** A transaction of a reducer. */
  called(reducer: Partial<EncodedReducerInfo> & { readonly name: string }, ...deltas: Delta[]): void {
    const info = { id: 0, caller: BOB, connectionId: BOB_CONNECTION, requestId: 1, args: undefined, ...reducer };
    this.pair.send(this.#protocol.transactionUpdate(this.#now(), info, this.#sets(deltas)));
  }

  /** The success of a call of Alice's. */
  succeeded({ requestId, reducer }: { requestId: number; reducer: string }, ...deltas: Delta[]): void {
    const own = { name: reducer, id: 0, caller: ALICE, connectionId: ALICE_CONNECTION, requestId, args: undefined };
    this.pair.send(this.#protocol.reducerCommitted(this.#now(), own, this.#sets(deltas)));
  }

  failed(call: { requestId: number }, status: 'Failed' | 'InternalError', error: string): void {
    const reducer = { name: '', id: 0, caller: ALICE, connectionId: ALICE_CONNECTION, requestId: 0, args: undefined };
    this.pair.send(this.#protocol.reducerFailed(this.#now(), { requestId: call.requestId, status, error, reducer }));
  }

  /** Rows as they stand in this subprotocol's messages. */
  encodeRows(table: string, rows: readonly object[]): EncodedRows {
    const def = this.#tables.get(table)!;
    return this.#protocol.encoding === 'bsatn' ? rowList(def, rows) : rowsOf(def, rows);
  }

  #now(): Timestamp {
    return new Timestamp(this.time++);
  }

  #sets(deltas: readonly Delta[]): SetDelta[] {
    return [{ querySetId: 0, tables: this.#encode(deltas) }];
  }

  #encode(deltas: readonly Delta[]): EncodedDelta[] {
    return deltas.map(({ table, inserts, updates, deletes, events }) => {
      const def = this.#tables.get(table)!;
      const rest = { table, tableId: 1, isEvent: def.isEvent, isTableEmpty: false };
      if (this.#protocol.encoding === 'bsatn') {
        // An update is a departure and an arrival; of a row that left, the client reads its key only.
        return {
          ...rest,
          inserts: rowList(def, [...(updates ?? []), ...(inserts ?? [])]),
          updates: NO_ROW_LIST,
          deletes: rowList(def, [...(updates ?? []), ...(deletes ?? [])]),
          events: rowList(def, events),
        };
      }
      return {
        ...rest,
        inserts: rowsOf(def, inserts),
        updates: rowsOf(def, updates),
        deletes: def.primaryKey === undefined ? rowsOf(def, deletes) : keysOf(def, deletes),
        events: rowsOf(def, events),
      };
    });
  }
}

function rowList(def: TableDef, rows: readonly object[] = []): EncodedRows {
  const writer = new RowListWriter();
  writer.reset();
  writer.add(codecOf(def.rowType), rows);
  return writer.finish();
}

function rowsOf(def: TableDef, rows: readonly object[] = []): EncodedRows {
  const writer = new MsgpackWriter();
  for (const row of rows) codecOf(def.rowType).write(writer, row);
  return { count: rows.length, bytes: writer.finish() };
}

function keysOf(def: TableDef, rows: readonly object[] = []): EncodedRows {
  const column = def.columns[def.primaryKey!]!;
  const writer = new MsgpackWriter();
  for (const row of rows) codecOf(column.type).write(writer, (row as Record<string, unknown>)[column.key]);
  return { count: rows.length, bytes: writer.finish() };
}

/** A row's identity in a plain model: its primary key, else its content. */
export function rowKey(def: TableDef, row: object): string {
  if (def.primaryKey === undefined)
    return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  const column = def.columns[def.primaryKey]!;
  return String(keyOf(column.type)((row as Record<string, unknown>)[column.key]));
}
