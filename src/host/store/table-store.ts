import type { IndexDef, TableDef } from '../../schema/index.ts';
import { type Codec, codecOf, copyValue, type Key, keyOf } from '../../values/index.ts';
import { refuseConstraint, refuseDuplicate, refuseMissing } from './constraints.ts';
import { type Row, type RowChange, rowKeyOf } from './row.ts';
import { rowConverter } from './row-converter.ts';
import { RowIndexes } from './row-indexes.ts';
import { RowJournal } from './row-journal.ts';
import { Sequences } from './sequences.ts';

export type { Row, RowChange };

/** Told when the first row of a table is touched in a transaction. */
export interface TouchListener {
  touched(store: TableStore): void;
}

/**
 * One table: rows by key, and its indexes. Writes take place at once; what was there before is remembered until the
 * transaction ends, so that a rollback puts it back and a commit knows what changed.
 */
export class TableStore {
  readonly def: TableDef;
  /** Tells stores apart: a view has one for each sender. */
  readonly identity: string;
  readonly codec: Codec<Row>;
  readonly rows = new Map<Key, Row>();
  /** Rows inserted into an event table by the open transaction. */
  readonly events: Row[] = [];
  /** What identifies a row: its primary key, else all of it. */
  readonly keyOfRow: (row: Row) => Key;
  readonly #indexes: RowIndexes;
  readonly #sequences: Sequences;
  readonly #journal: RowJournal;
  readonly #listener: TouchListener;
  #refuse: ((row: Row) => void) | undefined;
  #isTouched = false;

  constructor(def: TableDef, listener: TouchListener, identity = def.name) {
    this.def = def;
    this.identity = identity;
    this.#listener = listener;
    this.codec = codecOf(def.rowType) as Codec<Row>;
    this.keyOfRow = rowKeyOf(def, this.codec);
    this.#indexes = new RowIndexes(def);
    this.#sequences = new Sequences(def);
    this.#journal = new RowJournal(this.rows, this.#indexes);
  }

  /** Has each row looked at before it is written. @param refuse throws when the row cannot be taken */
  guard(refuse: (row: Row) => void): void {
    this.#refuse = refuse;
  }

  // --- reading ---

  /** The stored row with this key. */
  get(key: Key): Row | undefined {
    return this.rows.get(key);
  }

  /** The stored row with this value in a unique column. */
  findUnique(column: number, key: Key): Row | undefined {
    if (column === this.def.primaryKey) return this.rows.get(key);
    const rowKey = this.#indexes.unique(column, key);
    return rowKey === undefined ? undefined : this.rows.get(rowKey);
  }

  /** Stored rows an index leads to. */
  lookup(index: IndexDef, bounds: unknown): Row[] {
    return this.#rowsOf(this.#indexes.lookup(index, bounds));
  }

  /** Stored rows with this key in a column that has an index of its own; undefined when it has none. */
  rowsWith(column: number, key: Key): readonly Row[] | undefined {
    const { primaryKey, uniques } = this.def;
    if (column === primaryKey || uniques.some((columns) => columns.length === 1 && columns[0] === column)) {
      const row = this.findUnique(column, key);
      return row === undefined ? [] : [row];
    }
    const keys = this.#indexes.startingWith(column, key);
    return keys && this.#rowsOf(keys);
  }

  /** A value as a row of this table, copied. @throws ValueError */
  checked(value: unknown): Row {
    return copyValue(this.def.rowType, this.codec, value, this.def.name);
  }

  /** A copy the module may do with as it likes. */
  copyOut(row: Row): Row {
    return copyValue(this.def.rowType, this.codec, row, this.def.name);
  }

  // --- writing ---

  /** @returns the stored row. @throws SpacetimeHostError, ValueError; no row is changed then */
  insert(value: unknown): Row {
    const row = this.checked(value);
    if (this.#sequences.areAsked(row)) {
      this.#touch(); // a number drawn is given back with the transaction, whatever comes of the row
      this.#sequences.fill(row);
    }
    if (this.def.isEvent) {
      this.#touch();
      this.events.push(row);
      return row;
    }
    const key = this.keyOfRow(row);
    const existing = this.rows.get(key);
    if (existing !== undefined) {
      // Without a primary key a table is a set: the same row again changes nothing.
      if (this.def.primaryKey === undefined) return existing;
      refuseDuplicate(this.def, [this.def.columns[this.def.primaryKey]!.key], row);
    }
    this.#mayPut(row, undefined);
    this.#put(key, undefined, row);
    return row;
  }

