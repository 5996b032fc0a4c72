import * as Phaser from 'phaser';
import { NIGHT, WARM } from './palette.ts';

const RAIL = 47 / 64; // where the rail is in border.png, from its top
const ROSE = 0xff6fa8;
/** Radius around a corner, in units, and how bright: the rails fade outwards as well. */
const CURVES = [
  [12, 0.7],
  [26, 0.45],
  [41, 0.3],
] as const;
const BEYOND = 2400; // units that are dark outside
const GRID = 200; // units between the faint lines inside

/** The edge of the world. */
export function addFence(scene: Phaser.Scene, width: number, height: number): void {
  const dark = scene.add.graphics();
  dark.fillStyle(NIGHT, 0.62);
  dark.fillRect(-BEYOND, -BEYOND, width + 2 * BEYOND, BEYOND);
  dark.fillRect(-BEYOND, height, width + 2 * BEYOND, BEYOND);
  dark.fillRect(-BEYOND, 0, BEYOND, height);
  dark.fillRect(width, 0, BEYOND, height);
  dark.lineStyle(1, 0x4fe3d4, 0.05);
  for (let x = GRID; x < width; x += GRID) dark.lineBetween(x, 0, x, height);
  for (let y = GRID; y < height; y += GRID) dark.lineBetween(0, y, width, y);
  const sides = [
    { x: 0, y: 0, length: width, angle: 0 },
    { x: width, y: 0, length: height, angle: 90 },
    { x: width, y: height, length: width, angle: 180 },
    { x: 0, y: height, length: height, angle: 270 },
  ];
  const rails = sides.map(({ x, y, length, angle }) =>
    scene.add
      .tileSprite(x, y, length, 64, 'border')
      .setOrigin(0, RAIL)
      .setAngle(angle)
      .setBlendMode(Phaser.BlendModes.ADD),
  );
  // The corners: curves from the end of one rail to the beginning of the next, around a post.
  const corners = scene.add.graphics();
  for (const { x, y, angle } of sides) {
    const from = Phaser.Math.DegToRad(angle + 180);
    for (const [radius, alpha] of CURVES) {
      corners.lineStyle(1.5, ROSE, alpha);
      corners.beginPath();
      corners.arc(x, y, radius, from, from + Math.PI / 2);
      corners.strokePath();
    }
    corners.fillStyle(WARM, 0.25).fillCircle(x, y, 11);
    corners.fillStyle(WARM, 1).fillCircle(x, y, 4.5);
  }
  scene.tweens.add({ targets: rails, alpha: 0.7, duration: 1400, yoyo: true, repeat: -1, ease: 'Sine.InOut' });
}
