import * as Phaser from 'phaser';
import type { Orb } from '../../bindings/types.ts';

/** By kind: picture, and size on screen. */
const LOOKS = [
  { image: 'orb-small', scale: 0.62 },
  { image: 'orb-big', scale: 0.72 },
  { image: 'orb-rare', scale: 0.9 },
] as const;

/** An orb on screen; used again for another one when it was taken. */
export class OrbSprite extends Phaser.GameObjects.Image {
  kind = 0;
  #phase = 0;
  #scale = 1;

  constructor(scene: Phaser.Scene, orb: Orb) {
    super(scene, orb.x, orb.y, LOOKS[0].image);
    scene.add.existing(this);
    this.become(orb);
  }

  become(orb: Orb): void {
    const { image, scale } = LOOKS[orb.kind] ?? LOOKS[0];
    this.kind = orb.kind;
    this.#scale = scale;
    this.#phase = (orb.id * 2.399) % (2 * Math.PI); // neighbours out of step
    this.setTexture(image).setPosition(orb.x, orb.y).setAlpha(1).setScale(scale).setRotation(0).setDepth(2);
  }

  /** Breathes. @param time in milliseconds */
  animate(time: number): void {
    const breath = Math.sin(time * 0.003 + this.#phase);
    this.setScale(this.#scale * (1 + 0.08 * breath));
    if (this.kind === 2) this.rotation = time * 0.0006 + this.#phase;
    else if (this.kind === 1) this.rotation = 0.15 * breath;
  }
}
