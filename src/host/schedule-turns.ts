import { type SpacetickError, Timestamp } from '../values/index.ts';
import type { CallLog } from './call-log.ts';
import type { DatabaseEnvironment } from './environment.ts';
import type { ProcedureCalls } from './procedures/procedure-calls.ts';
import type { ReducerCalls } from './reducer-calls.ts';
import type { Caller } from './reducer-context.ts';
import { type DueRow, type Scheduler, scheduleOf } from './scheduler.ts';
import type { Transactor } from './transactor.ts';

/** What the rows of scheduled tables run, and how. */
export interface ScheduleParts {
  readonly environment: DatabaseEnvironment;
  readonly scheduler: Scheduler;
  readonly transactor: Transactor;
  readonly reducers: ReducerCalls;
  readonly procedures: ProcedureCalls;
  readonly log: CallLog;
  /** Who calls when it is nobody: the database. */
  readonly caller: Caller;
  /** What a row ran was stopped in the middle. */
  stopped(error: SpacetickError): void;
}

/** Runs rows when they are due: each is a job of its own, so that whatever else waits comes in between. */
export class ScheduleTurns {
  readonly #parts: ScheduleParts;
  /** Rows whose procedure is running. */
  readonly #procedures = new Set<string>();
  #isPosted = false;
  #isClosed = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  /** Something is due. */
  post(): void {
    if (this.#isPosted || this.#isClosed) return;
    this.#isPosted = true;
    const { environment, scheduler } = this.#parts;
    let due: DueRow | undefined;
    environment.post(
      () => {
        this.#isPosted = false;
        due = this.#isClosed ? undefined : scheduler.take(environment.clock.micros());
        if (due === undefined) return;
        this.#run(due);
        this.#after(due);
      },
      (error) => {
        this.#isPosted = false;
        this.#parts.stopped(error);
        if (due !== undefined && !this.#isClosed) this.#after(due);
      },
    );
  }

  /** Another version of the module is in place: rows that were waiting keep their time. */
  replaceModule(): void {
    const { environment, scheduler, transactor } = this.#parts;
    const times = scheduler.stop();
    const now = environment.clock.micros();
    for (const store of transactor.running.scheduledStores) scheduler.adopt(store, times.get(store.def.name), now);
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.scheduler.stop();
  }

  #run(due: DueRow): void {
    const { transactor, reducers, procedures, log, caller } = this.#parts;
    const { store, row, key } = due;
    const scheduled = transactor.running.scheduledBy(store);
    if (scheduled === undefined) return;
    const [param] = scheduled.params.elements;
    const args = param === undefined ? {} : { [param.key]: store.copyOut(row) };
    const now = transactor.now();
    const at = now.microsSinceUnixEpoch > due.at ? now : new Timestamp(due.at);
    if ('returnType' in scheduled) {
      const name = `${store.def.name} ${String(key)}`;
      if (this.#procedures.has(name)) return; // it is still at its last step: this one is skipped
      this.#procedures.add(name);
      // Nothing rolls a procedure back: its row goes first, or a procedure that ends the host would run for ever.
      if (scheduleOf(store, row).tag === 'Time') this.#finish(due);
      procedures.run({ procedure: scheduled, args, caller, at }, () => this.#procedures.delete(name));
      return;
    }
    const outcome = reducers.run(scheduled, args, caller, at);
    if (outcome.status === 'Failed') log.write('error', `${scheduled.name}: ${outcome.error}`);
  }

  /** A one-shot row is deleted once its reducer ran, whatever came of it; an interval goes back on its grid. */
  #after(due: DueRow): void {
    const { environment, scheduler } = this.#parts;
    if (scheduleOf(due.store, due.row).tag === 'Interval') scheduler.repeat(due, environment.clock.micros());
    else if (due.store.get(due.key) === due.row) this.#finish(due);
    scheduler.rearm();
  }

  /** Deletes the row of a time that has come. */
  #finish({ store, row }: DueRow): void {
    this.#parts.transactor.transact(() => store.remove(row));
  }
}
