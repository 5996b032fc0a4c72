import { Howler } from 'howler';
import type * as Phaser from 'phaser';
import { type Cue, rowSounds, type SoundStage, soundStage, soundSwitch } from 'spacetick/phaser';
import type { DbConnection } from '../../bindings/index.ts';
import { myPilot } from './pilots.ts';
import type { ShipSprite } from './ship-sprite.ts';
import type { Sounds } from './sounds.ts';

const RARE = 2;
const STREAK_MS = 900; // orbs taken within this of each other sound higher and higher
const STREAK_STEP = 0.06;
const STREAK_MAX = 8;
const CRUISE = 442; // units per second

/** What the arena sounds like. */
export class ArenaSound {
  readonly stage: SoundStage;
  readonly #sounds: Sounds;
  #engine: number | undefined;
  #streak = 0;
  #lastOrbAt = 0;

  constructor(scene: Phaser.Scene, connection: DbConnection, sounds: Sounds) {
    this.#sounds = sounds;
    this.stage = soundStage(scene, { howler: Howler });
    const { db } = connection;
    const isMine = (shipId: number) => myPilot(connection)?.shipId === shipId;
    rowSounds(this.stage, db.collected, {
      insert: ({ shipId, kind }) => this.#collect(kind, isMine(shipId)),
      at: (row) => row,
    });
    rowSounds(this.stage, db.bump, {
      insert: ({ force }) => ({
        howl: sounds.get('bump'),
        volume: sounds.volume('bump') * Math.min(1, 0.25 + force / 900),
        rate: 1.15 - Math.min(0.3, force / 3000),
      }),
      at: (row) => row,
    });
    rowSounds(this.stage, db.ship, {
      update: ({ id, dashing }, before) =>
        dashing && !before.dashing ? sounds.get(isMine(id) ? 'dash' : 'dash-others') : undefined,
      at: (row) => row,
    });
    rowSounds(this.stage, db.pilot, {
      insert: ({ bot }) => (bot ? undefined : sounds.get('join')),
      delete: ({ bot }) => (bot ? undefined : sounds.get('leave')),
    });
    rowSounds(this.stage, db.message, { insert: sounds.get('chat') });
    this.stage.endWith(() => this.#stopEngine());
  }

  /** The hum of our ship; undefined while we have none. */
  hum(ship: ShipSprite | undefined): void {
    const engine = this.#sounds.get('engine');
    if (ship === undefined) {
      this.#stopEngine();
      return;
    }
    if (this.#engine === undefined) {
      if (!soundSwitch(Howler).isAudible || engine.state() !== 'loaded') return;
      this.#engine = engine.play();
    }
    const effort = Math.min(1.4, ship.speed / CRUISE);
    engine.volume(0.05 + 0.2 * effort, this.#engine);
    engine.rate(0.8 + 0.4 * effort, this.#engine);
  }

  #collect(kind: number, mine: boolean): Cue {
    if (!mine) return this.#sounds.get('collect-others');
    const now = performance.now();
    this.#streak = now - this.#lastOrbAt < STREAK_MS ? Math.min(STREAK_MAX, this.#streak + 1) : 0;
    this.#lastOrbAt = now;
    if (kind === RARE) return this.#sounds.get('collect-rare');
    return { howl: this.#sounds.get('collect'), rate: 1 + STREAK_STEP * this.#streak };
  }

  #stopEngine(): void {
    if (this.#engine !== undefined) this.#sounds.get('engine').stop(this.#engine);
    this.#engine = undefined;
  }
}
