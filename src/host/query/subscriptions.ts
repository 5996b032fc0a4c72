import type { TableStore } from '../store/table-store.ts';
import type { TableChanges } from '../transaction.ts';
import type { CompiledQuery } from './compile.ts';
import { LiveQuery } from './live-query.ts';
import { QueryRouter } from './router.ts';

/** All live queries of a database. @typeParam S the subscribers */
export class Subscriptions<S> {
  readonly #routers = new Map<TableStore, QueryRouter<S>>();
  readonly #live = new Map<string, LiveQuery<S>>();
  #nextId = 0;

  /** Whether anybody watches the table. */
  watches(store: TableStore): boolean {
    return this.#routers.has(store);
  }

  /** Number of distinct queries. */
  get size(): number {
    return this.#live.size;
  }

  /** @param set the subscriber's query set that the query stands in */
  subscribe(subscriber: S, query: CompiledQuery, set = 0): LiveQuery<S> {
    let live = this.#live.get(query.identity);
    if (live === undefined) {
      live = new LiveQuery<S>(query, this.#nextId++);
      this.#live.set(query.identity, live);
      let router = this.#routers.get(query.store);
      if (router === undefined) {
        router = new QueryRouter<S>(query.store);
        this.#routers.set(query.store, router);
      }
      router.add(live);
    }
    const sets = live.subscribers.get(subscriber);
    if (sets === undefined) live.subscribers.set(subscriber, [set]);
    else sets.push(set);
    return live;
  }

  unsubscribe(subscriber: S, live: LiveQuery<S>, set = 0): void {
    const sets = live.subscribers.get(subscriber);
    if (sets === undefined) return;
    sets.splice(sets.indexOf(set), 1);
    if (sets.length > 0) return;
    live.subscribers.delete(subscriber);
    if (live.subscribers.size > 0) return;
    this.#live.delete(live.query.identity);
    const { store } = live.query;
    const router = this.#routers.get(store);
    router?.remove(live);
    if (router?.isEmpty) this.#routers.delete(store);
  }

  /** The queries whose results a commit changed, their deltas filled. Clear the deltas when they have been told. */
  apply(committed: readonly TableChanges[]): LiveQuery<S>[] {
    const changed: LiveQuery<S>[] = [];
    for (const { store, changes, events } of committed) {
      const router = this.#routers.get(store);
      if (router !== undefined) changed.push(...router.apply(changes, events));
    }
    return changed;
  }
}
