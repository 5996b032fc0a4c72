import * as Phaser from 'phaser';
import { type Action, actions, mirrorTable } from 'spacetick/phaser';
import { drawTextures } from './art';
import { isMine } from './connection';
import type { DbConnection } from './module_bindings';
import type { Orb, Ship } from './module_bindings/types';
import { ScoreBoard } from './score-board';
import { ShipSprite } from './ship-sprite';

export const WIDTH = 1280; // as the module has it
export const HEIGHT = 720;

interface Direction {
  x: number;
  y: number;
}

type Keys = Record<'W' | 'A' | 'S' | 'D' | 'UP' | 'LEFT' | 'DOWN' | 'RIGHT', Phaser.Input.Keyboard.Key>;

/** The whole game on screen. */
export class ArenaScene extends Phaser.Scene {
  readonly connection: DbConnection;
  #steer!: Action<Direction>;
  #keys!: Keys;
  #scores!: ScoreBoard;

  constructor(connection: DbConnection) {
    super('arena');
    this.connection = connection;
  }

  create(): void {
    drawTextures(this);
    this.#addSky();
    const { db, reducers } = this.connection;
    mirrorTable(this, db.orb, {
      create: (orb: Orb) => this.#addOrb(orb),
      remove: (orb, _row, reason) => {
        if (reason === 'deleted') return this.tweens.add({ targets: orb, scale: 2.2, alpha: 0, duration: 220 });
      },
    });
    mirrorTable(this, db.ship, {
      create: (ship: Ship) => new ShipSprite(this, ship, isMine(this.connection, ship.id)),
      pose: ({ x, y, angle }) => ({ x, y, rotation: angle }),
      update: (sprite, ship, before) => {
        if (ship.score > before.score) sprite.cheer();
      },
      remove: (sprite) => this.tweens.add({ targets: sprite, scale: 0, alpha: 0, duration: 250 }),
    });
    this.#steer = actions(reducers.steer, { perSecond: 20, neutral: { x: 0, y: 0 }, scene: this });
    this.#keys = this.input.keyboard!.addKeys('W,A,S,D,UP,LEFT,DOWN,RIGHT') as Keys;
    this.#scores = new ScoreBoard(this);
  }

  override update(): void {
    this.connection.frameTick(); // everything that came from the host happens here
    this.#steer(this.#direction());
    this.#scores.show(this.connection);
  }

  /** What keys, mouse or finger ask for. */
  #direction(): Direction {
    const { W, A, S, D, UP, LEFT, DOWN, RIGHT } = this.#keys;
    const x = Number(D.isDown || RIGHT.isDown) - Number(A.isDown || LEFT.isDown);
    const y = Number(S.isDown || DOWN.isDown) - Number(W.isDown || UP.isDown);
    const me = this.connection.connectionId;
    const mine = me && this.connection.db.ship.id.find(me);
    const pointer = this.input.activePointer;
    if (x !== 0 || y !== 0 || !pointer.isDown || !mine) return { x, y };
    const to = new Phaser.Math.Vector2(pointer.worldX - mine.x, pointer.worldY - mine.y);
    return to.length() < 20 ? { x: 0, y: 0 } : { x: to.normalize().x, y: to.y };
  }

  #addOrb({ x, y }: Orb): Phaser.GameObjects.Image {
    const orb = this.add.image(x, y, 'orb').setBlendMode(Phaser.BlendModes.ADD).setScale(0);
    this.tweens.add({ targets: orb, scale: 1, duration: 300, ease: 'Back.Out' });
    return orb;
  }

  #addSky(): void {
    this.add.image(WIDTH / 2, HEIGHT / 2, 'sky').setDisplaySize(WIDTH, HEIGHT);
    for (let i = 0; i < 140; i++) {
      const star = this.add.image(Math.random() * WIDTH, Math.random() * HEIGHT, 'spark');
      star.setScale(0.04 + Math.random() * 0.12).setAlpha(0.3 + Math.random() * 0.7);
      if (i % 5 !== 0) continue;
      const duration = 900 + Math.random() * 2000;
      this.tweens.add({ targets: star, alpha: 0.05, duration, yoyo: true, repeat: -1 });
    }
    this.add.rectangle(WIDTH / 2, HEIGHT / 2, WIDTH - 12, HEIGHT - 12).setStrokeStyle(2, 0x3b4a8f, 0.7);
  }
}
