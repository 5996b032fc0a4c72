import { ScheduleAt } from 'spacetick/server';
import { balanceBots } from './bots.ts';
import { scatterOrbs } from './orbs.ts';
import type { Ctx } from './schema.ts';
import { abandon } from './ships.ts';
import { DASH_COOLDOWN_MICROS, SHIP_RADIUS, STEP_MICROS, WORLD_HEIGHT, WORLD_WIDTH } from './world.ts';

const MICROS_PER_MILLI = 1000n;

/** Somebody came: they are known, online, and the world moves. */
export function welcome(ctx: Ctx): void {
  const user = ctx.db.user.identity.find(ctx.sender);
  if (user) ctx.db.user.identity.update({ ...user, online: true });
  else ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
  if (ctx.connectionId === null) return;
  ctx.db.connection.insert({ id: ctx.connectionId, identity: ctx.sender, shipId: undefined });
  wake(ctx);
}

/** A connection ended: its ship leaves at once; its user goes offline with the last of their connections. */
export function farewell(ctx: Ctx): void {
  if (ctx.connectionId === null) return;
  abandon(ctx);
  ctx.db.connection.id.delete(ctx.connectionId);
  const isElsewhere = !ctx.db.connection.identity.filter(ctx.sender).next().done;
  const user = ctx.db.user.identity.find(ctx.sender);
  if (user && !isElsewhere) ctx.db.user.identity.update({ ...user, online: false });
  if (ctx.db.connection.count() === 0n) ctx.db.stepTimer.clear();
  balanceBots(ctx);
}

function wake(ctx: Ctx): void {
  // Told anew each time: a module published later may have other numbers.
  const config = {
    id: 0,
    worldWidth: WORLD_WIDTH,
    worldHeight: WORLD_HEIGHT,
    stepMs: Number(STEP_MICROS / MICROS_PER_MILLI),
    shipRadius: SHIP_RADIUS,
    dashCooldownMs: Number(DASH_COOLDOWN_MICROS / MICROS_PER_MILLI),
  };
  if (ctx.db.config.id.find(0)) ctx.db.config.id.update(config);
  else ctx.db.config.insert(config);
  if (ctx.db.stepTimer.count() === 0n) {
    const steppedAt = ctx.timestamp.microsSinceUnixEpoch;
    if (ctx.db.clock.id.find(0)) ctx.db.clock.id.update({ id: 0, steppedAt });
    else ctx.db.clock.insert({ id: 0, steppedAt });
    ctx.db.stepTimer.insert({ scheduledId: 0n, scheduledAt: ScheduleAt.interval(STEP_MICROS) });
  }
  scatterOrbs(ctx);
  balanceBots(ctx);
}
