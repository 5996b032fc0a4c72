import type { LoadedModule, LoadedProcedure, LoadedReducer } from '../module/index.ts';
import { type Identity, SpacetickError, type Timestamp } from '../values/index.ts';
import type { EncodedArgs } from '../wire/index.ts';
import { CallLog } from './call-log.ts';
import type { DatabaseEnvironment } from './environment.ts';
import { type CallRequest, Fanout } from './fanout.ts';
import { resetGlobals } from './globals.ts';
import { DatabaseLog, type LogLevel } from './log.ts';
import { type Migration, planMigration, refuseBreaking } from './migrate.ts';
import { traceOf } from './module-trace.ts';
import type { ProcedureOutcome } from './procedures/outcome.ts';
import { ProcedureCalls } from './procedures/procedure-calls.ts';
import type { Access } from './query/access.ts';
import { executing } from './query/executing.ts';
import { runQuery, type Selection } from './query/select.ts';
import { Settings } from './query/settings.ts';
import { runSql, type SqlAnswer } from './query/sql.ts';
import { QuerySets } from './query-sets.ts';
import { type CallOutcome, ReducerCalls } from './reducer-calls.ts';
import type { Caller } from './reducer-context.ts';
import type { RunningModule } from './running-module.ts';
import { ScheduleTurns } from './schedule-turns.ts';
import { Scheduler } from './scheduler.ts';
import { Sessions } from './sessions.ts';
import type { TableStore } from './store/table-store.ts';
import { Transactor } from './transactor.ts';

/** What came of a SQL statement, and how long it took. */
export interface SqlResult extends SqlAnswer {
  readonly durationMicros: bigint;
}

/** A database: tables, the module's functions, and whoever is connected. One transaction at a time. */
export class Database {
  /** What it is called in logs: the first of its names, else its identity. */
  name: string;
  readonly identity: Identity;
  readonly log = new DatabaseLog();
  readonly sessions: Sessions;
  readonly fanout = new Fanout();
  readonly querySets = new QuerySets(this.fanout);
  /** Who reads private tables and all rows through queries; nobody until the host says so. */
  owner: Identity | undefined;
  /** What SQL sets and shows. */
  readonly settings = new Settings();
  readonly #environment: DatabaseEnvironment;
  readonly #callLog: CallLog;
  readonly #transactor: Transactor;
  readonly #reducers: ReducerCalls;
  readonly #procedures: ProcedureCalls;
  readonly #schedules: ScheduleTurns;
  /** Who calls when nobody does: lifecycles of the database itself, and schedules. */
  readonly #internal: Caller;

