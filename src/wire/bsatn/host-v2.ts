import type { ConnectionId, Identity, TimeDuration, Timestamp } from '../../values/index.ts';
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
import { decoding, readerOf, wireError } from './decoding.ts';
import { start, writeOptionalU32, writeProcedureResult, writer, writeTextInBytes } from './host-parts.ts';
import { readV2 } from './host-requests.ts';
import { V2_PROTOCOL, V3_PROTOCOL } from './names.ts';

/**
 * Messages that one payload may hold. The other party's client puts up to 256 KiB into one (`wire.md` 4.4), and no
 * message takes fewer than 10 bytes.
 */
export const MAX_BATCH_MESSAGES = 32_768;

const PERSISTENT_TABLE = 0;
const EVENT_TABLE = 1;
const OK = 0;
const ERR = 1;

const messages = {
  encoding: 'bsatn',
  tellsEachSet: true,
  namesSets: true,
  tellsCallerApart: true,
  hasEvents: true,

  initialConnection(identity: Identity, connectionId: ConnectionId, token: string): Uint8Array {
    start(0);
    writer.identity(identity);
    writer.connectionId(connectionId);
    writer.string(token);
    return writer.finish();
  },

  subscribeApplied(
    { requestId, querySetId }: SubscribeMessage,
    _at: Timestamp,
    _took: TimeDuration,
    tables: readonly EncodedDelta[],
  ): Uint8Array {
    start(1);
    writer.u32(requestId);
    writer.u32(querySetId);
    writeQueryRows(tables, (delta) => delta.inserts);
    return writer.finish();
  },

  unsubscribeApplied(
    { requestId, querySetId }: UnsubscribeMessage,
    _took: TimeDuration,
    tables: readonly EncodedDelta[] | undefined,
  ): Uint8Array {
    start(2);
    writer.u32(requestId);
    writer.u32(querySetId);
    if (tables === undefined) writer.none();
    else {
      writer.some(false);
      writeQueryRows(tables, (delta) => delta.deletes);
    }
    return writer.finish();
  },

  subscriptionError(requestId: number | null, querySetId: number, _took: TimeDuration, error: string): Uint8Array {
    start(3);
    writeOptionalU32(requestId);
    writer.u32(querySetId);
    writer.string(error);
    return writer.finish();
  },

  transactionUpdate(_at: Timestamp, _reducer: EncodedReducerInfo | undefined, sets: readonly SetDelta[]): Uint8Array {
    start(4);
    writeQuerySets(sets);
    return writer.finish();
  },

  oneOffResult(
    { requestId }: OneOffQueryMessage,
    _took: TimeDuration,
    outcome: Outcome<{ readonly table: string; readonly rows: EncodedRows }>,
  ): Uint8Array {
    start(5);
    writer.u32(requestId);
    if ('error' in outcome) {
      writer.variant(ERR);
      writer.string(outcome.error);
    } else {
      writer.variant(OK);
      writer.array(1);
      writer.string(outcome.table);
      writer.raw(outcome.rows.bytes);
    }
    return writer.finish();
  },

  reducerCommitted(at: Timestamp, { requestId }: EncodedReducerInfo, sets: readonly SetDelta[]): Uint8Array {
    start(6);
    writer.u32(requestId);
    writer.timestamp(at);
    writer.variant(OK);
    writer.array(0); // a reducer returns nothing
    writeQuerySets(sets);
    return writer.finish();
  },

  reducerFailed(at: Timestamp, { requestId, status, error }: FailedCall): Uint8Array {
    start(6);
    writer.u32(requestId);
    writer.timestamp(at);
    if (status === 'Failed') {
      writer.variant(2);
      writeTextInBytes(error);
    } else {
      writer.variant(3);
      writer.string(error);
    }
    return writer.finish();
  },

  procedureResult(
    requestId: number,
    at: Timestamp,
    took: TimeDuration,
    outcome: Outcome<{ readonly returned: Uint8Array }>,
  ): Uint8Array {
    start(7);
    writeProcedureResult(ERR, requestId, at, took, outcome);
    return writer.finish();
  },
} as const;

/** The host's end of `v2.bsatn.spacetimedb` (`wire.md` 4): one message a payload, whatever stands behind it. */
export const v2HostProtocol: HostProtocol = Object.freeze({
  ...messages,
  name: V2_PROTOCOL,
  decode(bytes: Uint8Array): readonly ClientMessage[] {
    return [decoding(() => readV2(readerOf(bytes)))];
  },
});

/** The host's end of `v3.bsatn.spacetimedb`: messages of v2, several in one payload (`wire.md` 4.4). */
export const v3HostProtocol: HostProtocol = Object.freeze({
  ...messages,
  name: V3_PROTOCOL,
  *decode(bytes: Uint8Array): Generator<ClientMessage> {
    const reader = readerOf(bytes);
    for (let count = 1; reader.remaining > 0; count++) {
      if (count > MAX_BATCH_MESSAGES) throw wireError(`a payload of more than ${MAX_BATCH_MESSAGES} messages`);
      yield decoding(() => readV2(reader));
    }
  },
});

/** Rows of queries. One that reads an empty table has no entry, one that matches nothing has an empty one. */
function writeQueryRows(tables: readonly EncodedDelta[], rowsOf: (delta: EncodedDelta) => EncodedRows): void {
  const listed = tables.filter((delta) => !delta.isTableEmpty);
  writer.array(listed.length);
  for (const delta of listed) {
    writer.string(delta.table);
    writer.raw(rowsOf(delta).bytes);
  }
}

function writeQuerySets(sets: readonly SetDelta[]): void {
  writer.array(sets.length);
  for (const { querySetId, tables } of sets) {
    writer.u32(querySetId);
    writeTableUpdates(tables);
  }
}

/** @param tables those of one name side by side */
function writeTableUpdates(tables: readonly EncodedDelta[]): void {
  writer.array(tables.filter((delta, i) => delta.table !== tables[i - 1]?.table).length);
  for (let first = 0; first < tables.length; ) {
    const { table } = tables[first]!;
    let end = first + 1;
    while (tables[end]?.table === table) end++;
    writer.string(table);
    writer.array(end - first);
    for (; first < end; first++) writeRows(tables[first]!);
  }
}

function writeRows({ isEvent, events, inserts, deletes }: EncodedDelta): void {
  if (isEvent) {
    writer.variant(EVENT_TABLE);
    writer.raw(events.bytes);
    return;
  }
  writer.variant(PERSISTENT_TABLE);
  writer.raw(inserts.bytes);
  writer.raw(deletes.bytes);
}
