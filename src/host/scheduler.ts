import { SpacetimeHostError } from '../module/errors.ts';
import type { Key, ScheduleAt } from '../values/index.ts';
import type { HostClock, Timer } from './clock.ts';
import type { Row, RowChange, TableStore } from './store/table-store.ts';

const MICROS_PER_MILLI = 1000;
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
  readonly #due: DueRow[] = [];
  #timer: Timer | undefined;

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
    return first;
  }

  /** After an interval row ran: puts it back for the first step of its grid after `now`, if it is still there. */
  repeat(due: DueRow, now: bigint): void {
    const row = due.store.get(due.key);
    const schedule = row && scheduleOf(due.store, row);
    if (row !== due.row || schedule?.tag !== 'Interval') return;
    const interval = magnitude(schedule.value.micros);
    const next = interval === 0n ? now : due.at + interval * ((now - due.at) / interval + 1n);
    this.#add({ ...due, at: next > now || interval === 0n ? next : now });
    this.#arm();
  }

  /** Sets the timer for what is due next. */
  rearm(): void {
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#due.length = 0;
  }

  #add(entry: DueRow): void {
    let at = this.#due.length;
    while (at > 0 && this.#due[at - 1]!.at > entry.at) at--;
    this.#due.splice(at, 0, entry);
  }

  #drop(store: TableStore, key: Key): void {
    const at = this.#due.findIndex((entry) => entry.store === store && entry.key === key);
    if (at >= 0) this.#due.splice(at, 1);
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const first = this.#due[0];
    if (first === undefined) return;
    const delay = Number(first.at - this.#clock.micros()) / MICROS_PER_MILLI;
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(delay)), this.#wake);
  }
}

export function scheduleOf(store: TableStore, row: Row): ScheduleAt {
  return row[store.def.columns[store.def.scheduleAt!]!.key] as ScheduleAt;
}

/** @throws SpacetimeHostError ScheduleAtDelayTooLong */
export function checkSchedule(store: TableStore, row: Row, now: bigint): void {
  const schedule = scheduleOf(store, row);
  if (firstRun(schedule, now) - now <= MAX_DELAY_MICROS) return;
  throw new SpacetimeHostError('ScheduleAtDelayTooLong', `${store.def.name}: a schedule may be at most 2 years ahead.`);
}

function firstRun(schedule: ScheduleAt, now: bigint): bigint {
  return schedule.tag === 'Interval' ? now + magnitude(schedule.value.micros) : schedule.value.microsSinceUnixEpoch;
}

function magnitude(micros: bigint): bigint {
  return micros < 0n ? -micros : micros;
}
