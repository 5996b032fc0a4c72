import { encode } from '@msgpack/msgpack';
import { resolveReducer, type TableDef, table, tablesSchema } from '../../../src/schema/index.ts';
import {
  ConnectionId,
  codecOf,
  Identity,
  MsgpackWriter,
  TimeDuration,
  Timestamp,
  t,
} from '../../../src/values/index.ts';
import {
  type EncodedDelta,
  type EncodedRows,
  msgpackHostProtocol as host,
  msgpackProtocol,
  type Row,
  type WireTable,
  type WireTables,
} from '../../../src/wire/index.ts';

const { schemaType } = tablesSchema({
  ship: table({ name: 'ship' }, { id: t.u32().primaryKey(), x: t.f32(), callSign: t.string() }),
  message: table({ name: 'message' }, { sender: t.identity(), sent: t.timestamp(), text: t.string() }),
  bump: table({ name: 'bump', event: true }, { ship: t.u32(), force: t.f32() }),
});

export const tables: WireTables = new Map(
  schemaType.defs.map((def) => [def.name, { def, codec: codecOf(def.rowType) as WireTable['codec'] }]),
);
export const steer = resolveReducer('steer', { dx: t.f32(), dy: t.f32() });

export const ALICE = new Identity('a1'.repeat(32));
export const BOB = new Identity('b0'.repeat(32));
export const BOB_CONNECTION = new ConnectionId('b0'.repeat(16));
export const NOON = new Timestamp(1_700_000_000_000_000n);

export const FALCON = { id: 7, x: 1.5, callSign: 'falcon' };
export const HERON = { id: 70_000, x: -0.25, callSign: 'héron' };
export const HELLO = { sender: BOB, sent: NOON, text: 'hello' };
export const BUMP = { ship: 7, force: 2 };

/** What a query's result gained and lost, as rows. */
export interface Delta {
  readonly inserts?: readonly Row[];
  readonly updates?: readonly Row[];
  readonly deletes?: readonly Row[];
  readonly events?: readonly Row[];
}

export function delta(name: string, { inserts, updates, deletes, events }: Delta): EncodedDelta {
  const { def } = tables.get(name)!;
  return {
    table: name,
    tableId: 1,
    isEvent: def.isEvent,
    isTableEmpty: false,
    inserts: rowsOf(def, inserts),
    updates: rowsOf(def, updates),
    deletes: def.primaryKey === undefined ? rowsOf(def, deletes) : keysOf(def, deletes),
    events: rowsOf(def, events),
  };
}

function rowsOf(def: TableDef, rows: readonly Row[] = []): EncodedRows {
  const writer = new MsgpackWriter();
  for (const row of rows) codecOf(def.rowType).write(writer, row);
  return { count: rows.length, bytes: writer.finish() };
}

function keysOf(def: TableDef, rows: readonly Row[] = []): EncodedRows {
  const column = def.columns[def.primaryKey!]!;
  const writer = new MsgpackWriter();
  for (const row of rows) codecOf(column.type).write(writer, row[column.key]);
  return { count: rows.length, bytes: writer.finish() };
}

const took = new TimeDuration(0n);
const byBob = { name: 'steer', id: 0, caller: BOB, connectionId: BOB_CONNECTION, requestId: 9 };

const oneSet = (deltas: readonly EncodedDelta[]) => [{ querySetId: 0, tables: deltas }];
const failed = (requestId: number, status: 'Failed' | 'InternalError', error: string) =>
  host.reducerFailed(NOON, { requestId, status, error, reducer: { ...byBob, args: undefined } });

/** One frame of the host's for each message and each of its shapes. */
export const hostFrames: Readonly<Record<string, Uint8Array>> = {
  InitialConnection: host.initialConnection(BOB, BOB_CONNECTION, 'token-of-bob'),
  SubscribeApplied: host.subscribeApplied(
    { tag: 'Subscribe', requestId: 1, querySetId: 4_294_967_295, queries: [] },
    NOON,
    took,
    [delta('ship', { inserts: [FALCON, HERON] }), delta('message', { inserts: [HELLO] })],
  ),
  UnsubscribeApplied: host.unsubscribeApplied({ tag: 'Unsubscribe', requestId: 2, querySetId: 0 }, took, [
    delta('ship', { deletes: [FALCON, HERON] }),
    delta('message', { deletes: [HELLO] }),
  ]),
  'SubscriptionError of a request': host.subscriptionError(3, 1, took, 'no such table: asteroid'),
  'SubscriptionError of an applied query set': host.subscriptionError(null, 1, took, 'table ship was dropped'),
  'TransactionUpdate of nobody': host.transactionUpdate(NOON, undefined, []),
  'TransactionUpdate of a call with public arguments': host.transactionUpdate(
    NOON,
    { ...byBob, args: encode([0.5, -1]) },
    oneSet([
      delta('ship', { inserts: [HERON], updates: [FALCON], deletes: [FALCON] }),
      delta('bump', { events: [BUMP, BUMP] }),
    ]),
  ),
  'TransactionUpdate of a scheduled call': host.transactionUpdate(
    NOON,
    { ...byBob, connectionId: null, args: undefined },
    oneSet([delta('ship', { updates: [HERON] })]),
  ),
  'ReducerResult Failed': failed(5, 'Failed', 'Names must not be empty'),
  'ReducerResult InternalError': failed(6, 'InternalError', ''),
};

/** The same for the client's. */
export const clientFrames: Readonly<Record<string, Uint8Array>> = {
  Subscribe: msgpackProtocol.subscribe(1, 2, ['SELECT * FROM ship', 'SELECT * FROM message']),
  Unsubscribe: msgpackProtocol.unsubscribe(4_294_967_295, 2),
  CallReducer: msgpackProtocol.callReducer(3, steer, { dx: 0.5, dy: -1 }),
};
