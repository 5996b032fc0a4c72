import * as Phaser from 'phaser';
import { type Action, actions, type Mirror } from 'spacetick/phaser';
import type { DbConnection } from '../../bindings/index.ts';
import type { Bump, Config, Pilot } from '../../bindings/types.ts';
import { ArenaCamera } from './arena-camera.ts';
import { mirrorOrbs, mirrorShips } from './arena-objects.ts';
import { ArenaSound } from './arena-sound.ts';
import type { Cockpit } from './cockpit.ts';
import { Compass } from './compass.ts';
import { Effects } from './effects.ts';
import { addFence } from './fence.ts';
import { landmarksFor } from './landmarks.ts';
import type { OrbSprite } from './orb-sprite.ts';
import { myPilot, ranking } from './pilots.ts';
import type { ShipSprite } from './ship-sprite.ts';
import type { Sounds } from './sounds.ts';
import { Steering } from './steering.ts';
import type { Thrust } from './thrust.ts';

const SHOWN_LATE_MS = 100; // what is drawn lies two steps behind the host; a bump is drawn when its ships meet
const SHAKE_REACH = 140; // units; bumps further away do not shake us
const SPECTATED_MS = 12_000; // then another ship is watched
const LANDMARKS_EVERY_MS = 250;
const LONGEST_FRAME_MS = 250; // after a longer one the camera does not leap
const AT_REST: Thrust = { x: 0, y: 0 };

/** The arena: the database's ships and orbs, on screen. Behind the title it shows how others play. */
export class ArenaScene extends Phaser.Scene {
  connection!: DbConnection;
  ships!: Mirror<ShipSprite>;
  orbs!: Mirror<OrbSprite>;
  /** How often it has ticked. */
  ticks = 0;
  readonly #cockpit: Cockpit;
  readonly #sounds: Sounds;
  #effects!: Effects;
  #sound!: ArenaSound;
  #camera!: ArenaCamera;
  #compass!: Compass;
  #steering!: Steering;
  #steer!: Action<Thrust>;
  #landmarks: ReturnType<typeof landmarksFor> = [];
  #landmarksAt = 0;
  #watched: number | undefined;
  #watchedUntil = 0;
  #lookedAt = 0;

  constructor(cockpit: Cockpit, sounds: Sounds) {
    super('arena');
    this.#cockpit = cockpit;
    this.#sounds = sounds;
  }

  create(): void {
    this.connection = this.#cockpit.session.connection;
    const { db } = this.connection;
    this.#effects = new Effects(this);
    this.ships = mirrorShips(this, this.connection, this.#effects);
    this.orbs = mirrorOrbs(this, this.connection, this.#effects, this.ships);
    this.#sound = new ArenaSound(this, this.connection, this.#sounds);
    this.#compass = new Compass(this);
    this.#steering = new Steering(this, () => this.#cockpit.dash());
    this.#steer = actions(this.#cockpit.steer, { perSecond: 20, neutral: AT_REST, scene: this });
    this.#landmarks = [];
    this.#watched = undefined;

    const known = db.config.id.find(0);
    this.#camera = new ArenaCamera(this.cameras.main, known?.worldWidth ?? 0, known?.worldHeight ?? 0);
    const onConfig = (_context: unknown, config: Config) => this.#showWorld(config);
    const onBump = (_context: unknown, bump: Bump) => this.time.delayedCall(SHOWN_LATE_MS, () => this.#showBump(bump));
    if (known === null) db.config.onInsert(onConfig);
    else this.#showWorld(known);
    db.bump.onInsert(onBump);
    this.events.on(Phaser.Scenes.Events.POST_UPDATE, this.#look, this); // after the mirrors' own
    this.events.once(Phaser.Scenes.Events.SHUTDOWN, () => {
      db.config.removeOnInsert(onConfig);
      db.bump.removeOnInsert(onBump);
      this.events.off(Phaser.Scenes.Events.POST_UPDATE, this.#look, this);
    });
    if (this.#cockpit.isFlying) void this.#cockpit.rejoin();
  }

  override update(): void {
    this.connection.frameTick();
    this.ticks++;
    this.#fly();
    this.#followSession();
  }

  #fly(): void {
    const mine = this.#myShip();
    if (mine === undefined || !this.#cockpit.isFlying) {
      this.#steer.forget();
      return;
    }
    const { worldView, zoom } = this.cameras.main;
    this.#steer(this.#steering.read({ x: (mine.x - worldView.x) * zoom, y: (mine.y - worldView.y) * zoom }));
  }

  /** Another connection took the place of a lost one: everything is shown anew, from its tables. */
  #followSession(): void {
    const { session } = this.#cockpit;
    if (session.connection !== this.connection && session.phase === 'online') this.scene.restart();
  }

  #look(time: number): void {
    // Phaser's own delta is smoothed: on a slow machine it tells of less time than has passed.
    const now = performance.now();
    const seconds = Math.min(LONGEST_FRAME_MS, now - this.#lookedAt) / 1000;
    this.#lookedAt = now;
    const mine = this.#myShip();
    const followed = this.#cockpit.isFlying ? mine : this.#spectated(time);
    this.#camera.follow(followed, seconds, this.#cockpit.isFlying);
    const { zoom, worldView } = this.cameras.main;
    for (const ship of this.ships.objects()) ship.animate(time, seconds, zoom);
    for (const orb of this.orbs.objects()) if (worldView.contains(orb.x, orb.y)) orb.animate(time);
    this.#effects.trail(this.ships.objects());
    this.#point(time, followed, mine !== undefined && this.#cockpit.isFlying);
    this.#sound.hum(this.#cockpit.isFlying ? mine : undefined);
  }

  #point(time: number, from: ShipSprite | undefined, isOurs: boolean): void {
    if (time >= this.#landmarksAt) {
      this.#landmarksAt = time + LANDMARKS_EVERY_MS;
      this.#landmarks =
        from !== undefined && isOurs ? landmarksFor(this.connection, from, myPilot(this.connection)) : [];
    }
    this.#compass.point(this.#landmarks);
  }

  #myShip(): ShipSprite | undefined {
    const pilot = myPilot(this.connection);
    return pilot && this.ships.get(pilot.shipId);
  }

  /** Whoever leads, then somebody else after a while. */
  #spectated(time: number): ShipSprite | undefined {
    let ship = this.#watched === undefined ? undefined : this.ships.get(this.#watched);
    if (ship === undefined || time >= this.#watchedUntil) {
      const candidates: Pilot[] = ranking(this.connection.db.pilot).filter(({ shipId }) => shipId !== this.#watched);
      const next = candidates[0];
      this.#watched = next?.shipId ?? this.#watched;
      this.#watchedUntil = time + SPECTATED_MS;
      ship = this.#watched === undefined ? undefined : this.ships.get(this.#watched);
    }
    return ship;
  }

  #showWorld({ worldWidth, worldHeight }: Config): void {
    addFence(this, worldWidth, worldHeight);
    this.#camera = new ArenaCamera(this.cameras.main, worldWidth, worldHeight);
  }

  #showBump({ x, y, force }: Bump): void {
    this.#effects.bump(x, y, force);
    const mine = this.#myShip();
    if (mine === undefined || Math.hypot(mine.x - x, mine.y - y) > SHAKE_REACH) return;
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.cameras.main.shake(120 + force / 8, Math.min(0.012, force / 90_000));
  }
}
