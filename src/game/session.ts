import { SpacetickError } from 'spacetick';
import { claimPlayer, type Player } from 'spacetick/phaser';
import { DbConnection } from '../../bindings/index.ts';
import { badAddress, type HostAddress } from './host-address.ts';
import { lacksDatabase } from './host-check.ts';

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
  /** True when the host answers, and has no such database. */
  isMissing = false;
  /** True when "play as new" would help. */
  isUnknown = false;
  /** When it is tried again: milliseconds of `performance.now()`. */
  retryAt = Number.POSITIVE_INFINITY;
  readonly #player: Player;
  readonly #listeners = new Set<() => void>();
  #isOver = false;
  #failures = 0;
  #onlineSince = 0;
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

  /** Tries again now. */
  retry(): void {
    clearTimeout(this.#retry);
    this.connection = this.#connect();
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
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    if (wasOnline) this.problem = 'The connection to the host was lost.';
    else if (!this.isMissing) this.problem = this.#noAnswer; // else it is asked again first
    this.retryAt = performance.now() + delay;
    this.#retry = setTimeout(() => this.retry(), delay);
    this.#become('lost');
    if (!wasOnline) void this.#askWhy(this.connection);
  }

  /** A socket that was not opened does not say why. */
  async #askWhy(failed: DbConnection): Promise<void> {
    const isMissing = await lacksDatabase(this.address);
    if (isMissing === this.isMissing || this.connection !== failed || this.phase !== 'lost') return;
    this.isMissing = isMissing;
    const { uri, database } = this.address;
    this.problem = isMissing ? `The host at ${uri} has no database "${database}".` : this.#noAnswer;
    this.#become('lost');
  }

  get #noAnswer(): string {
    return `No host answers at ${this.address.uri}.`;
  }

  #refused(problem: string): void {
    this.problem = problem;
    this.#become('refused');
    this.connection.disconnect();
  }

  #become(phase: Phase): void {
    this.phase = phase;
    if (phase === 'online' || phase === 'refused') this.isMissing = false;
    if (phase !== 'lost') this.retryAt = Number.POSITIVE_INFINITY;
    if (phase === 'connecting' || phase === 'online') this.isUnknown = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
