import type * as Phaser from 'phaser';
import { cutText } from './cut-text.ts';

const WIDEST_PX = 132; // CSS pixels; a name of 16 wide letters would cover the next ship
const FONT_PX = 13;
const STROKE_PX = 3;

/** A name under a ship: always as large on the screen, never wider than WIDEST_PX. */
export class NameTag {
  readonly text: Phaser.GameObjects.Text;
  readonly #resolution: number;
  #name = '';
  #squeeze = 1;
  /** Units of the world per CSS pixel. */
  #pixel = 1;

  /** @param resolution canvas pixels per CSS pixel */
  constructor(scene: Phaser.Scene, resolution: number) {
    this.#resolution = resolution;
    this.text = scene.add.text(0, 0, '', {
      fontFamily: '"Avenir Next", "Trebuchet MS", "Segoe UI", Ubuntu, "DejaVu Sans", sans-serif',
      fontSize: `${FONT_PX}px`,
      fontStyle: 'bold',
      color: '#eafffb',
      stroke: '#0b0a26',
      strokeThickness: STROKE_PX,
      resolution,
    });
    this.text.setOrigin(0.5, 0);
  }

  show(name: string, color: string): void {
    if (name !== this.#name) {
      this.#name = name;
      this.text.setText(fitted(name, this.text));
      this.#squeeze = Math.min(1, WIDEST_PX / this.text.width); // a single sign may be wider than a name
    }
    if (this.text.style.color !== color) this.text.setColor(color);
  }

  /** @param zoom canvas pixels per unit of the world */
  place(x: number, y: number, zoom: number): void {
    this.#pixel = this.#resolution / zoom;
    this.text.setPosition(x, y).setScale(this.#pixel * this.#squeeze);
  }

  /** CSS pixels on the screen. */
  get width(): number {
    return this.text.displayWidth / this.#pixel;
  }
}

/** The part of a name that the text has room for. */
function fitted(name: string, text: Phaser.GameObjects.Text): string {
  const { context } = text;
  context.save();
  text.style.syncFont(text.canvas, context);
  const fitting = cutText(name, (candidate) => context.measureText(candidate).width <= WIDEST_PX - STROKE_PX);
  context.restore();
  return fitting;
}
