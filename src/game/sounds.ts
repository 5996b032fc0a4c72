import { Howl } from 'howler';

const FILES = import.meta.glob<string>('../../assets/sounds/*.mp3', { eager: true, query: '?url', import: 'default' });

interface Mix {
  /** Name of the file, where it is not the sound's. */
  readonly file?: string;
  readonly volume: number;
  readonly loop?: boolean;
}

/** The mix (assets/README.md). What others do is quieter, and has voices of its own: it never silences what we do. */
const MIX = {
  collect: { volume: 0.35 },
  'collect-rare': { volume: 0.5 },
  'collect-others': { file: 'collect', volume: 0.1 },
  dash: { volume: 0.45 },
  'dash-others': { file: 'dash', volume: 0.14 },
  bump: { volume: 0.5 },
  join: { volume: 0.3 },
  leave: { volume: 0.3 },
  chat: { volume: 0.25 },
  click: { volume: 0.35 },
  engine: { volume: 0.15, loop: true },
  music: { volume: 0.6, loop: true },
} as const satisfies Readonly<Record<string, Mix>>;

export type SoundName = keyof typeof MIX;

/** The game's sounds: made once, for as long as the page lives. */
export class Sounds {
  /** How often each was started; loops count each turn. */
  readonly played = new Map<SoundName, number>();
  readonly #howls = new Map<SoundName, Howl>();

  constructor() {
    for (const name of Object.keys(MIX) as SoundName[]) {
      const { file = name, volume, loop = false }: Mix = MIX[name];
      const howl = new Howl({ src: [FILES[`../../assets/sounds/${file}.mp3`]!], volume, loop });
      howl.on('play', () => this.played.set(name, (this.played.get(name) ?? 0) + 1));
      this.#howls.set(name, howl);
    }
  }

  get(name: SoundName): Howl {
    return this.#howls.get(name)!;
  }

  /** Ends them all. */
  close(): void {
    for (const howl of this.#howls.values()) howl.unload();
  }

  /** The volume a sound has by default. */
  volume(name: SoundName): number {
    return MIX[name].volume;
  }
}
