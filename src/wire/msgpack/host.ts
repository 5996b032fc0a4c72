import {
  type ConnectionId,
  decodePlain,
  type Identity,
  MsgpackWriter,
  show,
  type TimeDuration,
  type Timestamp,
} from '../../values/index.ts';
import type { ClientMessage, OneOffQueryMessage, SubscribeMessage, UnsubscribeMessage } from '../messages.ts';
import type {
  EncodedDelta,
  EncodedReducerInfo,
  EncodedRows,
  FailedCall,
  HostProtocol,
  Outcome,
  SetDelta,
} from '../subprotocol.ts';
import { listOf, mapOf, textOf, u32Of, wireError } from './fields.ts';
import { PROTOCOL_NAME } from './name.ts';

const writer = new MsgpackWriter(); // every message is written whole and copied out before the next one starts

/** The host's end of `v1.msgpack.spacetick` (`docs/wire-msgpack.md`). */
export const msgpackHostProtocol: HostProtocol = Object.freeze({
  name: PROTOCOL_NAME,
  encoding: 'msgpack',
  tellsEachSet: true,
  namesSets: false,
  tellsCallerApart: false,
  hasEvents: true,

  decode(bytes: Uint8Array): readonly ClientMessage[] {
    return [messageOf(bytes)];
  },

  initialConnection(identity: Identity, connectionId: ConnectionId, token: string): Uint8Array {
    start('InitialConnection', 4);
    writer.string('identity');
    writer.identity(identity);
    writer.string('connectionId');
    writer.connectionId(connectionId);
    writePair('token', token);
    return writer.finish();
  },

  subscribeApplied(
    { requestId, querySetId }: SubscribeMessage,
    at: Timestamp,
    _took: TimeDuration,
    tables: readonly EncodedDelta[],
  ): Uint8Array {
    start('SubscribeApplied', 5);
    writeU32('requestId', requestId);
    writeU32('querySetId', querySetId);
    writeTimestamp(at);
    writeTables(tables);
    return writer.finish();
  },

  unsubscribeApplied(
    { requestId, querySetId }: UnsubscribeMessage,
    _took: TimeDuration,
    tables: readonly EncodedDelta[] = [],
  ): Uint8Array {
    start('UnsubscribeApplied', 4);
    writeU32('requestId', requestId);
    writeU32('querySetId', querySetId);
    writeTables(tables);
    return writer.finish();
  },

  subscriptionError(requestId: number | null, querySetId: number, _took: TimeDuration, error: string): Uint8Array {
    start('SubscriptionError', 4);
    if (requestId === null) {
      writer.string('requestId');
      writer.nil();
    } else writeU32('requestId', requestId);
    writeU32('querySetId', querySetId);
    writePair('error', error);
    return writer.finish();
  },

  transactionUpdate,

  reducerCommitted: transactionUpdate,

  reducerFailed(at: Timestamp, { requestId, status, error }: FailedCall): Uint8Array {
    start('ReducerResult', 5);
    writeU32('requestId', requestId);
    writeTimestamp(at);
    writePair('status', status);
    writePair('error', error);
    return writer.finish();
  },

  procedureResult(
    requestId: number,
    at: Timestamp,
    took: TimeDuration,
    outcome: Outcome<{ readonly returned: Uint8Array }>,
  ): Uint8Array {
    start('ProcedureResult', 5);
    writeU32('requestId', requestId);
    writeTimestamp(at);
    writer.string('duration');
    writer.timeDuration(took);
    if ('error' in outcome) writePair('error', outcome.error);
    else {
      writer.string('returned');
      writer.raw(outcome.returned);
    }
    return writer.finish();
  },

  oneOffResult(
    { requestId }: OneOffQueryMessage,
    _took: TimeDuration,
    outcome: Outcome<{ readonly table: string; readonly rows: EncodedRows }>,
  ): Uint8Array {
    start('OneOffQueryResult', 3);
    writeU32('requestId', requestId);
    if ('error' in outcome) {
      writePair('error', outcome.error);
      return writer.finish();
    }
    const { table, rows } = outcome;
    writer.string('tables');
    writer.array(rows.count === 0 ? 0 : 1);
    if (rows.count > 0) {
      writer.map(2);
      writePair('table', table);
      writeRows('inserts', rows);
    }
    return writer.finish();
  },
});

/** @throws SpacetickError E_MSGPACK_INVALID, E_WIRE_DECODE */
function messageOf(bytes: Uint8Array): ClientMessage {
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
    case 'OneOffQuery':
      return { tag: type, requestId: u32Of(message, 'requestId'), query: textOf(message, 'query') };
    case 'CallReducer':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        reducer: textOf(message, 'reducer'),
        args: { encoding: 'plain', plain: message.args },
      };
    case 'CallProcedure':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        procedure: textOf(message, 'procedure'),
        args: { encoding: 'plain', plain: message.args },
      };
    default:
      throw wireError(`its type is ${show(type)}`);
  }
}

function transactionUpdate(
  at: Timestamp,
  reducer: EncodedReducerInfo | undefined,
  sets: readonly SetDelta[],
): Uint8Array {
  start('TransactionUpdate', 4);
  writeTimestamp(at);
  writer.string('reducer');
  if (reducer === undefined) writer.nil();
  else writeReducer(reducer);
  writeTables(sets.length === 1 ? sets[0]!.tables : sets.flatMap(({ tables }) => tables));
  return writer.finish();
}

function writeReducer(reducer: EncodedReducerInfo): void {
  writer.map(reducer.args === undefined ? 5 : 6);
  writePair('name', reducer.name);
  writer.string('caller');
  writer.identity(reducer.caller);
  writer.string('connectionId');
  if (reducer.connectionId === null) writer.nil();
  else writer.connectionId(reducer.connectionId);
  writeU32('requestId', reducer.requestId);
  writeU32('energy', 0); // this host does not meter energy
  if (reducer.args === undefined) return;
  writer.string('args');
  writer.raw(reducer.args);
}

/** What lists no rows is left out. */
function writeTables(deltas: readonly EncodedDelta[]): void {
  const listed = deltas.filter((delta) => listsOf(delta) > 0);
  writer.string('tables');
  writer.array(listed.length);
  for (const delta of listed) {
    writer.map(1 + listsOf(delta));
    writePair('table', delta.table);
    writeRows('inserts', delta.inserts);
    writeRows('updates', delta.updates);
    writeRows('deletes', delta.deletes);
    writeRows('events', delta.events);
  }
}

/** How many of its lists have rows. */
function listsOf({ inserts, updates, deletes, events }: EncodedDelta): number {
  return Number(inserts.count > 0) + Number(updates.count > 0) + Number(deletes.count > 0) + Number(events.count > 0);
}

function writeRows(key: string, rows: EncodedRows): void {
  if (rows.count === 0) return;
  writer.string(key);
  writer.array(rows.count);
  writer.raw(rows.bytes);
}

function start(type: string, entries: number): void {
  writer.reset();
  writer.map(entries);
  writePair('type', type);
}

function writePair(key: string, value: string): void {
  writer.string(key);
  writer.string(value);
}

function writeU32(key: string, value: number): void {
  writer.string(key);
  writer.u32(value);
}

function writeTimestamp(at: Timestamp): void {
  writer.string('timestamp');
  writer.timestamp(at);
}