  constructor(name: string, identity: Identity, module: LoadedModule, environment: DatabaseEnvironment) {
    this.name = name;
    this.identity = identity;
    this.#environment = environment;
    this.#internal = { identity, connectionId: null, auth: { isInternal: true, hasJWT: false, jwt: null } };
    if (environment.onLog) this.log.listen((record) => environment.onLog?.(this.name, record));
    const { querySets } = this;
    const log = new CallLog(this.log, environment.clock);
    const scheduler = new Scheduler(environment.clock, () => this.#schedules.post());
    const stopped = (error: SpacetickError) => this.stopped(error);
    const transactor = new Transactor(identity, module, { environment, log, scheduler, querySets });
    const reducers = new ReducerCalls(transactor, log);
    const procedures = new ProcedureCalls({ environment, transactor, log, stopped });
    const calls = { reducers, procedures, caller: this.#internal };
    this.#schedules = new ScheduleTurns({ environment, scheduler, transactor, ...calls, log, stopped });
    this.sessions = new Sessions({ transactor, querySets, reducers, log });
    this.#callLog = log;
    this.#transactor = transactor;
    this.#reducers = reducers;
    this.#procedures = procedures;
  }

  /** Transactions committed so far. */
  get commits(): number {
    return this.#transactor.commits;
  }

  get module(): LoadedModule {
    return this.#running.module;
  }

  /** Runs the module's `init`. @throws SpacetickError E_INIT when it throws; the database is then empty */
  initialise(): void {
    const outcome = this.#reducers.runLifecycle('init', this.#internal);
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
    const plan = this.planMigration(module);
    if (!mayBreakClients) refuseBreaking(plan);
    this.#transactor.replaceModule(module);
    this.#procedures.replaceModule();
    this.#schedules.replaceModule();
    if (plan.breaksClients.length > 0) this.sessions.refuseAll('the module has changed; reload');
    else this.sessions.replaceModule(({ identity }) => this.access(identity));
  }

  /** What another version would mean for rows and clients. @throws SpacetickError E_MIGRATION */
  planMigration(module: LoadedModule): Migration {
    const running = this.#running;
    return planMigration(running.module, module, (table) => running.store(table)?.rows.size ?? 0);
  }

  /** Ends all connections and schedules. */
  close(reason: string): void {
    this.#schedules.close();
    this.#procedures.close();
    this.#callLog.close();
    this.sessions.close(reason);
    this.log.end();
  }

  /** What a caller may read. @param isOwner the owner reads private tables, and rows whatever the rules */
  access(caller: Identity, isOwner = this.#isOwner(caller)): Access {
    const { find, findPublic, filters } = this.#running;
    if (isOwner) return { caller, find, filters: undefined, rowLimit: undefined };
    return { caller, find: findPublic, filters, rowLimit: this.settings.rowLimit };
  }

  /**
   * Runs one SQL statement: a query, or for the owner a change of rows, which is a transaction, or of a setting.
   * @throws SpacetickError E_SQL; E_NOT_OWNER; what a table refuses. Nothing is changed then
   */
  sql(text: string, caller: Identity, isOwner = this.#isOwner(caller)): SqlResult {
    const { clock } = this.#environment;
    const started = clock.micros();
    const answer = executing(text, () =>
      runSql(text, {
        ...{ access: this.access(caller, isOwner), isOwner, settings: this.settings },
        isView: (name) => this.module.views.some((view) => view.name === name || view.accessor === name),
        transact: (change) => this.#transactor.transact(change),
      }),
    );
    return { ...answer, durationMicros: clock.micros() - started };
  }

  /** Runs a query asked over a connection. @throws SpacetickError E_SQL */
  select(text: string, caller: Identity): Selection {
    return executing(text, () => runQuery(text, this.access(caller)));
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
    return this.#transactor.now();
  }

  /**
   * Calls a reducer as a client would.
   * @param name on the wire, or in camel case
   * @param request who is to be told, over a connection
   */
  call(name: string, args: EncodedArgs, caller: Caller, request?: CallRequest): CallOutcome {
    return this.#reducers.call(name, args, caller, this.#isOwner(caller.identity), request);
  }

  /**
   * Calls a procedure as a client would.
   * @param name on the wire, or in camel case
   * @param done told once how it ended, perhaps before this returns
   */
  callProcedure(name: string, args: EncodedArgs, caller: Caller, done: (outcome: ProcedureOutcome) => void): void {
    this.#procedures.call(name, args, caller, this.#isOwner(caller.identity), done);
  }

  #isOwner(caller: Identity): boolean {
    return caller.hex === this.owner?.hex;
  }

  /** After module code was stopped in the middle: puts everything back. What was running gets an InternalError. */
  abort(): void {
    resetGlobals();
    this.#transactor.abort();
    this.#callLog.running = undefined;
  }

  /** Module code was stopped in the middle: puts everything back, and tells the log which reducer it was. */
  stopped(error: SpacetickError): void {
    const reducer = this.#callLog.running;
    this.abort();
    this.#procedures.stopped(error);
    this.#callLog.writeOf(reducer, 'error', error.message);
  }

  /** From here on the running job is the host's own work, which nothing may stop. */
  seal(): void {
    this.#environment.seal();
  }

  /** Writes a line to the database's log, with the reducer that is running. */
  writeLog(level: LogLevel, message: string): void {
    this.#callLog.write(level, message);
  }

  get #running(): RunningModule {
    return this.#transactor.running;
  }
}
