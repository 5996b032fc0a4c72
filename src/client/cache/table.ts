import { codecOf, equalityOf } from '#codecs';
import type { TableDef } from '../../schema/index.ts';
import { type Key, type KeyOf, keyOf, type WireCodec } from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../../wire/index.ts';
import type { Reporter } from '../reporter.ts';
import { ChangeLog } from './change-log.ts';
import { ContentKeys } from './content-keys.ts';
import { RowCounts } from './row-counts.ts';
import { RowIndexes } from './row-indexes.ts';
import { fillRows, type RowMap, rowMapOf } from './row-map.ts';

/**
 * One table of the client cache: its rows, how many of the client's queries hold each, and what the tick changed.
 * Rows are keyed by primary key, else by content (`ContentKeys`).
 */
export class Table implements WireTable {
  readonly def: TableDef;
  readonly codec: WireCodec<Row>;
  readonly rows: RowMap;
  readonly log = new ChangeLog();
  readonly indexes: RowIndexes;
  /** What the message being applied says of this table. Filled and emptied by the cache. */
  readonly deltas: TableDelta[] = [];
  readonly #counts = new RowCounts();
  readonly #gone = new Set<Key>(); // what leaves with the message being applied
  readonly #touched = new Map<Key, Row | undefined>(); // rows of a message before it, when several deltas meet
  readonly #primaryKey: string | undefined;
  readonly #columnKey: KeyOf;
  /** Only in tables without a primary key. */
  readonly #content: ContentKeys | undefined;
  #equality: ((a: unknown, b: unknown) => boolean) | undefined;
  readonly #reporter: Reporter;

  constructor(def: TableDef, reporter: Reporter) {
    this.def = def;
    this.codec = (def.codec as WireCodec<Row> | undefined) ?? (codecOf(def.rowType) as WireCodec<Row>);
    this.#reporter = reporter;
    const column = def.primaryKey === undefined ? undefined : def.columns[def.primaryKey]!;
    this.#primaryKey = column?.key;
    this.rows = rowMapOf(column?.type);
    const content =
      column === undefined ? new ContentKeys(this.rows, this.codec, (a, b) => this.isSame(a, b)) : undefined;
    this.#content = content;
    this.#columnKey = column === undefined ? unkeyed : keyOf(column.type);
    this.indexes = new RowIndexes(this);
  }

  /** Whether rows have a primary key. */
  get isKeyed(): boolean {
    return this.#content === undefined;
  }

  /** What stands for a row, held or not: its primary key, else all of its bytes. */
  keyOf(row: Row): Key {
    return this.#content === undefined ? this.#columnKey(row[this.#primaryKey!]) : this.#content.textOf(row);
  }

  /** The row that is held now under the key of this one. */
  held(row: Row): Row | undefined {
    return this.#content === undefined ? this.rows.get(this.keyOf(row)) : this.#content.held(row);
  }

