import type { Flyer } from './flight.ts';
import type { Ctx } from './schema.ts';
import { launch, scrap } from './ships.ts';
import { BOT_MINIMUM, BOT_NAMES, BOT_TARGET, ORB_KINDS, WORLD_HEIGHT, WORLD_WIDTH } from './world.ts';

const EAGERNESS = 0.78; // of full thrust: people can outfly them
const GREED = 0.45; // how much more a rare orb tempts them: below 1, so that some are left for people
const FORESIGHT = 0.35; // seconds; they aim ahead of their drift, or they would circle their orb for ever
const DASH_CHANCE = 0.025; // a step, once an orb lies straight ahead
const DASH_NEAR = 260; // units
const DASH_FAR = 700; // units

interface Orb {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly kind: number;
}

/** As many bots as it takes that nobody is alone; none when nobody is there. */
export function balanceBots(ctx: Ctx): void {
  const bots = [...ctx.db.pilot.iter()].filter((pilot) => pilot.bot).sort((a, b) => a.shipId - b.shipId);
  const people = Number(ctx.db.ship.count()) - bots.length;
  const wanted = ctx.db.connection.count() === 0n ? 0 : Math.max(BOT_MINIMUM, BOT_TARGET - people);
  for (const { shipId } of bots.slice(wanted)) scrap(ctx, shipId);
  const taken = new Set(bots.slice(0, wanted).map(({ name }) => name));
  const names = BOT_NAMES.filter((name) => !taken.has(name));
  for (let count = bots.length; count < wanted; count++) {
    launch(ctx, { owner: ctx.databaseIdentity, connection: undefined, name: names.shift(), bot: true });
  }
}

/** Steers a bot. @returns whether it wants to dash now */
export function think(bot: Flyer, orbs: readonly Orb[], random: () => number): boolean {
  const target = choose(bot, orbs);
  const dx = (target ? target.x : WORLD_WIDTH / 2) - bot.x;
  const dy = (target ? target.y : WORLD_HEIGHT / 2) - bot.y;
  // Orbs lie well inside the fence: whoever brakes in time for them does not hit it.
  const x = dx - bot.vx * FORESIGHT;
  const y = dy - bot.vy * FORESIGHT;
  const length = Math.hypot(x, y) || 1;
  bot.steerX = (x / length) * EAGERNESS;
  bot.steerY = (y / length) * EAGERNESS;
  const distance = Math.hypot(dx, dy);
  const ahead = Math.cos(Math.atan2(dy, dx) - bot.angle);
  return distance > DASH_NEAR && distance < DASH_FAR && ahead > 0.97 && random() < DASH_CHANCE;
}

/** The orb that pays best for the way; tastes differ, so that bots do not all chase the same one. */
function choose(bot: Flyer, orbs: readonly Orb[]): Orb | undefined {
  let best: Orb | undefined;
  let bestValue = 0;
  for (const orb of orbs) {
    const distance = Math.hypot(orb.x - bot.x, orb.y - bot.y);
    const taste = 0.5 + ((bot.id * 7919 + orb.id * 104_729) % 97) / 97;
    const value = (ORB_KINDS[orb.kind]!.worth ** GREED * taste) / (distance + 120);
    if (value <= bestValue) continue;
    best = orb;
    bestValue = value;
  }
  return best;
}
