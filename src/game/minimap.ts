import type { DbConnection } from '../../bindings/index.ts';
import { byId } from './dom.ts';
import { css, orbTint, shipTint } from './palette.ts';

const RARE = 2;
const MARGIN_PX = 7; // of the canvas: the mark around our ship is whole at the fence too

/** Where a place of the world is on a map: inside of its margin, wherever it is. */
export function onMap(place: number, world: number, map: number): number {
  const share = Math.min(1, Math.max(0, place / world));
  return MARGIN_PX + share * (map - 2 * MARGIN_PX);
}

/** The whole arena, small. */
export class Minimap {
  readonly #canvas = byId('minimap', HTMLCanvasElement);

  /** @param mine ship number of our pilot */
  draw({ db }: DbConnection, mine: number | undefined): void {
    const context = this.#canvas.getContext('2d');
    const config = db.config.id.find(0);
    if (context === null || config === null) return;
    const { width, height } = this.#canvas;
    const mapX = (x: number) => onMap(x, config.worldWidth, width);
    const mapY = (y: number) => onMap(y, config.worldHeight, height);
    context.clearRect(0, 0, width, height);
    const dot = (x: number, y: number, radius: number, color: string) => {
      context.fillStyle = color;
      context.beginPath();
      context.arc(mapX(x), mapY(y), radius, 0, 2 * Math.PI);
      context.fill();
    };
    for (const { x, y, kind } of db.orb) if (kind === RARE) dot(x, y, 1.8, css(orbTint(RARE)));
    for (const { shipId, tint, bot } of db.pilot) {
      const ship = db.ship.id.find(shipId);
      if (ship === null) continue;
      if (shipId === mine) {
        context.strokeStyle = '#fff6dc';
        context.lineWidth = 1.5;
        context.beginPath();
        context.arc(mapX(ship.x), mapY(ship.y), 6, 0, 2 * Math.PI);
        context.stroke();
      }
      dot(ship.x, ship.y, shipId === mine ? 3.4 : bot ? 2.2 : 2.8, css(shipTint(tint)));
    }
  }
}
