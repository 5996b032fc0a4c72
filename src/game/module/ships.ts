import { SenderError } from 'spacetick/server';
import { type Berth, claimBerth, keepBerth } from './berths.ts';
import type { Ctx } from './schema.ts';
import { DASH_COOLDOWN_MICROS, SHIP_LIMIT, TINTS, WORLD_HEIGHT, WORLD_WIDTH } from './world.ts';

const SPAWN_MARGIN = 240; // units from the fence
const SPAWN_TRIES = 8; // places looked at; the one furthest from all ships is taken

interface NewPilot {
  readonly owner: Ctx['sender'];
  readonly connection: NonNullable<Ctx['connectionId']> | undefined;
  readonly name: string | undefined;
  readonly bot: boolean;
}

/** A ship at its berth, else a new one away from the others. @returns its number */
export function launch(ctx: Ctx, { owner, connection, name, bot }: NewPilot, berth = newBerth(ctx)): number {
  const { x, y, angle, tint, score } = berth;
  const { shipId } = ctx.db.pilot.insert({ shipId: 0, owner, connection, name, tint, score, bot });
  ctx.db.ship.insert({ id: shipId, x, y, vx: 0, vy: 0, angle, thrusting: false, dashing: false });
  ctx.db.helm.insert({ shipId, x: 0, y: 0, dashAsked: false, dashUntil: 0n, dashReadyAt: 0n });
  return shipId;
}

/** Takes a ship out of the arena. */
export function scrap(ctx: Ctx, shipId: number): void {
  ctx.db.ship.id.delete(shipId);
  ctx.db.helm.shipId.delete(shipId);
  ctx.db.pilot.shipId.delete(shipId);
}

/** The caller's ship enters, if it is not there already. */
export function join(ctx: Ctx): void {
  const known = ctx.connectionId && ctx.db.connection.id.find(ctx.connectionId);
  if (!known) throw new SenderError('Only a connected player can join');
  if (known.shipId !== undefined) return;
  if (ctx.db.ship.count() >= BigInt(SHIP_LIMIT)) throw new SenderError('The arena is full');
  const name = ctx.db.user.identity.find(ctx.sender)?.name;
  const pilot = { owner: ctx.sender, connection: known.id, name, bot: false };
  const shipId = launch(ctx, pilot, claimBerth(ctx, ctx.sender));
  ctx.db.connection.id.update({ ...known, shipId });
}

/** The caller's ship leaves, if there is one. */
export function leave(ctx: Ctx): void {
  const known = ctx.connectionId && ctx.db.connection.id.find(ctx.connectionId);
  if (!known || known.shipId === undefined) return;
  scrap(ctx, known.shipId);
  ctx.db.connection.id.update({ ...known, shipId: undefined });
}

/** The caller's connection ended: its ship leaves, and is kept for a while. */
export function abandon(ctx: Ctx): void {
  const known = ctx.connectionId && ctx.db.connection.id.find(ctx.connectionId);
  if (known?.shipId !== undefined) keepBerth(ctx, known.shipId);
  leave(ctx);
}

/** Sets the thrust of the caller's ship: a direction, as long as the thrust is strong (0 to 1). */
export function setSteer(ctx: Ctx, x: number, y: number): void {
  // NaN is not within anything, so it is refused here too.
  if (!(Math.abs(x) <= 1 && Math.abs(y) <= 1)) {
    throw new SenderError('Steering is two numbers from -1 to 1');
  }
  const helm = helmOfCaller(ctx);
  const length = Math.max(1, Math.hypot(x, y));
  ctx.db.helm.shipId.update({ ...helm, x: x / length, y: y / length });
}

/** Asks for a dash with the next step. */
export function askDash(ctx: Ctx): void {
  const helm = helmOfCaller(ctx);
  const now = ctx.timestamp.microsSinceUnixEpoch;
  if (now < helm.dashReadyAt) throw new SenderError('The dash is not ready yet');
  ctx.db.helm.shipId.update({ ...helm, dashAsked: true, dashReadyAt: now + DASH_COOLDOWN_MICROS });
}

function helmOfCaller(ctx: Ctx) {
  const known = ctx.connectionId && ctx.db.connection.id.find(ctx.connectionId);
  const helm = known && known.shipId !== undefined ? ctx.db.helm.shipId.find(known.shipId) : null;
  if (!helm) throw new SenderError('Join before you fly');
  return helm;
}

function newBerth(ctx: Ctx): Berth {
  const tint = freeTint(ctx);
  return { ...freePlace(ctx), angle: (ctx.random() * 2 - 1) * Math.PI, tint, score: 0 };
}

/** The colour fewest ships have. */
function freeTint(ctx: Ctx): number {
  const used = new Array<number>(TINTS).fill(0);
  for (const { tint } of ctx.db.pilot.iter()) used[tint]!++;
  return used.indexOf(Math.min(...used));
}

function freePlace(ctx: Ctx): { x: number; y: number } {
  const ships = [...ctx.db.ship.iter()];
  let best = { x: WORLD_WIDTH / 2, y: WORLD_HEIGHT / 2 };
  let bestRoom = -1;
  for (let i = 0; i < SPAWN_TRIES; i++) {
    const x = SPAWN_MARGIN + ctx.random() * (WORLD_WIDTH - 2 * SPAWN_MARGIN);
    const y = SPAWN_MARGIN + ctx.random() * (WORLD_HEIGHT - 2 * SPAWN_MARGIN);
    let room = Number.POSITIVE_INFINITY;
    for (const ship of ships) room = Math.min(room, Math.hypot(ship.x - x, ship.y - y));
    if (room > bestRoom) {
      best = { x, y };
      bestRoom = room;
    }
  }
  return best;
}
