import { SpacetickError } from 'spacetick';
import { claimPlayer, type Player } from 'spacetick/phaser';
import { DbConnection } from '../../bindings/index.ts';
import { badAddress, type HostAddress } from './host-address.ts';
import { type Obstacle, obstacleAt } from './host-check.ts';

/** `refused`: the host does not take our token, or the address cannot be one; trying again would not help. */
export type Phase = 'connecting' | 'online' | 'lost' | 'refused';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000; // a host that restarts is back within that
const STEADY_MS = 10_000; // a connection that lasted this long was a good one: the next retry is soon again

/** Our way to the host: one connection after the other, always as the same player. */
export class Session {
  readonly address: HostAddress;
  /** The latest connection; it may be over. Undefined only when the address is none. */
  connection: DbConnection;
  phase: Phase = 'connecting';
  /** Why it is lost or refused, in words for the player. */
  problem = '';
  /** What stands in the way, as far as we know. */
  obstacle: Obstacle | undefined;
  /** True when "play as new" would help. */
  isUnknown = false;
  /** When it is tried again: milliseconds of `performance.now()`. */
  retryAt = Number.POSITIVE_INFINITY;
  readonly #player: Player;
  readonly #listeners = new Set<() => void>();
  #isOver = false;
  #failures = 0;
  #onlineSince = 0;
  #told = '';
  #retry: ReturnType<typeof setTimeout> | undefined;

  private constructor(address: HostAddress, player: Player) {
    this.address = address;
    this.#player = player;
    this.connection = this.#connect();
  }

  /** Claims a player and connects. @throws Error in words for the player when the address cannot be one */
  static async open(address: HostAddress): Promise<Session> {
    try {
      if (/\s/.test(address.uri)) throw new TypeError('There is a space in it'); // some browsers would ask for it
      return new Session(address, await claimPlayer({ ...address, game: 'comet-run' }));
    } catch (error) {
      const code = error instanceof SpacetickError ? error.code : '';
      throw new Error(badAddress(address, code), { cause: error });
    }
  }

  /** Ends the connection, for good. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#retry);
    this.#listeners.clear();
    this.connection.disconnect();
  }

  /** @returns how to stop listening */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries again now; where something stood in the way, it is asked first whether it still does. */
  retry(): void {
    clearTimeout(this.#retry);
    if (this.obstacle === undefined) this.connection = this.#connect();
    else void this.#askAgain();
    this.#become('connecting');
  }

  /** Gives up who we were: the host makes us somebody new. */
  playAsNew(): void {
    this.#player.forget();
    this.retry();
  }

  #connect(): DbConnection {
    return DbConnection.builder()
      .withUri(this.address.uri)
      .withDatabaseName(this.address.database)
      .withToken(this.#player.token)
      .onConnect((connection, _identity, token) => {
        this.#player.save(token);
        connection
          .subscriptionBuilder()
          .onApplied(() => this.#arrived())
          .onError((_context, error) => this.#refused(`This host has another game (${error.message}).`))
          .subscribeToAllTables();
      })
      .onConnectError((_context, error) => this.#failed(error))
      .onDisconnect((_context, error) => this.#failed(error))
      .build();
  }

  #arrived(): void {
    this.#onlineSince = performance.now();
    this.#become('online');
  }

  #failed(error: Error | undefined): void {
    if (this.phase === 'refused' || this.#isOver) return;
    const code = error instanceof SpacetickError ? error.code : '';
    if (code === 'E_TOKEN_REJECTED') {
      this.isUnknown = true;
      this.#refused('The host does not know you any more. Its memory may have been wiped.');
      return;
    }
    const wasOnline = this.phase === 'online';
    if (wasOnline && performance.now() - this.#onlineSince > STEADY_MS) this.#failures = 0;
    if (wasOnline) this.#explain('The connection to the host was lost.');
    else if (this.problem === '') this.problem = this.#noAnswer; // until we know
    this.#lose();
    if (!wasOnline) void this.#askWhy(this.connection);
  }

  #lose(): void {
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.retryAt = performance.now() + delay;
    this.#retry = setTimeout(() => this.retry(), delay);
    this.#become('lost');
  }

  /** A socket that was not opened does not say why. */
  async #askWhy(failed: DbConnection): Promise<void> {
    const obstacle = await obstacleAt(this.address);
    if (this.connection !== failed || this.phase !== 'lost') return;
    this.#found(obstacle);
    this.#become('lost');
  }

  async #askAgain(): Promise<void> {
    const obstacle = await obstacleAt(this.address);
    if (this.#isOver) return;
    if (obstacle === undefined) {
      this.obstacle = undefined;
      this.retry();
    } else {
      this.#found(obstacle);
      this.#lose();
    }
  }

  #found(obstacle: Obstacle | undefined): void {
    const { uri, database } = this.address;
    this.obstacle = obstacle;
    this.#explain(obstacle === 'no database' ? `The host at ${uri} has no database "${database}".` : this.#noAnswer);
  }

  get #noAnswer(): string {
    return `No host answers at ${this.address.uri}.`;
  }

  #refused(problem: string): void {
    this.#explain(problem);
    this.#become('refused');
    this.connection.disconnect();
  }

  /** To the player; and to the console, once however often it is tried. */
  #explain(problem: string): void {
    if (problem !== this.#told) console.warn(`Comet Run: ${problem}`);
    this.#told = problem;
    this.problem = problem;
  }

  #become(phase: Phase): void {
    this.phase = phase;
    if (phase === 'online' || phase === 'refused') this.obstacle = undefined;
    if (phase === 'online') this.#told = '';
    if (phase !== 'lost') this.retryAt = Number.POSITIVE_INFINITY;
    if (phase === 'connecting' || phase === 'online') this.isUnknown = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
