import * as Phaser from 'phaser';
import type { Ship } from './module_bindings/types';

/** A ship on screen: hull, light and a trail of sparks. */
export class ShipSprite extends Phaser.GameObjects.Container {
  readonly #trail: Phaser.GameObjects.Particles.ParticleEmitter;

  constructor(scene: Phaser.Scene, ship: Ship, isMine: boolean) {
    super(scene, ship.x, ship.y);
    this.setName(ship.id.toHexString()).setDepth(2);
    const glow = scene.add.image(0, 0, 'spark').setScale(2.6).setTint(ship.color).setAlpha(0.35);
    this.add([glow.setBlendMode(Phaser.BlendModes.ADD), scene.add.image(0, 0, 'ship').setTint(ship.color)]);
    if (isMine) this.add(scene.add.circle(0, 0, 36).setStrokeStyle(2, 0xffffff, 0.35));
    scene.add.existing(this);
    this.#trail = scene.add.particles(0, 0, 'spark', {
      follow: this,
      lifespan: 500,
      frequency: 30,
      scale: { start: 0.4, end: 0 },
      alpha: { start: 0.6, end: 0 },
      tint: ship.color,
      blendMode: 'ADD',
    });
  }

  /** It took an orb. */
  cheer(): void {
    this.scene.tweens.add({ targets: this, scale: { from: 1.35, to: 1 }, duration: 260 });
  }

  override destroy(fromScene?: boolean): void {
    this.#trail?.destroy(fromScene);
    super.destroy(fromScene);
  }
}
