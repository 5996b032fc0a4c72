import * as Phaser from 'phaser';
import favicon from '../../assets/images/favicon.png';
import { ArenaScene } from './arena-scene.ts';
import { Banner } from './banner.ts';
import { BootScene } from './boot-scene.ts';
import { Cockpit } from './cockpit.ts';
import { Corner } from './corner.ts';
import { installDebugHandle } from './debug-handle.ts';
import { byId } from './dom.ts';
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
  const session = await Session.open(hostAddress(page, import.meta.env.VITE_SPACETICK_URI));
  const cockpit = new Cockpit(session);
  const sounds = new Sounds();
  const arena = new ArenaScene(cockpit, sounds);
  const ratio = pixelRatio();
  const game = new Phaser.Game({
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
    scene: [new BootScene(), new SkyScene(), arena, new TitleScene(cockpit, sounds), new HudScene(cockpit, sounds)],
  });
  fitPage(game);
  new Banner(session);
  const corner = new Corner();
  setInterval(() => corner.tell(session.phase, cockpit.ping), SIGNAL_EVERY_MS);
  session.onChange(() => corner.tell(session.phase, cockpit.ping));
  if (import.meta.env.DEV || page.searchParams.has('debug')) installDebugHandle(cockpit, arena, sounds);
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
