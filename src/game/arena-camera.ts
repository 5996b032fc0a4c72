import type * as Phaser from 'phaser';
import type { ShipSprite } from './ship-sprite.ts';
import { worldZoom } from './view.ts';

const LEAD_SECONDS = 0.32; // the camera looks where the ship will be
const FOLLOW = 5; // per second; how fast it catches up
const LEAD_FOLLOW = 2.2;
const DASH_ZOOM = 0.94; // a dash is seen from a little further away
const WATCH_ZOOM = 0.8; // behind the title more is seen
const WATCH_ASIDE = 0.39; // of the height: the watched ship flies below the title's card, its name above the edge
const BEYOND = 260; // units outside of the fence that may be seen: a ship in a corner is not under a panel
const JUMP = 1400; // units; further away it does not glide there

/** Follows a ship softly, and looks ahead. */
export class ArenaCamera {
  readonly #camera: Phaser.Cameras.Scene2D.Camera;
  readonly #worldWidth: number;
  readonly #worldHeight: number;
  #x: number;
  #y: number;
  #leadX = 0;
  #leadY = 0;
  #lastX = 0;
  #lastY = 0;
  #followed: ShipSprite | undefined;
  #closeness = 1;
  #aside = 0;

  /** @param worldWidth, worldHeight of the world; it looks at the middle first */
  constructor(camera: Phaser.Cameras.Scene2D.Camera, worldWidth: number, worldHeight: number) {
    this.#camera = camera;
    this.#worldWidth = worldWidth;
    this.#worldHeight = worldHeight;
    this.#x = worldWidth / 2;
    this.#y = worldHeight / 2;
    this.#look();
  }

  /** @param seconds since the last frame. @param isOurs false when we only watch */
  follow(ship: ShipSprite | undefined, seconds: number, isOurs: boolean): void {
    if (ship !== undefined && seconds > 0) this.#chase(ship, seconds, isOurs);
    this.#look();
  }

  #chase(ship: ShipSprite, seconds: number, isOurs: boolean): void {
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
    const wanted = isOurs ? (ship.speed > 700 ? DASH_ZOOM : 1) : WATCH_ZOOM;
    this.#closeness += (wanted - this.#closeness) * step;
    this.#aside += ((isOurs ? 0 : WATCH_ASIDE) - this.#aside) * step;
  }

  #look(): void {
    const { width, height } = this.#camera;
    const zoom = worldZoom(width, height) * this.#closeness;
    const aside = (this.#aside * height) / zoom;
    this.#camera
      .setZoom(zoom)
      .centerOn(
        within(this.#x, width / zoom, this.#worldWidth, BEYOND),
        within(this.#y - aside, height / zoom, this.#worldHeight, BEYOND + aside),
      );
  }
}

/** Where to look so that little more than the world is seen. @param beyond so much of what is outside of it */
function within(at: number, seen: number, world: number, beyond: number): number {
  const least = seen / 2 - beyond;
  return least > world / 2 ? world / 2 : Math.max(least, Math.min(world - least, at));
}
