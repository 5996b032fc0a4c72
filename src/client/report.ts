import type { Row } from '../wire/index.ts';
import type { TableChanges } from './cache/change-set.ts';
import type { ClientCache } from './cache/client-cache.ts';

/** What a tick did. One object, written anew by each tick: read it before the next. */
export class TickReport {
  /** Whether the connection goes on. */
  active = true;
  /** Messages handled. */
  messages = 0;
  /** Rows those messages told of. */
  rows = 0;
  /** Messages that wait for the next tick. */
  backlog = 0;
  /** Event rows, and others' calls that are observed, that came while the page was hidden: they were dropped. */
  dropped = 0;
  /** Milliseconds the tick took, callbacks included. */
  ms = 0;
  readonly #cache: ClientCache;
  #changes: Readonly<Record<string, TableChanges<Row>>> | undefined;

  constructor(cache: ClientCache) {
    this.#cache = cache;
  }

  /** The net of the tick's changes, by table. Built when first asked for; ask before the next tick. */
  get changes(): Readonly<Record<string, TableChanges<Row>>> {
    this.#changes ??= this.#cache.changes();
    return this.#changes;
  }

  reset(): void {
    this.messages = this.rows = this.backlog = this.dropped = this.ms = 0;
    this.#changes = undefined;
  }
}
