import type { LoadedModule } from '../module/index.ts';
import { type Identity, Timestamp } from '../values/index.ts';
import type { CallLog } from './call-log.ts';
import type { DatabaseEnvironment } from './environment.ts';
import type { CommittedCall } from './fanout.ts';
import { leaveModule } from './globals.ts';
import type { QuerySets } from './query-sets.ts';
import { seedOf } from './random.ts';
import { type Caller, ReducerContext } from './reducer-context.ts';
import { RunningModule } from './running-module.ts';
import type { Scheduler } from './scheduler.ts';
import { Transaction } from './transaction.ts';

/** What a transactor writes to, and who follows its commits. */
export interface TransactorParts {
  readonly environment: DatabaseEnvironment;
  readonly log: CallLog;
  readonly scheduler: Scheduler;
  readonly querySets: QuerySets;
}

/**
 * The only writer of a database: opens its transactions one at a time, commits them or puts everything back. What
 * follows from a commit follows here: schedules, views, and what clients are told.
 */
export class Transactor {
  readonly identity: Identity;
  /** Transactions committed so far. */
  commits = 0;
  readonly #parts: TransactorParts;
  readonly #transaction = new Transaction();
  #running: RunningModule;
  /** Time of the last transaction, whatever came of it. */
  #lastMicros = 0n;

  constructor(identity: Identity, module: LoadedModule, parts: TransactorParts) {
    this.identity = identity;
    this.#parts = parts;
    this.#running = this.#runningModule(module);
  }

  /** The version of the module that runs, with the tables. */
  get running(): RunningModule {
    return this.#running;
  }

  get isInTransaction(): boolean {
    return this.#transaction.isOpen;
  }

  /** Now, and never the same instant for two transactions: they are told apart by it. */
  now(): Timestamp {
    const clock = this.#parts.environment.clock.micros();
    return new Timestamp(clock > this.#lastMicros ? clock : this.#lastMicros + 1n);
  }

  /** Takes an instant, so that nothing else is given it. */
  take(at: Timestamp): void {
    this.#lastMicros = at.microsSinceUnixEpoch;
  }

  // --- a transaction of module code: begin, stage, leave, commit or roll back ---

  /** @returns the `ctx` for the module's function */
  begin(caller: Caller, at: Timestamp): ReducerContext {
    this.#begin(at);
    return new ReducerContext(this.#running.db, this.identity, caller, at, seedOf(at.microsSinceUnixEpoch));
  }

  /** Computes the views that the open transaction touches: module code, which may be stopped. */
  stageViews(): void {
    this.#running.views.stage(this.#transaction.stores, this.#parts.querySets.isWatched);
  }

  /** Module code is done: what follows may not be stopped. */
  leaveModule(): void {
    leaveModule();
    this.#parts.environment.seal();
  }

  /** Commits the open transaction, follows its schedules and tells who wants to know. */
  commit(call: CommittedCall | undefined, at: Timestamp): void {
    const running = this.#running;
    const { querySets, scheduler } = this.#parts;
    if (!running.views.isStaged) {
      // The host's own change: no module code has run yet.
      this.#unsealed(() => this.stageViews());
    }
    this.commits++;
    const committed = this.#transaction.commit(
      (store) => querySets.isWatched(store) || running.scheduledBy(store) !== undefined,
    );
    committed.push(...running.views.commit());
    if (committed.length === 0 && call?.request === undefined) return;
    for (const { store, changes } of committed) {
      if (running.scheduledBy(store) !== undefined) scheduler.apply(store, changes, at.microsSinceUnixEpoch);
    }
    querySets.commit(committed, call, at);
  }

  rollback(): void {
    this.#transaction.rollback();
    this.#running.views.rollback();
  }

  /** Puts everything back after module code was stopped anywhere, in a transaction or not. */
  abort(): void {
    if (this.#transaction.isOpen) this.#transaction.abort();
    this.#running.views.rollback();
  }

  // --- what the host does itself ---

  /** Runs the host's own change of rows as a transaction. @throws what the change throws; everything is put back then */
  transact<T>(change: () => T): T {
    this.#parts.environment.seal(); // queries may be stopped, changes not
    const at = this.now();
    this.#begin(at);
    let result: T;
    try {
      result = change();
    } catch (error) {
      this.#transaction.rollback();
      throw error;
    }
    this.commit(undefined, at);
    return result;
  }

  /**
   * Puts another version of the module in place, which takes over rows and watched views.
   * @throws SpacetickError E_MIGRATION; the old version goes on then
   */
  replaceModule(module: LoadedModule): void {
    const before = this.#running;
    const running = this.#runningModule(module);
    running.adopt(before);
    this.#unsealed(() => running.views.adopt(before.views, this.#parts.querySets.isWatched));
    this.#running = running;
  }

  #runningModule(module: LoadedModule): RunningModule {
    return new RunningModule(module, this.#transaction, {
      viewFailed: (message) => this.#parts.log.write('error', message),
      unsealed: (run) => this.#unsealed(run),
    });
  }

  /** Runs module code within the host's own work: it may be stopped, what comes after it may not. */
  #unsealed<T>(run: () => T): T {
    const { environment } = this.#parts;
    environment.resume?.();
    const result = run();
    environment.seal();
    return result;
  }

  #begin(at: Timestamp): void {
    this.take(at);
    this.#transaction.begin(at.microsSinceUnixEpoch);
  }
}
