import type { LoadedView } from '../../module/index.ts';
import { type Identity, SpacetickError } from '../../values/index.ts';
import { isSameShape } from '../migrate.ts';
import { TableStore, type TouchListener } from '../store/table-store.ts';
import type { TableChanges } from '../transaction.ts';
import { ReadSet } from './read-set.ts';
import { Readers } from './readers.ts';
import { putRows } from './view-rows.ts';
import { type Computed, ViewRunner } from './view-runner.ts';

/** Rows of a view for one sender, or for all of them. */
interface Materialised {
  readonly view: LoadedView;
  /** Whom it is for; of no meaning to an anonymous one. */
  readonly sender: Identity;
  readonly store: TableStore;
  reads: ReadSet;
}

/** What views use of their database. */
export interface ViewHost {
  /** A view that a commit computed failed. */
  viewFailed(message: string): void;
  /** Runs module code outside of a call of the module: it may be stopped, what comes after it may not. */
  unsealed<T>(run: () => T): T;
}

const FEW = 16; // views that nobody watches are kept that long, for who asks again

/** Nobody rolls a view back: its rows are changed once the transaction that changes them is sure. */
const UNLISTENED: TouchListener = { touched: () => undefined };

/**
 * The views of a module, materialised while somebody watches them: one for everybody, or one for each sender. A commit
 * computes those whose reads it touched, before it is sure; when it is, their changes join its changes.
 */
export class Views {
  readonly #views: ReadonlyMap<string, LoadedView>;
  readonly #runner: ViewRunner;
  readonly #host: ViewHost;
  readonly #materialised = new Map<string, Materialised>();
  readonly #readers = new Readers<Materialised>();
  readonly #staged = new Map<Materialised, Computed>();
  /** Whether the open transaction's views have been computed. */
  isStaged = false;
  #sweepAt = FEW;

  constructor(views: readonly LoadedView[], stores: readonly TableStore[], host: ViewHost) {
    const named = views.map((view) => [view.name, view] as const);
    const called = views.map((view) => [view.accessor, view] as const);
    this.#views = new Map([...called, ...named]);
    this.#runner = new ViewRunner(stores);
    this.#host = host;
  }

  /** How many are materialised. */
  get size(): number {
    return this.#materialised.size;
  }

  /**
   * The rows of a view as a table, materialised if they are not; undefined when there is no such view.
   * @param name on the wire or in the module
   * @throws SpacetickError E_VIEW when its function fails
   */
  find(name: string, caller: Identity): TableStore | undefined {
    const view = this.#views.get(name);
    if (view === undefined) return undefined;
    const key = keyOfView(view, caller);
    const known = this.#materialised.get(key);
    if (known !== undefined) return known.store;
    const store = new TableStore(
      view.table,
      UNLISTENED,
      view.isAnonymous ? view.name : `${view.name} of ${caller.hex}`,
    );
    const made: Materialised = { view, sender: caller, store, reads: new ReadSet() };
    const { reads, rows, error } = this.#host.unsealed(() => this.#runner.compute(view, caller, store));
    if (rows === undefined) throw new SpacetickError('E_VIEW', error!);
    made.reads = reads;
    putRows(store, rows);
    store.commit();
    this.#readers.add(made, reads);
    this.#materialised.set(key, made);
    return store;
  }

  /** Computes what the open transaction touches, for when it commits. Module code runs here, and may be stopped. */
  stage(written: readonly TableStore[], isWatched: (store: TableStore) => boolean): void {
    this.#staged.clear();
    this.isStaged = true;
    if (this.#materialised.size === 0) return;
    if (this.#materialised.size > this.#sweepAt) this.sweep(isWatched);
    const read = written.filter((store) => this.#readers.isRead(store));
    if (read.length === 0) return;
    for (const made of this.#readers.concernedBy(read.map((store) => [store, store.changes()] as const))) {
      if (!isWatched(made.store)) {
        this.#drop(made);
        continue;
      }
      this.#stage(made);
    }
  }

  /** The transaction is sure: takes what was computed for it. @returns how views changed */
  commit(): TableChanges[] {
    this.isStaged = false;
    if (this.#staged.size === 0) return [];
    const changed: TableChanges[] = [];
    for (const [made, { reads, rows }] of this.#staged) {
      this.#readers.remove(made, made.reads);
      made.reads = reads;
      this.#readers.add(made, reads);
      if (rows === undefined) continue;
      const { store } = made;
      putRows(store, rows);
      const changes = store.changes();
      store.commit();
      if (changes.length > 0) changed.push({ store, changes, events: [] });
    }
    this.#staged.clear();
    return changed;
  }

  /** The transaction is undone, or was stopped in the middle of a view. */
  rollback(): void {
    this.#runner.reset();
    this.isStaged = false;
    this.#staged.clear();
  }

  /** Drops what nobody watches. */
  sweep(isWatched: (store: TableStore) => boolean): void {
    for (const made of this.#materialised.values()) if (!isWatched(made.store)) this.#drop(made);
    this.#sweepAt = 2 * this.#materialised.size + FEW;
  }

  /**
   * Takes over what was watched in another version of the module, rows and all, and computes it anew: `commit` then
   * tells what changed. A view whose columns are others is not taken over.
   */
  adopt(before: Views, isWatched: (store: TableStore) => boolean): void {
    for (const [key, { view: old, sender, store: oldStore }] of before.#materialised) {
      const view = this.#views.get(old.name);
      if (!isWatched(oldStore) || view === undefined || !isSameShape(old.table, view.table)) continue;
      if (keyOfView(view, sender) !== key) continue;
      const store = new TableStore(view.table, UNLISTENED, oldStore.identity);
      const made: Materialised = { view, sender, store, reads: new ReadSet() };
      putRows(store, oldStore.rows);
      store.commit();
      this.#materialised.set(key, made);
      this.#stage(made);
    }
  }

  #stage(made: Materialised): void {
    const computed = this.#runner.compute(made.view, made.sender, made.store);
    if (computed.error !== undefined) this.#host.viewFailed(computed.error);
    this.#staged.set(made, computed);
  }

  #drop(made: Materialised): void {
    this.#readers.remove(made, made.reads);
    this.#materialised.delete(keyOfView(made.view, made.sender));
  }
}

function keyOfView(view: LoadedView, sender: Identity): string {
  return view.isAnonymous ? view.name : `${view.name} ${sender.hex}`;
}
