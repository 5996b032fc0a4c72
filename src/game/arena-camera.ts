import type * as Phaser from 'phaser';
import type { ShipSprite } from './ship-sprite.ts';
import { worldZoom } from './view.ts';

const LEAD_SECONDS = 0.32; // the camera looks where the ship will be
const FOLLOW = 5; // per second; how fast it catches up
const LEAD_FOLLOW = 2.2;
const DASH_ZOOM = 0.94; // a dash is seen from a little further away
const JUMP = 1400; // units; further away it does not glide there

/** Follows a ship softly, and looks ahead. */
export class ArenaCamera {
  readonly #camera: Phaser.Cameras.Scene2D.Camera;
  #x: number;
  #y: number;
  #leadX = 0;
  #leadY = 0;
  #lastX = 0;
  #lastY = 0;
  #followed: ShipSprite | undefined;
  #closeness = 1;

  /** @param x, y where it looks first */
  constructor(camera: Phaser.Cameras.Scene2D.Camera, x: number, y: number) {
    this.#camera = camera;
    this.#x = x;
    this.#y = y;
    this.#look();
  }

  /** @param seconds since the last frame */
  follow(ship: ShipSprite | undefined, seconds: number): void {
    if (ship !== undefined && seconds > 0) this.#chase(ship, seconds);
    this.#look();
  }

  #chase(ship: ShipSprite, seconds: number): void {
    if (ship !== this.#followed) {
      this.#followed = ship;
      this.#lastX = ship.x;
      this.#lastY = ship.y;
      if (Math.hypot(ship.x - this.#x, ship.y - this.#y) > JUMP) {
        this.#x = ship.x;
        this.#y = ship.y;
      }
    }
    const towards = 1 - Math.exp(-LEAD_FOLLOW * seconds);
    this.#leadX += (((ship.x - this.#lastX) / seconds) * LEAD_SECONDS - this.#leadX) * towards;
    this.#leadY += (((ship.y - this.#lastY) / seconds) * LEAD_SECONDS - this.#leadY) * towards;
    this.#lastX = ship.x;
    this.#lastY = ship.y;
    const step = 1 - Math.exp(-FOLLOW * seconds);
    this.#x += (ship.x + this.#leadX - this.#x) * step;
    this.#y += (ship.y + this.#leadY - this.#y) * step;
    const wanted = ship.speed > 700 ? DASH_ZOOM : 1;
    this.#closeness += (wanted - this.#closeness) * step;
  }

  #look(): void {
    const { width, height } = this.#camera;
    this.#camera.setZoom(worldZoom(width, height) * this.#closeness).centerOn(this.#x, this.#y);
  }
}
