import { type Finder, RouteTree } from '../query/route-tree.ts';
import type { RowChange } from '../store/row.ts';
import type { TableStore } from '../store/table-store.ts';
import type { ReadSet } from './read-set.ts';

interface TableReaders<V extends object> {
  readonly tree: RouteTree<V>;
  readonly counters: Set<V>;
}

/** Views by what they read: finds those that a change concerns. @typeParam V the views */
export class Readers<V extends object> implements Finder<V> {
  readonly #tables = new Map<TableStore, TableReaders<V>>();
  #concerned = new Set<V>();

  add(view: V, reads: ReadSet): void {
    for (const [store, routes] of reads.routes) {
      const { tree } = this.#of(store);
      for (const route of routes) tree.add(route, view);
    }
    for (const store of reads.counted) this.#of(store).counters.add(view);
  }

  remove(view: V, reads: ReadSet): void {
    for (const [store, routes] of reads.routes) {
      for (const route of routes) this.#tables.get(store)?.tree.remove(route, view);
      this.#dropUnread(store);
    }
    for (const store of reads.counted) {
      this.#tables.get(store)?.counters.delete(view);
      this.#dropUnread(store);
    }
  }

  isRead(store: TableStore): boolean {
    return this.#tables.has(store);
  }

  /** The views that read what these changes are about, each once. */
  concernedBy(changed: Iterable<readonly [TableStore, readonly RowChange[]]>): Set<V> {
    this.#concerned = new Set();
    for (const [store, changes] of changed) {
      const readers = this.#tables.get(store);
      if (readers === undefined) continue;
      for (const { before, after } of changes) {
        if (before !== undefined) readers.tree.follow(before, this);
        if (after !== undefined) readers.tree.follow(after, this);
        if (before === undefined || after === undefined) for (const view of readers.counters) this.found(view);
      }
    }
    return this.#concerned;
  }

  found(view: V): void {
    this.#concerned.add(view);
  }

  #of(store: TableStore): TableReaders<V> {
    let readers = this.#tables.get(store);
    if (readers === undefined) {
      readers = { tree: new RouteTree(store.def.columns), counters: new Set() };
      this.#tables.set(store, readers);
    }
    return readers;
  }

  #dropUnread(store: TableStore): void {
    const readers = this.#tables.get(store);
    if (readers?.tree.isEmpty && readers.counters.size === 0) this.#tables.delete(store);
  }
}
