import { type ColumnDef, isRange, type Range } from '../../schema/index.ts';
import { compareKeys, type Key, type KeyOf, keyOf, SpacetickError } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { ChangeLog } from './change-log.ts';
import { SortedRows } from './sorted-rows.ts';

/** What an index needs of its table. */
export interface IndexedRows {
  readonly rows: ReadonlyMap<Key, Row>;
  keyOf(row: Row): Key;
}

/** Rows in the order of one or several columns; rows that agree in them, in the order of their keys. */
export class OrderedIndex {
  readonly #columns: readonly string[];
  readonly #keyOfs: readonly KeyOf[];
  readonly #table: IndexedRows;
  readonly #rows: SortedRows;

  constructor(columns: readonly ColumnDef[], table: IndexedRows) {
    this.#columns = columns.map((column) => column.key);
    this.#keyOfs = columns.map((column) => keyOf(column.type));
    this.#table = table;
    this.#rows = new SortedRows(table.rows.values(), (a, b) => this.#compare(a, b));
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
    if (values.some(isNothing)) return []; // it would compare as equal to everything
    const keys = values.map((value, i) => this.#keyOfs[i]!(value));
    const inRange = range === undefined ? undefined : rangeSide(range, this.#keyOfs[keys.length]!);
    return this.#rows.slice((row) => {
      for (let i = 0; i < keys.length; i++) {
        const order = compareKeys(this.#keyIn(row, i), keys[i]!);
        if (order !== 0) return order;
      }
      return inRange === undefined ? 0 : inRange(this.#keyIn(row, keys.length));
    });
  }

  follow(log: ChangeLog): void {
    for (let i = log.start; i < log.length; i++) {
      const before = log.before[i];
      const after = log.after[i];
      if (before !== undefined && after !== undefined && this.#compare(before, after) === 0) {
        this.#rows.replace(after);
        continue;
      }
      if (before !== undefined) this.#rows.remove(before);
      if (after !== undefined) this.#rows.add(after);
    }
  }

  #keyIn(row: Row, column: number): Key {
    return this.#keyOfs[column]!(row[this.#columns[column]!]);
  }

  #compare(a: Row, b: Row): number {
    for (let i = 0; i < this.#columns.length; i++) {
      const order = compareKeys(this.#keyIn(a, i), this.#keyIn(b, i));
      if (order !== 0) return order;
    }
    return compareKeys(this.#table.keyOf(a), this.#table.keyOf(b));
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}

function tooManyBounds(given: number, columns: readonly string[]): SpacetickError {
  return new SpacetickError(
    'E_QUERY',
    `filter was given ${given} values, but the index has ${columns.length}: ${columns.join(', ')}. ` +
      'Give values for the leading columns; the last one may be a Range.',
  );
}

/** Where a key is, seen from a range: negative below it, 0 inside, positive above. */
function rangeSide({ from, to }: Range<unknown>, toKey: KeyOf): (key: Key) => number {
  const low = from.tag === 'unbounded' ? undefined : toKey(from.value);
  const high = to.tag === 'unbounded' ? undefined : toKey(to.value);
  const lowest = from.tag === 'excluded' ? 1 : 0;
  const highest = to.tag === 'excluded' ? -1 : 0;
  return (key) => {
    if (low !== undefined && compareKeys(key, low) < lowest) return -1;
    if (high !== undefined && compareKeys(key, high) > highest) return 1;
    return 0;
  };
}
