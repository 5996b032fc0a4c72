import type { Row, TableStore } from '../store/table-store.ts';
import type { TableChanges } from '../transaction.ts';
import { ChangedSide } from './changed-side.ts';
import type { CompiledJoin } from './compile.ts';
import { JoinDelta } from './join-delta.ts';
import type { LiveQuery } from './live-query.ts';
import { type Paired, PairTree } from './pair-tree.ts';
import type { Finder } from './route-tree.ts';
import { SeenColumns } from './seen-columns.ts';

/**
 * The live joins of two tables on the same columns. A commit gives and takes pairs of rows, found through the indexes of
 * those columns; a pair finds the queries it matters to by what they demand of both rows. So a commit's work follows
 * the rows it changed and the pairs of them that some query may want, however large the tables, however many the queries.
 *
 *     changed row -> what queries demand of it -> its partners -> what those queries demand of them -> query
 */
export class JoinRouter<S> implements Finder<LiveQuery<S>> {
  readonly #rows: ChangedSide;
  readonly #others: ChangedSide;
  readonly #fromRow: PairTree<LiveQuery<S>>;
  readonly #fromOther: PairTree<LiveQuery<S>>;
  /** Columns of the other table that queries look at: its rows are not told, only whether they are there. */
  readonly #seen: SeenColumns;
  readonly #touched = new Map<LiveQuery<S>, JoinDelta>();
  #size = 0;
  /** Number of the pair at hand, its rows, and whether it came (1) or went (-1). */
  #pair = 0;
  #row: Row | undefined;
  #other: Row | undefined;
  #sign = 0;

  constructor(store: TableStore, { store: other, column, otherColumn }: CompiledJoin) {
    this.#rows = new ChangedSide(store, column);
    this.#others = new ChangedSide(other, otherColumn);
    this.#seen = new SeenColumns(other.def.columns);
    this.#fromRow = new PairTree(store.def.columns, other.def.columns);
    this.#fromOther = new PairTree(other.def.columns, store.def.columns);
  }

  /** Both tables. */
  get stores(): readonly TableStore[] {
    return [this.#rows.store, this.#others.store];
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** @param live a join of these tables on these columns */
  add(live: LiveQuery<S>): void {
    const { routes } = live.query;
    const join = live.query.join!;
    this.#size++;
    this.#fromRow.add(routes, join.routes, live);
    this.#fromOther.add(join.routes, routes, live);
    this.#seen.add(join.otherColumns);
  }

  /** @param live a join that was added */
  remove(live: LiveQuery<S>): void {
    const { routes } = live.query;
    const join = live.query.join!;
    this.#size--;
    this.#fromRow.remove(routes, join.routes, live);
    this.#fromOther.remove(join.routes, routes, live);
    this.#seen.remove(join.otherColumns);
  }

  /** Records what a commit did to either table with the queries it touches; returns those whose result changed. */
  apply(rows: TableChanges | undefined, others: TableChanges | undefined): LiveQuery<S>[] {
    this.#rows.begin(rows?.changes ?? []);
    this.#others.begin(this.#seen.changed(others?.changes ?? []));
    for (const { before, after } of this.#rows.changes) {
      if (before !== undefined) this.#pairRow(before, -1);
      if (after !== undefined) this.#pairRow(after, 1);
    }
    for (const { before, after } of this.#others.changes) {
      if (before !== undefined) this.#pairOther(before, -1);
      if (after !== undefined) this.#pairOther(after, 1);
    }
    const changed = this.#settle();
    for (const event of rows?.events ?? []) this.#pairRow(event, 1);
    for (const [live, delta] of this.#touched) {
      delta.giveEvents(live.delta);
      changed.push(live);
    }
    this.#touched.clear();
    this.#rows.begin([]);
    this.#others.begin([]);
    this.#row = this.#other = undefined;
    return changed;
  }

  /** A query that the pair at hand may matter to; it may come by several times. */
  found(live: LiveQuery<S>): void {
    if (live.asked === this.#pair) return;
    live.asked = this.#pair;
    const { test, join } = live.query;
    const [row, other] = [this.#row!, this.#other!];
    if (test !== undefined && !test(row)) return;
    if (join!.test !== undefined && !join!.test(other)) return;
    if (join!.pairTest !== undefined && !join!.pairTest(row, other)) return;
    let delta = this.#touched.get(live);
    if (delta === undefined) {
      delta = new JoinDelta();
      this.#touched.set(live, delta);
    }
    delta.add(row, this.#sign);
  }

  /** Pairs of a changed row: with the other rows as they were when it went, as they are when it came. */
  #pairRow(row: Row, sign: 1 | -1): void {
    const ways = this.#fromRow.follow(row);
    if (ways.length === 0) return;
    const key = this.#rows.keyOf(row);
    for (const other of sign > 0 ? this.#others.after(key) : this.#others.before(key)) {
      this.#lead(ways, other, row, other, sign);
    }
  }

  /** Pairs of a changed other row with rows that did not change: the rest are found from those that did. */
  #pairOther(other: Row, sign: 1 | -1): void {
    const ways = this.#fromOther.follow(other);
    if (ways.length === 0) return;
    for (const row of this.#rows.untouched(this.#others.keyOf(other))) this.#lead(ways, row, row, other, sign);
  }

  #lead(ways: readonly Paired<LiveQuery<S>>[], by: Row, row: Row, other: Row, sign: 1 | -1): void {
    this.#pair++;
    this.#row = row;
    this.#other = other;
    this.#sign = sign;
    for (const way of ways) way.follow(by, this);
  }

  #settle(): LiveQuery<S>[] {
    if (this.#touched.size === 0) return [];
    const successors = new Map<Row, Row>();
    for (const { before, after } of this.#rows.changes) if (before && after) successors.set(before, after);
    const changed: LiveQuery<S>[] = [];
    for (const [live, delta] of this.#touched) {
      delta.give(live.delta, successors);
      if (!live.delta.isEmpty) changed.push(live);
    }
    this.#touched.clear();
    return changed;
  }
}
