import type { DbConnection } from '../../bindings/index.ts';
import type { Pilot, Ship } from '../../bindings/types.ts';

/** The pilot of this connection; undefined while it flies no ship. */
export function myPilot(connection: DbConnection): Pilot | undefined {
  const { connectionId, identity } = connection;
  if (identity === undefined) return undefined;
  for (const pilot of connection.db.pilot.owner.filter(identity)) {
    if (pilot.connection?.isEqual(connectionId)) return pilot;
  }
  return undefined;
}

/** What to call somebody: on one line, whatever a host sends. */
export function nameOf(name: string | undefined, owner: { readonly hex: string }): string {
  return name?.replace(/\s+/g, ' ').trim() || `Comet ${owner.hex.slice(-4)}`;
}

/** Pilots, best first; older ships first among equals. */
export function ranking(pilots: Iterable<Pilot>): Pilot[] {
  return [...pilots].sort((a, b) => b.score - a.score || a.shipId - b.shipId);
}

/** Units per second. */
export function speedOf(ship: Ship): number {
  return Math.hypot(ship.vx, ship.vy);
}
