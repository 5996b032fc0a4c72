import type * as Phaser from 'phaser';
import { rounded, type Thrust } from './thrust.ts';

const STICK_REST = 0.15; // of its way: worn sticks do not come back to zero

/** The first gamepad: its left stick steers, its A dashes. */
export class Gamepad {
  readonly #scene: Phaser.Scene;
  readonly #onDash: () => void;
  #wasDash = false;
  #isStale = false;

  constructor(scene: Phaser.Scene, onDash: () => void) {
    this.#scene = scene;
    this.#onDash = onDash;
  }

  /** What is pushed now no longer counts: the stick has to come back first. */
  rest(): void {
    this.#isStale = true;
  }

  /** @returns undefined while the stick rests */
  read(): Thrust | undefined {
    const pad = this.#scene.input.gamepad?.getPad(0);
    if (!pad) return undefined;
    if (pad.A && !this.#wasDash) this.#onDash();
    this.#wasDash = pad.A;
    const { x, y } = pad.leftStick;
    const isPushed = Math.hypot(x, y) >= STICK_REST;
    if (!isPushed) this.#isStale = false;
    return isPushed && !this.#isStale ? rounded({ x, y }) : undefined;
  }
}
