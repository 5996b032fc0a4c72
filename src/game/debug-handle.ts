import type { ArenaScene } from './arena-scene.ts';
import type { Cockpit } from './cockpit.ts';
import { myPilot } from './pilots.ts';
import type { Phase } from './session.ts';
import type { Sounds } from './sounds.ts';
import { pixelRatio } from './view.ts';

/** A ship as it is drawn. */
export interface DrawnShip {
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  /** Whether the host has it under thrust: whatever it is pushed around. */
  readonly thrusting: boolean;
  readonly name: string | undefined;
  /** Its pilot's points. */
  readonly score: number | undefined;
  /** Its name as it is drawn; `width` in CSS pixels. */
  readonly tag: { readonly text: string; readonly width: number };
}

/** What tests and curious people may look at: nothing in it changes the game. */
export interface CometRunHandle {
  readonly phase: Phase;
  /** Number of our ship, while we sit in it: the HUD is up and listens. */
  readonly me: number | undefined;
  /** Our identity, in hex. */
  readonly identity: string | undefined;
  /** Each ship by its number. */
  readonly ships: Readonly<Record<number, DrawnShip>>;
  /** Numbers of the orbs on screen, and where they are. */
  readonly orbs: Readonly<Record<number, { x: number; y: number; kind: number }>>;
  readonly score: number | undefined;
  /** The corner of the world that is at the page's corner, and CSS pixels per unit of the world. */
  readonly view: { x: number; y: number; scale: number };
  /** How often this game has ticked its connection: once a frame. */
  readonly ticks: number;
  readonly messages: readonly string[];
  /** How often each sound was started. */
  readonly sounds: Readonly<Record<string, number>>;
}

declare global {
  interface Window {
    __cometRun?: CometRunHandle;
  }
}

/** Puts the handle on the page: while developing, or when the address says `?debug`. */
export function installDebugHandle(cockpit: Cockpit, arena: ArenaScene, sounds: Sounds): void {
  const { session } = cockpit;
  const handle: CometRunHandle = {
    get phase() {
      return session.phase;
    },
    get me() {
      return arena.scene.isActive('hud') ? myPilot(session.connection)?.shipId : undefined;
    },
    get identity() {
      return session.connection.identity?.hex;
    },
    get ships() {
      const drawn: Record<number, DrawnShip> = {};
      for (const { id, thrusting } of session.connection.db.ship) {
        const sprite = arena.ships?.get(id);
        if (sprite === undefined) continue;
        const { name, score } = session.connection.db.pilot.shipId.find(id) ?? {};
        const { x, y, heading, tag } = sprite;
        drawn[id] = {
          x,
          y,
          rotation: heading,
          thrusting,
          name,
          score,
          tag: { text: tag.text.text, width: tag.width },
        };
      }
      return drawn;
    },
    get orbs() {
      const drawn: Record<number, CometRunHandle['orbs'][number]> = {};
      for (const { id, kind } of session.connection.db.orb) {
        const sprite = arena.orbs?.get(id);
        if (sprite !== undefined) drawn[id] = { x: sprite.x, y: sprite.y, kind };
      }
      return drawn;
    },
    get score() {
      return myPilot(session.connection)?.score;
    },
    get view() {
      const { worldView, zoom } = arena.cameras.main;
      return { x: worldView.x, y: worldView.y, scale: zoom / pixelRatio() };
    },
    get ticks() {
      return arena.ticks;
    },
    get messages() {
      return [...session.connection.db.message].map(({ text }) => text);
    },
    get sounds() {
      return Object.fromEntries(sounds.played);
    },
  };
  Object.defineProperty(window, '__cometRun', { value: Object.freeze(handle), configurable: true });
}
