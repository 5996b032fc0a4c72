import * as Phaser from 'phaser';

/** A picture that goes on for ever, and how much of the camera's way it moves. */
const LAYERS = [
  { image: 'nebula', parallax: 0.05, scale: 1.5 },
  { image: 'stars-far', parallax: 0.15, scale: 1 },
  { image: 'stars-near', parallax: 0.4, scale: 1 },
] as const;

/** What lies behind the arena; follows its camera from further and further away. */
export class SkyScene extends Phaser.Scene {
  #layers: Phaser.GameObjects.TileSprite[] = [];

  constructor() {
    super('sky');
  }

  create(): void {
    this.#layers = LAYERS.map(({ image }) => this.add.tileSprite(0, 0, 16, 16, image).setOrigin(0));
    this.game.events.on(Phaser.Core.Events.PRE_RENDER, this.#follow, this);
    this.events.once(Phaser.Scenes.Events.SHUTDOWN, () => {
      this.game.events.off(Phaser.Core.Events.PRE_RENDER, this.#follow, this);
    });
  }

  /** After every scene has moved its camera. */
  #follow(): void {
    const { midPoint, zoom } = this.scene.get('arena').cameras?.main ?? this.cameras.main;
    const { width, height } = this.scale;
    for (const [i, layer] of this.#layers.entries()) {
      const { parallax, scale } = LAYERS[i]!;
      if (layer.width !== width || layer.height !== height) layer.setSize(width, height);
      layer.setTileScale(zoom * scale);
      // The middle of the screen is the fixed point, so that zooming does not make the sky slide.
      layer.setTilePosition(
        midPoint.x * parallax - width / 2 / zoom / scale,
        midPoint.y * parallax - height / 2 / zoom / scale,
      );
    }
  }
}
