import type { Row } from '../../wire/index.ts';
import type { Reporter } from '../reporter.ts';
import type { RowContext, RowWatcher } from '../row-source.ts';
import { type ChangeLog, DELETES, INSERTS, kindOf, UPDATES } from './change-log.ts';
import { Listeners } from './listeners.ts';

export type RowListener = (context: RowContext, row: Row) => void;
export type UpdateListener = (context: RowContext, before: Row, row: Row) => void;

const NOTHING: readonly undefined[] = Object.freeze([]);

/** Who follows a table, and telling them what a message changed. Those told are those there when the message began. */
export class TableListeners {
  readonly watchers = new Listeners<RowWatcher<Row>>();
  readonly byKind = {
    Insert: new Listeners<RowListener>(),
    Update: new Listeners<UpdateListener>(),
    Delete: new Listeners<RowListener>(),
  };
  readonly #table: string;
  readonly #log: ChangeLog;
  readonly #reporter: Reporter;
  #watching: readonly RowWatcher<Row>[] = [];
  #inserting: readonly RowListener[] = [];
  #updating: readonly UpdateListener[] = [];
  #deleting: readonly RowListener[] = [];

  constructor(table: string, log: ChangeLog, reporter: Reporter) {
    this.#table = table;
    this.#log = log;
    this.#reporter = reporter;
  }

  /** Settles who hears the current message. */
  begin(): void {
    this.#watching = this.watchers.list;
    this.#inserting = this.byKind.Insert.list;
    this.#updating = this.byKind.Update.list;
    this.#deleting = this.byKind.Delete.list;
  }

  /** @param kind of what is told: INSERTS, UPDATES or DELETES; events go with inserts */
  tellWatchers(kind: number, context: RowContext): void {
    const { before, after, events, kinds } = this.#log;
    for (const watcher of this.#watching) {
      if (kind === INSERTS) for (const row of events) this.#watch(watcher, context, undefined, row);
      if (!(kinds & kind)) continue;
      for (let i = this.#log.start; i < after.length; i++) {
        if (kindOf(before[i], after[i]) === kind) this.#watch(watcher, context, before[i], after[i]);
      }
    }
  }

  tellEvents(context: RowContext): void {
    const { events } = this.#log;
    if (events.length > 0) this.#tellRows(this.#inserting, 'onInsert', context, events, NOTHING, 0);
  }

  tellInserts(context: RowContext): void {
    const { before, after, kinds } = this.#log;
    if (kinds & INSERTS) this.#tellRows(this.#inserting, 'onInsert', context, after, before);
  }

  tellUpdates(context: RowContext): void {
    const { before, after, kinds } = this.#log;
    const listeners = this.#updating;
    if (listeners.length === 0 || !(kinds & UPDATES)) return;
    for (let i = this.#log.start; i < after.length; i++) {
      const from = before[i];
      const to = after[i];
      if (from === undefined || to === undefined) continue;
      for (let k = 0; k < listeners.length; k++) {
        try {
          listeners[k]!(context, from, to);
        } catch (error) {
          this.#reporter.error(error, `onUpdate of ${this.#table}`);
        }
      }
    }
  }

  tellDeletes(context: RowContext): void {
    const { before, after, kinds } = this.#log;
    if (kinds & DELETES) this.#tellRows(this.#deleting, 'onDelete', context, before, after);
  }

  /** The connection is over. */
  end(): void {
    for (const watcher of this.watchers.list) {
      try {
        watcher.end();
      } catch (error) {
        this.#reporter.error(error, `a watcher of ${this.#table}`);
      }
    }
  }

  /** Tells of the current message's rows that have no counterpart: what came was not there before, what left is not after. */
  #tellRows(
    listeners: readonly RowListener[],
    name: string,
    context: RowContext,
    rows: readonly (Row | undefined)[],
    counterparts: readonly (Row | undefined)[],
    start = this.#log.start,
  ): void {
    if (listeners.length === 0) return;
    const report = (error: unknown): void => this.#reporter.error(error, `${name} of ${this.#table}`);
    const hear = listeners.length === 1 ? listeners[0]! : allOf(listeners, report);
    // A loop as short as can be: a first snapshot is told before much of it is compiled.
    for (let i = start; i < rows.length; i++) {
      try {
        for (; i < rows.length; i++) if (counterparts[i] === undefined) hear(context, rows[i]!);
      } catch (error) {
        report(error);
      }
    }
  }

  #watch(watcher: RowWatcher<Row>, context: RowContext, before: Row | undefined, after: Row | undefined): void {
    try {
      if (before === undefined) watcher.insert(context, after!);
      else if (after === undefined) watcher.delete(context, before);
      else watcher.update(context, before, after);
    } catch (error) {
      this.#reporter.error(error, `a watcher of ${this.#table}`);
    }
  }
}

/** Several listeners as one, which does not throw. */
function allOf(listeners: readonly RowListener[], report: (error: unknown) => void): RowListener {
  return (context, row) => {
    for (const listener of listeners) {
      try {
        listener(context, row);
      } catch (error) {
        report(error);
      }
    }
  };
}
