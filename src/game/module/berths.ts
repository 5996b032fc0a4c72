import type { Ctx } from './schema.ts';
import { BERTH_MICROS } from './world.ts';

// A reload ends one connection and begins another: whoever comes right back flies on where they were.

/** What is kept of a ship. */
export interface Berth {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly tint: number;
  readonly score: number;
}

/** Keeps a ship for its owner, who has one berth: the ship that ended last. */
export function keepBerth(ctx: Ctx, shipId: number): void {
  dropStaleBerths(ctx);
  const ship = ctx.db.ship.id.find(shipId);
  const pilot = ctx.db.pilot.shipId.find(shipId);
  if (ship === null || pilot === null) return;
  const { owner, tint, score } = pilot;
  const { x, y, angle } = ship;
  const keptUntil = ctx.timestamp.microsSinceUnixEpoch + BERTH_MICROS;
  const berth = { owner, keptUntil, x, y, angle, tint, score };
  if (ctx.db.berth.owner.find(owner)) ctx.db.berth.owner.update(berth);
  else ctx.db.berth.insert(berth);
}

/** @returns what was kept for somebody, once; undefined when it was nothing, or too long ago */
export function claimBerth(ctx: Ctx, owner: Ctx['sender']): Berth | undefined {
  dropStaleBerths(ctx);
  const berth = ctx.db.berth.owner.find(owner);
  if (berth === null) return undefined;
  ctx.db.berth.owner.delete(owner);
  return berth;
}

function dropStaleBerths(ctx: Ctx): void {
  const now = ctx.timestamp.microsSinceUnixEpoch;
  for (const { owner, keptUntil } of ctx.db.berth.iter()) {
    if (keptUntil <= now) ctx.db.berth.owner.delete(owner);
  }
}
