import type * as Phaser from 'phaser';
import { type Mirror, mirrorTable } from 'spacetick/phaser';
import type { DbConnection } from '../../bindings/index.ts';
import type { Effects } from './effects.ts';
import { OrbSprite } from './orb-sprite.ts';
import { myPilot } from './pilots.ts';
import { ShipSprite } from './ship-sprite.ts';

const FETCH_MS = 170; // a taken orb flies into the ship that took it
const STAY = new Promise<never>(() => {}); // until the scene ends

/** The table `ship`, joined with `pilot`, on screen. */
export function mirrorShips(scene: Phaser.Scene, connection: DbConnection, effects: Effects): Mirror<ShipSprite> {
  const { db } = connection;
  return mirrorTable(scene, db.ship, {
    join: { pilot: { source: db.pilot, of: (ship) => ship.id } },
    create: (ship, { pilot }) => {
      const sprite = new ShipSprite(scene, ship, pilot);
      sprite.describe(ship, pilot, isMine(connection, ship.id));
      sprite.setScale(0.2);
      scene.tweens.add({ targets: sprite, scale: 1, duration: 420, ease: 'Back.Out' });
      return sprite;
    },
    pose: ({ x, y, angle }) => ({ x, y, rotation: angle }),
    place: (sprite, { x, y, rotation }) => sprite.fly(x, y, rotation),
    update: (sprite, ship, before, { pilot }) => {
      sprite.describe(ship, pilot, isMine(connection, ship.id));
      if (ship.dashing && !before.dashing) effects.dash(sprite);
    },
    remove: (sprite, _ship, reason) => {
      if (reason === 'disconnected') return STAY; // the arena stands still behind the message
      effects.appear(sprite.x, sprite.y, sprite.tint);
      return scene.tweens.add({ targets: sprite, scale: 0, alpha: 0, duration: 260, ease: 'Back.In' });
    },
  });
}

/** The table `orb` on screen. A taken orb flies to the ship of `ships` that took it. */
export function mirrorOrbs(
  scene: Phaser.Scene,
  connection: DbConnection,
  effects: Effects,
  ships: Mirror<ShipSprite>,
): Mirror<OrbSprite> {
  const { db } = connection;
  const takers = new Map<number, number>();
  const stop = db.collected.watch({
    insert: (_context, { orbId, shipId }) => takers.set(orbId, shipId),
    update: () => {},
    delete: () => {},
    end: () => {},
  });
  scene.events.once('shutdown', stop);
  return mirrorTable(scene, db.orb, {
    create: (orb) => new OrbSprite(scene, orb),
    pool: true,
    reset: (sprite, orb) => sprite.become(orb),
    remove: (sprite, orb, reason) => {
      if (reason === 'disconnected') return STAY;
      const taker = ships.get(takers.get(orb.id));
      takers.delete(orb.id);
      if (taker === undefined) return undefined;
      effects.collect(sprite.x, sprite.y, sprite.kind);
      return scene.tweens.add({
        targets: sprite,
        x: () => taker.x,
        y: () => taker.y,
        alpha: 0.4,
        duration: FETCH_MS,
        ease: 'Cubic.In',
      });
    },
  });
}

function isMine(connection: DbConnection, shipId: number): boolean {
  return myPilot(connection)?.shipId === shipId;
}
