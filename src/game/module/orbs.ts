import type { Ctx } from './schema.ts';
import {
  EMBER,
  ORB_KINDS,
  ORB_LIMIT,
  ORB_MARGIN,
  ORB_TARGET,
  ORBS_PER_STEP,
  SPILL_LIMIT,
  WORLD_HEIGHT,
  WORLD_WIDTH,
} from './world.ts';

/** Fills the arena when somebody comes. */
export function scatterOrbs(ctx: Ctx): void {
  for (let count = Number(ctx.db.orb.count()); count < ORB_TARGET; count++) addOrb(ctx);
}

/** Brings back some of what was taken. @param count how many orbs there are */
export function regrowOrbs(ctx: Ctx, count: number): void {
  const missing = Math.min(ORBS_PER_STEP, ORB_TARGET - count);
  for (let i = 0; i < missing; i++) addOrb(ctx);
}

/**
 * Orbs knocked out of a ship: embers that lie around it.
 * @param score of the ship. @param count how many orbs there are
 * @returns how many were spilled
 */
export function spillOrbs(ctx: Ctx, x: number, y: number, score: number, count: number): number {
  const affordable = Math.floor(score / ORB_KINDS[EMBER]!.worth);
  const spilled = Math.max(0, Math.min(SPILL_LIMIT, affordable, ORB_LIMIT - count));
  for (let i = 0; i < spilled; i++) {
    const direction = ctx.random() * 2 * Math.PI;
    const distance = 90 + ctx.random() * 80; // beyond reach, so that both may fetch it
    addOrb(ctx, x + Math.cos(direction) * distance, y + Math.sin(direction) * distance, EMBER);
  }
  return spilled;
}

function addOrb(
  ctx: Ctx,
  x = ctx.random() * WORLD_WIDTH,
  y = ctx.random() * WORLD_HEIGHT,
  kind = randomKind(ctx.random()),
): void {
  ctx.db.orb.insert({ id: 0, x: inside(x, WORLD_WIDTH), y: inside(y, WORLD_HEIGHT), kind });
}

function randomKind(chance: number): number {
  let sum = 0;
  for (const [kind, { share }] of ORB_KINDS.entries()) {
    sum += share;
    if (chance < sum) return kind;
  }
  return 0;
}

function inside(at: number, size: number): number {
  return Math.min(size - ORB_MARGIN, Math.max(ORB_MARGIN, at));
}
