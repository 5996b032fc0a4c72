import type * as Phaser from 'phaser';

const SEEN_AREA = 1280 * 720; // square units of the world that everybody sees, on whatever screen
const SHARPEST = 2; // canvas pixels per CSS pixel; more costs time and is hardly seen

/** Canvas pixels per CSS pixel. */
export function pixelRatio(): number {
  return Math.min(SHARPEST, window.devicePixelRatio || 1);
}

/** Canvas pixels per unit of the world. @param width, height of the canvas in its pixels */
export function worldZoom(width: number, height: number): number {
  return Math.sqrt((width * height) / SEEN_AREA);
}

/** Keeps the canvas as large as the page and as sharp as the screen. @param signal ends it */
export function fitPage(game: Phaser.Game, signal: AbortSignal): void {
  const fit = () => {
    const ratio = pixelRatio();
    game.scale.resize(window.innerWidth * ratio, window.innerHeight * ratio);
    game.scale.setZoom(1 / ratio); // after it: this is what sets the canvas's size on the page
  };
  window.addEventListener('resize', fit, { signal });
}
