import type * as Phaser from 'phaser';
import { onSceneEnd, requireSystems } from './scene-systems.ts';
import type { Cue, SoundCue, SoundSource, SoundSystem } from './sound-source.ts';
import { type SoundSwitch, soundSwitch } from './sound-switch.ts';

const VOICES = 24; // more at once is noise
const VOICES_PER_SOUND = 4; // of one sound, a fifth adds nothing but volume
const STARTS_PER_FRAME = 4; // a message may change hundreds of rows at once
const PAN = 0.8; // never all in one ear

/** How a scene sounds. Distances are in world units. */
export interface SoundStageOptions {
  /** howler's `Howler`. */
  howler: SoundSystem;
  /** Sounds fade to nothing at this distance from the camera's centre; by default the diagonal of what it shows. */
  reach?: number;
  /** Sounds at once; the oldest makes room. 24 by default. */
  voices?: number;
  /** Of one Howl at once; 4 by default. */
  voicesPerSound?: number;
  /** Sounds started in one frame; the rest is dropped. 4 by default. */
  startsPerFrame?: number;
  /** How far to one side a sound at the edge of the view goes: 0 to 1, 0.8 by default. */
  pan?: number;
}

/** A place in the world. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Plays sounds of a scene. */
export interface SoundStage {
  /** Plays a sound, as heard from the camera's centre when it has a place. False when it cannot be heard. */
  play(cue: Cue, at?: Place): boolean;
  /** The player's choice for the whole page, remembered. */
  muted: boolean;
  /** Stops the sounds it plays. Done when the scene ends. */
  stop(): void;
  /** Calls `end` when the stage stops, at once if it has. */
  endWith(end: () => void): void;
}

/**
 * Sound by howler, for a scene: panned and faded by the distance to the camera, with a cap on voices. Nothing is
 * queued: a sound that cannot be heard now (locked, muted, hidden, not loaded, too far) is not played later.
 *
 *     const stage = soundStage(this, { howler: Howler });
 *     rowSounds(stage, conn.db.orb, { delete: taken, at: (orb) => orb });
 */
export function soundStage(scene: Phaser.Scene, options: SoundStageOptions): SoundStage {
  return new CameraSoundStage(requireSystems(scene, 'soundStage'), options);
}

interface Voice {
  howl: SoundSource;
  id: number;
}

class CameraSoundStage implements SoundStage {
  readonly #systems: Phaser.Scenes.Systems;
  readonly #options: SoundStageOptions;
  readonly #switch: SoundSwitch;
  /** What may still be heard, oldest first. */
  #voices: Voice[] = [];
  #frame = -1;
  #starts = 0;
  #isOver = false;
  #endings: (() => void)[] = [];

  constructor(systems: Phaser.Scenes.Systems, options: SoundStageOptions) {
    this.#systems = systems;
    this.#options = options;
    this.#switch = soundSwitch(options.howler);
    onSceneEnd(systems, () => this.stop());
  }

  get muted(): boolean {
    return this.#switch.muted;
  }

  set muted(muted: boolean) {
    this.#switch.muted = muted;
  }

  play(cue: Cue, at?: Place): boolean {
    if (this.#isOver || !this.#switch.isAudible) return false;
    const { howl, sprite, volume, rate } = asCue(cue);
    if (howl.state() !== 'loaded') return false; // howler would play it when it has loaded, long after
    const heard = at === undefined ? CENTRE : this.#hear(at);
    if (heard.loudness <= 0 || !this.#mayStart()) return false;
    this.#makeRoom(howl);
    const id = howl.play(sprite);
    if (typeof id !== 'number') return false; // no such sprite
    howl.volume((volume ?? howl.volume()) * heard.loudness, id);
    howl.stereo(heard.pan, id); // always: a voice keeps the pan of its last use
    if (rate !== undefined) howl.rate(rate, id);
    this.#voices.push({ howl, id });
    return true;
  }

  stop(): void {
    this.#isOver = true;
    for (const { howl, id } of this.#voices) howl.stop(id);
    this.#voices = [];
    for (const end of this.#endings.splice(0)) end();
  }

  endWith(end: () => void): void {
    if (this.#isOver) end();
    else this.#endings.push(end);
  }

  #hear(at: Place): { loudness: number; pan: number } {
    const { midPoint, displayWidth, displayHeight } = this.#systems.cameras.main;
    const x = at.x - midPoint.x;
    const reach = this.#options.reach ?? Math.hypot(displayWidth, displayHeight);
    const side = Math.max(-1, Math.min(1, x / (displayWidth / 2)));
    return { loudness: 1 - Math.hypot(x, at.y - midPoint.y) / reach, pan: side * (this.#options.pan ?? PAN) };
  }

  #mayStart(): boolean {
    const { frame } = this.#systems.game.loop;
    if (frame !== this.#frame) this.#starts = 0;
    this.#frame = frame;
    return this.#starts++ < (this.#options.startsPerFrame ?? STARTS_PER_FRAME);
  }

  #makeRoom(howl: SoundSource): void {
    this.#voices = this.#voices.filter((voice) => voice.howl.playing(voice.id));
    const same = this.#voices.filter((voice) => voice.howl === howl);
    if (same.length >= (this.#options.voicesPerSound ?? VOICES_PER_SOUND)) this.#end(same[0]!);
    if (this.#voices.length >= (this.#options.voices ?? VOICES)) this.#end(this.#voices[0]!);
  }

  #end(voice: Voice): void {
    voice.howl.stop(voice.id);
    this.#voices.splice(this.#voices.indexOf(voice), 1);
  }
}

const CENTRE = { loudness: 1, pan: 0 };

function asCue(cue: Cue): SoundCue {
  return 'howl' in cue ? cue : { howl: cue };
}
