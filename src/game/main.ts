import * as Phaser from 'phaser';
import { destroyGame } from 'spacetick/phaser';
import favicon from '../../assets/images/favicon.png';
import { ArenaScene } from './arena-scene.ts';
import { Banner, showFailure } from './banner.ts';
import { BootScene } from './boot-scene.ts';
import { Cockpit } from './cockpit.ts';
import { Corner } from './corner.ts';
import { installDebugHandle } from './debug-handle.ts';
import { every } from './dom.ts';
import { leaveNote, readNote } from './flight-note.ts';
import { hostAddress } from './host-address.ts';
import { HudScene } from './hud-scene.ts';
import { NIGHT } from './palette.ts';
import { Session } from './session.ts';
import { SkyScene } from './sky-scene.ts';
import { Sounds } from './sounds.ts';
import { TitleScene } from './title-scene.ts';
import { fitPage, pixelRatio } from './view.ts';

const SIGNAL_EVERY_MS = 500;

/** @param signal ends everything that was started. @param keep is told the game as soon as there is one */
async function start(signal: AbortSignal, keep: (game: Phaser.Game) => void): Promise<void> {
  const page = new URL(location.href);
  const game = await boot(page, keep);
  if (signal.aborted) return;
  fitPage(game, signal);
  // Only now: somebody must tick a connection from its beginning, and scenes that load do not.
  const session = await Session.open(hostAddress(page, import.meta.env.VITE_SPACETICK_URI));
  const sounds = new Sounds();
  const cockpit = new Cockpit(session);
  signal.addEventListener('abort', () => end(game, cockpit, sounds));
  if (signal.aborted) return end(game, cockpit, sounds);
  const arena = new ArenaScene(cockpit, sounds);
  game.scene.add('sky', new SkyScene(), true);
  game.scene.add('arena', arena, true);
  game.scene.add('title', new TitleScene(cockpit, sounds, readNote()), true);
  game.scene.add('hud', new HudScene(cockpit, sounds));
  new Banner(session, signal);
  const corner = new Corner(signal);
  every(SIGNAL_EVERY_MS, () => corner.tell(session.phase, cockpit.ping.ms), signal);
  session.onChange(() => corner.tell(session.phase, cockpit.ping.ms));
  window.addEventListener('pagehide', () => noteFlight(cockpit), { signal });
  if (import.meta.env.DEV || page.searchParams.has('debug')) installDebugHandle(cockpit, arena, sounds);
}

/** Another version of this program takes over: it shall find the page as it was, and the player flying on. */
function end(game: Phaser.Game, cockpit: Cockpit, sounds: Sounds): void {
  noteFlight(cockpit);
  for (const scene of game.scene.getScenes(false)) game.scene.stop(scene); // so that each puts its things away
  sounds.close();
  cockpit.session.close();
}

function noteFlight({ isFlying, pilot }: Cockpit): void {
  if (isFlying && pilot !== undefined) leaveNote({ ...pilot, isFlying });
}

/** A game with its pictures loaded. */
function boot(page: URL, keep: (game: Phaser.Game) => void): Promise<Phaser.Game> {
  const ratio = pixelRatio();
  const config: Phaser.Types.Core.GameConfig = {
    // `?renderer=canvas` for machines without WebGL worth the name
    type: page.searchParams.get('renderer') === 'canvas' ? Phaser.CANVAS : Phaser.AUTO,
    parent: 'game',
    backgroundColor: NIGHT,
    scale: {
      mode: Phaser.Scale.NONE,
      width: window.innerWidth * ratio,
      height: window.innerHeight * ratio,
      zoom: 1 / ratio,
    },
    input: { gamepad: true, activePointers: 3 },
    audio: { noAudio: true }, // howler has the sound
    disableContextMenu: true,
    banner: false,
  };
  return new Promise((resolve) => {
    const game: Phaser.Game = new Phaser.Game({ ...config, scene: new BootScene(() => resolve(game)) });
    keep(game);
  });
}

const over = new AbortController();
let game: Phaser.Game | undefined;

const icon = document.createElement('link');
icon.rel = 'icon';
icon.href = favicon;
document.head.append(icon);

start(over.signal, (made) => {
  game = made;
}).catch((error: unknown) => {
  console.error(error);
  showFailure(error instanceof Error ? error.message : String(error));
});

if (import.meta.hot) {
  import.meta.hot.accept();
  import.meta.hot.dispose(async () => {
    over.abort();
    icon.remove();
    if (game !== undefined) await destroyGame(game);
  });
}
