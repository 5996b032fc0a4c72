import * as Phaser from 'phaser';
import favicon from '../../assets/images/favicon.png';
import { ArenaScene } from './arena-scene.ts';
import { Banner } from './banner.ts';
import { BootScene } from './boot-scene.ts';
import { Cockpit } from './cockpit.ts';
import { Corner } from './corner.ts';
import { installDebugHandle } from './debug-handle.ts';
import { byId } from './dom.ts';
import { leaveNote, takeNote } from './flight-note.ts';
import { hostAddress } from './host-address.ts';
import { HudScene } from './hud-scene.ts';
import { NIGHT } from './palette.ts';
import { Session } from './session.ts';
import { SkyScene } from './sky-scene.ts';
import { Sounds } from './sounds.ts';
import { TitleScene } from './title-scene.ts';
import { fitPage, pixelRatio } from './view.ts';

const SIGNAL_EVERY_MS = 500;

async function start(): Promise<void> {
  const page = new URL(location.href);
  const sounds = new Sounds();
  const game = await boot(page);
  fitPage(game);
  // Only now: somebody must tick a connection from its beginning, and scenes that load do not.
  const address = hostAddress(page, import.meta.env.VITE_SPACETICK_URI);
  const session = await Session.open(address).catch((error: unknown) => {
    console.error(error);
    throw new Error(`"${address.uri}" cannot be the address of a host. Is the ?host= of this page's address right?`);
  });
  const cockpit = new Cockpit(session);
  const arena = new ArenaScene(cockpit, sounds);
  game.scene.add('sky', new SkyScene(), true);
  game.scene.add('arena', arena, true);
  game.scene.add('title', new TitleScene(cockpit, sounds, takeNote()), true);
  game.scene.add('hud', new HudScene(cockpit, sounds));
  new Banner(session);
  const corner = new Corner();
  setInterval(() => corner.tell(session.phase, cockpit.ping.ms), SIGNAL_EVERY_MS);
  session.onChange(() => corner.tell(session.phase, cockpit.ping.ms));
  window.addEventListener('pagehide', () => {
    const { identity } = session.connection;
    if (cockpit.isFlying && identity !== undefined) leaveNote(identity.hex);
  });
  if (import.meta.env.DEV || page.searchParams.has('debug')) installDebugHandle(cockpit, arena, sounds);
}

/** A game with its pictures loaded. */
function boot(page: URL): Promise<Phaser.Game> {
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
  });
}

/** The address cannot be a host: say so, whatever else does not work. */
function explain(error: unknown): void {
  byId('banner-title', HTMLElement).textContent = 'No arena here';
  byId('banner-text', HTMLElement).textContent = error instanceof Error ? error.message : String(error);
  const action = byId('banner-action', HTMLButtonElement);
  action.textContent = 'Try again';
  action.addEventListener('click', () => location.reload());
  byId('banner', HTMLElement).hidden = false;
}

const icon = document.createElement('link');
icon.rel = 'icon';
icon.href = favicon;
document.head.append(icon);

start().catch(explain);
