import type { TableStore } from '../store/table-store.ts';
import type { TableChanges } from '../transaction.ts';
import type { CompiledJoin, CompiledQuery } from './compile.ts';
import { JoinRouter } from './join-router.ts';
import { LiveQuery } from './live-query.ts';
import { QueryRouter } from './router.ts';

/** All live queries of a database. @typeParam S the subscribers */
export class Subscriptions<S> {
  readonly #routers = new Map<TableStore, QueryRouter<S>>();
  /** By the tables and columns that are joined. */
  readonly #joins = new Map<string, JoinRouter<S>>();
  /** The joins that a table takes part in. */
  readonly #joinsOf = new Map<TableStore, Set<JoinRouter<S>>>();
  readonly #live = new Map<string, LiveQuery<S>>();
  #nextId = 0;

  /** Whether anybody watches the table. */
  watches(store: TableStore): boolean {
    return this.#routers.has(store) || this.#joinsOf.has(store);
  }

  /** Number of distinct queries. */
  get size(): number {
    return this.#live.size;
  }

  /** Whether one of the subscriber's sets holds a query that means the same. */
  holds(subscriber: S, query: CompiledQuery): boolean {
    return this.#live.get(query.identity)?.subscribers.has(subscriber) ?? false;
  }

  /** @param set the subscriber's query set that the query stands in */
  subscribe(subscriber: S, query: CompiledQuery, set = 0): LiveQuery<S> {
    let live = this.#live.get(query.identity);
    if (live === undefined) {
      live = new LiveQuery<S>(query, this.#nextId++);
      this.#live.set(query.identity, live);
      if (query.join === undefined) this.#routerOf(query.store).add(live);
      else this.#joinRouterOf(query, query.join).add(live);
    }
    const sets = live.subscribers.get(subscriber);
    if (sets === undefined) live.subscribers.set(subscriber, [set]);
    else sets.push(set);
    return live;
  }

  unsubscribe(subscriber: S, live: LiveQuery<S>, set = 0): void {
    const sets = live.subscribers.get(subscriber);
    const at = sets?.indexOf(set) ?? -1;
    if (sets === undefined || at < 0) return;
    sets.splice(at, 1);
    if (sets.length > 0) return;
    live.subscribers.delete(subscriber);
    if (live.subscribers.size > 0) return;
    this.#live.delete(live.query.identity);
    const { store, join } = live.query;
    if (join !== undefined) {
      this.#leaveJoin(live, join);
      return;
    }
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
    if (this.#joins.size > 0) changed.push(...this.#applyJoins(committed));
    return changed;
  }

  #applyJoins(committed: readonly TableChanges[]): LiveQuery<S>[] {
    const byStore = new Map(committed.map((each) => [each.store, each]));
    const touched = new Set(committed.flatMap(({ store }) => [...(this.#joinsOf.get(store) ?? [])]));
    return [...touched].flatMap((router) => {
      const [rows, others] = router.stores.map((store) => byStore.get(store));
      return router.apply(rows, others);
    });
  }

  #routerOf(store: TableStore): QueryRouter<S> {
    let router = this.#routers.get(store);
    if (router === undefined) {
      router = new QueryRouter<S>(store);
      this.#routers.set(store, router);
    }
    return router;
  }

  #joinRouterOf(query: CompiledQuery, join: CompiledJoin): JoinRouter<S> {
    const name = joinName(query.store, join);
    let router = this.#joins.get(name);
    if (router === undefined) {
      router = new JoinRouter<S>(query.store, join);
      this.#joins.set(name, router);
      for (const store of router.stores) {
        const joins = this.#joinsOf.get(store) ?? new Set();
        this.#joinsOf.set(store, joins.add(router));
      }
    }
    return router;
  }

  #leaveJoin(live: LiveQuery<S>, join: CompiledJoin): void {
    const name = joinName(live.query.store, join);
    const router = this.#joins.get(name);
    if (router === undefined) return;
    router.remove(live);
    if (!router.isEmpty) return;
    this.#joins.delete(name);
    for (const store of router.stores) {
      const joins = this.#joinsOf.get(store);
      joins?.delete(router);
      if (joins?.size === 0) this.#joinsOf.delete(store);
    }
  }
}

function joinName(store: TableStore, join: CompiledJoin): string {
  return `${store.identity}.${join.column} ${join.store.identity}.${join.otherColumn}`;
}
