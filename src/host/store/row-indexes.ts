import { type IndexDef, OrderedIndex, type TableDef } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf } from '../../values/index.ts';
import { lookupOf } from './bounds.ts';
import { columnsKeyOf, type Row } from './row.ts';

interface UniqueState {
  readonly columns: readonly string[];
  readonly keyOf: (row: Row) => Key;
  /** Value in the columns -> key of the row: a row that changes elsewhere need not be indexed anew. */
  readonly rowKeys: Map<Key, Key>;
}

interface RangedState {
  readonly def: IndexDef;
  readonly keyOfs: readonly KeyOf[];
  readonly keys: readonly string[];
  index: OrderedIndex<Key>;
}

/** The indexes of one table beside its primary key. They lead to keys of rows. */
export class RowIndexes {
  readonly #def: TableDef;
  readonly #uniques: readonly UniqueState[];
  readonly #ranged: readonly RangedState[];

  constructor(def: TableDef) {
    this.#def = def;
    this.#uniques = def.uniques
      .filter((columns) => !(columns.length === 1 && columns[0] === def.primaryKey))
      .map((columns) => ({
        columns: columns.map((i) => def.columns[i]!.key),
        keyOf: columnsKeyOf(def, columns),
        rowKeys: new Map(),
      }));
    this.#ranged = def.indexes
      .filter((index) => !index.unique || index.columns.length > 1)
      .map((index) => ({
        def: index,
        keyOfs: index.columns.map((i) => keyOf(def.columns[i]!.type)),
        keys: index.columns.map((i) => def.columns[i]!.key),
        index: new OrderedIndex<Key>(index.columns.length),
      }));
  }

  /** Key of the row with this value in a unique column other than the primary key. */
  unique(column: number, value: Key): Key | undefined {
    const { key } = this.#def.columns[column]!;
    return this.#uniques.find((unique) => unique.columns.length === 1 && unique.columns[0] === key)!.rowKeys.get(value);
  }

  /** Keys of the rows an index leads to. @throws SpacetimeHostError NoSuchIndex; ValueError */
  lookup(index: IndexDef, bounds: unknown): Key[] {
    const state = this.#ranged.find((candidate) => candidate.def === index)!;
    const { prefix, range } = lookupOf(this.#def, index, state.keyOfs, bounds);
    return state.index.collect(prefix, range, []);
  }

  /** Keys of the rows with this value in the first column of some index; undefined when there is no such index. */
  startingWith(column: number, value: Key): Key[] | undefined {
    return this.#ranged.find(({ def }) => def.columns[0] === column)?.index.collect([value], undefined, []);
  }

  /** Columns of a constraint that this row would break. @param replaced key of the row that makes room for it */
  conflict(row: Row, replaced: Key | undefined): readonly string[] | undefined {
    for (const unique of this.#uniques) {
      const holder = unique.rowKeys.get(unique.keyOf(row));
      if (holder !== undefined && holder !== replaced) return unique.columns;
    }
    return undefined;
  }

  add(key: Key, row: Row): void {
    for (const unique of this.#uniques) unique.rowKeys.set(unique.keyOf(row), key);
    for (const ranged of this.#ranged) ranged.index.add(keysOf(ranged, row), key);
  }

  remove(key: Key, row: Row): void {
    for (const unique of this.#uniques) {
      const value = unique.keyOf(row);
      if (unique.rowKeys.get(value) === key) unique.rowKeys.delete(value);
    }
    for (const ranged of this.#ranged) ranged.index.remove(keysOf(ranged, row), key);
  }

  /** A row was replaced under its key: only indexes on columns that changed are touched. */
  replace(key: Key, before: Row, after: Row): void {
    for (const unique of this.#uniques) {
      const [from, to] = [unique.keyOf(before), unique.keyOf(after)];
      if (from === to) continue;
      if (unique.rowKeys.get(from) === key) unique.rowKeys.delete(from);
      unique.rowKeys.set(to, key);
    }
    for (const ranged of this.#ranged) {
      const [from, to] = [keysOf(ranged, before), keysOf(ranged, after)];
      if (from.every((part, i) => part === to[i])) continue;
      ranged.index.remove(from, key);
      ranged.index.add(to, key);
    }
  }

  /** Builds all of them anew. */
  rebuild(rows: ReadonlyMap<Key, Row>): void {
    for (const unique of this.#uniques) unique.rowKeys.clear();
    for (const ranged of this.#ranged) ranged.index = new OrderedIndex<Key>(ranged.keys.length);
    for (const [key, row] of rows) this.add(key, row);
  }
}

function keysOf(ranged: RangedState, row: Row): Key[] {
  return ranged.keyOfs.map((of, i) => of(row[ranged.keys[i]!]));
}
