import { lots, type Ship, shipsOf } from './arena.ts';
import { arenaDatabase, mustCall } from './host.ts';
import type { Line } from './line.ts';
import { type Effort, race } from './race.ts';

const TABLE_ROWS = 10_000;

/** A reducer that moves one ship, called in the host's process; nobody subscribes. */
export async function measure(effort: Effort): Promise<Line[]> {
  const ships = shipsOf(TABLE_ROWS);
  const database = arenaDatabase();
  mustCall(database, 'spawn', { ships });
  const map = new Map<number, Ship>(ships.map((ship) => [ship.id, { ...ship }]));
  const random = lots(4);
  const ids = Uint32Array.from({ length: TABLE_ROWS }, () => Math.floor(random() * TABLE_ROWS));
  let step = 0;
  const outcome = race(
    effort,
    (times) => {
      for (let n = 0; n < times; n++) {
        mustCall(database, 'move', { id: ids[step % TABLE_ROWS]!, x: step & 4095, y: n & 4095 });
        step++;
      }
    },
    (times) => {
      for (let n = 0; n < times; n++) {
        const id = ids[step % TABLE_ROWS]!;
        const ship = map.get(id)!;
        map.set(id, { ...ship, x: step & 4095, y: n & 4095 });
        step++;
      }
    },
  );
  return [
    {
      work: 'one-row transaction in process, no subscriber',
      against: 'the same change in a Map, row object copied',
      ...outcome,
      unit: 'x',
      reach: 10,
      reason: 'arguments and rows are checked and copied, globals are swapped, what was there is remembered',
    },
  ];
}
