import { keepValue, keptValue } from './kept-value.ts';
import type { SoundSystem } from './sound-source.ts';

const MUTED_KEY = 'spacetick/muted';
const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'keydown'] as const;

/** Whether anything may be heard: not muted, the tab shown, the audio unlocked by a gesture. */
export interface SoundSwitch {
  /** The player's choice; remembered across reloads where the page may store things. */
  muted: boolean;
  /** A sound started now would be heard. */
  readonly isAudible: boolean;
}

const BY_SYSTEM = new WeakMap<SoundSystem, PageSoundSwitch>();

/**
 * The switch of howler's `Howler`: one per page, made the first time. Turns off howler's suspending of silent audio
 * (it may never wake), resumes on gestures and when the tab is shown again, and silences a hidden tab.
 */
export function soundSwitch(howler: SoundSystem): SoundSwitch {
  let known = BY_SYSTEM.get(howler);
  if (known === undefined) {
    known = new PageSoundSwitch(howler);
    BY_SYSTEM.set(howler, known);
  }
  return known;
}

class PageSoundSwitch implements SoundSwitch {
  readonly #howler: SoundSystem;
  #muted = keptValue('localStorage', MUTED_KEY) === 'true';

  constructor(howler: SoundSystem) {
    this.#howler = howler;
    howler.autoSuspend = false;
    this.#apply();
    for (const gesture of GESTURES) document.addEventListener(gesture, () => this.#resume(), { capture: true });
    document.addEventListener('visibilitychange', () => {
      this.#apply();
      if (navigator.userActivation?.hasBeenActive) this.#resume();
    });
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    keepValue('localStorage', MUTED_KEY, String(muted));
    this.#apply();
  }

  get isAudible(): boolean {
    const { ctx, usingWebAudio, noAudio } = this.#howler;
    if (this.#muted || document.hidden || noAudio) return false;
    return usingWebAudio ? ctx?.state === 'running' : true;
  }

  #apply(): void {
    this.#howler.mute(this.#muted || document.hidden);
  }

  /** The context's own state is the truth; howler's idea of it may be an old one. */
  #resume(): void {
    const { ctx } = this.#howler;
    if (ctx === null || ctx.state === 'running' || ctx.state === 'closed' || document.hidden) return;
    ctx.resume().catch(() => {}); // not allowed yet: the next gesture tries again
  }
}
