import { Howl } from 'howler';

const FILES = import.meta.glob<string>('../../assets/sounds/*.mp3', { eager: true, query: '?url', import: 'default' });

const NAMES = ['collect', 'collect-rare', 'dash', 'bump', 'join', 'leave', 'chat', 'click', 'engine', 'music'] as const;

export type SoundName = (typeof NAMES)[number];

/** Where the mix starts (assets/README.md). */
const VOLUMES: Readonly<Record<SoundName, number>> = {
  collect: 0.35,
  'collect-rare': 0.5,
  dash: 0.45,
  bump: 0.5,
  join: 0.3,
  leave: 0.3,
  chat: 0.25,
  click: 0.35,
  engine: 0.15,
  music: 0.6,
};

const LOOPS: readonly SoundName[] = ['engine', 'music'];

/** The game's sounds: made once, for as long as the page lives. */
export class Sounds {
  /** How often each was started. */
  readonly played = new Map<SoundName, number>();
  readonly #howls = new Map<SoundName, Howl>();

  constructor() {
    for (const name of NAMES) {
      const howl = new Howl({
        src: [FILES[`../../assets/sounds/${name}.mp3`]!],
        volume: VOLUMES[name],
        loop: LOOPS.includes(name),
      });
      howl.on('play', () => this.played.set(name, (this.played.get(name) ?? 0) + 1));
      this.#howls.set(name, howl);
    }
  }

  get(name: SoundName): Howl {
    return this.#howls.get(name)!;
  }

  /** The volume a sound has by default. */
  volume(name: SoundName): number {
    return VOLUMES[name];
  }
}
