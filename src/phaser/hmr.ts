import type * as Phaser from 'phaser';

const STEP_WAIT_MS = 250; // a visible game steps many times in this; a hidden one never

/**
 * Destroys a game and waits until it is gone; Phaser does so on the game's next step, and a hidden page has none.
 *
 *     if (import.meta.hot) import.meta.hot.dispose(() => destroyGame(game));
 *
 * @param removeCanvas take the canvas out of the page too
 */
export function destroyGame(game: Phaser.Game, removeCanvas = true): Promise<void> {
  if ((game.loop.game as Phaser.Game | null) === null) return Promise.resolve(); // it is gone already
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (game.isRunning) game.step(game.loop.time, 0);
    }, STEP_WAIT_MS);
    game.events.once('destroy', () => {
      clearInterval(timer);
      resolve();
    });
    game.destroy(removeCanvas);
  });
}
