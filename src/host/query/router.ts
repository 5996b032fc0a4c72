import type { Row, RowChange, TableStore } from '../store/table-store.ts';
import type { LiveQuery } from './live-query.ts';
import { type Finder, RouteTree } from './route-tree.ts';

/**
 * The live queries of one table, found by what changed: a query that demands `chunk = 7` is asked only about rows that
 * are or were in chunk 7, however many such queries there are.
 */
export class QueryRouter<S> implements Finder<LiveQuery<S>> {
  readonly #tree: RouteTree<LiveQuery<S>>;
  readonly #touched = new Set<LiveQuery<S>>();
  #size = 0;
  /** Number of the change at hand, the row before and after it. An event has neither, but its row. */
  #change = 0;
  #before: Row | undefined;
  #after: Row | undefined;
  #event: Row | undefined;

  constructor(store: TableStore) {
    this.#tree = new RouteTree(store.def.columns);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(live: LiveQuery<S>): void {
    this.#size++;
    for (const route of live.query.routes) this.#tree.add(route, live);
  }

  /** @param live a query that was added */
  remove(live: LiveQuery<S>): void {
    this.#size--;
    for (const route of live.query.routes) this.#tree.remove(route, live);
  }

  /** Records the changes with the queries they touch; returns those whose result changed. */
  apply(changes: readonly RowChange[], events: readonly Row[]): LiveQuery<S>[] {
    for (const { before, after } of changes) this.#ask(before, after, undefined);
    for (const row of events) this.#ask(undefined, undefined, row);
    this.#before = this.#after = this.#event = undefined;
    const changed = [...this.#touched].filter((live) => !live.delta.isEmpty);
    this.#touched.clear();
    return changed;
  }

  #ask(before: Row | undefined, after: Row | undefined, event: Row | undefined): void {
    this.#change++;
    this.#before = before;
    this.#after = after;
    this.#event = event;
    if (before !== undefined) this.#tree.follow(before, this);
    if (after !== undefined) this.#tree.follow(after, this);
    if (event !== undefined) this.#tree.follow(event, this);
  }

  /** Asks a query about the change at hand, once. */
  found(live: LiveQuery<S>): void {
    if (live.asked === this.#change) return;
    live.asked = this.#change;
    if (this.#event === undefined) live.record(this.#before, this.#after);
    else live.recordEvent(this.#event);
    this.#touched.add(live);
  }
}
