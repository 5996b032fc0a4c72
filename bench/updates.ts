import { resolveTables, type TableDef } from '../src/schema/index.ts';
import { msgpackProtocol, type WireTable } from '../src/wire/index.ts';
import { type Ship, shipsOf } from './arena.ts';
import { connectedWith } from './connection.ts';
import type { Line } from './line.ts';
import { type Effort, race, sink } from './race.ts';

const TABLE_ROWS = 10_000;

/** Updates through `frameTick`, one transaction a tick, with one `onUpdate` listener. */
export async function measure(effort: Effort): Promise<Line[]> {
  return [await updates(effort, 1000), await updates(effort, 10)];
}

async function updates(effort: Effort, rows: number): Promise<Line> {
  const { conn, frames, receive, tables, shipCodec } = await connectedWith(TABLE_ROWS);
  let travelled = 0;
  let heard = 0;
  conn.db.ship.onUpdate((_ctx, before, ship) => {
    travelled += ship.x - before.x;
    heard++;
  });
  const messages = messagesOf(rows).map((ships) => frames.updates(ships));
  const [def] = resolveTables(tables) as [TableDef];
  const wireTables = new Map<string, WireTable>([['ship', { def, codec: shipCodec }]]);
  let next = 0;
  const outcome = race(
    effort,
    (times) => {
      for (let n = 0; n < times; n++) {
        receive(messages[next]!);
        conn.frameTick();
        next = (next + 1) % messages.length;
      }
    },
    (times) => {
      for (let n = 0; n < times; n++) {
        sink.value = msgpackProtocol.decode(messages[next]!, wireTables)[0];
        next = (next + 1) % messages.length;
      }
    },
    rows,
  );
  if (heard === 0 || Number.isNaN(travelled)) throw new Error('The listener was not called.');
  return {
    work: `frameTick: transaction of ${rows} updates, table of 10,000`,
    against: 'decoding the same bytes',
    ...outcome,
    unit: 'x',
    reach: 3,
    reason: rows < 100 ? 'what each message costs beside its rows' : 'the table, the change log and the listener',
  };
}

/** Transactions that go through the whole table, in an order that is not the table's. */
function messagesOf(rows: number): Ship[][] {
  const ships = shipsOf(TABLE_ROWS, 2).sort((a, b) => a.x - b.x);
  return Array.from({ length: TABLE_ROWS / rows }, (_, n) => ships.slice(n * rows, (n + 1) * rows));
}
