import type * as Phaser from 'phaser';
import { SpacetickError } from '../client/index.ts';

/**
 * The scene's systems. Phaser gives a scene its systems when it is added to a game.
 * @param caller what needs them, for the error text
 */
export function requireSystems(scene: Phaser.Scene, caller: string): Phaser.Scenes.Systems {
  const systems = scene.sys as Phaser.Scenes.Systems | undefined;
  if (systems?.events !== undefined && systems.game !== undefined) return systems;
  throw new SpacetickError(
    'E_SCENE',
    `${caller} needs a scene that runs. This one was not started yet: it has no events. Call it in the scene's create().`,
  );
}

/** Calls `end` once, when the scene shuts down or its game goes. Returns how to stop waiting. */
export function onSceneEnd(systems: Phaser.Scenes.Systems, end: () => void): () => void {
  const { events } = systems;
  const stop = () => {
    events.off('shutdown', once);
    events.off('destroy', once);
  };
  const once = () => {
    stop();
    end();
  };
  events.on('shutdown', once);
  events.on('destroy', once);
  return stop;
}
