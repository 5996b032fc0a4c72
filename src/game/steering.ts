import * as Phaser from 'phaser';
import { isTyping } from './dom.ts';
import { Gamepad } from './gamepad.ts';
import { Stick } from './stick.ts';
import { rounded, type Thrust } from './thrust.ts';
import { pixelRatio } from './view.ts';

const MOUSE_REACH_PX = 150; // CSS pixels from the ship for full thrust
const MOUSE_REST_PX = 26; // nearer than this the ship rests
const MOUSE_WAKE_PX = 24; // the mouse takes over from the keys when it moves this far
const KEYS = { left: 'LEFT', right: 'RIGHT', up: 'UP', down: 'DOWN', a: 'A', d: 'D', w: 'W', s: 'S' } as const;

type Keys = Record<keyof typeof KEYS, Phaser.Input.Keyboard.Key>;

/**
 * Reads mouse, keys, touch and gamepad; whichever was used last steers. When the window loses focus the ship rests, until
 * the window has it again and somebody presses or points anew.
 */
export class Steering {
  readonly #scene: Phaser.Scene;
  readonly #stick = new Stick();
  readonly #keys: Keys | undefined;
  readonly #gamepad: Gamepad;
  readonly #onDash: () => void;
  #device: 'none' | 'mouse' | 'keys' | 'touch' = 'none';
  #thumb: Phaser.Input.Pointer | undefined;
  #mouseFrom: Thrust = { x: 0, y: 0 };
  #hasFocus = true;
  #areKeysStale = false;

  constructor(scene: Phaser.Scene, onDash: () => void) {
    this.#scene = scene;
    this.#gamepad = new Gamepad(scene, onDash);
    this.#onDash = onDash;
    const { input } = scene;
    // Not captured: the page's text fields need these keys as well.
    this.#keys = input.keyboard?.addKeys(KEYS, false) as Keys | undefined;
    input.keyboard?.on('keydown-SPACE', this.#space, this);
    input.on('pointerdown', this.#down, this);
    input.on('pointermove', this.#move, this);
    input.on('pointerup', this.#up, this);
    input.on('pointerupoutside', this.#up, this);
    input.keyboard?.on('keydown', this.#press, this);
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener('blur', () => this.#look(false), { signal });
    window.addEventListener('focus', () => this.#look(true), { signal });
    document.addEventListener('visibilitychange', () => this.#rest(), { signal });
    scene.events.once(Phaser.Scenes.Events.SHUTDOWN, () => {
      listening.abort();
      this.#stick.release();
    });
  }

  /** @param ship where our ship is drawn, in pixels of the canvas */
  read(ship: Thrust): Thrust {
    if (!this.#hasFocus) return { x: 0, y: 0 };
    const keys = this.#readKeys();
    if (keys !== undefined) return keys;
    const pad = this.#gamepad.read();
    if (pad !== undefined) {
      this.#device = 'keys';
      return pad;
    }
    if (this.#thumb !== undefined) {
      return rounded(this.#stick.pull(this.#thumb.x / pixelRatio(), this.#thumb.y / pixelRatio()));
    }
    return this.#device === 'mouse' ? this.#readMouse(ship) : { x: 0, y: 0 };
  }

  #look(hasFocus: boolean): void {
    this.#hasFocus = hasFocus;
    this.#rest();
  }

  /** What is held now no longer counts. */
  #rest(): void {
    this.#scene.input.keyboard?.resetKeys();
    this.#areKeysStale = true;
    this.#gamepad.rest();
    this.#device = 'none';
    this.#dropThumb();
    this.#leaveMouse();
  }

  /** The mouse steers again once it is moved away from where it is now. */
  #leaveMouse(): void {
    const { x, y } = this.#scene.input.activePointer;
    this.#mouseFrom = { x, y };
  }

  #readKeys(): Thrust | undefined {
    const keys = this.#keys;
    if (keys === undefined || this.#areKeysStale || isTyping()) return undefined;
    const x = Number(keys.right.isDown || keys.d.isDown) - Number(keys.left.isDown || keys.a.isDown);
    const y = Number(keys.down.isDown || keys.s.isDown) - Number(keys.up.isDown || keys.w.isDown);
    if (x === 0 && y === 0) return undefined;
    this.#device = 'keys';
    this.#leaveMouse();
    const length = Math.hypot(x, y);
    return { x: x / length, y: y / length };
  }

  #readMouse(ship: Thrust): Thrust {
    const { activePointer } = this.#scene.input;
    const x = (activePointer.x - ship.x) / pixelRatio();
    const y = (activePointer.y - ship.y) / pixelRatio();
    const distance = Math.hypot(x, y);
    if (distance < MOUSE_REST_PX) return { x: 0, y: 0 };
    const strength = Math.min(1, distance / MOUSE_REACH_PX) / distance;
    return rounded({ x: x * strength, y: y * strength });
  }

  #down(pointer: Phaser.Input.Pointer): void {
    this.#hasFocus = true; // a press brings it, and sometimes before the page is told
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // back from the chat
    if (!pointer.wasTouch) {
      this.#device = 'mouse';
      if (pointer.leftButtonDown()) this.#onDash();
      return;
    }
    if (this.#thumb !== undefined) {
      this.#onDash();
      return;
    }
    this.#device = 'touch';
    this.#thumb = pointer;
    this.#stick.grab(pointer.x / pixelRatio(), pointer.y / pixelRatio());
  }

  #move(pointer: Phaser.Input.Pointer): void {
    if (pointer.wasTouch || !this.#hasFocus || this.#device === 'mouse') return;
    const { x, y } = this.#mouseFrom;
    if (Math.hypot(pointer.x - x, pointer.y - y) > MOUSE_WAKE_PX * pixelRatio()) this.#device = 'mouse';
  }

  #up(pointer: Phaser.Input.Pointer): void {
    if (pointer === this.#thumb) this.#dropThumb();
  }

  #dropThumb(): void {
    this.#thumb = undefined;
    this.#stick.release();
  }

  /** Keys that were held all along repeat; only a new press counts. */
  #press(event: KeyboardEvent): void {
    if (!event.repeat) this.#areKeysStale = false;
  }

  #space(event: KeyboardEvent): void {
    if (!isTyping() && !event.repeat) this.#onDash();
  }
}
