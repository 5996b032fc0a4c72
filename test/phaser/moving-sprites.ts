import type * as Phaser from 'phaser';
import { mirrorTable } from '../../src/phaser/index.ts';
import { RowTable } from './row-table.ts';

const STEP_MS = 50; // 20 host steps a second
const FRAME_MS = 1000 / 60;

/** Frames that one `feed` is enough for. */
export const FRAMES_PER_FEED = 30;

interface Ship {
  id: number;
  x: number;
  y: number;
}

/** The work of one frame, two ways. */
export interface MovingSprites {
  /** Half a second of samples: call it before every 30 frames, and do not measure it. */
  feed(): void;
  /** What a mirror does on `postupdate` at 60 frames a second: every sprite moves, and changes segment every third frame. */
  mirrored(): void;
  /** The same sprites moved from arrays, as one would by hand. */
  plain(): void;
  /** How many mirrored sprites a frame moves. */
  moving(): number;
  stop(): void;
}

/**
 * Sprites that all move, to compare a mirror with a loop by hand.
 * @param scene with systems: `events` and `game` are all that is used
 */
export function movingSprites<Sprite extends Phaser.GameObjects.Sprite>(
  scene: Phaser.Scene,
  makeSprite: () => Sprite,
  count: number,
): MovingSprites {
  let now = 0;
  let step = 0;
  const table = new RowTable<Ship>('ship', (row) => row.id);
  for (let id = 0; id < count; id++) table.insert({ id, x: id, y: id });
  const mirror = mirrorTable(scene, table, {
    create: makeSprite,
    pose: (row) => ({ x: row.x, y: row.y }),
    smooth: { clock: () => now, delayMs: 2 * STEP_MS },
  });
  const send = () => {
    const [x, y] = [step * 3, step];
    for (let id = 0; id < count; id++)
      table.update({ id, x: id + x, y: id + y }, { at: step * STEP_MS, arrivedAt: step * STEP_MS });
    step++;
  };
  for (let n = 0; n < 4; n++) send();

  const sprites = Array.from({ length: count }, makeSprite);
  const [fromX, fromY, toX, toY] = [0, 0, 3, 1].map((by) => Float64Array.from(sprites, (_, n) => n + by));
  let share = 0;
  const frame = () => {
    now += FRAME_MS;
    scene.sys.events.emit('postupdate');
  };
  return {
    feed: () => {
      while ((step - 4) * STEP_MS < now + FRAMES_PER_FEED * FRAME_MS) send();
    },
    mirrored: frame,
    plain: () => {
      share = (share + FRAME_MS / STEP_MS) % 1;
      for (let n = 0; n < count; n++) {
        const sprite = sprites[n]!;
        sprite.x = fromX![n]! + (toX![n]! - fromX![n]!) * share;
        sprite.y = fromY![n]! + (toY![n]! - fromY![n]!) * share;
      }
    },
    moving: () => {
      const before = new Map([...mirror.objects()].map((sprite) => [sprite, sprite.x]));
      frame();
      return [...before].filter(([sprite, x]) => sprite.x !== x).length;
    },
    stop: () => mirror.stop(),
  };
}
