import { BsatnReader } from '../../values/index.ts';
import type { ServerMessage, TableDelta, WireTables } from '../messages.ts';
import type { CallDef, ClientProtocol } from '../subprotocol.ts';
import {
  decodeValue,
  optionalConnectionId,
  optionalU32,
  tableNamed,
  writeArgs,
  writer,
  writeTexts,
} from './client-parts.ts';
import { reading, wireError } from './decoding.ts';
import { deletedThenInserted, inserted } from './deltas.ts';
import { V1_PROTOCOL } from './names.ts';

const LEGACY_SET = 0; // the one set of clients that name none

const reader = /* @__PURE__ */ new BsatnReader(/* @__PURE__ */ new Uint8Array(0));

/** The client's end of `v1.bsatn.spacetimedb` (`wire.md` 3). */
export const v1Protocol: ClientProtocol = /* @__PURE__ */ Object.freeze({
  name: V1_PROTOCOL,
  isFramed: true,
  decodeValue,
  maxBatchBytes: 0,

  decode(bytes: Uint8Array, tables: WireTables): readonly ServerMessage[] {
    return [reading(reader, bytes, () => messageOf(tables))];
  },

  subscribe(requestId: number, querySetId: number, queries: readonly string[]): Uint8Array {
    start(4);
    writeTexts(queries);
    writer.u32(requestId);
    writer.u32(querySetId);
    return writer.finish();
  },

  unsubscribe(requestId: number, querySetId: number): Uint8Array {
    start(6);
    writer.u32(requestId);
    writer.u32(querySetId);
    return writer.finish();
  },

  oneOffQuery(requestId: number, query: string): Uint8Array {
    start(2);
    writer.u32(4); // the message's id is bytes: those of the request's
    writer.u32(requestId);
    writer.string(query);
    return writer.finish();
  },

  callReducer(requestId: number, reducer: CallDef, args: unknown): Uint8Array {
    return call(0, requestId, reducer, args);
  },

  callProcedure(requestId: number, procedure: CallDef, args: unknown): Uint8Array {
    return call(7, requestId, procedure, args);
  },
});

function start(tag: number): void {
  writer.reset();
  writer.u8(tag);
}

function call(tag: number, requestId: number, def: CallDef, args: unknown): Uint8Array {
  start(tag);
  writer.string(def.name);
  writeArgs(def, args);
  writer.u32(requestId);
  writer.u8(0); // flags: tell me how it ended
  return writer.finish();
}

function messageOf(tables: WireTables): ServerMessage {
  const tag = reader.u8();
  switch (tag) {
    case 0: {
      const deltas = databaseUpdate(tables);
      const requestId = reader.u32();
      reader.timeDuration();
      return { tag: 'SubscribeApplied', requestId, querySetId: LEGACY_SET, timestamp: undefined, tables: deltas };
    }
    case 1:
      return transactionUpdate(tables);
    case 2:
      reader.u32(); // request of somebody else's
      return { tag: 'TransactionUpdate', timestamp: undefined, reducer: undefined, tables: databaseUpdate(tables) };
    case 3: {
      const identity = reader.identity();
      const token = reader.string();
      return { tag: 'InitialConnection', identity, token, connectionId: reader.connectionId() };
    }
    case 4:
      return oneOffQueryResponse(tables);
    case 5:
    case 8: {
      const { requestId, querySetId } = answered();
      const deltas = tag === 5 ? subscribeRows(tables) : databaseUpdate(tables);
      return { tag: 'SubscribeApplied', requestId, querySetId, timestamp: undefined, tables: deltas };
    }
    case 6:
    case 9: {
      const { requestId, querySetId } = answered();
      const deltas = tag === 6 ? subscribeRows(tables) : databaseUpdate(tables);
      return { tag: 'UnsubscribeApplied', requestId, querySetId, tables: deltas };
    }
    case 7: {
      reader.u64(); // how long it took
      const requestId = optionalU32(reader);
      const querySetId = optionalU32(reader);
      optionalU32(reader); // a table's number, which means nothing here
      return { tag: 'SubscriptionError', requestId, querySetId, error: reader.string() };
    }
    case 10:
      return procedureResult();
    default:
      throw wireError(`its tag is ${tag}`);
  }
}

function answered(): { requestId: number; querySetId: number } {
  const requestId = reader.u32();
  reader.u64(); // how long it took
  return { requestId, querySetId: reader.u32() };
}

function transactionUpdate(tables: WireTables): ServerMessage {
  const status = reader.tag(3);
  const deltas = status === 0 ? databaseUpdate(tables) : [];
  const error = status === 1 ? reader.string() : 'reducer ran out of energy';
  const timestamp = reader.timestamp();
  const caller = reader.identity();
  const connectionId = optionalConnectionId(reader);
  const name = reader.string();
  reader.u32(); // the reducer's number
  const args = { encoding: 'bsatn', bytes: reader.byteArray() } as const;
  const requestId = reader.u32();
  const energy = reader.u128();
  reader.timeDuration(); // how long it took
  if (status === 0) {
    const reducer = { name, caller, connectionId, requestId, energy, args };
    return { tag: 'TransactionUpdate', timestamp, reducer, tables: deltas };
  }
  const kind = status === 1 ? 'Failed' : 'InternalError';
  return { tag: 'ReducerResult', requestId, reducer: name, timestamp, status: kind, error };
}

function oneOffQueryResponse(tables: WireTables): ServerMessage {
  const id = reader.byteArray();
  const requestId = id.length === 4 ? new BsatnReader(id).u32() : 0;
  const error = reader.option() ? reader.string() : undefined;
  const deltas: TableDelta[] = [];
  for (let count = reader.count(4); count > 0; count--) {
    deltas.push(inserted(reader, tableNamed(tables, reader.string())));
  }
  return { tag: 'OneOffQueryResult', requestId, outcome: error === undefined ? { tables: deltas } : { error } };
}

function procedureResult(): ServerMessage {
  const status = reader.tag(3);
  const outcome =
    status === 0
      ? { returned: { encoding: 'bsatn', bytes: reader.byteArray() } as const }
      : { error: status === 1 ? 'procedure ran out of energy' : reader.string() };
  const timestamp = reader.timestamp();
  const duration = reader.timeDuration();
  return { tag: 'ProcedureResult', requestId: reader.u32(), timestamp, duration, outcome };
}

function subscribeRows(tables: WireTables): TableDelta[] {
  reader.u32(); // the table's number
  reader.string(); // its name, which the update repeats
  const deltas: TableDelta[] = [];
  tableUpdate(tables, deltas);
  return deltas;
}

function databaseUpdate(tables: WireTables): TableDelta[] {
  const deltas: TableDelta[] = [];
  for (let count = reader.count(4); count > 0; count--) tableUpdate(tables, deltas);
  return deltas;
}

function tableUpdate(tables: WireTables, deltas: TableDelta[]): void {
  reader.u32(); // the table's number
  const table = tableNamed(tables, reader.string());
  reader.u64(); // how many rows there are in all
  for (let updates = reader.count(1); updates > 0; updates--) {
    if (reader.tag(3) !== 0) throw wireError('rows are compressed by themselves, as old hosts did; ask for none');
    deltas.push(deletedThenInserted(reader, table));
  }
}
