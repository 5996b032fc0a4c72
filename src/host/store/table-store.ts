import { errors } from '../../module/errors.ts';
import type { IndexDef, TableDef } from '../../schema/index.ts';
import { type Codec, codecOf, copyValue, type Key, keyOf, show } from '../../values/index.ts';
import { refuseConstraint, rowConverter } from './adoption.ts';
import { type Row, type RowChange, rowKeyOf } from './row.ts';
import { RowIndexes } from './row-indexes.ts';
import { Sequence } from './sequence.ts';

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
  readonly #sequences: readonly { readonly key: string; readonly sequence: Sequence }[];
  readonly #before = new Map<Key, Row | undefined>();
  readonly #listener: TouchListener;
  #isTouched = false;

  constructor(def: TableDef, listener: TouchListener, identity = def.name) {
    this.def = def;
    this.identity = identity;
    this.#listener = listener;
    this.codec = codecOf(def.rowType) as Codec<Row>;
    this.keyOfRow = rowKeyOf(def, this.codec);
    this.#indexes = new RowIndexes(def);
    this.#sequences = def.autoInc.map((i) => {
      const { key, type } = def.columns[i]!;
      return { key, sequence: new Sequence(`${def.name}.${key}`, type) };
    });
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
    for (const { key, sequence } of this.#sequences) {
      if (!sequence.isAsked(row[key])) continue;
      this.#touch(); // a number drawn is given back with the transaction, whatever comes of the row
      (row as Record<string, unknown>)[key] = sequence.next();
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
      this.#refuseDuplicate([this.def.columns[this.def.primaryKey]!.key], row);
    }
    this.#checkUniques(row, undefined);
    this.#put(key, undefined, row);
    return row;
  }

  /** Replaces the row that has the same value in a unique column. @returns the stored row */
  update(column: number, value: unknown): Row {
    const row = this.checked(value);
    const isPrimary = column === this.def.primaryKey;
    const newKey = this.keyOfRow(row);
    const before = isPrimary ? this.rows.get(newKey) : this.findUnique(column, this.#keyIn(column, row));
    if (before === undefined) {
      const name = this.def.columns[column]!.key;
      throw new errors.NoSuchRow(`${this.def.name} has no row with ${name} ${show(row[name])} to update.`);
    }
    if (this.codec.equal(before, row)) return before;
    const oldKey = isPrimary ? newKey : this.keyOfRow(before);
    this.#checkUniques(row, oldKey);
    if (oldKey !== newKey) {
      if (this.rows.has(newKey)) this.#refuseDuplicate([this.def.columns[this.def.primaryKey ?? column]!.key], row);
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
    for (const { key, sequence } of this.#sequences) {
      const before = other.#sequences.find((candidate) => candidate.key === key);
      if (before !== undefined) sequence.adopt(before.sequence);
      else for (const row of this.rows.values()) sequence.skip(row[key] as number | bigint);
    }
  }

  // --- end of the transaction ---

  /** What changed, one entry a key; keys whose row is as it was are left out. */
  changes(): RowChange[] {
    const changes: RowChange[] = [];
    for (const [key, before] of this.#before) {
      const after = this.rows.get(key);
      if (before === after) continue;
      // Deleted and inserted again as it was: the same row, also for those who know it by its object.
      if (before !== undefined && after !== undefined && this.codec.equal(before, after)) this.rows.set(key, before);
      else changes.push({ before, after });
    }
    return changes;
  }

  commit(): void {
    for (const { sequence } of this.#sequences) sequence.commit();
    this.#end();
  }

  rollback(): void {
    for (const [key, before] of this.#before) {
      const current = this.rows.get(key);
      if (current !== undefined) this.#indexes.remove(key, current);
      if (before === undefined) this.rows.delete(key);
    }
    for (const [key, before] of this.#before) {
      if (before === undefined) continue;
      this.rows.set(key, before);
      this.#indexes.add(key, before);
    }
    for (const { sequence } of this.#sequences) sequence.rollback();
    this.#end();
  }

  /** After a rollback of code that was stopped anywhere, perhaps in the middle of an index. */
  rebuildIndexes(): void {
    this.#indexes.rebuild(this.rows);
  }

  #end(): void {
    this.#before.clear();
    if (this.events.length > 0) this.events.length = 0;
    this.#isTouched = false;
  }

  #put(key: Key, before: Row | undefined, after: Row | undefined): void {
    this.#touch();
    if (!this.#before.has(key)) this.#before.set(key, before);
    if (after === undefined) {
      this.rows.delete(key);
      this.#indexes.remove(key, before!);
    } else {
      this.rows.set(key, after);
      if (before === undefined) this.#indexes.add(key, after);
      else this.#indexes.replace(key, before, after);
    }
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

  #checkUniques(row: Row, replaced: Key | undefined): void {
    const columns = this.#indexes.conflict(row, replaced);
    if (columns !== undefined) this.#refuseDuplicate(columns, row);
  }

  #refuseDuplicate(columns: readonly string[], row: Row): never {
    const value = columns.map((column) => `${column} ${show(row[column])}`).join(', ');
    throw new errors.UniqueAlreadyExists(`${this.def.name} already has a row with ${value}.`);
  }
}