  /** The row with this value in the primary key. */
  findByKey(value: unknown): Row | undefined {
    return this.rows.get(this.#columnKey(value));
  }

  /** Applies `deltas` and logs what changed. @returns how many rows they told of */
  apply(): number {
    const { deltas } = this;
    let told = 0;
    for (const delta of deltas) {
      for (const row of delta.events) this.log.events.push(row);
      told += delta.inserts.length + delta.updates.length + delta.deletes.length + delta.deletedKeys.length;
      told += delta.events.length + (delta.deletedBytes?.hashes.length ?? 0);
    }
    const [first] = deltas;
    const isOnly = deltas.length === 1;
    if (this.#content !== undefined) this.#applyUnkeyed(this.#content);
    else if (!(isOnly && (this.#applyPaired(first!) || this.#applySingle(first!)))) this.#applyMerged();
    this.indexes.follow();
    return told;
  }

  /**
   * One delta: each row is looked at once. A key that left and came stays with as many queries as before.
   * @returns false when nothing was done: rows moved between queries, so only the sum counts
   */
  #applySingle(delta: TableDelta): boolean {
    const { rows, log } = this;
    const { inserts, updates, deletes, deletedKeys } = delta;
    const gone = this.#gone;
    for (const row of deletes) gone.add(this.keyOf(row));
    for (const key of deletedKeys) gone.add(this.#columnKey(key));
    const came = updates.length > 0 && new Set(inserts.map((row) => this.keyOf(row)));
    if (gone.size < deletes.length + deletedKeys.length || (came && updates.some((row) => came.has(this.keyOf(row))))) {
      gone.clear();
      return false;
    }
    const fresh = gone.size === 0 ? fillRows(rows, inserts, this.#primaryKey!, log) : 0;
    for (let i = fresh; i < inserts.length; i++) {
      const row = inserts[i]!;
      const key = this.keyOf(row);
      const before = rows.get(key);
      const isGone = gone.delete(key);
      if (before === undefined && isGone) continue; // it came and went
      if (before !== undefined) {
        if (!isGone) this.#counts.raise(key);
        if (this.isSame(before, row)) continue;
      }
      rows.set(key, row);
      log.push(before, row);
    }
    for (const row of updates) {
      const key = this.keyOf(row);
      const before = rows.get(key);
      if (before === undefined) this.#unknown('updated');
      rows.set(key, row);
      log.push(before, row);
    }
    for (const key of gone) this.#deletePlain(key);
    gone.clear();
    return true;
  }

  /**
   * Departures and arrivals of the same rows, in the same order, before all others: how a host that follows us tells
   * of updates where the wire has none. Only while no row is held twice: then no key stands in a list twice.
   * They are not compared, which would take as long again: a host tells of what changed.
   * @returns false when nothing was done: they do not lie so
   */
  #applyPaired({ inserts, deletes, deletedKeys, updates }: TableDelta): boolean {
    if (this.#counts.size > 0 || deletes.length + updates.length > 0) return false;
    if (deletedKeys.length === 0 || deletedKeys.length !== inserts.length) return false;
    const { rows, log } = this;
    const column = this.#primaryKey!;
    for (let i = 0; i < inserts.length; i++) {
      const key = this.#columnKey(inserts[i]![column]);
      if (this.#columnKey(deletedKeys[i]) !== key || !rows.has(key)) return false;
    }
    for (let i = 0; i < inserts.length; i++) {
      const row = inserts[i]!;
      const key = this.#columnKey(row[column]);
      log.push(rows.get(key), row);
      rows.set(key, row);
    }
    return true;
  }

  /**
   * Rows without a primary key. All arrivals go before all departures: what a query gave and another took is counted
   * up, then down, and nobody is told.
   */
  #applyUnkeyed(content: ContentKeys): void {
    const { deltas, rows, log } = this;
    for (let d = 0; d < deltas.length; d++) {
      const { inserts, insertHashes } = deltas[d]!;
      for (let i = 0; i < inserts.length; i++) {
        const row = inserts[i]!;
        const key = content.arriving(row, insertHashes === undefined ? content.hashOf(row) : insertHashes[i]!);
        if (rows.has(key)) this.#counts.raise(key);
        else {
          rows.set(key, row);
          log.push(undefined, row);
        }
      }
    }
    for (let d = 0; d < deltas.length; d++) {
      const { deletes, deletedBytes } = deltas[d]!;
      for (const row of deletes) this.#deletePlain(content.leaving(content.hashOf(row), () => content.textOf(row)));
      if (deletedBytes === undefined) continue;
      const { hashes } = deletedBytes;
      for (let i = 0; i < hashes.length; i++) {
        this.#deletePlain(content.leaving(hashes[i]!, () => deletedBytes.textOf(i)));
      }
    }
  }

  #deletePlain(key: Key): void {
    const before = this.rows.get(key);
    if (before === undefined) this.#unknown('deleted');
    else if (this.#counts.lower(key)) {
      this.rows.delete(key);
      this.log.push(before, undefined);
    }
  }

  /** Several deltas, or one in which a key stands twice: rows may move between queries, so only the sum counts. */
  #applyMerged(): void {
    const { deltas, rows, log } = this;
    const touched = this.#touched;
    for (const { inserts, updates } of deltas) {
      for (const row of inserts) this.#arrive(row, true);
      for (const row of updates) this.#arrive(row, false);
    }
    for (const { deletes, deletedKeys } of deltas) {
      for (const row of deletes) this.#depart(this.keyOf(row));
      for (const key of deletedKeys) this.#depart(this.#columnKey(key));
    }
    for (const [key, before] of touched) {
      const after = rows.get(key);
      if (before !== after) log.push(before, after);
    }
    touched.clear();
  }

  #arrive(row: Row, isNew: boolean): void {
    const key = this.keyOf(row);
    const current = this.rows.get(key);
    if (current === undefined) {
      if (!isNew) this.#unknown('updated');
      if (!this.#touched.has(key)) this.#touched.set(key, undefined);
      this.rows.set(key, row);
      return;
    }
    if (isNew) this.#counts.raise(key);
    const isFirst = !this.#touched.has(key);
    if (!isNew ? isFirst : !this.isSame(current, row)) {
      if (isFirst) this.#touched.set(key, current);
      this.rows.set(key, row);
    }
  }

  #depart(key: Key): void {
    const current = this.rows.get(key);
    if (current === undefined) this.#unknown('deleted');
    else if (this.#counts.lower(key)) {
      if (!this.#touched.has(key)) this.#touched.set(key, current);
      this.rows.delete(key);
    }
  }

  /** Whether both have the same content: a row told again, or one that moved from query to query. */
  isSame(a: Row, b: Row): boolean {
    if (a === b) return true;
    this.#equality ??= equalityOf(this.def.rowType, this.def.codec);
    return this.#equality(a, b);
  }

  #unknown(what: 'updated' | 'deleted'): void {
    this.#reporter.warnOnce(
      `${this.def.name} ${what}`,
      `The host ${what} a row of ${this.def.name} that is not in the cache; ${
        what === 'updated' ? 'it was added' : 'nothing was done'
      }. Please report this: host and client disagree about what is subscribed.`,
    );
  }
}

/** In place of a primary key's function: a table without one is never asked. */
function unkeyed(): never {
  throw new Error('This table has no primary key.');
}
