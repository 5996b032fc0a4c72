import { type Key, type KeyOf, keyOf } from '../../values/index.ts';
import type { Row, RowChange, TableStore } from '../store/table-store.ts';
import type { LiveQuery } from './live-query.ts';

interface Route<S> {
  /** Property of the row. */
  readonly property: string;
  readonly keyOf: KeyOf;
  readonly queries: Map<Key, Set<LiveQuery<S>>>;
}

/**
 * The live queries of one table, found by what changed: a query that demands `chunk = 7` is asked only about rows that
 * are or were in chunk 7, however many such queries there are.
 */
export class QueryRouter<S> {
  readonly store: TableStore;
  readonly #routes = new Map<number, Route<S>>();
  /** Queries without an equality to go by; asked about every change. */
  readonly #unrouted = new Set<LiveQuery<S>>();
  readonly #touched = new Set<LiveQuery<S>>();

  constructor(store: TableStore) {
    this.store = store;
  }

  get isEmpty(): boolean {
    return this.#routes.size === 0 && this.#unrouted.size === 0;
  }

  add(live: LiveQuery<S>): void {
    const { route } = live.query;
    if (route === undefined) {
      this.#unrouted.add(live);
      return;
    }
    let known = this.#routes.get(route.column);
    if (known === undefined) {
      const { key: property, type } = this.store.def.columns[route.column]!;
      known = { property, keyOf: keyOf(type), queries: new Map() };
      this.#routes.set(route.column, known);
    }
    let queries = known.queries.get(route.key);
    if (queries === undefined) {
      queries = new Set();
      known.queries.set(route.key, queries);
    }
    queries.add(live);
  }

  remove(live: LiveQuery<S>): void {
    const { route } = live.query;
    if (route === undefined) {
      this.#unrouted.delete(live);
      return;
    }
    const known = this.#routes.get(route.column);
    const queries = known?.queries.get(route.key);
    if (known === undefined || queries === undefined) return;
    queries.delete(live);
    if (queries.size === 0) known.queries.delete(route.key);
    if (known.queries.size === 0) this.#routes.delete(route.column);
  }

  /** Records the changes with the queries they touch; returns those whose result changed. */
  apply(changes: readonly RowChange[], events: readonly Row[]): LiveQuery<S>[] {
    for (const { before, after } of changes) this.#change(before, after);
    for (const row of events) this.#event(row);
    const changed = [...this.#touched].filter((live) => !live.delta.isEmpty);
    this.#touched.clear();
    return changed;
  }

  #change(before: Row | undefined, after: Row | undefined): void {
    for (const live of this.#unrouted) this.#record(live, before, after);
    for (const route of this.#routes.values()) {
      const from = before && route.keyOf(before[route.property]);
      const to = after && route.keyOf(after[route.property]);
      if (before !== undefined && after !== undefined && from === to) {
        this.#recordAll(route.queries.get(from!), before, after);
        continue;
      }
      if (before !== undefined) this.#recordAll(route.queries.get(from!), before, undefined);
      if (after !== undefined) this.#recordAll(route.queries.get(to!), undefined, after);
    }
  }

  #recordAll(queries: Set<LiveQuery<S>> | undefined, before: Row | undefined, after: Row | undefined): void {
    if (queries !== undefined) for (const live of queries) this.#record(live, before, after);
  }

  #record(live: LiveQuery<S>, before: Row | undefined, after: Row | undefined): void {
    live.record(before, after);
    this.#touched.add(live);
  }

  #event(row: Row): void {
    for (const live of this.#unrouted) this.#recordEvent(live, row);
    for (const route of this.#routes.values()) {
      const queries = route.queries.get(route.keyOf(row[route.property]));
      if (queries !== undefined) for (const live of queries) this.#recordEvent(live, row);
    }
  }

  #recordEvent(live: LiveQuery<S>, row: Row): void {
    live.recordEvent(row);
    this.#touched.add(live);
  }
}
