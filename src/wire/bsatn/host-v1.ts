import { ConnectionId, type Identity, type TimeDuration, type Timestamp } from '../../values/index.ts';
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
import { decoding, readerOf } from './decoding.ts';
import { start, writeBytes, writeOptionalU32, writeProcedureResult, writer } from './host-parts.ts';
import { readV1 } from './host-requests.ts';
import { V1_PROTOCOL } from './names.ts';

const COMMITTED = 0;
const FAILED = 1;
const INTERNAL_ERROR = 2;
const UNCOMPRESSED_UPDATE = 0;
const NO_ENERGY = 0n; // this host does not meter energy
const NO_TIME = 0n; // of a transaction that the host took: not told, it is the module's affair
const NOTHING = new Uint8Array(0);
const NO_CONNECTION = new ConnectionId(0n);

/** The host's end of `v1.bsatn.spacetimedb` (`wire.md` 3): one message a payload, whatever stands behind it. */
export const v1HostProtocol: HostProtocol = Object.freeze({
  name: V1_PROTOCOL,
  encoding: 'bsatn',
  tellsEachSet: false,
  namesSets: false,
  tellsCallerApart: true,
  hasEvents: false,

  decode(bytes: Uint8Array): readonly ClientMessage[] {
    return [decoding(() => readV1(readerOf(bytes)))];
  },

  initialConnection(identity: Identity, connectionId: ConnectionId, token: string): Uint8Array {
    start(3);
    writer.identity(identity);
    writer.string(token);
    writer.connectionId(connectionId);
    return writer.finish();
  },

  subscribeApplied(
    { requestId, querySetId, form }: SubscribeMessage,
    _at: Timestamp,
    took: TimeDuration,
    tables: readonly EncodedDelta[],
  ): Uint8Array {
    if (form === 'Legacy') {
      start(0);
      writeDatabaseUpdate(tables);
      writer.u32(requestId);
      writer.timeDuration(took);
      return writer.finish();
    }
    start(form === 'Single' ? 5 : 8);
    writeAnswer(requestId, querySetId, took);
    if (form === 'Single') writeSubscribeRows(tables);
    else writeDatabaseUpdate(tables);
    return writer.finish();
  },

  unsubscribeApplied(
    { requestId, querySetId, form }: UnsubscribeMessage,
    took: TimeDuration,
    tables: readonly EncodedDelta[] = [],
  ): Uint8Array {
    start(form === 'Single' ? 6 : 9);
    writeAnswer(requestId, querySetId, took);
    if (form === 'Single') writeSubscribeRows(tables);
    else writeDatabaseUpdate(tables);
    return writer.finish();
  },

  subscriptionError(requestId: number | null, querySetId: number, took: TimeDuration, error: string): Uint8Array {
    start(7);
    writer.u64(took.micros);
    writeOptionalU32(requestId);
    writeOptionalU32(requestId === null ? null : querySetId); // without a request all sets have failed
    writer.none(); // no table
    writer.string(error);
    return writer.finish();
  },

  transactionUpdate(at: Timestamp, reducer: EncodedReducerInfo | undefined, sets: readonly SetDelta[]): Uint8Array {
    if (reducer !== undefined) return committed(at, reducer, sets);
    start(2);
    writer.u32(0); // no request of theirs
    writeDatabaseUpdate(tablesOf(sets));
    return writer.finish();
  },

  reducerCommitted: committed,

  reducerFailed(at: Timestamp, { error, reducer }: FailedCall): Uint8Array {
    start(1);
    writer.variant(FAILED);
    writer.string(error);
    writeCall(at, reducer);
    return writer.finish();
  },

  procedureResult(
    requestId: number,
    at: Timestamp,
    took: TimeDuration,
    outcome: Outcome<{ readonly returned: Uint8Array }>,
  ): Uint8Array {
    start(10);
    writeProcedureResult(INTERNAL_ERROR, requestId, at, took, outcome);
    return writer.finish();
  },

  oneOffResult(
    { messageId = NOTHING }: OneOffQueryMessage,
    took: TimeDuration,
    outcome: Outcome<{ readonly table: string; readonly rows: EncodedRows }>,
  ): Uint8Array {
    start(4);
    writeBytes(messageId);
    if ('error' in outcome) {
      writer.some(false);
      writer.string(outcome.error);
      writer.array(0);
    } else {
      writer.none();
      writer.array(1);
      writer.string(outcome.table);
      writer.raw(outcome.rows.bytes);
    }
    writer.timeDuration(took);
    return writer.finish();
  },
});

function committed(at: Timestamp, reducer: EncodedReducerInfo, sets: readonly SetDelta[]): Uint8Array {
  start(1);
  writer.variant(COMMITTED);
  writeDatabaseUpdate(tablesOf(sets));
  writeCall(at, reducer);
  return writer.finish();
}

function tablesOf(sets: readonly SetDelta[]): readonly EncodedDelta[] {
  return sets.length === 1 ? sets[0]!.tables : sets.flatMap(({ tables }) => tables);
}

/** What follows the status of a TransactionUpdate. */
function writeCall(at: Timestamp, reducer: EncodedReducerInfo): void {
  writer.timestamp(at);
  writer.identity(reducer.caller);
  writer.connectionId(reducer.connectionId ?? NO_CONNECTION);
  writer.string(reducer.name);
  writer.u32(reducer.id);
  writeBytes(reducer.args ?? NOTHING);
  writer.u32(reducer.requestId);
  writer.u128(NO_ENERGY);
  writer.i64(NO_TIME);
}

function writeAnswer(requestId: number, querySetId: number, took: TimeDuration): void {
  writer.u32(requestId);
  writer.u64(took.micros);
  writer.u32(querySetId);
}

/** @param deltas of the table of one query, which row filters may have made several */
function writeSubscribeRows(deltas: readonly EncodedDelta[]): void {
  writer.u32(deltas[0]!.tableId);
  writer.string(deltas[0]!.table);
  writeTableUpdate(deltas);
}

/** One entry for each table, in it one for each query; what lists no rows is left out. */
function writeDatabaseUpdate(deltas: readonly EncodedDelta[]): void {
  const byTable = new Map<string, EncodedDelta[]>();
  for (const delta of deltas) {
    if (isNothing(delta)) continue;
    const known = byTable.get(delta.table);
    if (known === undefined) byTable.set(delta.table, [delta]);
    else known.push(delta);
  }
  writer.array(byTable.size);
  for (const list of byTable.values()) writeTableUpdate(list);
}

/** @param deltas of one table */
function writeTableUpdate(deltas: readonly EncodedDelta[]): void {
  const listed = deltas.filter((delta) => !isNothing(delta));
  let rows = 0;
  for (const { inserts, deletes } of listed) rows += inserts.count + deletes.count;
  writer.u32(deltas[0]!.tableId);
  writer.string(deltas[0]!.table);
  writer.u64(BigInt(rows));
  writer.array(listed.length);
  for (const { inserts, deletes } of listed) {
    writer.variant(UNCOMPRESSED_UPDATE);
    writer.raw(deletes.bytes);
    writer.raw(inserts.bytes);
  }
}

function isNothing({ inserts, deletes }: EncodedDelta): boolean {
  return inserts.count + deletes.count === 0;
}
