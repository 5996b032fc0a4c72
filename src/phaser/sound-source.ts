/** What is needed of howler's `Howler`; pass it in, so that games without sound need no howler. */
export interface SoundSystem {
  autoSuspend: boolean;
  readonly ctx: AudioContext | null;
  readonly usingWebAudio: boolean;
  readonly noAudio: boolean;
  mute(muted: boolean): unknown;
}

/** What is needed of a `Howl`. */
export interface SoundSource {
  play(sprite?: string): number;
  stop(id: number): unknown;
  playing(id: number): boolean;
  state(): 'unloaded' | 'loading' | 'loaded';
  volume(): number;
  volume(volume: number, id: number): unknown;
  stereo(pan: number, id: number): unknown;
  rate(rate: number, id: number): unknown;
}

/** A sound to play: a `Howl`, or one with particulars. */
export type Cue = SoundSource | SoundCue;

/** A `Howl` with particulars. */
export interface SoundCue {
  howl: SoundSource;
  /** Name of a sprite of the Howl. */
  sprite?: string;
  /** 0 to 1; the Howl's own by default. */
  volume?: number;
  /** Speed and pitch; 1 by default. */
  rate?: number;
}
