import { errors } from '../module/errors.ts';
import type { Key, ScheduleAt } from '../values/index.ts';
import type { HostClock, Timer } from './clock.ts';
import type { Row, RowChange, TableStore } from './store/table-store.ts';

const MICROS_PER_MILLI = 1000;
const MICROS_PER_YEAR = 365.25 * 86_400 * 1_000_000;
const MAX_DELAY_MICROS = 68_719_476_735_000n; // about 2.18 years, as the real host's timer wheel (api.md 3.5)

/** A row that asked to be run. */
export interface DueRow {
  readonly store: TableStore;
  readonly key: Key;
  readonly row: Row;
  /** When it was meant to run: microseconds since the epoch. */
  readonly at: bigint;
}

/**
 * Rows of scheduled tables in the order they are due. Keeps one timer, for the first. Intervals stay on the grid of
 * their intended times: what was missed is skipped, never caught up in a burst (`api.md` 3.5).
 */
export class Scheduler {
  readonly #clock: HostClock;
  readonly #wake: () => void;
  /** In the order they are due; of those due together, the one that was added first. */
  readonly #due: DueRow[] = [];
  readonly #entries = new Map<TableStore, Map<Key, DueRow>>();
  #timer: Timer | undefined;
  #armedFor: bigint | undefined;

  /** @param wake called when something is due */
  constructor(clock: HostClock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Follows what a commit did to a scheduled table. */
  apply(store: TableStore, changes: readonly RowChange[], now: bigint): void {
    for (const { before, after } of changes) {
      const key = store.keyOfRow((after ?? before)!);
      this.#drop(store, key);
      if (after !== undefined) this.#add({ store, key, row: after, at: firstRun(scheduleOf(store, after), now) });
    }
    this.#arm();
  }

  /** The next row that is due, taken off the list; undefined when none is. */
  take(now: bigint): DueRow | undefined {
    const first = this.#due[0];
    if (first === undefined || first.at > now) {
      this.#arm();
      return undefined;
    }
    this.#due.shift();
    this.#entries.get(first.store)?.delete(first.key);
    return first;
  }

  /** After an interval row ran: puts it back for the first step of its grid after `now`, if it is still there. */
  repeat(due: DueRow, now: bigint): void {
    const row = due.store.get(due.key);
    if (row !== due.row) return;
    const schedule = scheduleOf(due.store, row);
    if (schedule.tag !== 'Interval') return;
    const interval = magnitude(schedule.value.micros);
    const at = interval === 0n ? now : due.at + interval * ((now - due.at) / interval + 1n);
    this.#add({ ...due, at });
  }

  /** Wakes at once when something is due, else sets the timer. */
  rearm(): void {
    const first = this.#due[0];
    if (first !== undefined && first.at <= this.#clock.micros()) this.#wake();
    else this.#arm();
  }

  /** Takes over the rows of another version of a table: those that were waiting keep their time. */
  adopt(store: TableStore, times: ReadonlyMap<Key, bigint> | undefined, now: bigint): void {
    for (const [key, row] of store.rows) {
      this.#add({ store, key, row, at: times?.get(key) ?? firstRun(scheduleOf(store, row), now) });
    }
    this.#arm();
  }

  /** Forgets all rows. @returns when they were due, by name of their table */
  stop(): Map<string, Map<Key, bigint>> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = undefined;
    const times = new Map<string, Map<Key, bigint>>();
    for (const [store, entries] of this.#entries) {
      times.set(store.def.name, new Map([...entries].map(([key, { at }]) => [key, at])));
    }
    this.#due.length = 0;
    this.#entries.clear();
    return times;
  }

  #add(entry: DueRow): void {
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#due[middle]!.at <= entry.at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, entry);
    let entries = this.#entries.get(entry.store);
    if (entries === undefined) {
      entries = new Map();
      this.#entries.set(entry.store, entries);
    }
    entries.set(entry.key, entry);
  }

  #drop(store: TableStore, key: Key): void {
    const entries = this.#entries.get(store);
    const entry = entries?.get(key);
    if (entries === undefined || entry === undefined) return;
    entries.delete(key);
    this.#due.splice(this.#due.indexOf(entry), 1);
  }

  #arm(): void {
    const first = this.#due[0];
    if (this.#timer !== undefined && first?.at === this.#armedFor) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = first?.at;
    if (first === undefined) return;
    const delay = Number(first.at - this.#clock.micros()) / MICROS_PER_MILLI;
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(delay)), () => {
      this.#timer = undefined;
      this.#wake();
    });
  }
}

export function scheduleOf(store: TableStore, row: Row): ScheduleAt {
  return row[store.def.columns[store.def.scheduleAt!]!.key] as ScheduleAt;
}

/** A row must be due in a time that can be waited for. @throws SpacetimeHostError ScheduleAtDelayTooLong */
export function checkSchedule(store: TableStore, row: Row, now: bigint): void {
  const delay = firstRun(scheduleOf(store, row), now) - now;
  if (delay <= MAX_DELAY_MICROS) return;
  throw new errors.ScheduleAtDelayTooLong(
    `${store.def.name}: a schedule may be at most about ${years(MAX_DELAY_MICROS)} years ahead, not ${years(delay)}. ` +
      'Insert a nearer one, and schedule on from there.',
  );
}

function years(micros: bigint): string {
  return (Number(micros) / MICROS_PER_YEAR).toFixed(2);
}

function firstRun(schedule: ScheduleAt, now: bigint): bigint {
  return schedule.tag === 'Interval' ? now + magnitude(schedule.value.micros) : schedule.value.microsSinceUnixEpoch;
}

function magnitude(micros: bigint): bigint {
  return micros < 0n ? -micros : micros;
}
