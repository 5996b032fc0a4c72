import {
  DASH_MICROS,
  DASH_SPEED,
  DRAG,
  REST_SPEED,
  SHIP_BOUNCE,
  SHIP_RADIUS,
  THRUST,
  TURN_RATE,
  WALL_BOUNCE,
  WORLD_HEIGHT,
  WORLD_WIDTH,
} from './world.ts';

// How ships move and bounce. Changes the ships it is given; knows no tables.

/** A ship in the air: its row, and what its pilot wants. */
export interface Flyer {
  readonly id: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  angle: number;
  thrusting: boolean;
  dashing: boolean;
  /** Direction and strength of the thrust: a vector of length 0 to 1. */
  steerX: number;
  steerY: number;
  dashAsked: boolean;
  /** Microseconds since the epoch. */
  dashUntil: bigint;
}

const STICK_REST = 0.05; // of the way out: less is a thumb that rests

/** Begins and ends dashes. @param now microseconds since the epoch */
export function dash(flyer: Flyer, now: bigint): void {
  if (flyer.dashAsked) {
    flyer.dashAsked = false;
    flyer.dashUntil = now + DASH_MICROS;
    const isSteering = Math.hypot(flyer.steerX, flyer.steerY) > STICK_REST;
    if (isSteering) flyer.angle = Math.atan2(flyer.steerY, flyer.steerX);
    flyer.vx = Math.cos(flyer.angle) * DASH_SPEED;
    flyer.vy = Math.sin(flyer.angle) * DASH_SPEED;
  }
  flyer.dashing = now < flyer.dashUntil;
}

/** Turns and speeds up. @param seconds of the step */
export function steer(flyer: Flyer, seconds: number): void {
  const strength = Math.hypot(flyer.steerX, flyer.steerY);
  flyer.thrusting = strength > STICK_REST;
  if (flyer.thrusting) {
    const turn = wrapped(Math.atan2(flyer.steerY, flyer.steerX) - flyer.angle);
    const most = TURN_RATE * seconds;
    flyer.angle = wrapped(flyer.angle + Math.max(-most, Math.min(most, turn)));
  }
  if (flyer.dashing) return;
  const kept = Math.exp(-DRAG * seconds);
  const push = flyer.thrusting ? (THRUST / DRAG) * (1 - kept) : 0; // exact whatever the step's length
  flyer.vx = flyer.vx * kept + flyer.steerX * push;
  flyer.vy = flyer.vy * kept + flyer.steerY * push;
  if (!flyer.thrusting && Math.hypot(flyer.vx, flyer.vy) < REST_SPEED) {
    flyer.vx = 0;
    flyer.vy = 0;
  }
}

/** Moves on, and back from the fence. @returns the speed it hit the fence with, 0 when it did not */
export function move(flyer: Flyer, seconds: number): number {
  flyer.x += flyer.vx * seconds;
  flyer.y += flyer.vy * seconds;
  let hit = 0;
  if (flyer.x < SHIP_RADIUS || flyer.x > WORLD_WIDTH - SHIP_RADIUS) {
    const inward = flyer.x < SHIP_RADIUS ? 1 : -1;
    flyer.x = clamp(flyer.x, SHIP_RADIUS, WORLD_WIDTH - SHIP_RADIUS);
    hit = Math.max(hit, -flyer.vx * inward);
    flyer.vx = inward * Math.abs(flyer.vx) * WALL_BOUNCE;
  }
  if (flyer.y < SHIP_RADIUS || flyer.y > WORLD_HEIGHT - SHIP_RADIUS) {
    const inward = flyer.y < SHIP_RADIUS ? 1 : -1;
    flyer.y = clamp(flyer.y, SHIP_RADIUS, WORLD_HEIGHT - SHIP_RADIUS);
    hit = Math.max(hit, -flyer.vy * inward);
    flyer.vy = inward * Math.abs(flyer.vy) * WALL_BOUNCE;
  }
  return hit;
}

/** Parts two ships that overlap and lets them bounce. @returns the speed they met with, 0 when they did not */
export function collide(a: Flyer, b: Flyer): number {
  let dx = b.x - a.x;
  let dy = b.y - a.y;
  const distance = Math.hypot(dx, dy);
  const overlap = 2 * SHIP_RADIUS - distance;
  if (overlap <= 0) return 0;
  // Two ships in the very same place: any direction parts them.
  dx = distance === 0 ? 1 : dx / distance;
  dy = distance === 0 ? 0 : dy / distance;
  a.x = clamp(a.x - (dx * overlap) / 2, SHIP_RADIUS, WORLD_WIDTH - SHIP_RADIUS);
  a.y = clamp(a.y - (dy * overlap) / 2, SHIP_RADIUS, WORLD_HEIGHT - SHIP_RADIUS);
  b.x = clamp(b.x + (dx * overlap) / 2, SHIP_RADIUS, WORLD_WIDTH - SHIP_RADIUS);
  b.y = clamp(b.y + (dy * overlap) / 2, SHIP_RADIUS, WORLD_HEIGHT - SHIP_RADIUS);
  const closing = (a.vx - b.vx) * dx + (a.vy - b.vy) * dy;
  if (closing <= 0) return 0;
  const impulse = (closing * (1 + SHIP_BOUNCE)) / 2; // equal masses
  a.vx -= dx * impulse;
  a.vy -= dy * impulse;
  b.vx += dx * impulse;
  b.vy += dy * impulse;
  return closing;
}

/** An angle in radians, from -pi to pi. */
export function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
