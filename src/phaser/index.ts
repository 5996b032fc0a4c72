export { type Action, type ActionOptions, actions } from './actions.ts';
export { type Clock, pageClock } from './clock.ts';
export { destroyGame } from './hmr.ts';
export type { KeyLike } from './key-like.ts';
export type {
  Departure,
  Join,
  Joined,
  Mirror,
  MirrorOptions,
  RemoveReason,
  SmoothOptions,
} from './mirror-options.ts';
export { mirrorTable } from './mirror-table.ts';
export { type NewPlayerOptions, offerNewPlayer } from './new-player.ts';
export type { PlayerScope } from './player-scope.ts';
export { claimPlayer, type Player, type PlayerOptions } from './player-token.ts';
export {
  type GamePlugin,
  type PluginOptions,
  type SpacetickPlugin,
  spacetickPlugin,
  type TickedConnection,
  useConnection,
} from './plugin.ts';
export type { Pose } from './pose-fields.ts';
export { type RowSoundOptions, rowSounds } from './row-sounds.ts';
export type { Cue, SoundCue, SoundSource, SoundSystem } from './sound-source.ts';
export { type Place, type SoundStage, type SoundStageOptions, soundStage } from './sound-stage.ts';
export { type SoundSwitch, soundSwitch } from './sound-switch.ts';
export { Timeline, type TimelineOptions } from './timeline.ts';
