import type { TableDef } from '../../schema/index.ts';
import type { Row, TableDelta } from '../../wire/index.ts';
import type { Reporter } from '../reporter.ts';
import type { RowContext } from '../row-source.ts';
import { DELETES, INSERTS, UPDATES } from './change-log.ts';
import { changesOf, type TableChanges } from './change-set.ts';
import { Fold } from './fold.ts';
import { Table } from './table.ts';
import { TableListeners } from './table-listeners.ts';

/** A table with those who follow it. */
export class CachedTable extends Table {
  readonly listeners: TableListeners;
  readonly fold: Fold;

  constructor(def: TableDef, reporter: Reporter) {
    super(def, reporter);
    this.listeners = new TableListeners(def.name, this.log, reporter);
    this.fold = new Fold(this);
  }
}

/** The rows of the client's subscriptions. A message is applied to every table before its first callback. */
export class ClientCache {
  readonly tables: readonly CachedTable[];
  /** What decoders look tables up in; their deltas come back to `apply`. */
  readonly byName: ReadonlyMap<string, CachedTable>;
  /** Event rows that came while the page was hidden, and that nobody was told of. */
  droppedEvents = 0;
  readonly #changed: CachedTable[] = []; // tables of the current message
  #isLogged = false;

  constructor(defs: readonly TableDef[], reporter: Reporter) {
    this.tables = defs.map((def) => new CachedTable(def, reporter));
    this.byName = new Map(this.tables.map((table) => [table.def.name, table]));
  }

  /** Applies a message's deltas to all tables. @returns how many rows they told of */
  apply(deltas: readonly TableDelta[]): number {
    const changed = this.#changed;
    for (const delta of deltas) {
      const table = delta.table as CachedTable; // decoders have no other tables than `byName`
      if (table.deltas.push(delta) === 1) changed.push(table);
    }
    let rows = 0;
    for (const table of changed) {
      rows += table.apply();
      table.deltas.length = 0;
    }
    this.#isLogged ||= rows > 0;
    return rows;
  }

  /** Tells everybody what the message changed: watchers first; then events, inserts, updates, deletes of all tables. */
  tell(context: RowContext): void {
    for (const table of this.#changed) table.listeners.begin();
    this.#tell(context);
  }

  /**
   * Tells the net of what was folded, in two parts: what changed, then what ended subscriptions took. Both are told to
   * those who were there before the first: whoever comes in between sees the rows as they are after both.
   * @returns how many rows it has
   */
  tellFolded(changed: RowContext, unsubscribed: RowContext): number {
    for (const table of this.tables) table.listeners.begin();
    const rows = this.#unfold((fold) => fold.release());
    if (rows > 0) this.#tell(changed);
    const left = this.#unfold((fold) => fold.releaseUnsubscribed());
    if (left > 0) this.#tell(unsubscribed);
    return rows + left;
  }

  #tell(context: RowContext): void {
    const changed = this.#changed;
    for (const kind of [INSERTS, UPDATES, DELETES]) {
      for (const table of changed) table.listeners.tellWatchers(kind, context);
    }
    for (const table of changed) table.listeners.tellEvents(context);
    for (const table of changed) table.listeners.tellInserts(context);
    for (const table of changed) table.listeners.tellUpdates(context);
    for (const table of changed) table.listeners.tellDeletes(context);
    for (const table of changed) table.log.next();
    changed.length = 0;
  }

  /**
   * Instead of `tell`, while nobody looks: keeps the net for later. Event rows are dropped and counted.
   * @param isUnsubscribe a subscription ended with the message
   */
  fold(isUnsubscribe: boolean): void {
    for (const table of this.#changed) {
      this.droppedEvents += table.log.events.length;
      table.fold.absorb(isUnsubscribe);
    }
    this.#changed.length = 0;
  }

  /** Makes what `release` gives the current message: to be told. @returns how many rows it has */
  #unfold(release: (fold: Fold) => number): number {
    let rows = 0;
    for (const table of this.tables) {
      const released = release(table.fold);
      if (released > 0) this.#changed.push(table);
      rows += released;
    }
    this.#isLogged ||= rows > 0;
    return rows;
  }

  /** Forgets what the last tick changed. */
  clearLogs(): void {
    if (!this.#isLogged) return;
    this.#isLogged = false;
    for (const table of this.tables) table.log.clear();
  }

  /** The net of the tick's changes, by accessor. */
  changes(): Readonly<Record<string, TableChanges<Row>>> {
    return Object.fromEntries(this.tables.map((table) => [table.def.accessor, changesOf(table)]));
  }

  /** The connection is over: watchers are told. The rows stay. */
  end(): void {
    for (const table of this.tables) table.listeners.end();
  }
}
