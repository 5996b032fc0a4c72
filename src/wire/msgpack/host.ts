import {
  type ConnectionId,
  decodePlain,
  type Identity,
  MsgpackWriter,
  show,
  type Timestamp,
} from '../../values/index.ts';
import type { ClientMessage } from '../messages.ts';
import { listOf, mapOf, textOf, u32Of, wireError } from './fields.ts';

/** Reads what a client sent. @throws SpacetickError E_MSGPACK_INVALID, E_WIRE_DECODE */
export function decodeClientMessage(bytes: Uint8Array): ClientMessage {
  const message = mapOf(decodePlain(bytes), 'the message');
  const type = textOf(message, 'type');
  switch (type) {
    case 'Subscribe':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        querySetId: u32Of(message, 'querySetId'),
        queries: listOf(message, 'queries').map((query) => {
          if (typeof query !== 'string') throw wireError(`a query is ${show(query)}, not a string`);
          return query;
        }),
      };
    case 'Unsubscribe':
      return { tag: type, requestId: u32Of(message, 'requestId'), querySetId: u32Of(message, 'querySetId') };
    case 'CallReducer':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        reducer: textOf(message, 'reducer'),
        args: { encoding: 'plain', plain: message.args },
      };
    default:
      throw wireError(`its type is ${show(type)}`);
  }
}

/** What one query's result gained and lost, its rows already encoded as MessagePack and concatenated. */
export interface EncodedDelta {
  readonly table: string;
  readonly inserts: EncodedRows;
  readonly updates: EncodedRows;
  /** Rows, or primary keys for tables that have one. */
  readonly deletes: EncodedRows;
  readonly events: EncodedRows;
}

export interface EncodedRows {
  readonly count: number;
  readonly bytes: Uint8Array;
}

export interface EncodedReducerInfo {
  readonly name: string;
  readonly caller: Identity;
  readonly connectionId: ConnectionId | null;
  readonly requestId: number;
  /** MessagePack of the arguments, when the reducer makes them public. */
  readonly args: Uint8Array | undefined;
}

/** Writes the host's messages. Holds one growing buffer; every message is copied out of it. */
export class HostMessageWriter {
  private readonly writer = new MsgpackWriter();

  initialConnection(identity: Identity, connectionId: ConnectionId, token: string): Uint8Array {
    const writer = this.start('InitialConnection', 4);
    writer.string('identity');
    writer.identity(identity);
    writer.string('connectionId');
    writer.connectionId(connectionId);
    writer.string('token');
    writer.string(token);
    return writer.finish();
  }

  subscribeApplied(requestId: number, querySetId: number, at: Timestamp, tables: readonly EncodedDelta[]): Uint8Array {
    const writer = this.start('SubscribeApplied', 5);
    this.request(requestId, querySetId);
    writer.string('timestamp');
    writer.timestamp(at);
    this.tables(tables);
    return writer.finish();
  }

  unsubscribeApplied(requestId: number, querySetId: number, tables: readonly EncodedDelta[]): Uint8Array {
    const writer = this.start('UnsubscribeApplied', 4);
    this.request(requestId, querySetId);
    this.tables(tables);
    return writer.finish();
  }

  /** @param requestId null when an applied query set failed later */
  subscriptionError(requestId: number | null, querySetId: number, error: string): Uint8Array {
    const writer = this.start('SubscriptionError', 4);
    this.request(requestId, querySetId);
    writer.string('error');
    writer.string(error);
    return writer.finish();
  }

  transactionUpdate(
    at: Timestamp,
    reducer: EncodedReducerInfo | undefined,
    tables: readonly EncodedDelta[],
  ): Uint8Array {
    const writer = this.start('TransactionUpdate', 4);
    writer.string('timestamp');
    writer.timestamp(at);
    writer.string('reducer');
    if (reducer === undefined) writer.nil();
    else this.reducer(reducer);
    this.tables(tables);
    return writer.finish();
  }

  reducerResult(requestId: number, at: Timestamp, status: 'Failed' | 'InternalError', error: string): Uint8Array {
    const writer = this.start('ReducerResult', 5);
    writer.string('requestId');
    writer.u32(requestId);
    writer.string('timestamp');
    writer.timestamp(at);
    writer.string('status');
    writer.string(status);
    writer.string('error');
    writer.string(error);
    return writer.finish();
  }

  private start(type: string, entries: number): MsgpackWriter {
    const { writer } = this;
    writer.reset();
    writer.map(entries);
    writer.string('type');
    writer.string(type);
    return writer;
  }

  private request(requestId: number | null, querySetId: number): void {
    const { writer } = this;
    writer.string('requestId');
    if (requestId === null) writer.nil();
    else writer.u32(requestId);
    writer.string('querySetId');
    writer.u32(querySetId);
  }

  private reducer(reducer: EncodedReducerInfo): void {
    const { writer } = this;
    writer.map(reducer.args === undefined ? 5 : 6);
    writer.string('name');
    writer.string(reducer.name);
    writer.string('caller');
    writer.identity(reducer.caller);
    writer.string('connectionId');
    if (reducer.connectionId === null) writer.nil();
    else writer.connectionId(reducer.connectionId);
    writer.string('requestId');
    writer.u32(reducer.requestId);
    writer.string('energy');
    writer.u32(0);
    if (reducer.args === undefined) return;
    writer.string('args');
    writer.raw(reducer.args);
  }

  private tables(tables: readonly EncodedDelta[]): void {
    const { writer } = this;
    writer.string('tables');
    writer.array(tables.length);
    for (const delta of tables) {
      const lists = [delta.inserts, delta.updates, delta.deletes, delta.events].filter((rows) => rows.count > 0).length;
      writer.map(1 + lists);
      writer.string('table');
      writer.string(delta.table);
      this.rows('inserts', delta.inserts);
      this.rows('updates', delta.updates);
      this.rows('deletes', delta.deletes);
      this.rows('events', delta.events);
    }
  }

  private rows(key: string, rows: EncodedRows): void {
    if (rows.count === 0) return;
    this.writer.string(key);
    this.writer.array(rows.count);
    this.writer.raw(rows.bytes);
  }
}
