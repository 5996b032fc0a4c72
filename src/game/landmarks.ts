import type { DbConnection } from '../../bindings/index.ts';
import type { Pilot } from '../../bindings/types.ts';
import type { Landmark } from './compass.ts';
import { orbTint, shipTint } from './palette.ts';

const SHARDS = 2; // nova shards pointed at
const SHIPS = 3;
const RARE = 2;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is worth an arrow for a ship at `from`: the nearest nova shards, people, and whoever leads. */
export function landmarksFor(connection: DbConnection, from: Place, mine: Pilot | undefined): Landmark[] {
  const { db } = connection;
  const near = (place: Place) => Math.hypot(place.x - from.x, place.y - from.y);
  const shards = [...db.orb].filter(({ kind }) => kind === RARE).sort((a, b) => near(a) - near(b));
  const found: Landmark[] = shards.slice(0, SHARDS).map(({ x, y }) => ({ x, y, tint: orbTint(RARE), size: 0.8 }));
  const others = [...db.pilot].filter(({ shipId }) => shipId !== mine?.shipId);
  const people = others.some(({ bot }) => !bot) ? others.filter(({ bot }) => !bot) : others;
  const ships = people.flatMap(({ shipId, tint }) => {
    const ship = db.ship.id.find(shipId);
    return ship === null ? [] : [{ x: ship.x, y: ship.y, tint: shipTint(tint), size: 1 }];
  });
  return [...found, ...ships.sort((a, b) => near(a) - near(b)).slice(0, SHIPS)];
}
