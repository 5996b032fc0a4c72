import * as Phaser from 'phaser';
import { orbTint, WARM } from './palette.ts';
import type { ShipSprite } from './ship-sprite.ts';

const RINGS = 24; // shock waves at once
const RING_FRONT = 56 / 64; // radius of the bright front in ring.png, of its half
const TRAIL_SPACING = 13; // units between sparks of a trail, whatever the frame rate
const TRAIL_MOST = 24; // of one ship in one frame
const TRAIL_SPEED = 120; // units per second; slower ships leave none
const DASH_FLIGHT = 600; // units per second; only a dash is faster
const STERN = 22; // units behind a ship's centre

/** Sparks and shock waves; all of them from pools. */
export class Effects {
  readonly #scene: Phaser.Scene;
  readonly #sparks: Phaser.GameObjects.Particles.ParticleEmitter;
  readonly #trail: Phaser.GameObjects.Particles.ParticleEmitter;
  readonly #rings: Phaser.GameObjects.Group;

  constructor(scene: Phaser.Scene) {
    this.#scene = scene;
    const common = { emitting: false, blendMode: Phaser.BlendModes.ADD };
    this.#sparks = scene.add.particles(0, 0, 'spark', {
      ...common,
      speed: { min: 40, max: 260 },
      scale: { start: 0.7, end: 0 },
      lifespan: { min: 220, max: 620 },
      maxAliveParticles: 400,
    });
    this.#trail = scene.add.particles(0, 0, 'spark', {
      ...common,
      speed: { min: 0, max: 26 },
      scale: { start: 0.55, end: 0 },
      alpha: { start: 0.7, end: 0 },
      lifespan: { min: 260, max: 520 },
      maxAliveParticles: 500,
    });
    this.#trail.setDepth(4);
    this.#sparks.setDepth(14);
    this.#rings = scene.add.group({ maxSize: RINGS });
  }

  /** An orb was taken. */
  collect(x: number, y: number, kind: number): void {
    this.#burst(x, y, orbTint(kind), kind === 2 ? 26 : kind === 1 ? 12 : 6);
    if (kind === 2) this.#ring(x, y, orbTint(kind), 90, 460);
  }

  /** Something hit something. @param force speed of the hit, in units per second */
  bump(x: number, y: number, force: number): void {
    const strength = Math.min(1, force / 900);
    this.#burst(x, y, WARM, Math.round(6 + 26 * strength));
    this.#ring(x, y, WARM, 40 + 90 * strength, 320);
  }

  dash(ship: ShipSprite): void {
    this.#ring(ship.x, ship.y, ship.tint, 84, 380);
    this.#burst(ship.x, ship.y, ship.tint, 14);
  }

  appear(x: number, y: number, tint: number): void {
    this.#ring(x, y, tint, 130, 620);
    this.#burst(x, y, tint, 18);
  }

  /** The light that fast ships leave behind, along the way they came since the last frame. */
  trail(ships: Iterable<ShipSprite>): void {
    for (const ship of ships) {
      const { trail, heading, speed } = ship;
      const x = ship.x - Math.cos(heading) * STERN;
      const y = ship.y - Math.sin(heading) * STERN;
      const way = Math.hypot(x - trail.x, y - trail.y);
      if (way < TRAIL_SPACING) continue;
      const count = Math.min(TRAIL_MOST, Math.floor(way / TRAIL_SPACING));
      if (speed > TRAIL_SPEED) {
        this.#trail.setParticleTint(ship.tint);
        for (let i = 1; i <= count; i++) {
          const at = i / count;
          const jitter = Phaser.Math.FloatBetween(-3, 3);
          this.#trail.emitParticleAt(
            trail.x + (x - trail.x) * at + jitter,
            trail.y + (y - trail.y) * at - jitter,
            speed > DASH_FLIGHT ? 2 : 1,
          );
        }
      }
      trail.x = x;
      trail.y = y;
    }
  }

  #burst(x: number, y: number, tint: number, count: number): void {
    this.#sparks.setParticleTint(tint);
    this.#sparks.emitParticleAt(x, y, count);
  }

  #ring(x: number, y: number, tint: number, radius: number, duration: number): void {
    const ring: Phaser.GameObjects.Image | null = this.#rings.getFirstDead(false) ?? this.#newRing();
    if (ring === null) return;
    const full = radius / (64 * RING_FRONT);
    ring
      .setActive(true)
      .setVisible(true)
      .setPosition(x, y)
      .setTint(tint)
      .setAlpha(0.9)
      .setScale(full * 0.2);
    this.#scene.tweens.add({
      targets: ring,
      scale: full,
      alpha: 0,
      duration,
      ease: 'Cubic.Out',
      onComplete: () => ring.setActive(false).setVisible(false),
    });
  }

  #newRing(): Phaser.GameObjects.Image | null {
    if (this.#rings.isFull()) return null;
    const ring = this.#scene.add.image(0, 0, 'ring').setBlendMode(Phaser.BlendModes.ADD).setDepth(13);
    this.#rings.add(ring);
    return ring;
  }
}
