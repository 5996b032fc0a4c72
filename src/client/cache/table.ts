import type { TableDef } from '../../schema/index.ts';
import {
  bytesKey,
  type Codec,
  closureCodec,
  codecOf,
  type Key,
  type KeyOf,
  keyOf,
  type WireCodec,
} from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../../wire/index.ts';
import type { Reporter } from '../reporter.ts';
import { ChangeLog } from './change-log.ts';
import { RowCounts } from './row-counts.ts';
import { RowIndexes } from './row-indexes.ts';

/**
 * One table of the client cache: its rows, how many of the client's queries hold each, and what the tick changed.
 * Rows are keyed by primary key, else by content.
 */
export class Table implements WireTable {
  readonly def: TableDef;
  readonly codec: WireCodec<Row>;
  readonly rows = new Map<Key, Row>();
  readonly log = new ChangeLog();
  readonly indexes: RowIndexes;
  /** What the message being applied says of this table. Filled and emptied by the cache. */
  readonly deltas: TableDelta[] = [];
  readonly #counts = new RowCounts();
  readonly #touched = new Map<Key, Row | undefined>(); // rows of a message before it, when several deltas meet
  readonly #primaryKey: string | undefined;
  readonly #columnKey: KeyOf;
  #equality: Pick<Codec<unknown>, 'equal'> | undefined;
  readonly #reporter: Reporter;

  constructor(def: TableDef, reporter: Reporter) {
    this.def = def;
    this.codec = (def.codec as WireCodec<Row> | undefined) ?? (codecOf(def.rowType) as WireCodec<Row>);
    this.#reporter = reporter;
    const column = def.primaryKey === undefined ? undefined : def.columns[def.primaryKey]!;
    this.#primaryKey = column?.key;
    this.#columnKey = column === undefined ? bytesKey(this.codec as WireCodec<unknown>) : keyOf(column.type);
    this.indexes = new RowIndexes(this);
  }

  keyOf(row: Row): Key {
    return this.#primaryKey === undefined ? this.#columnKey(row) : this.#columnKey(row[this.#primaryKey]);
  }

  /** The row with this value in the primary key. */
  findByKey(value: unknown): Row | undefined {
    return this.rows.get(this.#columnKey(value));
  }

  /** Applies `deltas` and logs what changed. @returns how many rows they told of */
  apply(): number {
    const { deltas } = this;
    const [first] = deltas;
    const isOnly = deltas.length === 1;
    if (isOnly && isPlain(first!)) this.#applyPlain(first!);
    else if (!(isOnly && this.#primaryKey !== undefined && this.#counts.isEmpty && this.#applyPaired(first!))) {
      this.#applyMerged();
    }
    let told = 0;
    for (const delta of deltas) {
      for (const row of delta.events) this.log.events.push(row);
      told += delta.inserts.length + delta.updates.length + delta.deletes.length + delta.deletedKeys.length;
      told += delta.events.length;
    }
    this.indexes.follow();
    return told;
  }

  /** One delta in which no key stands twice: each row is looked at once. */
  #applyPlain(delta: TableDelta): void {
    const { rows, log } = this;
    const { inserts, insertKeys, updates, deletes, deletedKeys } = delta;
    for (let i = 0; i < inserts.length; i++) {
      const row = inserts[i]!;
      const key = insertKeys === undefined ? this.keyOf(row) : insertKeys[i]!;
      const before = rows.get(key);
      if (before === undefined) {
        rows.set(key, row);
        log.push(undefined, row);
      } else {
        this.#counts.raise(key);
        if (this.#replaces(before, row)) {
          rows.set(key, row);
          log.push(before, row);
        }
      }
    }
    for (let i = 0; i < updates.length; i++) {
      const row = updates[i]!;
      const key = this.keyOf(row);
      const before = rows.get(key);
      if (before === undefined) this.#unknown('updated');
      rows.set(key, row);
      log.push(before, row);
    }
    for (let i = 0; i < deletes.length; i++) this.#deletePlain(this.keyOf(deletes[i]!));
    for (let i = 0; i < deletedKeys.length; i++) this.#deletePlain(this.#deletedKey(deletedKeys[i]));
  }

  /**
   * Departures and arrivals of the same rows, in the same order, before all others: how a host that follows us tells
   * of updates where the wire has none. Only while no row is held twice: then no key stands in a list twice.
   * @returns false when nothing was done: they do not lie so
   */
  #applyPaired({ inserts, deletes, deletedKeys, updates }: TableDelta): boolean {
    if (deletes.length + updates.length > 0 || deletedKeys.length !== inserts.length) return false;
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

  /** Key of a row that left: its primary key's value was told, or the key itself. */
  #deletedKey(told: unknown): Key {
    return this.#primaryKey === undefined ? (told as Key) : this.#columnKey(told);
  }

  #deletePlain(key: Key): void {
    const before = this.rows.get(key);
    if (before === undefined) this.#unknown('deleted');
    else if (this.#counts.lower(key)) {
      this.rows.delete(key);
      this.log.push(before, undefined);
    }
  }

  /** Several deltas, or one with arrivals and departures: rows may move between queries, so only the sum counts. */
  #applyMerged(): void {
    const { deltas, rows, log } = this;
    const touched = this.#touched;
    for (const { inserts, insertKeys, updates } of deltas) {
      for (let i = 0; i < inserts.length; i++)
        this.#arrive(inserts[i]!, insertKeys?.[i] ?? this.keyOf(inserts[i]!), true);
      for (const row of updates) this.#arrive(row, this.keyOf(row), false);
    }
    for (const { deletes, deletedKeys } of deltas) {
      for (const row of deletes) this.#depart(this.keyOf(row));
      for (const told of deletedKeys) this.#depart(this.#deletedKey(told));
    }
    for (const [key, before] of touched) {
      const after = rows.get(key);
      if (before !== after) log.push(before, after);
    }
    touched.clear();
  }

  #arrive(row: Row, key: Key, isNew: boolean): void {
    const current = this.rows.get(key);
    if (current === undefined) {
      if (!isNew) this.#unknown('updated');
      if (!this.#touched.has(key)) this.#touched.set(key, undefined);
      this.rows.set(key, row);
      return;
    }
    if (isNew) this.#counts.raise(key);
    const isFirst = !this.#touched.has(key);
    if (!isNew ? isFirst : this.#replaces(current, row)) {
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

  /** Whether both have the same content. */
  isSame(a: Row, b: Row): boolean {
    if (a === b) return true;
    // Bindings that carry their codec have the page never asked whether it allows code from strings.
    const { codec, rowType } = this.def;
    this.#equality ??= codec === undefined ? codecOf(rowType) : closureCodec(rowType, new Map());
    return this.#equality.equal(a, b);
  }

  /** Whether a row told again says something else. By the protocol it never does; the cache follows the host anyway. */
  #replaces(before: Row, row: Row): boolean {
    return this.#primaryKey !== undefined && !this.isSame(before, row);
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

/** True when no key can stand in two of the delta's lists. */
function isPlain(delta: TableDelta): boolean {
  const departures = delta.deletes.length + delta.deletedKeys.length;
  return departures === 0 || delta.inserts.length + delta.updates.length === 0;
}
