import * as Phaser from 'phaser';
import { raceFleets } from '../fleet.ts';
import type { Effort, Outcome } from '../race.ts';

/** Measures real sprites in a scene of a small game. */
async function measureSprites(effort: Effort, count: number): Promise<Outcome> {
  const scene = await new Promise<Phaser.Scene>((resolve) => {
    new Phaser.Game({
      type: Phaser.CANVAS,
      width: 200,
      height: 150,
      banner: false,
      audio: { noAudio: true },
      scene: {
        create(this: Phaser.Scene) {
          resolve(this);
        },
      },
    });
  });
  const outcome = raceFleets(effort, scene, count, () => scene.add.sprite(0, 0, '__WHITE'));
  scene.game.destroy(true);
  return outcome;
}

Object.assign(window, { measureSprites });
