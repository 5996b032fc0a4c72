import * as Phaser from 'phaser';
import { IMAGES } from './images.ts';

/** Loads the pictures. Sounds load by themselves: a game without them is still one. */
export class BootScene extends Phaser.Scene {
  readonly #loaded: () => void;

  /** @param loaded called when everything is there */
  constructor(loaded: () => void) {
    super('boot');
    this.#loaded = loaded;
  }

  preload(): void {
    for (const [name, url] of IMAGES) this.load.image(name, url);
  }

  create(): void {
    this.#loaded();
  }
}
