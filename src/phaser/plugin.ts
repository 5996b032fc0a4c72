import type * as Phaser from 'phaser';
import { SpacetickError } from '../client/index.ts';
import { requireSystems } from './scene-systems.ts';

/** What the plugin needs of a connection. */
export interface TickedConnection {
  frameTick(): unknown;
}

/** How the plugin is made. */
export interface PluginOptions<Connection extends TickedConnection> {
  /** The connection to tick; may come later with `setConnection`. */
  connection?: Connection;
}

/** An entry of a game config's `plugins.global` that ticks a connection. */
export interface SpacetickPlugin<Connection extends TickedConnection> {
  /** A new one each time it is read: Phaser keeps the keys of all games of a page in one place. */
  readonly key: string;
  readonly plugin: new (manager: Phaser.Plugins.PluginManager) => GamePlugin;
  readonly start: true;
  /** What is ticked. @throws SpacetickError `E_NO_CONNECTION` before there is one */
  readonly connection: Connection;
  /** Ticks this connection from the next frame on; undefined: none. */
  setConnection(connection: Connection | undefined): void;
}

/** What Phaser's plugin manager calls. */
export interface GamePlugin {
  init(data: unknown): void;
  start(): void;
  stop(): void;
  destroy(): void;
}

const BY_GAME = new WeakMap<Phaser.Game, ConnectionSlot<TickedConnection>>();
let keys = 0;

/**
 * Ticks a connection once per game step, before any scene, so that no scene needs to call `frameTick()`.
 *
 *     const net = spacetickPlugin<DbConnection>({ connection });
 *     new Phaser.Game({ ..., plugins: { global: [net] } });
 *
 * Works with several games on a page, a game made right after another was destroyed, and hot reload.
 */
export function spacetickPlugin<Connection extends TickedConnection>(
  options: PluginOptions<Connection> = {},
): SpacetickPlugin<Connection> {
  const slot = new ConnectionSlot(options.connection);
  return {
    get key() {
      return `spacetick#${++keys}`;
    },
    plugin: pluginClass(slot),
    start: true,
    get connection() {
      return slot.require();
    },
    setConnection: (connection) => {
      slot.connection = connection;
    },
  };
}

/**
 * The connection that the plugin of this scene's game ticks.
 * @throws SpacetickError `E_NO_CONNECTION`
 */
export function useConnection<Connection extends TickedConnection = TickedConnection>(scene: Phaser.Scene): Connection {
  const slot = BY_GAME.get(requireSystems(scene, 'useConnection').game);
  if (slot !== undefined) return slot.require() as Connection;
  throw new SpacetickError(
    'E_NO_CONNECTION',
    "useConnection: this scene's game has no spacetick plugin. Add `plugins: { global: [spacetickPlugin({ connection })] }` to its config.",
  );
}

class ConnectionSlot<Connection extends TickedConnection> {
  connection: Connection | undefined;

  constructor(connection: Connection | undefined) {
    this.connection = connection;
  }

  require(): Connection {
    if (this.connection !== undefined) return this.connection;
    throw new SpacetickError(
      'E_NO_CONNECTION',
      'The spacetick plugin has no connection yet: pass one to spacetickPlugin({ connection }) or call setConnection first.',
    );
  }

  tick(): void {
    this.connection?.frameTick();
  }
}

function pluginClass<Connection extends TickedConnection>(
  slot: ConnectionSlot<Connection>,
): SpacetickPlugin<Connection>['plugin'] {
  return class implements GamePlugin {
    readonly #game: Phaser.Game;

    constructor(manager: Phaser.Plugins.PluginManager) {
      this.#game = manager.game;
      BY_GAME.set(this.#game, slot);
    }

    init(): void {
      // The connection is known; nothing comes with `data`.
    }

    start(): void {
      this.#game.events.off('step', slot.tick, slot);
      this.#game.events.on('step', slot.tick, slot);
    }

    stop(): void {
      this.#game.events.off('step', slot.tick, slot);
    }

    destroy(): void {
      this.stop();
      BY_GAME.delete(this.#game);
    }
  };
}
