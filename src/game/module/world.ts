// The rules of the arena in numbers. One unit is one pixel of the drawn world.

export const WORLD_WIDTH = 3200;
export const WORLD_HEIGHT = 2400;

export const STEP_MICROS = 50_000n; // 20 steps a second: what a phone's connection follows with ease
export const MAX_STEP_SECONDS = 0.1; // after a pause the world goes on from where it was, it does not leap
export const SUBSTEPS = 3; // the fastest two ships may close in on each other by less than their size in one

export const SHIP_RADIUS = 26;
export const THRUST = 1150; // units per second squared, with the stick all the way out
export const DRAG = 2.6; // per second; with THRUST it makes 442 units per second the top speed
export const TURN_RATE = 10; // radians per second
export const REST_SPEED = 3; // units per second; slower than this without thrust is standing still

export const DASH_SPEED = 1050; // units per second
export const DASH_MICROS = 280_000n;
export const DASH_COOLDOWN_MICROS = 1_600_000n;

export const WALL_BOUNCE = 0.6; // of the speed that hit the wall
export const SHIP_BOUNCE = 0.9;
export const BUMP_SPEED = 80; // units per second; gentler touches are told to nobody
export const FENCE_BUMP_SPEED = 200; // a ship that leans on the fence touches it again and again
export const HARD_BUMP_SPEED = 560; // only a dash gets there
export const SPILL_LIMIT = 3; // orbs knocked out of a ship at once

export const ORB_TARGET = 240;
export const ORB_LIMIT = 320; // with what ships spilled
export const ORBS_PER_STEP = 2; // how fast taken ones come back
export const ORB_MARGIN = 80; // units between orbs and the fence
/** By kind: stardust, ember, nova shard. `worth` in points, `share` of the orbs that appear. */
export const ORB_KINDS = Object.freeze([
  { worth: 1, reach: 34, share: 0.78 },
  { worth: 3, reach: 40, share: 0.18 },
  { worth: 10, reach: 42, share: 0.04 },
]);
export const EMBER = 1;

export const TINTS = 8; // colours to tell ships apart, chosen by whoever draws them
export const SHIP_LIMIT = 64; // more would not fit the arena, nor a step in 50 ms
export const BERTH_MICROS = 15_000_000n; // long enough for a reload, too short to park a lead
export const BOT_TARGET = 6; // bots leave as people come
export const BOT_MINIMUM = 2;
export const BOT_NAMES = Object.freeze(['Halley', 'Encke', 'Biela', 'Lexell', 'Tuttle', 'Wirtanen', 'Olbers', 'Faye']);

export const NAME_LIMIT = 16; // characters
export const MESSAGE_LIMIT = 140; // characters
export const MESSAGES_KEPT = 50;
export const SPEAKING_MICROS = 5_000_000n; // in this long
export const SPEAKING_LIMIT = 3; // so many messages, and as many names
