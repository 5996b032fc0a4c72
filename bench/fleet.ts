import type * as Phaser from 'phaser';
import { FRAMES_PER_FEED, movingSprites } from '../test/phaser/moving-sprites.ts';
import { busyNanos, type Effort, type Outcome } from './race.ts';

/**
 * A frame of sprites that all move, mirrored and smoothed; against as many that a loop moves between two positions in
 * arrays. As `race`, but rows are taken in between the samples: the scenario `updates` is about these.
 * @param scene with systems: its `events` and `game` are what is used
 */
export function raceFleets<Sprite extends Phaser.GameObjects.Sprite>(
  effort: Effort,
  scene: Phaser.Scene,
  count: number,
  makeSprite: () => Sprite,
): Outcome {
  const sprites = movingSprites(scene, makeSprite, count);
  const { sampleMs, warmUpMs, rounds, isQuick } = effort;
  let feeds = 0;
  const pair = (): readonly [ours: number, theirs: number] => {
    sprites.feed();
    const isFirst = feeds++ % 2 === 0; // whose frames come first finds the caches full of rows
    const ours = isFirst ? nanosOf(sprites.mirrored) : 0;
    const theirs = nanosOf(sprites.plain);
    return [isFirst ? ours : nanosOf(sprites.mirrored), theirs];
  };
  const start = performance.now();
  while (feeds < 2 || performance.now() < start + 2 * warmUpMs) pair();
  const until = performance.now() + 2 * sampleMs * rounds;
  const pairs = [pair(), pair()];
  while (!isQuick && performance.now() < until) pairs.push(pair());
  sprites.feed();
  const moving = sprites.moving(); // a mirror that rests would be cheap
  if (moving !== count) throw new Error(`${count - moving} of ${count} mirrored sprites do not move.`);
  sprites.stop();
  const ours = middle(pairs.map((pair) => pair[0]));
  return { ratio: ours / middle(pairs.map((pair) => pair[1])), ns: ours / FRAMES_PER_FEED };
}

/** Mean of the middle half: a page's clock goes in steps, which a median would show. */
function middle(nanos: readonly number[]): number {
  const sorted = [...nanos].sort((a, b) => a - b);
  const half = sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
  return half.reduce((sum, each) => sum + each, 0) / half.length;
}

/** Nanoseconds of as many frames as were fed. */
function nanosOf(frame: () => void): number {
  const start = busyNanos();
  for (let n = 0; n < FRAMES_PER_FEED; n++) frame();
  return busyNanos() - start;
}
