import type { Player } from './player-token.ts';

/** How the player is asked, and what follows. */
export interface NewPlayerOptions {
  /** Asks whether to go on as somebody new; a dialog of the page by default. */
  ask?: () => boolean | PromiseLike<boolean>;
  /** Builds the next connection; by default the page is loaded again. */
  restart?: () => void;
}

const QUESTION =
  'The game server does not know you any more: your player has expired, or the server was set up anew. ' +
  'Play as somebody new? What belonged to your old player stays with them.';

/** Its own looks, whatever the page's are. */
const DIALOG =
  'box-sizing: border-box; max-width: min(26em, 92vw); padding: 1.5em; border: 1px solid #3a4580; border-radius: 14px; ' +
  'color: #eef1ff; background: #141a38; font: 16px/1.45 system-ui, sans-serif; box-shadow: 0 12px 48px #000a';
const BUTTON =
  'padding: 0.6em 1.2em; border: 1px solid #4d5dab; border-radius: 999px; color: #fff; font: inherit; cursor: pointer; ';

/**
 * For `onConnectError`: when the host does not take this player's token, asks the player whether to go on as somebody
 * new; if so, the token is forgotten and the game starts again. Nobody becomes somebody else unasked. If not, and for
 * any other error, one line on the console says why there is no connection.
 * @returns whether the player goes on as somebody new
 */
export async function offerNewPlayer(player: Player, error: Error, options: NewPlayerOptions = {}): Promise<boolean> {
  const { ask = askInDialog, restart = () => location.reload() } = options;
  if ((error as { code?: unknown }).code !== 'E_TOKEN_REJECTED' || !(await ask())) {
    console.error(`[spacetick] no connection: ${error.message}`); // where it was found out helps nobody
    return false;
  }
  player.forget();
  restart();
  return true;
}

/** Not `confirm()`: browsers do not show it in a frame of another site, which is where itch.io puts games. */
function askInDialog(): Promise<boolean> {
  const dialog = document.createElement('dialog');
  const question = document.createElement('p');
  question.textContent = QUESTION;
  question.style.margin = '0 0 1.2em';
  const answers = document.createElement('form');
  answers.method = 'dialog';
  answers.style.cssText = 'display: flex; flex-wrap: wrap; gap: 0.7em';
  for (const [value, text] of [
    ['new', 'Play as new'],
    ['', 'Not now'],
  ] as const) {
    const button = document.createElement('button');
    button.value = value;
    button.textContent = text;
    button.style.cssText = `${BUTTON}background: ${value === '' ? 'transparent' : '#2b50d6'}`;
    answers.append(button);
  }
  dialog.style.cssText = DIALOG;
  dialog.append(question, answers);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'new');
    });
    dialog.showModal();
  });
}
