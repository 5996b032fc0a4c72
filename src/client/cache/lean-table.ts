import type { TableDef } from '../../schema/index.ts';
import { bytesKey, type Key, type KeyOf, keyOf, plainCodecOf, type WireCodec } from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../../wire/index.ts';
import { ChangeLog } from './change-log.ts';
import { RowCounts } from './row-counts.ts';
import { RowIndexes } from './row-indexes.ts';

/**
 * In place of table.ts in the lean build: rows by primary key, else by all of their bytes, in a Map; every message is
 * applied in one way. Shorter, and slower.
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
    const left = new Map<Key, number>(); // how many queries let go of a row, and none has taken it again
    let told = 0;
    for (const { inserts, deletes, events } of deltas) {
      told += inserts.length + deletes.length + events.length;
      for (const row of events) log.events.push(row);
      for (const row of deletes) {
        const key = this.keyOf(row);
        left.set(key, (left.get(key) ?? 0) + 1);
      }
    }
    for (const { inserts } of deltas) {
      for (const row of inserts) {
        const key = this.keyOf(row);
        const before = rows.get(key);
        const leaving = left.get(key) ?? 0;
        if (leaving > 1) left.set(key, leaving - 1);
        else left.delete(key);
        if (before === undefined && leaving > 0) continue; // it came and went
        if (before !== undefined) {
          if (leaving === 0) counts.raise(key);
          if (this.isSame(before, row)) continue;
        }
        rows.set(key, row);
        log.push(before, row);
      }
    }
    for (const [key, times] of left) {
      const before = rows.get(key);
      for (let n = 0; n < times && rows.has(key); n++) {
        if (!counts.lower(key)) continue;
        rows.delete(key);
        log.push(before, undefined);
      }
    }
    this.indexes.follow();
    return told;
  }

  /** Whether both have the same content: a row told again, or one that moved from query to query. */
  isSame(a: unknown, b: unknown): boolean {
    if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
    const [one, other] = [a, b] as [Row, Row];
    for (const key in one) if (!(key in other && this.isSame(one[key], other[key]))) return false;
    return Object.keys(one).length === Object.keys(other).length;
  }
}
