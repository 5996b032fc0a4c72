import type { ColumnDef } from '../../schema/index.ts';
import type { Row } from '../store/row.ts';
import type { Route, Routes } from './route.ts';
import { type Finder, RouteTree } from './route-tree.ts';

const MAX_PAIRS = 256; // ways of one query through both tables, for its memory

/** Items that a row of the first table leads to, by the row it is paired with. */
export type Paired<T extends object> = RouteTree<T>;

interface Ending<T extends object> {
  readonly first: Route;
  readonly tree: RouteTree<T>;
}

/** Items by routes through a row of one table, then a row of another that is joined to it. */
export class PairTree<T extends object> implements Finder<Ending<T>> {
  readonly #columns: readonly ColumnDef[];
  readonly #first: RouteTree<Ending<T>>;
  readonly #endings = new Map<string, Ending<T>>();
  #found: Paired<T>[] = [];

  constructor(first: readonly ColumnDef[], second: readonly ColumnDef[]) {
    this.#columns = second;
    this.#first = new RouteTree(first);
  }

  add(first: Routes, second: Routes, item: T): void {
    for (const [one, other] of pairs(first, second)) {
      const name = nameOf(one);
      let ending = this.#endings.get(name);
      if (ending === undefined) {
        ending = { first: one, tree: new RouteTree(this.#columns) };
        this.#endings.set(name, ending);
        this.#first.add(one, ending);
      }
      ending.tree.add(other, item);
    }
  }

  /** @param item one that was added with these routes */
  remove(first: Routes, second: Routes, item: T): void {
    for (const [one, other] of pairs(first, second)) {
      const name = nameOf(one);
      const ending = this.#endings.get(name);
      if (ending === undefined) continue;
      ending.tree.remove(other, item);
      if (!ending.tree.isEmpty) continue;
      this.#endings.delete(name);
      this.#first.remove(ending.first, ending);
    }
  }

  /** Where a row leads; the rows it is paired with lead on from there. */
  follow(row: Row): readonly Paired<T>[] {
    this.#found = [];
    this.#first.follow(row, this);
    return this.#found;
  }

  found(ending: Ending<T>): void {
    this.#found.push(ending.tree);
  }
}

/** Every way through both; when there are too many, those through the table with fewer, and any row of the other. */
function pairs(first: Routes, second: Routes): (readonly [Route, Route])[] {
  if (first.length * second.length <= MAX_PAIRS)
    return first.flatMap((one) => second.map((other) => [one, other] as const));
  return first.length < second.length ? first.map((one) => [one, []]) : second.map((other) => [[], other]);
}

function nameOf(route: Route): string {
  return JSON.stringify(route, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
