import type { Clock } from './clock.ts';

const PATIENCE_MS = 3000; // a first subscription is asked for in onConnect; one that comes later is rare

const NOTHING_SUBSCRIBED =
  'A table is mirrored, but nothing has been subscribed to, so the screen stays empty. Call ' +
  'connection.subscriptionBuilder().subscribe(tables.ship), or subscribeToAllTables(), in onConnect.';

/** Says once when rows are waited for that nobody has asked for. */
export class SubscriptionHint {
  readonly #clock: Clock;
  readonly #warn: (text: string) => void;
  #isConnected = false;
  #isFollowed = false;
  #isSettled = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, warn: (text: string) => void) {
    this.#clock = clock;
    this.#warn = warn;
  }

  connected(): void {
    this.#isConnected = true;
    this.#start();
  }

  /** Somebody follows a table. */
  followed(): void {
    this.#isFollowed = true;
    this.#start();
  }

  /** Something was subscribed to, or the connection is over. */
  settle(): void {
    this.#isSettled = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #start(): void {
    if (this.#isSettled || this.#cancel !== undefined || !this.#isConnected || !this.#isFollowed) return;
    this.#cancel = this.#clock.after(PATIENCE_MS, () => {
      if (!this.#isSettled) this.#warn(NOTHING_SUBSCRIBED);
      this.settle();
    });
  }
}
