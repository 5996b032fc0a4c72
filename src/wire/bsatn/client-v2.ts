import { BsatnReader, decodeUtf8 } from '../../values/index.ts';
import type { ServerMessage, TableDelta, WireTables } from '../messages.ts';
import type { CallDef, ClientProtocol } from '../subprotocol.ts';
import { decodeValue, optionalU32, tableNamed, writeArgs, writer, writeTexts } from './client-parts.ts';
import { reading, wireError } from './decoding.ts';
import { deleted, events, inserted, insertedThenDeleted } from './deltas.ts';
import { V2_PROTOCOL, V3_PROTOCOL } from './names.ts';

const SEND_DROPPED_ROWS = 1;
const MAX_BATCH_BYTES = 256 * 1024; // what the other party's client puts into one payload (wire.md 4.4)

const reader = /* @__PURE__ */ new BsatnReader(/* @__PURE__ */ new Uint8Array(0));

const messages = {
  isFramed: true,
  decodeValue,

  subscribe(requestId: number, querySetId: number, queries: readonly string[]): Uint8Array {
    start(0, requestId);
    writer.u32(querySetId);
    writeTexts(queries);
    return writer.finish();
  },

  unsubscribe(requestId: number, querySetId: number): Uint8Array {
    start(1, requestId);
    writer.u32(querySetId);
    writer.u8(SEND_DROPPED_ROWS);
    return writer.finish();
  },

  oneOffQuery(requestId: number, query: string): Uint8Array {
    start(2, requestId);
    writer.string(query);
    return writer.finish();
  },

  callReducer(requestId: number, reducer: CallDef, args: unknown): Uint8Array {
    return call(3, requestId, reducer, args);
  },

  callProcedure(requestId: number, procedure: CallDef, args: unknown): Uint8Array {
    return call(4, requestId, procedure, args);
  },
};

/** The client's end of `v2.bsatn.spacetimedb`: one message a payload, whatever stands behind it (`wire.md` 4). */
export const v2Protocol: ClientProtocol = /* @__PURE__ */ Object.freeze({
  ...messages,
  name: V2_PROTOCOL,
  maxBatchBytes: 0,
  decode: (bytes: Uint8Array, tables: WireTables) => [reading(reader, bytes, () => messageOf(tables))],
});

/** The client's end of `v3.bsatn.spacetimedb`: messages of v2, several in one payload (`wire.md` 4.4). */
export const v3Protocol: ClientProtocol = /* @__PURE__ */ Object.freeze({
  ...messages,
  name: V3_PROTOCOL,
  maxBatchBytes: MAX_BATCH_BYTES,
  decode: (bytes: Uint8Array, tables: WireTables) =>
    reading(reader, bytes, () => {
      const list: ServerMessage[] = [];
      do list.push(messageOf(tables));
      while (reader.remaining > 0);
      return list;
    }),
});

function start(tag: number, requestId: number): void {
  writer.reset();
  writer.u8(tag);
  writer.u32(requestId);
}

function call(tag: number, requestId: number, def: CallDef, args: unknown): Uint8Array {
  start(tag, requestId);
  writer.u8(0); // flags: none is defined
  writer.string(def.name);
  writeArgs(def, args);
  return writer.finish();
}

function messageOf(tables: WireTables): ServerMessage {
  const tag = reader.u8();
  switch (tag) {
    case 0:
      return {
        tag: 'InitialConnection',
        identity: reader.identity(),
        connectionId: reader.connectionId(),
        token: reader.string(),
      };
    case 1:
      return {
        tag: 'SubscribeApplied',
        requestId: reader.u32(),
        querySetId: reader.u32(),
        timestamp: undefined,
        tables: queryRows(tables, inserted),
      };
    case 2:
      return {
        tag: 'UnsubscribeApplied',
        requestId: reader.u32(),
        querySetId: reader.u32(),
        tables: reader.option() ? queryRows(tables, deleted) : [],
      };
    case 3:
      return {
        tag: 'SubscriptionError',
        requestId: optionalU32(reader),
        querySetId: reader.u32(),
        error: reader.string(),
      };
    case 4:
      return { tag: 'TransactionUpdate', timestamp: undefined, reducer: undefined, tables: querySets(tables) };
    case 5: {
      const requestId = reader.u32();
      const isError = reader.tag(2) === 1;
      const outcome = isError ? { error: reader.string() } : { tables: queryRows(tables, inserted) };
      return { tag: 'OneOffQueryResult', requestId, outcome };
    }
    case 6:
      return reducerResult(tables);
    case 7: {
      const outcome =
        reader.tag(2) === 1
          ? { error: reader.string() }
          : { returned: { encoding: 'bsatn', bytes: reader.byteArray() } as const };
      const timestamp = reader.timestamp();
      const duration = reader.timeDuration();
      return { tag: 'ProcedureResult', requestId: reader.u32(), timestamp, duration, outcome };
    }
    default:
      throw wireError(`its tag is ${tag}`);
  }
}

function reducerResult(tables: WireTables): ServerMessage {
  const requestId = reader.u32();
  const timestamp = reader.timestamp();
  switch (reader.tag(4)) {
    case 0:
      reader.byteArray(); // what the reducer returned: nothing, today
      return { tag: 'TransactionUpdate', timestamp, reducer: undefined, requestId, tables: querySets(tables) };
    case 1:
      return { tag: 'TransactionUpdate', timestamp, reducer: undefined, requestId, tables: [] };
    case 2:
      return { tag: 'ReducerResult', requestId, timestamp, status: 'Failed', error: errorText(reader.byteArray()) };
    default:
      return { tag: 'ReducerResult', requestId, timestamp, status: 'InternalError', error: reader.string() };
  }
}

/** A module's error is a string in bytes (`wire.md` 4.3); modules in other languages may put something else there. */
function errorText(bytes: Uint8Array): string {
  try {
    return new BsatnReader(bytes).string();
  } catch {
    return decodeUtf8(bytes, 0, bytes.length);
  }
}

function queryRows(tables: WireTables, read: typeof inserted): TableDelta[] {
  const count = reader.count(4);
  const deltas = new Array<TableDelta>(count);
  for (let i = 0; i < count; i++) deltas[i] = read(reader, tableNamed(tables, reader.string()));
  return deltas;
}

function querySets(tables: WireTables): TableDelta[] {
  const deltas: TableDelta[] = [];
  for (let sets = reader.count(4); sets > 0; sets--) {
    reader.u32(); // which set it is: the cache counts how often it was told of a row
    for (let updates = reader.count(4); updates > 0; updates--) {
      const table = tableNamed(tables, reader.string());
      for (let parts = reader.count(1); parts > 0; parts--) {
        deltas.push(reader.tag(2) === 0 ? insertedThenDeleted(reader, table) : events(reader, table));
      }
    }
  }
  return deltas;
}
