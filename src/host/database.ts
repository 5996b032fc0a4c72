import { errors } from '../module/errors.ts';
import type { LoadedModule, LoadedProcedure, LoadedReducer, ReducerCtx } from '../module/index.ts';
import { isCallable, type Lifecycle } from '../schema/index.ts';
import { type Identity, SpacetickError, TimeDuration, Timestamp } from '../values/index.ts';
import type { EncodedArgs } from '../wire/index.ts';
import { decodeArgs, publicArgsOf } from './args.ts';
import type { HostClock } from './clock.ts';
import { type Failure, failureOf, failureOfReturn } from './failure.ts';
import { type CallRequest, type CommittedCall, Fanout } from './fanout.ts';
import { enterModule, leaveModule, resetGlobals } from './globals.ts';
import { DatabaseLog, type LogLevel, type LogRecord } from './log.ts';
import { type Migration, planMigration, refuseBreaking } from './migrate.ts';
import { traceOf } from './module-trace.ts';
import { InlineRunner } from './procedures/inline-runner.ts';
import type { ProcedureOutcome } from './procedures/outcome.ts';
import type { ProcedureCall, ProcedureDatabase, ProcedureRunner } from './procedures/runner.ts';
import { sourceOf } from './program.ts';
import type { Access } from './query/access.ts';
import { executing } from './query/executing.ts';
import { selectRows } from './query/select.ts';
import { Settings } from './query/settings.ts';
import { runSql, type SqlAnswer } from './query/sql.ts';
import { QuerySets } from './query-sets.ts';
import { seedOf } from './random.ts';
import { type Caller, ReducerContext } from './reducer-context.ts';
import { RepeatedErrors } from './repeated-errors.ts';
import { RunningModule } from './running-module.ts';
import { ScheduleTurns } from './schedule-turns.ts';
import { checkSchedule, type DueRow, scheduleOf } from './scheduler.ts';
import type { Session } from './session.ts';
import type { Row, TableStore } from './store/table-store.ts';
import { type TableChanges, Transaction } from './transaction.ts';

/** How a call ended. `Failed` is the module's refusal, `InternalError` everything else. */
export type CallOutcome =
  | { readonly status: 'Committed'; readonly at: Timestamp }
  | {
      readonly status: 'Failed' | 'InternalError';
      readonly at: Timestamp;
      readonly error: string;
      /** Set when no reducer ran: there is none, or the arguments do not fit. */
      readonly isUnstarted?: true;
    };

/** What the platform gives a database. */
export interface DatabaseEnvironment {
  readonly clock: HostClock;
  /** Takes every line written to a database's log, from its `init` on. */
  onLog?(database: string, record: LogRecord): void;
  /** Called when module code is done and nothing may stop what follows (a watchdog's reach ends here). */
  seal(): void;
  /** Called when module code runs again after `seal` within the same job, and may be stopped again. */
  resume?(): void;
  /** Runs procedures elsewhere than in the turns of the database. @param source of the program */
  procedures?(source: string, database: ProcedureDatabase): ProcedureRunner;
  /** Runs `job` soon, never before `post` returns; `stopped` when the job was stopped in the middle. */
  post(job: () => void, stopped: (error: SpacetickError) => void): void;
}

/** What came of a SQL statement, and how long it took. */
export interface SqlResult extends SqlAnswer {
  readonly durationMicros: bigint;
}

const COMMIT_ATTEMPTS = 2; // of a procedure's transaction, as in the real system (api.md 3.6)
const NO_TIME = new TimeDuration(0n);
const CLOSE_GOING_AWAY = 1001; // the database ends, or its tables are no longer those the client knows

