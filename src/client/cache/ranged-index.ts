import { type Bound, type ColumnDef, isRange, type KeyRange, OrderedIndex } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf, SpacetickError } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { ChangeLog } from './change-log.ts';
import type { RowMap } from './row-map.ts';

/** What an index needs of its table. */
export interface IndexedRows {
  readonly rows: Pick<RowMap, 'get' | 'values'>;
  /** Whether rows have a primary key: an index has their keys then, else the rows, which never change. */
  readonly isKeyed: boolean;
  keyOf(row: Row): Key;
}

/** Rows in the order of one or several columns; rows that agree in them, in the order they came to agree. */
export class RangedIndex {
  readonly #columns: readonly string[];
  readonly #keyOfs: readonly KeyOf[];
  readonly #table: IndexedRows;
  readonly #index: OrderedIndex<Key | Row>;

  constructor(columns: readonly ColumnDef[], table: IndexedRows) {
    this.#columns = columns.map((column) => column.key);
    this.#keyOfs = columns.map((column) => keyOf(column.type));
    this.#table = table;
    this.#index = new OrderedIndex(columns.length);
    for (const row of table.rows.values()) this.#index.add(this.#keysOf(row), this.#idOf(row));
  }

  /**
   * The rows that `bounds` select, in order, as they are now.
   * @param bounds a value or a range of the first column; or a list: values of the leading columns, the last one a
   * value or a range
   */
  filter(bounds: unknown): Row[] {
    const list: readonly unknown[] = Array.isArray(bounds) ? bounds : [bounds];
    const last = list.at(-1);
    const range = isRange(last) ? last : undefined;
    const values = range === undefined ? list : list.slice(0, -1);
    if (list.length > this.#columns.length) throw tooManyBounds(list.length, this.#columns);
    if (values.some(isNothing)) return []; // no row has it, and not every key function takes it
    const keys = values.map((value, i) => this.#keyOfs[i]!(value));
    const found: unknown[] = this.#index.collect(keys, range && keyRange(range, this.#keyOfs[keys.length]!), []);
    const { rows, isKeyed } = this.#table;
    if (isKeyed) for (let i = 0; i < found.length; i++) found[i] = rows.get(found[i] as Key);
    return found as Row[];
  }

  follow(log: ChangeLog): void {
    for (let i = log.start; i < log.length; i++) {
      const before = log.before[i];
      const after = log.after[i];
      const from = before && this.#keysOf(before);
      const to = after && this.#keysOf(after);
      // The index has keys of rows: one that changed elsewhere stays where it is.
      if (from !== undefined && to !== undefined && from.every((key, column) => key === to[column])) continue;
      if (from !== undefined) this.#index.remove(from, this.#idOf(before!));
      if (to !== undefined) this.#index.add(to, this.#idOf(after!));
    }
  }

  #idOf(row: Row): Key | Row {
    return this.#table.isKeyed ? this.#table.keyOf(row) : row;
  }

  #keysOf(row: Row): Key[] {
    const keys: Key[] = [];
    for (let i = 0; i < this.#columns.length; i++) keys.push(this.#keyOfs[i]!(row[this.#columns[i]!]));
    return keys;
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}

function tooManyBounds(given: number, columns: readonly string[]): SpacetickError {
  return new SpacetickError(
    'E_QUERY',
    `filter was given ${given} values, but the index has ${columns.length}: ${columns.join(', ')}. The last one may be a Range.`,
  );
}

function keyRange({ from, to }: { from: Bound<unknown>; to: Bound<unknown> }, toKey: KeyOf): KeyRange {
  const bound = (end: Bound<unknown>): Bound<Key> =>
    end.tag === 'unbounded' ? end : { tag: end.tag, value: toKey(end.value) };
  return { from: bound(from), to: bound(to) };
}
