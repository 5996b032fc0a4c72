import { SpacetimeHostError } from '../../module/errors.ts';
import { type IndexDef, OrderedIndex, type TableDef } from '../../schema/index.ts';
import { bytesKey, type Codec, codecOf, copyValue, type Key, type KeyOf, keyOf, show } from '../../values/index.ts';
import { lookupOf } from './bounds.ts';
import { Sequence } from './sequence.ts';

/** A stored row. Never given out and never changed: readers get copies, writers put another in its place. */
export type Row = Readonly<Record<string, unknown>>;

/** What a transaction did to one key of a table. */
export interface RowChange {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

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
  readonly index: OrderedIndex<Key>;
}

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
  readonly codec: Codec<Row>;
  readonly rows = new Map<Key, Row>();
  /** Rows inserted into an event table by the open transaction. */
  readonly events: Row[] = [];
  /** What identifies a row: its primary key, else all of it. */
  readonly keyOfRow: (row: Row) => Key;
  readonly #uniques: UniqueState[];
  readonly #ranged: RangedState[];
  readonly #sequences: readonly { readonly key: string; readonly sequence: Sequence }[];
  readonly #before = new Map<Key, Row | undefined>();
  readonly #listener: TouchListener;
  #isTouched = false;

  constructor(def: TableDef, listener: TouchListener) {
    this.def = def;
    this.#listener = listener;
    this.codec = codecOf(def.rowType) as Codec<Row>;
    this.keyOfRow = rowKeyOf(def, this.codec);
    const primary = def.primaryKey;
    this.#uniques = def.uniques
      .filter((columns) => !(columns.length === 1 && columns[0] === primary))
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
    this.#sequences = def.autoInc.map((i) => {
      const { key, type } = def.columns[i]!;
      return { key, sequence: new Sequence(`${def.name}.${key}`, type) };
    });
  }

  /** Whether the open transaction wrote here. */
  get isTouched(): boolean {
    return this.#isTouched;
  }

  // --- reading ---

  /** The stored row with this key of the primary key. */
  get(key: Key): Row | undefined {
    return this.rows.get(key);
  }

  /** The stored row with this value in a unique column. */
  findUnique(column: number, key: Key): Row | undefined {
    if (column === this.def.primaryKey) return this.rows.get(key);
    const rowKey = this.#uniqueOn(column).rowKeys.get(key);
    return rowKey === undefined ? undefined : this.rows.get(rowKey);
  }

  /** Stored rows an index leads to. */
  lookup(index: IndexDef, bounds: unknown): Row[] {
    const state = this.#ranged.find((candidate) => candidate.def === index)!;
    const { prefix, range } = lookupOf(this.def, index, state.keyOfs, bounds);
    return this.#rowsOf(state.index.collect(prefix, range, []));
  }

  /** Stored rows with this key in a column that has an index of its own; undefined when it has none. */
  rowsWith(column: number, key: Key): readonly Row[] | undefined {
    const { primaryKey, uniques } = this.def;
    if (column === primaryKey || uniques.some((columns) => columns.length === 1 && columns[0] === column)) {
      const row = this.findUnique(column, key);
      return row === undefined ? [] : [row];
    }
    const state = this.#ranged.find(({ def }) => def.columns[0] === column);
    return state && this.#rowsOf(state.index.collect([key], undefined, []));
  }

  /** A copy the module may do with as it likes. */
  copyOut(row: Row): Row {
    return copyValue(this.def.rowType, this.codec, row, this.def.name);
  }

  // --- writing ---

  /** @returns the stored row. @throws SpacetimeHostError, ValueError; nothing is changed then */
  insert(value: unknown): Row {
    const row = copyValue(this.def.rowType, this.codec, value, this.def.name);
    for (const { key, sequence } of this.#sequences) {
      if (sequence.isAsked(row[key])) (row as Record<string, unknown>)[key] = sequence.next();
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
    const row = copyValue(this.def.rowType, this.codec, value, this.def.name);
    const { key: name, type } = this.def.columns[column]!;
    const before = this.findUnique(
      column,
      column === this.def.primaryKey ? this.keyOfRow(row) : keyOf(type)(row[name]),
    );
    if (before === undefined) {
      throw new SpacetimeHostError(
        'NoSuchRow',
        `${this.def.name} has no row with ${name} ${show(row[name])} to update.`,
      );
    }
    if (this.codec.equal(before, row)) return before;
    this.#checkUniques(row, before);
    const oldKey = this.keyOfRow(before);
    const newKey = this.keyOfRow(row);
    if (oldKey !== newKey) {
      if (this.rows.has(newKey)) this.#refuseDuplicate([this.def.columns[this.def.primaryKey ?? column]!.key], row);
      this.#put(oldKey, before, undefined);
      this.#put(newKey, undefined, row);
    } else this.#put(newKey, before, row);
    return row;
  }

  /** @param row a stored row */
  remove(row: Row): void {
    this.#put(this.keyOfRow(row), row, undefined);
  }

  /** Deletes the row equal to `value` in every column. */
  removeEqual(value: unknown): boolean {
    const row = copyValue(this.def.rowType, this.codec, value, this.def.name);
    const stored = this.rows.get(this.keyOfRow(row));
    if (stored === undefined || !this.codec.equal(stored, row)) return false;
    this.remove(stored);
    return true;
  }

  /** Takes over rows and sequences of the same table in another version of the module. */
  adopt(other: TableStore): void {
    for (const [key, row] of other.rows) {
      this.rows.set(key, row);
      this.#index(key, row);
    }
    for (const { key, sequence } of this.#sequences) {
      const before = other.#sequences.find((candidate) => candidate.key === key);
      if (before !== undefined) sequence.adopt(before.sequence);
    }
  }

  // --- end of the transaction ---

  /** What changed, one entry a key; keys whose row is as it was are left out. */
  changes(): RowChange[] {
    const changes: RowChange[] = [];
    for (const [key, before] of this.#before) {
      const after = this.rows.get(key);
      if (before === after) continue;
      if (before !== undefined && after !== undefined && this.codec.equal(before, after)) continue;
      changes.push({ before, after });
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
      if (current !== undefined) this.#unindex(key, current);
      if (before === undefined) this.rows.delete(key);
    }
    for (const [key, before] of this.#before) {
      if (before === undefined) continue;
      this.rows.set(key, before);
      this.#index(key, before);
    }
    for (const { sequence } of this.#sequences) sequence.rollback();
    this.#end();
  }

  #end(): void {
    this.#before.clear();
    this.events.length = 0;
    this.#isTouched = false;
  }

  #put(key: Key, before: Row | undefined, after: Row | undefined): void {
    this.#touch();
    if (!this.#before.has(key)) this.#before.set(key, before);
    if (after === undefined) {
      this.rows.delete(key);
      this.#unindex(key, before!);
    } else {
      this.rows.set(key, after);
      if (before === undefined) this.#index(key, after);
      else this.#reindex(key, before, after);
    }
  }

  #touch(): void {
    if (this.#isTouched) return;
    this.#isTouched = true;
    this.#listener.touched(this);
  }

  #index(key: Key, row: Row): void {
    for (const unique of this.#uniques) unique.rowKeys.set(unique.keyOf(row), key);
    for (const ranged of this.#ranged) ranged.index.add(keysOf(ranged, row), key);
  }

  #unindex(key: Key, row: Row): void {
    for (const unique of this.#uniques) {
      const value = unique.keyOf(row);
      if (unique.rowKeys.get(value) === key) unique.rowKeys.delete(value);
    }
    for (const ranged of this.#ranged) ranged.index.remove(keysOf(ranged, row), key);
  }

  /** A row was replaced under its key: only indexes on columns that changed are touched. */
  #reindex(key: Key, before: Row, after: Row): void {
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

  #rowsOf(keys: readonly Key[]): Row[] {
    return keys.map((key) => this.rows.get(key)!);
  }

  #checkUniques(row: Row, replaced: Row | undefined): void {
    for (const unique of this.#uniques) {
      const holder = unique.rowKeys.get(unique.keyOf(row));
      if (holder !== undefined && (replaced === undefined || holder !== this.keyOfRow(replaced)))
        this.#refuseDuplicate(unique.columns, row);
    }
  }

  #refuseDuplicate(columns: readonly string[], row: Row): never {
    const value = columns.map((column) => `${column} ${show(row[column])}`).join(', ');
    throw new SpacetimeHostError('UniqueAlreadyExists', `${this.def.name} already has a row with ${value}.`);
  }

  #uniqueOn(column: number): UniqueState {
    const { key } = this.def.columns[column]!;
    return this.#uniques.find((unique) => unique.columns.length === 1 && unique.columns[0] === key)!;
  }
}

function keysOf(ranged: RangedState, row: Row): Key[] {
  return ranged.keyOfs.map((of, i) => of(row[ranged.keys[i]!]));
}

/** What identifies a row: its primary key, else all of it. */
function rowKeyOf(def: TableDef, codec: Codec<Row>): (row: Row) => Key {
  if (def.primaryKey === undefined) return bytesKey(codec as Codec<unknown>);
  const { key, type } = def.columns[def.primaryKey]!;
  const of = keyOf(type);
  return (row) => of(row[key]);
}

/** One key for several columns together. */
function columnsKeyOf(def: TableDef, columns: readonly number[]): (row: Row) => Key {
  const parts = columns.map((i) => ({ key: def.columns[i]!.key, of: keyOf(def.columns[i]!.type) }));
  const [first] = parts;
  if (parts.length === 1) return (row) => first!.of(row[first!.key]);
  return (row) => JSON.stringify(parts.map(({ key, of }) => `${typeof of(row[key])}:${of(row[key])}`));
}
