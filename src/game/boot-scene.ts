import * as Phaser from 'phaser';
import { IMAGES } from './images.ts';

/** Loads the pictures. Sounds load by themselves: a game without them is still one. */
export class BootScene extends Phaser.Scene {
  constructor() {
    super('boot');
  }

  preload(): void {
    for (const [name, url] of IMAGES) this.load.image(name, url);
  }

  create(): void {
    this.scene.launch('sky');
    this.scene.launch('arena');
    this.scene.launch('title');
    this.scene.stop();
  }
}
