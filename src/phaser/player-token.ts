import { keepValue, keptValue, type StorageName } from './kept-value.ts';
import { type PlayerScope, scopeName } from './player-scope.ts';
import { claimSlot } from './player-slot.ts';

const ANSWER_MS = 120; // tabs of one browser answer within a few; a busy one in a frame or two

/** How `claimPlayer` looks for other tabs. */
export interface PlayerOptions {
  /**
   * Without Web Locks: how long another tab has to answer that it has a slot, in milliseconds; 120 by default. A tab that
   * is busy for longer is taken for none.
   */
  answerMs?: number;
}

/** Who plays in this tab. */
export interface Player {
  /** Number of the player in this browser, from 0; undefined where tabs cannot be told apart. */
  readonly slot: number | undefined;
  /** What proves to the host that it is the same player; undefined for a new one. For `withToken`. */
  readonly token: string | undefined;
  /** True when a reload finds the token again: the page may store things. */
  readonly isRemembered: boolean;
  /** Keeps the token that the host gave: call it in `onConnect`. */
  save(token: string): void;
  /** Forgets the token: the next connection is another player ("play as new"). */
  forget(): void;
  /** Gives the slot to the next tab that asks. Closing the tab does so too. */
  release(): void;
}

/**
 * Finds out who plays in this tab: a reload is the same player, a second or duplicated tab another one, a tab opened
 * after one was closed the player of that one. Tokens are kept per host, database and game. Where the page may store
 * nothing, the player lasts as long as the page.
 *
 *     const player = await claimPlayer({ uri, database });
 *     DbConnection.builder().withUri(uri).withDatabaseName(database).withToken(player.token)
 *       .onConnect((conn, identity, token) => player.save(token));
 *
 * Asked again in the same page it gives the same player.
 * @throws SpacetickError `E_PLAYER_URI` when `uri` is not the address of a host
 */
export async function claimPlayer(scope: PlayerScope, { answerMs = ANSWER_MS }: PlayerOptions = {}): Promise<Player> {
  const name = scopeName(scope);
  let player = PLAYERS.get(name);
  if (player === undefined) {
    player = claim(name, answerMs);
    PLAYERS.set(name, player);
  }
  return player;
}

/** Players of this page by scope: asked twice (another scene, hot reload), a page is still one player. */
const PLAYERS = new Map<string, Promise<Player>>();

async function claim(name: string, answerMs: number): Promise<Player> {
  const slot = await claimSlot(name, answerMs);
  // A tab without a number shares nothing with other tabs: they would all be one player.
  const [storage, key]: [StorageName, string] =
    slot.number === undefined ? ['sessionStorage', `${name}/token`] : ['localStorage', `${name}/${slot.number}/token`];
  return new StoredPlayer(slot.number, storage, key, () => {
    PLAYERS.delete(name);
    slot.release();
  });
}

class StoredPlayer implements Player {
  readonly slot: number | undefined;
  readonly #key: string;
  readonly #storages: readonly StorageName[];
  readonly #release: () => void;
  #token: string | undefined;
  #isRemembered = false;

  constructor(slot: number | undefined, storage: StorageName, key: string, release: () => void) {
    this.slot = slot;
    this.#key = key;
    this.#storages = storage === 'localStorage' ? ['localStorage', 'sessionStorage'] : ['sessionStorage'];
    this.#release = release;
    for (const place of this.#storages) this.#token ??= keptValue(place, key);
    this.#isRemembered = this.#token !== undefined;
  }

  get token(): string | undefined {
    return this.#token;
  }

  get isRemembered(): boolean {
    return this.#isRemembered;
  }

  save(token: string): void {
    this.#token = token;
    this.#isRemembered = this.#storages.some((storage) => keepValue(storage, this.#key, token));
  }

  forget(): void {
    this.#token = undefined;
    this.#isRemembered = false;
    for (const storage of this.#storages) keepValue(storage, this.#key, undefined);
  }

  release(): void {
    this.#release();
  }
}
