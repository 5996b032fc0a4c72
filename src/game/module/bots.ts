import type { Flyer } from './flight.ts';
import type { Ctx } from './schema.ts';
import { launch, scrap } from './ships.ts';
import { BOT_MINIMUM, BOT_NAMES, BOT_TARGET, ORB_KINDS, WORLD_HEIGHT, WORLD_WIDTH } from './world.ts';

const EAGERNESS = 0.45; // of full thrust: people can outfly them
const REACTION_STEPS = 8; // 0.4 s between two looks at the arena, which is slower than people
const SPELL_STEPS = 50; // 2.5 s
const SPELLS = 3; // one in three is spent drifting, looking at the stars
const GREED = 0.2; // how much more a rare orb tempts them: far below 1, so that most are left for people
const FORESIGHT = 0.35; // seconds; they aim ahead of their drift, or they would circle their orb for ever
const BRAKING = 120; // units; nearer than this they slow down

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

/** Whether a bot looks where to fly in this step; each at another one. They never dash: that is for people. */
export function isAwake(bot: Flyer, step: number): boolean {
  return (step + bot.id * 3) % REACTION_STEPS === 0;
}

/** Steers a bot. @param step the number of this step */
export function think(bot: Flyer, orbs: readonly Orb[], step: number): void {
  if ((Math.floor(step / SPELL_STEPS) + bot.id) % SPELLS === 0) {
    bot.steerX = 0;
    bot.steerY = 0;
    return;
  }
  const target = choose(bot, orbs);
  const dx = (target ? target.x : WORLD_WIDTH / 2) - bot.x;
  const dy = (target ? target.y : WORLD_HEIGHT / 2) - bot.y;
  // Orbs lie well inside the fence: whoever brakes in time for them does not hit it.
  const x = dx - bot.vx * FORESIGHT;
  const y = dy - bot.vy * FORESIGHT;
  const strength = EAGERNESS / Math.max(BRAKING, Math.hypot(x, y));
  bot.steerX = x * strength;
  bot.steerY = y * strength;
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
