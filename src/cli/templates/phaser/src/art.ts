import type * as Phaser from 'phaser';

/** Draws every picture of the game, so that there is no file to load. White ones are tinted where they are used. */
export function drawTextures(scene: Phaser.Scene): void {
  draw(scene, 'ship', 64, (pen) => {
    pen.fillStyle = '#ffffff';
    pen.strokeStyle = '#ffffff';
    pen.lineJoin = 'round';
    pen.lineWidth = 5;
    outline(pen, [58, 32], [12, 10], [22, 32], [12, 54]);
    pen.globalAlpha = 0.55;
    pen.fill();
    pen.globalAlpha = 1;
    pen.stroke();
  });
  draw(scene, 'spark', 64, (pen) => {
    pen.fillStyle = glow(pen, 32, 'rgba(255,255,255,1)', 'rgba(255,255,255,0)');
    pen.fillRect(0, 0, 64, 64);
  });
  draw(scene, 'orb', 64, (pen) => {
    pen.fillStyle = glow(pen, 32, 'rgba(255,214,120,0.9)', 'rgba(255,150,60,0)');
    pen.fillRect(0, 0, 64, 64);
    pen.fillStyle = '#fff3cf';
    pen.beginPath();
    pen.arc(32, 32, 8, 0, 2 * Math.PI);
    pen.fill();
  });
  draw(scene, 'sky', 256, (pen) => {
    pen.fillStyle = glow(pen, 128, '#1c2050', '#070818');
    pen.fillRect(0, 0, 256, 256);
  });
}

type Pen = CanvasRenderingContext2D;

function draw(scene: Phaser.Scene, key: string, size: number, paint: (pen: Pen) => void): void {
  if (scene.textures.exists(key)) return; // the scene began again
  const texture = scene.textures.createCanvas(key, size, size)!;
  paint(texture.context);
  texture.refresh();
}

/** Light in the middle that fades towards the edge. */
function glow(pen: Pen, radius: number, inside: string, outside: string): CanvasGradient {
  const gradient = pen.createRadialGradient(radius, radius, 0, radius, radius, radius);
  gradient.addColorStop(0, inside);
  gradient.addColorStop(1, outside);
  return gradient;
}

function outline(pen: Pen, ...points: [number, number][]): void {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.closePath();
}
