import type { SpacetickError } from '../values/index.ts';
import type { DatabaseEnvironment } from './database.ts';
import { type DueRow, Scheduler, scheduleOf } from './scheduler.ts';

/** What a database does for the rows of its scheduled tables. */
export interface ScheduleOwner {
  /** Runs the reducer of a due row, as a transaction. */
  run(due: DueRow): void;
  /** Deletes the row of a time that has come. */
  finish(due: DueRow): void;
  /** The reducer was stopped in the middle. */
  stopped(error: SpacetickError): void;
}

/** Runs rows when they are due: each is a job of its own, so that whatever else waits comes in between. */
export class ScheduleTurns {
  readonly scheduler: Scheduler;
  readonly #environment: DatabaseEnvironment;
  readonly #owner: ScheduleOwner;
  #isPosted = false;
  #isClosed = false;

  constructor(environment: DatabaseEnvironment, owner: ScheduleOwner) {
    this.#environment = environment;
    this.#owner = owner;
    this.scheduler = new Scheduler(environment.clock, () => this.#post());
  }

  close(): void {
    this.#isClosed = true;
    this.scheduler.stop();
  }

  #post(): void {
    if (this.#isPosted || this.#isClosed) return;
    this.#isPosted = true;
    let due: DueRow | undefined;
    this.#environment.post(
      () => {
        this.#isPosted = false;
        due = this.#isClosed ? undefined : this.scheduler.take(this.#environment.clock.micros());
        if (due === undefined) return;
        this.#owner.run(due);
        this.#after(due);
      },
      (error) => {
        this.#isPosted = false;
        this.#owner.stopped(error);
        if (due !== undefined && !this.#isClosed) this.#after(due);
      },
    );
  }

  /** A one-shot row is deleted once its reducer ran, whatever came of it; an interval goes back on its grid. */
  #after(due: DueRow): void {
    if (scheduleOf(due.store, due.row).tag === 'Interval') {
      this.scheduler.repeat(due, this.#environment.clock.micros());
    } else if (due.store.get(due.key) === due.row) this.#owner.finish(due);
    this.scheduler.rearm();
  }
}
