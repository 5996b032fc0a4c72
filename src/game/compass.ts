import type * as Phaser from 'phaser';
import { pixelRatio } from './view.ts';

const EDGE_PX = 34; // CSS pixels between arrows and the edge of the screen
const TOP_PX = 76; // and more at the top, where the panels are

/** Something worth flying to. */
export interface Landmark {
  readonly x: number;
  readonly y: number;
  readonly tint: number;
  /** Of the arrow; 1 for the usual size. */
  readonly size: number;
}

/** Arrows at the edge of the screen, to what is beyond it. */
export class Compass {
  readonly #scene: Phaser.Scene;
  readonly #arrows: Phaser.GameObjects.Image[] = [];

  constructor(scene: Phaser.Scene) {
    this.#scene = scene;
  }

  point(landmarks: readonly Landmark[]): void {
    const { worldView, zoom } = this.#scene.cameras.main;
    const pixel = pixelRatio() / zoom; // units of the world
    const left = worldView.x + EDGE_PX * pixel;
    const right = worldView.right - EDGE_PX * pixel;
    const top = worldView.y + TOP_PX * pixel;
    const bottom = worldView.bottom - EDGE_PX * pixel;
    const { centerX, centerY } = worldView;
    let used = 0;
    for (const { x, y, tint, size } of landmarks) {
      if (worldView.contains(x, y)) continue;
      const angle = Math.atan2(y - centerY, x - centerX);
      const arrow = this.#arrow(used++);
      // Where the line from the middle leaves the frame.
      const reachX = (x > centerX ? right - centerX : left - centerX) / Math.cos(angle);
      const reachY = (y > centerY ? bottom - centerY : top - centerY) / Math.sin(angle);
      const reach = Math.min(Math.abs(reachX), Math.abs(reachY));
      const nearness = Math.max(0.35, 1 - Math.hypot(x - centerX, y - centerY) / 2600);
      arrow
        .setPosition(centerX + Math.cos(angle) * reach, centerY + Math.sin(angle) * reach)
        .setRotation(angle)
        .setTint(tint)
        .setAlpha(nearness)
        .setScale(0.62 * size * pixel)
        .setVisible(true);
    }
    for (let i = used; i < this.#arrows.length; i++) this.#arrows[i]!.setVisible(false);
  }

  #arrow(at: number): Phaser.GameObjects.Image {
    this.#arrows[at] ??= this.#scene.add.image(0, 0, 'arrow').setDepth(20);
    return this.#arrows[at];
  }
}
