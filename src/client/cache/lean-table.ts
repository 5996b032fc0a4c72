import type { TableDef } from '../../schema/index.ts';
import { bytesKey, type Key, type KeyOf, keyOf, plainCodecOf, type WireCodec } from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../../wire/index.ts';
import { ChangeLog } from './change-log.ts';
import { RowCounts } from './row-counts.ts';
import { RowIndexes } from './row-indexes.ts';

/**
 * In place of table.ts in the lean build: rows by primary key, else by all of their bytes, in a Map; every message is
 * applied as if rows moved between queries. Shorter, and slower by half.
 */
export class Table implements WireTable {
  readonly def: TableDef;
  readonly codec: WireCodec<Row>;
  readonly rows = new Map<Key, Row>();
  readonly log = new ChangeLog();
  readonly indexes: RowIndexes;
  /** What the message being applied says of this table. Filled and emptied by the cache. */
  readonly deltas: TableDelta[] = [];
  readonly isKeyed: boolean;
  /** What stands for a row, held or not: its primary key, else all of its bytes. */
  readonly keyOf: (row: Row) => Key;
  readonly #columnKey: KeyOf;
  readonly #counts = new RowCounts();

  constructor(def: TableDef) {
    const column = def.columns[def.primaryKey!];
    this.def = def;
    this.codec = (def.codec ?? plainCodecOf(def.rowType)) as WireCodec<Row>;
    this.isKeyed = column !== undefined;
    this.#columnKey = column ? keyOf(column.type) : bytesKey(this.codec);
    this.keyOf = column ? (row) => this.#columnKey(row[column.key]) : this.#columnKey;
    this.indexes = new RowIndexes(this as never);
  }

  /** The row that is held now under the key of this one. */
  held(row: Row): Row | undefined {
    return this.rows.get(this.keyOf(row));
  }

  /** The row with this value in the primary key. */
  findByKey(value: unknown): Row | undefined {
    return this.rows.get(this.#columnKey(value));
  }

  /** Applies `deltas` and logs what changed. @returns how many rows they told of */
  apply(): number {
    const { deltas, rows, log } = this;
    const counts = this.#counts;
    const touched = new Map<Key, Row | undefined>(); // as they were before the message
    let told = 0;
    for (const { inserts, deletes, events } of deltas) {
      told += inserts.length + deletes.length + events.length;
      for (const row of events) log.events.push(row);
      for (const row of inserts) {
        const key = this.keyOf(row);
        const before = rows.get(key);
        if (!touched.has(key)) touched.set(key, before);
        if (before !== undefined) counts.raise(key);
        if (before === undefined || !this.isSame(before, row)) rows.set(key, row);
      }
    }
    // All arrivals go before all departures: what a query gave and another took is counted up, then down.
    for (const { deletes } of deltas) {
      for (const row of deletes) {
        const key = this.keyOf(row);
        const before = rows.get(key);
        if (before === undefined) continue;
        if (!touched.has(key)) touched.set(key, before);
        if (counts.lower(key)) rows.delete(key);
      }
    }
    for (const [key, before] of touched) {
      const after = rows.get(key);
      if (before !== after) log.push(before, after);
    }
    this.indexes.follow();
    return told;
  }

  /** Whether both have the same content: a row told again, or one that moved from query to query. */
  isSame(a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    const keys = Object.keys(a) as never[];
    return keys.length === Object.keys(b).length && keys.every((key) => this.isSame(a[key], b[key]));
  }
}
