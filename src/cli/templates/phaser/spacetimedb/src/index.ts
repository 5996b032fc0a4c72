import { ScheduleAt, schema, t, table } from 'spacetick/server';

// The server of the game: tables, and the functions that change them. Players only ever call `steer`.

const WIDTH = 1280; // units: the scene shows all of them
const HEIGHT = 720;
const EDGE = 44; // units that a ship keeps from the edge
const STEP_MS = 50;
const SPEED = 340; // units per second
const REACH = 34; // units from which a ship takes an orb
const ORBS = 12;

/** A player's ship. It belongs to a connection: two tabs are two ships. */
const ship = table(
  { name: 'ship', public: true },
  {
    id: t.connectionId().primaryKey(),
    x: t.f32(),
    y: t.f32(),
    angle: t.f32(),
    color: t.u32(),
    score: t.u32(),
  },
);

/** Where a player wants to go; private, for nobody else needs to know. */
const helm = table({ name: 'helm' }, { id: t.connectionId().primaryKey(), x: t.f32(), y: t.f32() });

const orb = table({ name: 'orb', public: true }, { id: t.u32().primaryKey().autoInc(), x: t.f32(), y: t.f32() });

/** One row while somebody plays: the world stands still for nobody. */
const stepTimer = table(
  { name: 'step_timer' },
  { scheduledId: t.u64().primaryKey().autoInc(), scheduledAt: t.scheduleAt() },
);

const spacetimedb = schema({ ship, helm, orb, stepTimer });
export default spacetimedb;

const COLORS = [0xffb454, 0x4fe3d4, 0xff6fb0, 0x8fd0ff, 0xa6e86a, 0xb07bff];

/** Some place in the world. @param random between 0 and 1 */
function somewhere(random: () => number): { x: number; y: number } {
  return { x: 60 + random() * (WIDTH - 120), y: 60 + random() * (HEIGHT - 120) };
}

export const joined = spacetimedb.clientConnected((ctx) => {
  const id = ctx.connectionId!;
  const color = COLORS[Number(ctx.db.ship.count()) % COLORS.length]!;
  ctx.db.ship.insert({ id, ...somewhere(ctx.random), angle: -Math.PI / 2, color, score: 0 });
  ctx.db.helm.insert({ id, x: 0, y: 0 });
  while (ctx.db.orb.count() < ORBS) ctx.db.orb.insert({ id: 0, ...somewhere(ctx.random) });
  if (ctx.db.stepTimer.count() === 0n) {
    ctx.db.stepTimer.insert({ scheduledId: 0n, scheduledAt: ScheduleAt.interval(BigInt(STEP_MS) * 1000n) });
  }
});

export const left = spacetimedb.clientDisconnected((ctx) => {
  ctx.db.ship.id.delete(ctx.connectionId!);
  ctx.db.helm.id.delete(ctx.connectionId!);
  if (ctx.db.ship.count() === 0n) ctx.db.stepTimer.clear();
});

/** A direction: x and y between -1 and 1, nothing for "let it rest". */
export const steer = spacetimedb.reducer({ x: t.f32(), y: t.f32() }, (ctx, { x, y }) => {
  const length = Math.max(1, Math.hypot(x, y)); // a diagonal is no faster; neither is a client that cheats
  if (!Number.isFinite(length)) return;
  const mine = ctx.db.helm.id.find(ctx.connectionId!);
  if (mine) ctx.db.helm.id.update({ ...mine, x: x / length, y: y / length });
});

/** Twenty times a second: ships move, orbs are taken. */
export const step = spacetimedb.reducer({ onSchedule: stepTimer }, { timer: stepTimer.rowType }, (ctx) => {
  const far = (SPEED * STEP_MS) / 1000;
  for (const { id, x, y } of ctx.db.helm.iter()) {
    const before = ctx.db.ship.id.find(id);
    if (!before || (x === 0 && y === 0)) continue;
    const after = {
      ...before,
      x: Math.min(WIDTH - EDGE, Math.max(EDGE, before.x + x * far)),
      y: Math.min(HEIGHT - EDGE, Math.max(EDGE, before.y + y * far)),
      angle: Math.atan2(y, x),
    };
    for (const taken of ctx.db.orb.iter()) {
      if (Math.hypot(taken.x - after.x, taken.y - after.y) > REACH) continue;
      ctx.db.orb.id.delete(taken.id);
      ctx.db.orb.insert({ id: 0, ...somewhere(ctx.random) });
      after.score++;
    }
    ctx.db.ship.id.update(after);
  }
});
