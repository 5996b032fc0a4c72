import { orderOf } from '../../schema/comparison.ts';
import type { ColumnDef } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf } from '../../values/index.ts';
import type { Row } from '../store/row.ts';
import { Intervals } from './intervals.ts';
import type { Route, Step } from './route.ts';

/** Told what a row leads to. */
export interface Finder<T> {
  found(item: T): void;
}

interface Equal<T extends object> {
  readonly column: number;
  /** Property of the row. */
  readonly property: string;
  readonly keyOf: KeyOf;
  readonly next: Map<Key, RouteTree<T>>;
}

interface Between<T extends object> {
  readonly column: number;
  readonly property: string;
  readonly orderOf: KeyOf;
  readonly next: Intervals<RouteTree<T>>;
}

/**
 * Items by routes, as a tree of their steps: `kind = 1 AND chunk = 7` hangs below `kind = 1`, where only rows of that
 * kind come by.
 */
export class RouteTree<T extends object> {
  readonly #columns: readonly ColumnDef[];
  // Most nodes are leaves with one item, which is found without a detour through a Set.
  #item: T | undefined;
  #items: Set<T> | undefined;
  #equal: Equal<T>[] | undefined;
  #between: Between<T>[] | undefined;

  constructor(columns: readonly ColumnDef[]) {
    this.#columns = columns;
  }

  get isEmpty(): boolean {
    return (this.#item ?? this.#items ?? this.#equal ?? this.#between) === undefined;
  }

  add(route: Route, item: T, depth = 0): void {
    const step = route[depth];
    if (step === undefined) {
      if (this.#item === item || this.#items?.has(item)) return;
      if (this.#item === undefined) this.#item = item;
      else {
        this.#items ??= new Set();
        this.#items.add(item);
      }
      return;
    }
    this.#next(step).add(route, item, depth + 1);
  }

  remove(route: Route, item: T, depth = 0): void {
    const step = route[depth];
    if (step === undefined) {
      if (this.#item === item) this.#item = undefined;
      this.#items?.delete(item);
      if (this.#items?.size === 0) this.#items = undefined;
    } else if (step.kind === 'equal') {
      const branch = this.#equal?.find(({ column }) => column === step.column);
      const next = branch?.next.get(step.key);
      next?.remove(route, item, depth + 1);
      if (next?.isEmpty) branch!.next.delete(step.key);
      if (branch?.next.size === 0) this.#equal = without(this.#equal!, branch);
    } else {
      const branch = this.#between?.find(({ column }) => column === step.column);
      const next = branch?.next.get(step.low, step.high);
      next?.remove(route, item, depth + 1);
      if (next?.isEmpty) branch!.next.delete(step.low, step.high);
      if (branch?.next.size === 0) this.#between = without(this.#between!, branch);
    }
  }

  /** Finds the items whose routes the row takes; an item as often as it takes one. */
  follow(row: Row, finder: Finder<T>): void {
    if (this.#item !== undefined) finder.found(this.#item);
    if (this.#items !== undefined) for (const item of this.#items) finder.found(item);
    if (this.#equal !== undefined) {
      for (const branch of this.#equal) branch.next.get(branch.keyOf(row[branch.property]))?.follow(row, finder);
    }
    if (this.#between !== undefined) {
      for (const branch of this.#between) {
        for (const next of branch.next.at(branch.orderOf(row[branch.property]))) next.follow(row, finder);
      }
    }
  }

  /** Where a step leads, made if need be. */
  #next(step: Step): RouteTree<T> {
    if (step.kind === 'equal') {
      const { next } = this.#equalOn(step.column);
      const known = next.get(step.key);
      if (known !== undefined) return known;
      const made = new RouteTree<T>(this.#columns);
      next.set(step.key, made);
      return made;
    }
    const { next } = this.#betweenOn(step.column);
    const known = next.get(step.low, step.high);
    if (known !== undefined) return known;
    const made = new RouteTree<T>(this.#columns);
    next.set(step.low, step.high, made);
    return made;
  }

  #equalOn(column: number): Equal<T> {
    const known = this.#equal?.find((branch) => branch.column === column);
    if (known !== undefined) return known;
    const { key: property, type } = this.#columns[column]!;
    const branch: Equal<T> = { column, property, keyOf: keyOf(type), next: new Map() };
    this.#equal = [...(this.#equal ?? []), branch];
    return branch;
  }

  #betweenOn(column: number): Between<T> {
    const known = this.#between?.find((branch) => branch.column === column);
    if (known !== undefined) return known;
    const { key: property, type } = this.#columns[column]!;
    const branch: Between<T> = { column, property, orderOf: orderOf(type), next: new Intervals() };
    this.#between = [...(this.#between ?? []), branch];
    return branch;
  }
}

function without<B>(branches: readonly B[], branch: B): B[] | undefined {
  const rest = branches.filter((each) => each !== branch);
  return rest.length === 0 ? undefined : rest;
}
