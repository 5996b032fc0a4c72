import { ConnectionId, codecOf, Identity, TimeDuration, Timestamp, t } from '../../src/values/index.ts';
import { v2HostProtocol as host, NO_ROW_LIST, RowListWriter } from '../../src/wire/index.ts';
import { type Ship, shipRow, shipsOf } from '../arena.ts';

// Payloads of v2.bsatn.spacetimedb, as a host sends them: both clients read the very same.

export const TABLE_ROWS = 10_000;
const AT = new Timestamp(1_790_000_000_000_000n);
const TOOK = new TimeDuration(100n);
const shipCodec = codecOf(shipRow.algebraicType);

/** The ships again, in a table without a primary key. */
export const driftRow = t.row('Drift', { ...shipRow.fields, id: t.u32() });

const list = new RowListWriter();

function rowsOf(ships: readonly Ship[]) {
  list.reset();
  list.add(shipCodec, ships);
  return list.finish();
}

function delta(table: string, inserts: readonly Ship[], deletes: readonly Ship[]) {
  return {
    table,
    tableId: 1,
    isEvent: false,
    isTableEmpty: false,
    inserts: rowsOf(inserts),
    updates: NO_ROW_LIST,
    deletes: rowsOf(deletes),
    events: NO_ROW_LIST,
  };
}

export function welcome(): Uint8Array {
  return host.initialConnection(new Identity('a1'.repeat(32)), new ConnectionId('a1'.repeat(16)), 'token');
}

/** The first snapshot of a query set. */
export function applied(table: string, querySetId: number, ships: readonly Ship[]): Uint8Array {
  const request = { tag: 'Subscribe', requestId: 1, querySetId, queries: [] } as const;
  return host.subscribeApplied(request, AT, TOOK, [delta(table, ships, [])]);
}

/**
 * Transactions that move ships, round and round through the whole table: each time a ship is told of, it stands
 * where the time before left it.
 * @param rows of one transaction
 * @param order of the rows that leave: as those that come, or another
 */
export function transactions(table: string, querySetId: number, rows: number, order: 'same' | 'other'): Uint8Array[] {
  const laps = [shipsOf(TABLE_ROWS, 1), moved(2), moved(3)];
  const payloads: Uint8Array[] = [];
  for (let lap = 0; lap < laps.length; lap++) {
    const from = laps[lap]!;
    const to = laps[(lap + 1) % laps.length]!;
    for (let first = 0; first < TABLE_ROWS; first += rows) {
      const left = from.slice(first, first + rows);
      if (order === 'other') left.reverse();
      const tables = [delta(table, to.slice(first, first + rows), left)];
      payloads.push(host.transactionUpdate(AT, undefined, [{ querySetId, tables }]));
    }
  }
  return payloads;
}

function moved(seed: number): Ship[] {
  return shipsOf(TABLE_ROWS, seed);
}
