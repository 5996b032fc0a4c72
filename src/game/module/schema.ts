import { type InferSchema, type ReducerCtx, schema, t, table } from 'spacetick/server';

/** Everybody who was ever here. */
const user = table(
  { name: 'user', public: true },
  { identity: t.identity().primaryKey(), name: t.string().optional(), online: t.bool() },
);

/** The last things said. */
const message = table(
  { name: 'message', public: true },
  { sender: t.identity(), sent: t.timestamp(), text: t.string() },
);

/** One row: what a client needs to know of the world. */
const config = table(
  { name: 'config', public: true },
  {
    id: t.u8().primaryKey(),
    worldWidth: t.u32(),
    worldHeight: t.u32(),
    stepMs: t.u32(),
    shipRadius: t.f32(),
    dashCooldownMs: t.u32(),
  },
);

/** Who flies a ship: what changes now and then. A ship belongs to a connection; bots have none. */
const pilot = table(
  { name: 'pilot', public: true },
  {
    shipId: t.u32().primaryKey().autoInc(),
    owner: t.identity().index(),
    connection: t.option(t.connectionId()),
    name: t.string().optional(),
    tint: t.u8(),
    score: t.u32(),
    bot: t.bool(),
  },
);

/** Where a ship is: what changes with every step. */
const ship = table(
  { name: 'ship', public: true },
  {
    id: t.u32().primaryKey(),
    x: t.f32(),
    y: t.f32(),
    vx: t.f32(),
    vy: t.f32(),
    angle: t.f32(),
    thrusting: t.bool(),
    dashing: t.bool(),
  },
);

/** What a pilot asks of the ship; times in microseconds since the epoch. */
const helm = table(
  { name: 'helm' },
  {
    shipId: t.u32().primaryKey(),
    x: t.f32(),
    y: t.f32(),
    dashAsked: t.bool(),
    dashUntil: t.i64(),
    dashReadyAt: t.i64(),
  },
);

const orb = table(
  { name: 'orb', public: true },
  { id: t.u32().primaryKey().autoInc(), x: t.f32(), y: t.f32(), kind: t.u8() },
);

/** Something hit something; `force` is the speed it hit with, in units per second. */
const bump = table({ name: 'bump', public: true, event: true }, { x: t.f32(), y: t.f32(), force: t.f32() });

/** An orb was taken. */
const collected = table(
  { name: 'collected', public: true, event: true },
  { orbId: t.u32(), shipId: t.u32(), x: t.f32(), y: t.f32(), kind: t.u8() },
);

/** Who is connected, and the ship they fly. */
const connection = table(
  { name: 'connection' },
  { id: t.connectionId().primaryKey(), identity: t.identity().index(), shipId: t.u32().optional() },
);

/** The ship of somebody whose connection ended, kept for when they come right back. */
const berth = table(
  { name: 'berth' },
  {
    owner: t.identity().primaryKey(),
    /** Microseconds since the epoch. */
    keptUntil: t.i64(),
    x: t.f32(),
    y: t.f32(),
    angle: t.f32(),
    tint: t.u8(),
    score: t.u32(),
  },
);

/** How much somebody said since `since`, in microseconds since the epoch. */
const speaking = table(
  { name: 'speaking' },
  { identity: t.identity().primaryKey(), since: t.i64(), messages: t.u32(), names: t.u32() },
);

/** One row: when the world was last moved, in microseconds since the epoch. */
const clock = table({ name: 'clock' }, { id: t.u8().primaryKey(), steppedAt: t.i64() });

/** One row while somebody is connected, none while nobody is: the world stands still then. */
export const stepTimer = table(
  { name: 'step_timer' },
  { scheduledId: t.u64().primaryKey().autoInc(), scheduledAt: t.scheduleAt() },
);

export const spacetimedb = schema({
  user,
  message,
  config,
  pilot,
  ship,
  helm,
  orb,
  bump,
  collected,
  connection,
  berth,
  speaking,
  clock,
  stepTimer,
});

/** What the game's functions get. */
export type Ctx = ReducerCtx<InferSchema<typeof spacetimedb>>;