/** A database: tables, the module's functions, and whoever is connected. One transaction at a time. */
export class Database {
  /** What it is called in logs: the first of its names, else its identity. */
  name: string;
  readonly identity: Identity;
  readonly log = new DatabaseLog();
  readonly sessions = new Map<string, Session>();
  readonly fanout = new Fanout();
  readonly querySets = new QuerySets(this.fanout);
  /** Who reads private tables and all rows through queries; nobody until the host says so. */
  owner: Identity | undefined;
  /** What SQL sets and shows. */
  readonly settings = new Settings();
  /** Transactions committed so far. */
  commits = 0;
  readonly #environment: DatabaseEnvironment;
  readonly #transaction = new Transaction();
  readonly #schedules: ScheduleTurns;
  readonly #errors: RepeatedErrors;
  readonly #internal: Caller;
  #running: RunningModule;
  #procedures: ProcedureRunner;
  /** Rows whose procedure is running. */
  readonly #scheduledCalls = new Set<string>();
  /** Time of the last transaction, whatever came of it. */
  #lastMicros = 0n;
  #reducerName: string | undefined;
  #isClosed = false;

  constructor(name: string, identity: Identity, module: LoadedModule, environment: DatabaseEnvironment) {
    this.name = name;
    this.identity = identity;
    this.#environment = environment;
    this.#schedules = new ScheduleTurns(environment, {
      run: (due) => this.#runScheduled(due),
      finish: (due) => this.#finishScheduled(due),
      stopped: (error) => this.stopped(error),
    });
    this.#errors = new RepeatedErrors(environment.clock, (record) => this.log.write(record));
    this.#internal = { identity, connectionId: null, auth: { isInternal: true, hasJWT: false, jwt: null } };
    if (environment.onLog) this.log.listen((record) => environment.onLog?.(this.name, record));
    this.#running = this.#runningModule(module);
    this.#procedures = this.#procedureRunner();
  }

  get module(): LoadedModule {
    return this.#running.module;
  }

  /** Runs the module's `init`. @throws SpacetickError E_INIT when it throws; the database is then empty */
  initialise(): void {
    const outcome = this.#lifecycle('init', this.#internal);
    if (outcome === undefined || outcome.status === 'Committed') return;
    // The log of a database that never was is read by nobody: its place in the source is told here.
    const isTraced = outcome.status === 'InternalError' && traceOf(this.module) !== undefined;
    const logged = isTraced ? this.log.records.at(-1)?.message.split('\n', 1)[0] : undefined;
    throw new SpacetickError('E_INIT', `The module's init reducer failed: ${logged ?? outcome.error}`);
  }

  /**
   * Puts another version of the module in place: rows stay, clients stay connected, their queries go on.
   * @param mayBreakClients when the tables change for them, clients are disconnected instead of the version refused
   * @throws SpacetickError E_MIGRATION, E_BREAKS_CLIENTS; the old version goes on then
   */
  replaceModule(module: LoadedModule, mayBreakClients = false): void {
    const before = this.#running;
    const plan = this.planMigration(module);
    if (!mayBreakClients) refuseBreaking(plan);
    const running = this.#runningModule(module);
    running.adopt(before);
    this.#unsealed(() => running.views.adopt(before.views, this.#isWatched));
    this.#running = running;
    this.#procedures.close();
    this.#procedures = this.#procedureRunner();
    const { scheduler } = this.#schedules;
    const times = scheduler.stop();
    const now = this.#environment.clock.micros();
    for (const store of running.scheduledStores) scheduler.adopt(store, times.get(store.def.name), now);
    const sessions = [...this.sessions.values()];
    if (plan.breaksClients.length > 0) {
      for (const session of sessions) this.querySets.leave(session);
      for (const session of sessions) session.end(CLOSE_GOING_AWAY, 'the module has changed; reload');
      return;
    }
    this.querySets.replaceTables(sessions, ({ identity }) => this.access(identity));
    this.#tell(running.views.commit(), undefined, this.now());
  }

  /** What another version would mean for rows and clients. @throws SpacetickError E_MIGRATION */
  planMigration(module: LoadedModule): Migration {
    const running = this.#running;
    return planMigration(running.module, module, (table) => running.store(table)?.rows.size ?? 0);
  }

  /** Ends all connections and schedules. */
  close(reason: string): void {
    this.#isClosed = true;
    this.#schedules.close();
    this.#procedures.close();
    this.#errors.close();
    for (const session of this.sessions.values()) session.end(CLOSE_GOING_AWAY, reason);
    this.sessions.clear();
    this.log.end();
  }

  /** What a caller may read. @param isOwner the owner reads private tables, and rows whatever the rules */
  access(caller: Identity, isOwner = caller.hex === this.owner?.hex): Access {
    const { find, findPublic, filters } = this.#running;
    if (isOwner) return { caller, find, filters: undefined, rowLimit: undefined };
    return { caller, find: findPublic, filters, rowLimit: this.settings.rowLimit };
  }

  /**
   * Runs one SQL statement: a query, or for the owner a change of rows, which is a transaction, or of a setting.
   * @throws SpacetickError E_SQL; E_NOT_OWNER; what a table refuses. Nothing is changed then
   */
  sql(text: string, caller: Identity, isOwner = caller.hex === this.owner?.hex): SqlResult {
    const { clock } = this.#environment;
    const started = clock.micros();
    const answer = executing(text, () =>
      runSql(text, {
        ...{ access: this.access(caller, isOwner), isOwner, settings: this.settings },
        isView: (name) => this.module.views.some((view) => view.name === name || view.accessor === name),
        transact: (change) => this.#transact(change),
      }),
    );
    return { ...answer, durationMicros: clock.micros() - started };
  }

  /** Runs a query for rows of one table. @throws SpacetickError E_SQL */
  selectRows(text: string, caller: Identity): { readonly store: TableStore; readonly rows: readonly Row[] } {
    return executing(text, () => selectRows(text, this.access(caller)));
  }

  /** A reducer by its name on the wire, or in camel case. */
  reducer(name: string): LoadedReducer | undefined {
    return this.#running.reducer(name);
  }

  /** A procedure by its name on the wire, or in camel case. */
  procedure(name: string): LoadedProcedure | undefined {
    return this.#running.procedure(name);
  }

  /** All tables, for the owner's tools and tests. */
  store(name: string): TableStore | undefined {
    return this.#running.store(name);
  }

  /** Now, and never the same instant for two transactions: they are told apart by it. */
  now(): Timestamp {
    const clock = this.#environment.clock.micros();
    return new Timestamp(clock > this.#lastMicros ? clock : this.#lastMicros + 1n);
  }

  /**
   * Calls a reducer as a client would.
   * @param name on the wire, or in camel case
   * @param request who is to be told, over a connection
   */
  call(name: string, args: EncodedArgs, caller: Caller, request?: CallRequest): CallOutcome {
    const reducer = this.#running.reducer(name);
    if (reducer === undefined || !isCallable(reducer)) {
      const why =
        reducer === undefined ? `no such reducer: ${name}` : `${name} is run by the host, not called by clients`;
      return { status: 'InternalError', at: this.now(), error: why, isUnstarted: true };
    }
    let decoded: unknown;
    try {
      decoded = decodeArgs(reducer.params, args, reducer.name);
    } catch (error) {
      return { status: 'InternalError', at: this.now(), error: (error as Error).message, isUnstarted: true };
    }
    return this.#run(reducer, decoded, caller, this.now(), request);
  }

  /**
   * Calls a procedure as a client would.
   * @param name on the wire, or in camel case
   * @param done told once how it ended, perhaps before this returns
   */
  callProcedure(name: string, args: EncodedArgs, caller: Caller, done: (outcome: ProcedureOutcome) => void): void {
    const procedure = this.#running.procedure(name);
    const at = this.now();
    const refuse = (error: string) => done({ status: 'InternalError', at, took: NO_TIME, error });
    if (procedure === undefined) refuse(`No such procedure: ${name}`);
    else if (!isCallable(procedure)) refuse(`${name} is run by the host, not called by clients`);
    else {
      let decoded: unknown;
      try {
        decoded = decodeArgs(procedure.params, args, procedure.name);
      } catch (error) {
        refuse((error as Error).message);
        return;
      }
      this.#runProcedure({ procedure, args: decoded, caller, at }, done);
    }
  }

  /** Runs `client_connected`; a failure means that the client is refused. */
  connected(session: Session): CallOutcome | undefined {
    const id = session.connectionId.hex;
    if (this.sessions.has(id)) {
      return { status: 'InternalError', at: this.now(), error: `Connection id ${id} is in use.` };
    }
    const outcome = this.#lifecycle('onConnect', session);
    if (outcome === undefined || outcome.status === 'Committed') this.sessions.set(id, session);
    return outcome;
  }

  /** Forgets a client and runs `client_disconnected`; its failure is logged and changes nothing. */
  disconnected(session: Session): void {
    session.isOpen = false;
    if (this.sessions.get(session.connectionId.hex) !== session) return;
    this.sessions.delete(session.connectionId.hex);
    this.querySets.leave(session);
    this.#running.views.sweep(this.#isWatched);
    if (this.#isClosed) return;
    const outcome = this.#lifecycle('onDisconnect', session);
    if (outcome?.status === 'Failed') this.writeLog('error', `client_disconnected: ${outcome.error}`);
  }

  /** After module code was stopped in the middle: puts everything back. What was running gets an InternalError. */
  abort(): void {
    resetGlobals();
    if (this.#transaction.isOpen) this.#transaction.abort();
    this.#running.views.rollback();
    this.#reducerName = undefined;
  }

  /** Module code was stopped in the middle: puts everything back, and tells the log which reducer it was. */
  stopped(error: SpacetickError): void {
    const reducer = this.#reducerName;
    this.abort();
    this.#procedures.stopped(error);
    this.log.write({ level: 'error', micros: this.#environment.clock.micros(), reducer, message: error.message });
  }

  /** From here on the running job is the host's own work, which nothing may stop. */
  seal(): void {
    this.#environment.seal();
  }

  /** Writes a line to the database's log, with the reducer that is running. */
  writeLog(level: LogLevel, message: string): void {
    this.log.write({ level, micros: this.#environment.clock.micros(), reducer: this.#reducerName, message });
  }

  readonly #isWatched = (store: TableStore): boolean => this.querySets.subscriptions.watches(store);

  #runningModule(module: LoadedModule): RunningModule {
    return new RunningModule(module, this.#transaction, {
      viewFailed: (message) => this.writeLog('error', message),
      unsealed: (run) => this.#unsealed(run),
    });
  }

  /** Runs module code within the host's own work: it may be stopped, what comes after it may not. */
  #unsealed<T>(run: () => T): T {
    this.#environment.resume?.();
    const result = run();
    this.#environment.seal();
    return result;
  }

  // --- transactions ---

  #run(
    reducer: LoadedReducer,
    args: unknown,
    caller: Caller,
    at: Timestamp,
    request: CallRequest | undefined,
  ): CallOutcome {
    const micros = at.microsSinceUnixEpoch;
    const { db } = this.#running;
    const context = new ReducerContext(db, this.identity, caller, at, seedOf(micros));
    // Before the reducer may change its arguments.
    const publicArgs = publicArgsOf(reducer, args);
    this.#lastMicros = micros;
    this.#reducerName = reducer.name;
    this.#transaction.begin();
    let failure: Failure | undefined;
    enterModule();
    try {
      failure = failureOfReturn(reducer.name, reducer.run(context as never, args as never));
      if (failure === undefined) this.#stageViews();
    } catch (error) {
      failure = failureOf(error);
    }
    leaveModule();
    this.#environment.seal();
    failure ??= this.#checkSchedules(micros);
    if (failure !== undefined) {
      this.#rollback();
      return this.#failed(failure, at);
    }
    this.#reducerName = undefined;
    const id = this.module.reducers.indexOf(reducer);
    this.#commit({ name: reducer.name, id, caller, publicArgs, request }, at);
    return { status: 'Committed', at };
  }

  /** Runs the host's own change of rows as a transaction. @throws what the change throws; everything is put back then */
  #transact<T>(change: () => T): T {
    this.seal(); // queries may be stopped, changes not
    const at = this.now();
    this.#lastMicros = at.microsSinceUnixEpoch;
    this.#transaction.begin();
    let result: T;
    try {
      result = change();
    } catch (error) {
      this.#transaction.rollback();
      throw error;
    }
    this.#commit(undefined, at);
    return result;
  }

  /** Commits the open transaction, follows its schedules and tells who wants to know. */
  #commit(call: CommittedCall | undefined, at: Timestamp): void {
    const running = this.#running;
    if (!running.views.isStaged) {
      // The host's own change: no module code has run yet.
      this.#unsealed(() => this.#stageViews());
    }
    this.commits++;
    const committed: TableChanges[] = this.#transaction.commit(
      (store) => this.#isWatched(store) || running.scheduledBy(store) !== undefined,
    );
    committed.push(...running.views.commit());
    if (committed.length === 0 && call?.request === undefined) return;
    for (const { store, changes } of committed) {
      if (running.scheduledBy(store) !== undefined)
        this.#schedules.scheduler.apply(store, changes, at.microsSinceUnixEpoch);
    }
    this.#tell(committed, call, at);
  }

  #rollback(): void {
    this.#transaction.rollback();
    this.#running.views.rollback();
  }

  /** Computes the views that the open transaction touches: module code, which may be stopped. */
  #stageViews(): void {
    this.#running.views.stage(this.#transaction.stores, this.#isWatched);
  }

  #tell(committed: readonly TableChanges[], call: CommittedCall | undefined, at: Timestamp): void {
    const touched = this.querySets.subscriptions.apply(committed);
    if (touched.length > 0 || call?.request !== undefined) this.fanout.commit(touched, call, at);
  }

  #failed({ isRefusal, message, detail }: Failure, at: Timestamp): Exclude<CallOutcome, { status: 'Committed' }> {
    const reducer = this.#reducerName;
    this.#reducerName = undefined;
    if (!isRefusal) {
      const trace = traceOf(this.module);
      this.#errors.note(`${reducer}\n${trace?.essence(detail) ?? detail}`, () => {
        const text = trace?.report(detail) ?? detail;
        return { level: 'error', micros: this.#environment.clock.micros(), reducer, message: text };
      });
    }
    return { status: isRefusal ? 'Failed' : 'InternalError', at, error: message };
  }

  /** Rows of scheduled tables must be due in a time that can be waited for. */
  #checkSchedules(micros: bigint): Failure | undefined {
    try {
      for (const store of this.#transaction.stores) {
        if (this.#running.scheduledBy(store) === undefined) continue;
        for (const { after } of store.changes()) if (after) checkSchedule(store, after, micros);
      }
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  #lifecycle(lifecycle: Lifecycle, caller: Caller): CallOutcome | undefined {
    const reducer = this.#running.lifecycle(lifecycle);
    return reducer && this.#run(reducer, {}, caller, this.now(), undefined);
  }

  // --- procedures ---

  #procedureRunner(): ProcedureRunner {
    const transaction = this.#transaction;
    const { clock } = this.#environment;
    const database: ProcedureDatabase = {
      identity: this.identity,
      get isInTransaction() {
        return transaction.isOpen;
      },
      transact: (caller, body) => this.#transactFor(caller, body),
      seal: () => this.seal(),
      post: (job, stopped) => this.#environment.post(job, stopped),
      stopped: (error) => this.stopped(error),
      log: (level, message, reducer) => this.log.write({ level, micros: clock.micros(), reducer, message }),
    };
    const source = this.module.procedures.length === 0 ? undefined : sourceOf(this.module);
    const elsewhere = source === undefined ? undefined : this.#environment.procedures?.(source, database);
    return elsewhere ?? new InlineRunner(database);
  }

  #runProcedure(call: ProcedureCall, done: (outcome: ProcedureOutcome) => void): void {
    const { procedure, at } = call;
    const { clock } = this.#environment;
    const began = clock.micros();
    this.#lastMicros = at.microsSinceUnixEpoch;
    this.#reducerName = procedure.name;
    this.#procedures.run(call, (result) => {
      const running = this.#reducerName;
      const took = new TimeDuration(clock.micros() - began);
      if ('returned' in result) {
        done({ status: 'Returned', at, took, returned: result.returned, returnType: procedure.returnType });
        return;
      }
      this.#reducerName = procedure.name;
      const { status, error } = this.#failed(result.failure, at);
      this.#reducerName = running;
      done({ status, at, took, error });
    });
    this.#reducerName = undefined;
  }

  /** A transaction of a procedure, called from module code. @throws what `body` throws */
  #transactFor<R>(caller: Caller, body: (tx: ReducerCtx) => R): R {
    for (let attempt = 1; ; attempt++) {
      const at = this.now();
      const micros = at.microsSinceUnixEpoch;
      const tx = new ReducerContext(this.#running.db, this.identity, caller, at, seedOf(micros));
      this.#lastMicros = micros;
      this.#transaction.begin();
      let result: R;
      try {
        result = body(tx);
        const failure = failureOfReturn('The function of withTx', result);
        if (failure !== undefined) throw new SpacetickError('E_ASYNC_REDUCER', failure.message);
        this.#stageViews();
      } catch (error) {
        this.#rollback();
        throw error;
      }
      leaveModule();
      this.#environment.seal();
      const failure = this.#checkSchedules(micros);
      if (failure === undefined) this.#commit(undefined, at);
      else this.#rollback();
      this.#environment.resume?.();
      enterModule();
      if (failure === undefined) return result;
      if (attempt === COMMIT_ATTEMPTS) throw new errors.ScheduleAtDelayTooLong(failure.message);
    }
  }

  // --- schedules ---

  #runScheduled(due: DueRow): void {
    const scheduled = this.#running.scheduledBy(due.store);
    if (scheduled === undefined) return;
    const [param] = scheduled.params.elements;
    const args = param === undefined ? {} : { [param.key]: due.store.copyOut(due.row) };
    const now = this.now();
    const at = now.microsSinceUnixEpoch > due.at ? now : new Timestamp(due.at);
    if ('returnType' in scheduled) {
      const name = `${due.store.def.name} ${String(due.key)}`;
      if (this.#scheduledCalls.has(name)) return; // it is still at its last step: this one is skipped
      this.#scheduledCalls.add(name);
      // Nothing rolls a procedure back: its row goes first, or a procedure that ends the host would run for ever.
      if (scheduleOf(due.store, due.row).tag === 'Time') this.#finishScheduled(due);
      this.#runProcedure({ procedure: scheduled, args, caller: this.#internal, at }, () => {
        this.#scheduledCalls.delete(name);
      });
      return;
    }
    const reducer = scheduled;
    const outcome = this.#run(reducer, args, this.#internal, at, undefined);
    if (outcome.status === 'Failed') this.writeLog('error', `${reducer.name}: ${outcome.error}`);
  }

  #finishScheduled(due: DueRow): void {
    const at = this.now();
    this.#lastMicros = at.microsSinceUnixEpoch;
    this.#transaction.begin();
    due.store.remove(due.row);
    this.#commit(undefined, at);
  }
}
