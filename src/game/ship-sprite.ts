import * as Phaser from 'phaser';
import type { Pilot, Ship } from '../../bindings/types.ts';
import { NameTag } from './name-tag.ts';
import { css, shipTint } from './palette.ts';
import { nameOf, speedOf } from './pilots.ts';
import { pixelRatio } from './view.ts';

const SCALE = 0.68; // of the drawing: 65 units long, a little more than the circle that collides
const FLAME_BACK = 26; // units behind the centre
const TAG_BELOW = 36; // units
const CRUISE = 442; // units per second, as fast as thrust goes

/** A ship on screen: hull, light, flame and name. */
export class ShipSprite extends Phaser.GameObjects.Container {
  tint = 0xffffff;
  speed = 0;
  isMine = false;
  /** Where its trail was last lit. */
  readonly trail: { x: number; y: number };
  readonly #glow: Phaser.GameObjects.Image;
  readonly #flame: Phaser.GameObjects.Image;
  readonly #hull: Phaser.GameObjects.Image;
  readonly #detail: Phaser.GameObjects.Image;
  readonly #tag: NameTag;
  #heading = 0;
  #thrust = 0;
  #wanted = 0;

  constructor(scene: Phaser.Scene, ship: Ship, pilot: Pilot | undefined) {
    super(scene, ship.x, ship.y);
    this.trail = { x: ship.x, y: ship.y };
    this.#glow = scene.add.image(0, 0, 'ship-glow').setOrigin(0.75, 0.5).setBlendMode(Phaser.BlendModes.ADD);
    this.#flame = scene.add.image(0, 0, 'ship-flame').setOrigin(0.92, 0.5).setBlendMode(Phaser.BlendModes.ADD);
    this.#hull = scene.add.image(0, 0, 'ship-hull').setScale(SCALE);
    this.#detail = scene.add.image(0, 0, 'ship-detail').setScale(SCALE);
    this.#tag = new NameTag(scene, pixelRatio());
    this.add([this.#glow, this.#flame, this.#hull, this.#detail, this.#tag.text]);
    scene.add.existing(this);
    this.setDepth(10);
    this.describe(ship, pilot, false);
  }

  /** What changes now and then: colour, name, how fast it goes. */
  describe(ship: Ship, pilot: Pilot | undefined, isMine: boolean): void {
    this.speed = speedOf(ship);
    this.#wanted = ship.dashing ? 1.9 : ship.thrusting ? 0.75 + (0.35 * this.speed) / CRUISE : 0;
    if (pilot === undefined) return;
    this.isMine = isMine;
    this.tint = shipTint(pilot.tint);
    this.#hull.setTint(this.tint);
    this.#glow.setTint(this.tint);
    this.#tag.show(nameOf(pilot.name, pilot.owner), isMine ? css(this.tint) : pilot.bot ? '#a9b0d6' : '#eafffb');
    this.setDepth(isMine ? 12 : 10);
  }

  /** Puts it where it is drawn. @param heading in radians */
  fly(x: number, y: number, heading: number): void {
    this.setPosition(x, y);
    this.#heading = heading;
  }

  get heading(): number {
    return this.#heading;
  }

  get tag(): NameTag {
    return this.#tag;
  }

  /** Moves what moves by itself. @param seconds since the last frame. @param zoom of the camera */
  animate(time: number, seconds: number, zoom: number): void {
    this.#thrust += (this.#wanted - this.#thrust) * (1 - Math.exp(-14 * seconds));
    const flicker = 1 + 0.12 * Math.sin(time * 0.045 + this.x) + 0.08 * Math.sin(time * 0.11);
    const heading = this.#heading;
    this.#hull.rotation = heading;
    this.#detail.rotation = heading;
    this.#glow.setRotation(heading).setAlpha(0.4 + 0.45 * Math.min(1, this.#thrust));
    this.#glow.setScale(SCALE * (0.75 + 0.4 * Math.min(1.4, this.#thrust)), SCALE);
    this.#flame
      .setPosition(-Math.cos(heading) * FLAME_BACK * SCALE * 1.4, -Math.sin(heading) * FLAME_BACK * SCALE * 1.4)
      .setRotation(heading)
      .setScale(SCALE * this.#thrust * flicker, SCALE * (0.7 + 0.3 * Math.min(1.3, this.#thrust)))
      .setVisible(this.#thrust > 0.05);
    this.#tag.place(0, TAG_BELOW, zoom);
  }
}
