import type * as Phaser from 'phaser';
import { FRAMES_PER_FEED, movingSprites } from '../test/phaser/moving-sprites.ts';
import { busyNanos, type Effort, median, type Outcome } from './race.ts';

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
  const sample = (feeds: number): { ours: number; theirs: number } => {
    let ours = 0;
    let theirs = 0;
    for (let n = 0; n < feeds; n++) {
      sprites.feed();
      if (n % 2 === 0) ours += nanosOf(sprites.mirrored);
      theirs += nanosOf(sprites.plain); // second every other time: the first finds the caches full of rows
      if (n % 2 === 1) ours += nanosOf(sprites.mirrored);
    }
    return { ours, theirs };
  };
  const { sampleMs, warmUpMs, rounds, isQuick } = effort;
  const until = performance.now() + 2 * warmUpMs;
  let feeds = 0;
  for (; feeds === 0 || performance.now() < until; feeds += 2) sample(2);
  const perSample = isQuick ? 2 : 2 * Math.max(1, Math.round((feeds * sampleMs) / (4 * warmUpMs)));
  const ratios: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { ours, theirs } = sample(perSample);
    ratios.push(ours / theirs);
    nanos.push(ours / perSample / FRAMES_PER_FEED);
  }
  sprites.feed();
  const moving = sprites.moving(); // a mirror that rests would be cheap
  if (moving !== count) throw new Error(`${count - moving} of ${count} mirrored sprites do not move.`);
  sprites.stop();
  return { ratio: median(ratios), ns: median(nanos) };
}

/** Nanoseconds of as many frames as were fed. */
function nanosOf(frame: () => void): number {
  const start = busyNanos();
  for (let n = 0; n < FRAMES_PER_FEED; n++) frame();
  return busyNanos() - start;
}
