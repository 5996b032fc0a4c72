import { resolveTables, type TableDef } from '../src/schema/index.ts';
import { msgpackProtocol, type SubscribeApplied, type WireTable, type WireTables } from '../src/wire/index.ts';
import { type Ship, shipsOf } from './arena.ts';
import { connected, type Frames } from './connection.ts';
import type { Line } from './line.ts';
import { type Effort, median } from './race.ts';

const ROWS = 100_000; // so many that what a connection itself takes is lost among them

/** What stays in memory for each cached row, against the same decoded rows in a Map. */
export async function measure({ isQuick }: Effort): Promise<Line[]> {
  const rows = isQuick ? 1000 : ROWS;
  const ratios: number[] = [];
  const held: unknown[] = [];
  for (let round = 0; round < (isQuick ? 1 : 3); round++) {
    const cached = await cachedBytes(rows, held);
    const mapped = await mapBytes(rows, held);
    ratios.push(cached / mapped);
  }
  return [
    {
      work: 'heap retained for a cached row',
      against: 'the same objects in a Map',
      ratio: median(ratios),
      unit: 'x',
      reach: 1.3,
      reason: 'something beside the rows is kept',
      ns: undefined,
    },
  ];
}

async function cachedBytes(rows: number, held: unknown[]): Promise<number> {
  const { conn, frames, receive } = await connected();
  const frame = frameOf(frames, rows);
  const before = usedBytes();
  receive(frame);
  conn.frameTick();
  conn.frameTick(); // forgets what the last one changed
  const after = usedBytes();
  held[0] = conn;
  if (conn.db.ship.count() !== BigInt(rows)) throw new Error('The snapshot was not applied.');
  held.length = 0;
  conn.disconnect();
  return after - before;
}

async function mapBytes(rows: number, held: unknown[]): Promise<number> {
  const { frames, tables, shipCodec } = await connected();
  const frame = frameOf(frames, rows);
  const [def] = resolveTables(tables) as [TableDef];
  const wireTables = new Map<string, WireTable>([['ship', { def, codec: shipCodec }]]);
  const before = usedBytes();
  const map = mapOf(frame, wireTables);
  const after = usedBytes();
  held[0] = map;
  held.length = 0;
  return after - before;
}

// Functions of their own: a frame that is still running keeps what it passed on.

function frameOf(frames: Frames, rows: number): Uint8Array {
  return frames.snapshot(shipsOf(rows));
}

function mapOf(frame: Uint8Array, tables: WireTables): ReadonlyMap<number, Ship> {
  const map = new Map<number, Ship>();
  const [message] = msgpackProtocol.decode(frame, tables) as [SubscribeApplied];
  for (const row of message.tables[0]!.inserts) map.set((row as Ship).id, row as Ship);
  return map;
}

/** Heap in use after everything unreachable is gone. */
function usedBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run node with --expose-gc, as scripts/bench.mjs does.');
  for (let n = 0; n < 3; n++) gc();
  return process.memoryUsage().heapUsed;
}
