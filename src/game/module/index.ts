import { t } from 'spacetick/server';
import { balanceBots } from './bots.ts';
import { nameSender, say } from './chat.ts';
import { farewell, welcome } from './players.ts';
import { spacetimedb, stepTimer } from './schema.ts';
import { askDash, join as enter, leave as exit, setSteer } from './ships.ts';
import { stepWorld } from './step.ts';

// Comet Run as a database: this is the whole server of the game.

export default spacetimedb;

export const clientConnected = spacetimedb.clientConnected((ctx) => welcome(ctx));

export const clientDisconnected = spacetimedb.clientDisconnected((ctx) => farewell(ctx));

export const setName = spacetimedb.reducer({ name: t.string() }, (ctx, { name }) => nameSender(ctx, name));

export const sendMessage = spacetimedb.reducer({ text: t.string() }, (ctx, { text }) => say(ctx, text));

export const join = spacetimedb.reducer((ctx) => {
  enter(ctx);
  balanceBots(ctx);
});

export const leave = spacetimedb.reducer((ctx) => {
  exit(ctx);
  balanceBots(ctx);
});

export const steer = spacetimedb.reducer({ x: t.f32(), y: t.f32() }, (ctx, { x, y }) => setSteer(ctx, x, y));

export const dash = spacetimedb.reducer((ctx) => askDash(ctx));

/** Runs 20 times a second while somebody is connected. */
export const step = spacetimedb.reducer({ onSchedule: stepTimer }, { timer: stepTimer.rowType }, (ctx) =>
  stepWorld(ctx),
);
