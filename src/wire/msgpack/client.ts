import type { TableDef } from '../../schema/index.ts';
import {
  type AlgebraicType,
  codecOf,
  decodePlain,
  MsgpackWriter,
  show,
  unpackValue,
  type WireCodec,
  writeValue,
} from '../../values/index.ts';
import type { EncodedArgs, ReducerInfo, Row, ServerMessage, TableDelta, WireTables } from '../messages.ts';
import type { CallDef, ClientProtocol } from '../subprotocol.ts';
import {
  bigOf,
  connectionIdOf,
  durationOf,
  identityOf,
  listOf,
  mapOf,
  optionalList,
  type PlainMap,
  textOf,
  timestampOf,
  u32Of,
  wireError,
} from './fields.ts';
import { PROTOCOL_NAME } from './name.ts';

const writer = /* @__PURE__ */ new MsgpackWriter(); // every message is written whole and copied out before the next one starts

/** The client's end of `v1.msgpack.spacetick` (`docs/wire-msgpack.md`). */
export const msgpackProtocol: ClientProtocol = /* @__PURE__ */ Object.freeze({
  name: PROTOCOL_NAME,

  isFramed: false,
  maxBatchBytes: 0,

  decode(bytes: Uint8Array, tables: WireTables): readonly ServerMessage[] {
    return [messageOf(bytes, tables)];
  },

  decodeValue(type: AlgebraicType, value: EncodedArgs, path: string, codec?: WireCodec<unknown>): unknown {
    if (value.encoding !== 'plain') throw wireError(`${path} is in ${value.encoding}`);
    return unpackValue(type, codec ?? codecOf(type), value.plain, path);
  },

  subscribe(requestId: number, querySetId: number, queries: readonly string[]): Uint8Array {
    writer.reset();
    writer.map(4);
    pair('type', 'Subscribe');
    u32('requestId', requestId);
    u32('querySetId', querySetId);
    writer.string('queries');
    writer.array(queries.length);
    for (const query of queries) writer.string(query);
    return writer.finish();
  },

  unsubscribe(requestId: number, querySetId: number): Uint8Array {
    writer.reset();
    writer.map(3);
    pair('type', 'Unsubscribe');
    u32('requestId', requestId);
    u32('querySetId', querySetId);
    return writer.finish();
  },

  oneOffQuery(requestId: number, query: string): Uint8Array {
    writer.reset();
    writer.map(3);
    pair('type', 'OneOffQuery');
    u32('requestId', requestId);
    pair('query', query);
    return writer.finish();
  },

  callReducer(requestId: number, reducer: CallDef, args: unknown): Uint8Array {
    return call('CallReducer', 'reducer', requestId, reducer, args);
  },

  callProcedure(requestId: number, procedure: CallDef, args: unknown): Uint8Array {
    return call('CallProcedure', 'procedure', requestId, procedure, args);
  },
});

function messageOf(bytes: Uint8Array, tables: WireTables): ServerMessage {
  const message = mapOf(decodePlain(bytes), 'the message');
  const type = textOf(message, 'type');
  switch (type) {
    case 'InitialConnection':
      return {
        tag: type,
        identity: identityOf(message, 'identity'),
        connectionId: connectionIdOf(message, 'connectionId'),
        token: textOf(message, 'token'),
      };
    case 'SubscribeApplied':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        querySetId: u32Of(message, 'querySetId'),
        timestamp: timestampOf(message, 'timestamp'),
        tables: deltasOf(message, tables),
      };
    case 'UnsubscribeApplied':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        querySetId: u32Of(message, 'querySetId'),
        tables: deltasOf(message, tables),
      };
    case 'SubscriptionError':
      return {
        tag: type,
        requestId: message.requestId === null ? undefined : u32Of(message, 'requestId'),
        querySetId: u32Of(message, 'querySetId'),
        error: textOf(message, 'error'),
      };
    case 'TransactionUpdate':
      return {
        tag: type,
        timestamp: timestampOf(message, 'timestamp'),
        reducer: message.reducer === null ? undefined : reducerOf(mapOf(message.reducer, 'reducer')),
        tables: deltasOf(message, tables),
      };
    case 'ReducerResult':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        timestamp: timestampOf(message, 'timestamp'),
        status: statusOf(textOf(message, 'status')),
        error: textOf(message, 'error'),
      };
    case 'ProcedureResult':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        timestamp: timestampOf(message, 'timestamp'),
        duration: durationOf(message, 'duration'),
        outcome:
          message.error === undefined
            ? { returned: { encoding: 'plain', plain: message.returned } }
            : { error: textOf(message, 'error') },
      };
    case 'OneOffQueryResult':
      return {
        tag: type,
        requestId: u32Of(message, 'requestId'),
        outcome:
          message.error === undefined ? { tables: deltasOf(message, tables) } : { error: textOf(message, 'error') },
      };
    default:
      throw wireError(`its type is ${show(type)}`);
  }
}

function call(type: string, kind: string, requestId: number, def: CallDef, args: unknown): Uint8Array {
  writer.reset();
  writer.map(4);
  pair('type', type);
  u32('requestId', requestId);
  pair(kind, def.name);
  writer.string('args');
  writeValue(writer, def.params, def.codec ?? codecOf(def.params), args as never, def.accessor);
  return writer.finish();
}

function pair(key: string, value: string): void {
  writer.string(key);
  writer.string(value);
}

function u32(key: string, value: number): void {
  writer.string(key);
  writer.u32(value);
}

function statusOf(text: string): 'Failed' | 'InternalError' {
  if (text === 'Failed' || text === 'InternalError') return text;
  throw wireError(`status is ${show(text)}`);
}

function reducerOf(map: PlainMap): ReducerInfo {
  return {
    name: textOf(map, 'name'),
    caller: identityOf(map, 'caller'),
    connectionId: map.connectionId === null ? null : connectionIdOf(map, 'connectionId'),
    requestId: u32Of(map, 'requestId'),
    energy: bigOf(map, 'energy'),
    args: map.args === undefined ? undefined : { encoding: 'plain', plain: map.args },
  };
}

function deltasOf(message: PlainMap, tables: WireTables): TableDelta[] {
  return listOf(message, 'tables').map((item) => deltaOf(mapOf(item, 'an entry of tables'), tables));
}

const NO_ROWS: readonly Row[] = /* @__PURE__ */ Object.freeze([]);

function deltaOf(map: PlainMap, tables: WireTables): TableDelta {
  const name = textOf(map, 'table');
  const table = tables.get(name);
  if (table === undefined) {
    throw wireError(`it names table ${show(name)}, which the bindings do not have; generate them again`);
  }
  const { def } = table;
  const rows = (key: string): readonly Row[] => {
    const list = optionalList(map, key);
    if (list.length === 0) return NO_ROWS;
    const result = new Array<Row>(list.length);
    for (let i = 0; i < list.length; i++) result[i] = unpackValue(def.rowType, table.codec, list[i], def.name);
    return result;
  };
  const byKey = def.primaryKey !== undefined;
  return {
    table,
    inserts: rows('inserts'),
    updates: rows('updates'),
    deletes: byKey ? NO_ROWS : rows('deletes'),
    deletedKeys: byKey ? keysOf(def, optionalList(map, 'deletes')) : NO_ROWS,
    events: rows('events'),
  };
}

function keysOf(def: TableDef, list: readonly unknown[]): readonly unknown[] {
  const column = def.columns[def.primaryKey!]!;
  const codec = codecOf(column.type);
  return list.map((plain) => unpackValue(column.type, codec, plain, `${def.name}.${column.key}`));
}
