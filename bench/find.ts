import { lots, shipsOf } from './arena.ts';
import { connectedWith } from './connection.ts';
import type { Line } from './line.ts';
import { type Effort, race, sink } from './race.ts';

const TABLE_ROWS = 10_000;

/** `conn.db.ship.id.find(id)` in random order. */
export async function measure(effort: Effort): Promise<Line[]> {
  const { conn } = await connectedWith(TABLE_ROWS);
  const { id } = conn.db.ship;
  const map = new Map(shipsOf(TABLE_ROWS).map((ship) => [ship.id, ship]));
  const random = lots(3);
  const ids = Uint32Array.from({ length: TABLE_ROWS }, () => Math.floor(random() * TABLE_ROWS));
  const outcome = race(
    effort,
    (times) => {
      let kinds = 0;
      for (let n = 0; n < times; n++) for (let i = 0; i < ids.length; i++) kinds += id.find(ids[i]!)!.kind;
      sink.value = kinds;
    },
    (times) => {
      let kinds = 0;
      for (let n = 0; n < times; n++) for (let i = 0; i < ids.length; i++) kinds += map.get(ids[i]!)!.kind;
      sink.value = kinds;
    },
    ids.length,
  );
  return [
    {
      work: 'find by primary key, table of 10,000',
      against: 'Map.get',
      ...outcome,
      unit: 'x',
      reach: 5,
      reason: 'the handle, the key function and the Map are three calls',
    },
  ];
}