  /** Replaces the row that has the same value in a unique column. @returns the stored row */
  update(column: number, value: unknown): Row {
    const row = this.checked(value);
    const isPrimary = column === this.def.primaryKey;
    const newKey = this.keyOfRow(row);
    const before = isPrimary ? this.rows.get(newKey) : this.findUnique(column, this.#keyIn(column, row));
    if (before === undefined) refuseMissing(this.def, this.def.columns[column]!.key, row);
    if (this.codec.equal(before, row)) return before;
    const oldKey = isPrimary ? newKey : this.keyOfRow(before);
    this.#mayPut(row, oldKey);
    if (oldKey !== newKey) {
      if (this.rows.has(newKey)) refuseDuplicate(this.def, [this.def.columns[this.def.primaryKey ?? column]!.key], row);
      this.#put(oldKey, before, undefined);
      this.#put(newKey, undefined, row);
    } else this.#put(newKey, before, row);
    return row;
  }

  /** Puts a checked row in the place of the one with its key, if there is one and it differs. */
  set(row: Row): void {
    const key = this.keyOfRow(row);
    const before = this.rows.get(key);
    if (before === undefined || !this.codec.equal(before, row)) this.#put(key, before, row);
  }

  /** @param row a stored row */
  remove(row: Row): void {
    this.#put(this.keyOfRow(row), row, undefined);
  }

  /** Deletes the row equal to `value` in every column. */
  removeEqual(value: unknown): boolean {
    const row = this.checked(value);
    const stored = this.rows.get(this.keyOfRow(row));
    if (stored === undefined || !this.codec.equal(stored, row)) return false;
    this.remove(stored);
    return true;
  }

  /**
   * Takes over rows and sequences of the same table in another version of the module.
   * @throws SpacetickError E_MIGRATION when the rows break a constraint of this version
   */
  adopt(other: TableStore): void {
    const convert = rowConverter(other.def, this.def);
    for (const old of other.rows.values()) {
      const row = convert(old);
      const key = this.keyOfRow(row);
      const broken = this.rows.has(key)
        ? [this.def.columns[this.def.primaryKey!]!.key]
        : this.#indexes.conflict(row, undefined);
      if (broken !== undefined) refuseConstraint(this.def, broken, row);
      this.rows.set(key, row);
      this.#indexes.add(key, row);
    }
    this.#sequences.adopt(other.#sequences, this.rows);
  }

  // --- end of the transaction ---

  /** What changed, one entry a key; keys whose row is as it was are left out. */
  changes(): RowChange[] {
    return this.#journal.changes(this.codec);
  }

  commit(): void {
    this.#journal.commit();
    this.#sequences.commit();
    this.#end();
  }

  rollback(): void {
    this.#journal.rollback();
    this.#sequences.rollback();
    this.#end();
  }

  /** After a rollback of code that was stopped anywhere, perhaps in the middle of an index. */
  rebuildIndexes(): void {
    this.#indexes.rebuild(this.rows);
  }

  #end(): void {
    if (this.events.length > 0) this.events.length = 0;
    this.#isTouched = false;
  }

  #put(key: Key, before: Row | undefined, after: Row | undefined): void {
    this.#touch();
    this.#journal.write(key, before, after);
  }

  #touch(): void {
    if (this.#isTouched) return;
    this.#listener.touched(this); // first: stopped in between, being told twice does no harm, never would
    this.#isTouched = true;
  }

  #keyIn(column: number, row: Row): Key {
    const { key, type } = this.def.columns[column]!;
    return keyOf(type)(row[key]);
  }

  #rowsOf(keys: readonly Key[]): Row[] {
    return keys.map((key) => this.rows.get(key)!);
  }

  /** @throws SpacetimeHostError; no row is changed then */
  #mayPut(row: Row, replaced: Key | undefined): void {
    const columns = this.#indexes.conflict(row, replaced);
    if (columns !== undefined) refuseDuplicate(this.def, columns, row);
    this.#refuse?.(row);
  }
}
