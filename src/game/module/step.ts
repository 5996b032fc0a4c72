import { isAwake, think } from './bots.ts';
import { collide, dash, type Flyer, move, steer } from './flight.ts';
import { Grid } from './grid.ts';
import { regrowOrbs, spillOrbs } from './orbs.ts';
import type { Ctx } from './schema.ts';
import {
  BUMP_SPEED,
  EMBER,
  FENCE_BUMP_SPEED,
  HARD_BUMP_SPEED,
  MAX_STEP_SECONDS,
  ORB_KINDS,
  SHIP_RADIUS,
  STEP_MICROS,
  SUBSTEPS,
  WORLD_HEIGHT,
  WORLD_WIDTH,
} from './world.ts';

const MICROS_PER_SECOND = 1_000_000;
const WIDEST_REACH = Math.max(...ORB_KINDS.map(({ reach }) => reach));

type Helm = NonNullable<ReturnType<Ctx['db']['helm']['shipId']['find']>>;
type Pilot = NonNullable<ReturnType<Ctx['db']['pilot']['shipId']['find']>>;

/** A ship during a step. */
interface Crew extends Flyer {
  readonly helm: Helm;
  readonly pilot: Pilot;
  points: number;
}

/** Moves the world by the time since the last step. */
export function stepWorld(ctx: Ctx): void {
  const now = ctx.timestamp.microsSinceUnixEpoch;
  const clock = ctx.db.clock.id.find(0);
  if (clock === null) return;
  const elapsed = Number(now - clock.steppedAt) / MICROS_PER_SECOND;
  const seconds = Math.min(MAX_STEP_SECONDS, Math.max(0, elapsed));
  ctx.db.clock.id.update({ id: 0, steppedAt: now });

  const world = new World(ctx, now);
  world.steer(seconds);
  for (let i = 0; i < SUBSTEPS; i++) world.fly(seconds / SUBSTEPS);
  world.store();
}

/** What a step reads at its beginning, and writes at its end. */
class World {
  readonly #ctx: Ctx;
  readonly #now: bigint;
  readonly #crews: Crew[];
  readonly #orbs: ReturnType<typeof orbsOf>;
  readonly #orbGrid: Grid;
  readonly #isTaken: Uint8Array;
  readonly #near: number[] = [];
  #orbCount: number;

  constructor(ctx: Ctx, now: bigint) {
    this.#ctx = ctx;
    this.#now = now;
    this.#crews = crewsOf(ctx);
    this.#orbs = orbsOf(ctx);
    this.#orbGrid = new Grid(this.#orbs, WORLD_WIDTH, WORLD_HEIGHT);
    this.#isTaken = new Uint8Array(this.#orbs.length);
    this.#orbCount = this.#orbs.length;
  }

  steer(seconds: number): void {
    const step = Number(this.#now / STEP_MICROS);
    for (const crew of this.#crews) {
      if (crew.pilot.bot && isAwake(crew, step)) think(crew, this.#orbs, step);
      dash(crew, this.#now);
      steer(crew, seconds);
    }
  }

  fly(seconds: number): void {
    for (const crew of this.#crews) {
      const hit = move(crew, seconds);
      if (hit > FENCE_BUMP_SPEED) this.#ctx.db.bump.insert({ x: crew.x, y: crew.y, force: hit });
    }
    this.#collideShips();
    for (const crew of this.#crews) this.#collect(crew);
  }

  store(): void {
    const { db } = this.#ctx;
    for (const crew of this.#crews) {
      const { id, x, y, vx, vy, angle, thrusting, dashing, steerX, steerY, dashAsked, dashUntil } = crew;
      // A row that is as it was is no write, and is sent to nobody.
      db.ship.id.update({ id, x, y, vx, vy, angle, thrusting, dashing });
      db.helm.shipId.update({ ...crew.helm, x: steerX, y: steerY, dashAsked, dashUntil });
      if (crew.points !== 0) db.pilot.shipId.update({ ...crew.pilot, score: crew.pilot.score + crew.points });
    }
    regrowOrbs(this.#ctx, this.#orbCount);
  }

  #collideShips(): void {
    const crews = this.#crews;
    const grid = new Grid(crews, WORLD_WIDTH, WORLD_HEIGHT);
    for (let i = 0; i < crews.length; i++) {
      const crew = crews[i]!;
      const count = grid.near(crew.x, crew.y, 2 * SHIP_RADIUS, this.#near);
      for (let n = 0; n < count; n++) {
        const other = crews[this.#near[n]!]!;
        if (this.#near[n]! > i) this.#bump(crew, other, collide(crew, other));
      }
    }
  }

  #bump(a: Crew, b: Crew, force: number): void {
    if (force < BUMP_SPEED) return;
    this.#ctx.db.bump.insert({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, force });
    if (force < HARD_BUMP_SPEED || a.dashing === b.dashing) return;
    const victim = a.dashing ? b : a;
    const score = victim.pilot.score + victim.points;
    const spilled = spillOrbs(this.#ctx, victim.x, victim.y, score, this.#orbCount);
    victim.points -= spilled * ORB_KINDS[EMBER]!.worth;
    this.#orbCount += spilled;
  }

  #collect(crew: Crew): void {
    const { db } = this.#ctx;
    const count = this.#orbGrid.near(crew.x, crew.y, WIDEST_REACH, this.#near);
    for (let n = 0; n < count; n++) {
      const at = this.#near[n]!;
      const { id, x, y, kind } = this.#orbs[at]!;
      const { reach, worth } = ORB_KINDS[kind]!;
      if (this.#isTaken[at] === 1 || Math.hypot(x - crew.x, y - crew.y) > reach) continue;
      this.#isTaken[at] = 1;
      this.#orbCount--;
      crew.points += worth;
      db.orb.id.delete(id);
      db.collected.insert({ orbId: id, shipId: crew.id, x, y, kind });
    }
  }
}

function crewsOf(ctx: Ctx): Crew[] {
  const helms = new Map<number, Helm>();
  for (const helm of ctx.db.helm.iter()) helms.set(helm.shipId, helm);
  const pilots = new Map<number, Pilot>();
  for (const pilot of ctx.db.pilot.iter()) pilots.set(pilot.shipId, pilot);
  const crews: Crew[] = [];
  for (const ship of ctx.db.ship.iter()) {
    const helm = helms.get(ship.id);
    const pilot = pilots.get(ship.id);
    if (helm === undefined || pilot === undefined) continue;
    const { x: steerX, y: steerY, dashAsked, dashUntil } = helm;
    crews.push({ ...ship, steerX, steerY, dashAsked, dashUntil, helm, pilot, points: 0 });
  }
  return crews;
}

function orbsOf(ctx: Ctx) {
  return [...ctx.db.orb.iter()];
}
