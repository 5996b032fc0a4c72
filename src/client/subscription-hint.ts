import type { Parts } from './parts.ts';

const PATIENCE_MS = 3000; // a first subscription is asked for in onConnect; one that comes later is rare

const NOTHING_SUBSCRIBED =
  'A table is mirrored, but nothing has been subscribed to, so the screen stays empty. Call ' +
  'connection.subscriptionBuilder().subscribe(tables.ship), or subscribeToAllTables(), in onConnect.';

/** Says once when rows are waited for that nobody has asked for. */
export class SubscriptionHint {
  readonly #parts: Parts;
  #isConnected = false;
  #isFollowed = false;
  #isSettled = false;
  #cancel: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
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
    const { clock, reporter } = this.#parts;
    this.#cancel = clock.after(PATIENCE_MS, () => {
      if (!this.#isSettled) reporter.warnOnce('nothing subscribed', NOTHING_SUBSCRIBED);
      this.settle();
    });
  }
}
