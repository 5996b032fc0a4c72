import type { ReducerCtx } from '../module/context.ts';
import { SenderError } from '../module/errors.ts';
import type { LoadedModule, LoadedReducer } from '../module/index.ts';
import { isCallable, type Lifecycle, toCamelCase } from '../schema/index.ts';
import { type Identity, SpacetickError, Timestamp } from '../values/index.ts';
import type { EncodedArgs } from '../wire/index.ts';
import { decodeArgs, encodePublicArgs } from './args.ts';
import type { HostClock } from './clock.ts';
import { dbView } from './db-view.ts';
import { enterModule, leaveModule, resetGlobals } from './globals.ts';
import { DatabaseLog, type LogLevel, type LogRecord } from './log.ts';
import { checkMigration } from './migrate.ts';
import { compileQuery, type StoreLookup } from './query/compile.ts';
import { Subscriptions } from './query/subscriptions.ts';
import { type Caller, ReducerContext } from './reducer-context.ts';
import { checkSchedule, type DueRow, Scheduler, scheduleOf } from './scheduler.ts';
import { type CommittedCall, Fanout, type Session } from './session.ts';
import { TableStore } from './store/table-store.ts';
import { type TableChanges, Transaction } from './transaction.ts';

/** How a call ended. `Failed` is the module's refusal, `InternalError` everything else. */
export type CallOutcome =
  | { readonly status: 'Committed'; readonly at: Timestamp }
  | { readonly status: 'Failed' | 'InternalError'; readonly at: Timestamp; readonly error: string };

/** What the platform gives a database. */
export interface DatabaseEnvironment {
  readonly clock: HostClock;
  /** Takes every line written to a database's log, from its `init` on. */
  onLog?(database: string, record: LogRecord): void;
  /** Called when module code is done and nothing may stop what follows (a watchdog's reach ends here). */
  seal(): void;
  /** Runs `job` soon, on a stack of its own; `stopped` when the job was stopped in the middle. */
  post(job: () => void, stopped: (error: SpacetickError) => void): void;
}

const SEED_BITS = 32;

/** A database: tables, the module's functions, and whoever is connected. One transaction at a time. */
export class Database {
  readonly name: string;
  readonly identity: Identity;
  readonly log = new DatabaseLog();
  readonly sessions = new Map<string, Session>();
  readonly subscriptions = new Subscriptions<Session>();
  readonly fanout = new Fanout();
  readonly #environment: DatabaseEnvironment;
  readonly #transaction = new Transaction();
  readonly #scheduler: Scheduler;
  readonly #internal: Caller;
  #module: LoadedModule;
  #stores: Map<string, TableStore>;
  #db: ReducerCtx['db'];
  #reducers: Map<string, LoadedReducer>;
  #lastCommit = 0n;
  #transactions = 0;
  #running: string | undefined;
  #isScheduledPosted = false;
  #isClosed = false;

  constructor(name: string, identity: Identity, module: LoadedModule, environment: DatabaseEnvironment) {
    this.name = name;
    this.identity = identity;
    this.#environment = environment;
    this.#scheduler = new Scheduler(environment.clock, () => this.#postScheduled());
    this.#internal = { identity, connectionId: null, auth: { isInternal: true, hasJWT: false, jwt: null } };
    if (environment.onLog) this.log.listen((record) => environment.onLog?.(name, record));
    this.#module = module;
    this.#stores = this.#storesOf(module);
    this.#db = this.#viewOf();
    this.#reducers = reducersByName(module);
  }

  get module(): LoadedModule {
    return this.#module;
  }

  /** Runs the module's `init`. @throws SpacetickError E_INIT when it throws; the database is then empty */
  initialise(): void {
    const outcome = this.#lifecycle('init', this.#internal, undefined);
    if (outcome !== undefined && outcome.status !== 'Committed') {
      throw new SpacetickError('E_INIT', `The module's init reducer failed: ${outcome.error}`);
    }
  }

  /**
   * Puts another version of the module in place: rows stay, clients stay connected, their queries go on.
   * @throws SpacetickError E_MIGRATION; the old version goes on then
   */
  replaceModule(module: LoadedModule): void {
    checkMigration(this.#module.tables, module.tables, (table) => this.#stores.get(table)?.rows.size ?? 0);
    const old = this.#stores;
    const stores = this.#storesOf(module);
    for (const [name, store] of stores) {
      const before = old.get(name);
      if (before !== undefined) store.adopt(before);
    }
    this.#scheduler.stop();
    this.#module = module;
    this.#stores = stores;
    this.#db = this.#viewOf();
    this.#reducers = reducersByName(module);
    for (const store of stores.values()) this.#reschedule(store);
    for (const session of this.sessions.values()) this.#resubscribe(session);
  }

  /** Ends all connections and schedules. */
  close(reason: string): void {
    this.#isClosed = true;
    this.#scheduler.stop();
    for (const session of this.sessions.values()) {
      session.isOpen = false;
      session.sink.close(1001, reason);
    }
    this.sessions.clear();
  }

  /** A public table by its name on the wire or in the module; undefined for private ones as for missing ones. */
  readonly findPublic: StoreLookup = (name) => {
    const store = this.#stores.get(name) ?? [...this.#stores.values()].find(({ def }) => def.accessor === name);
    return store?.def.isPublic ? store : undefined;
  };

  /** All tables, for the owner's tools and tests. */
  store(name: string): TableStore | undefined {
    return this.#stores.get(name);
  }

  /** Now, and never the same instant twice: commits are told apart by it. */
  now(): Timestamp {
    const clock = this.#environment.clock.micros();
    return new Timestamp(clock > this.#lastCommit ? clock : this.#lastCommit + 1n);
  }

  /**
   * Calls a reducer as a client would.
   * @param name on the wire, or in camel case
   */
  call(name: string, args: EncodedArgs, caller: Caller, requestId = 0, session?: Session): CallOutcome {
    const reducer = this.#reducers.get(name);
    if (reducer === undefined || !isCallable(reducer)) {
      const why =
        reducer === undefined ? `no such reducer: ${name}` : `${name} is run by the host, not called by clients`;
      return { status: 'InternalError', at: this.now(), error: why };
    }
    let decoded: unknown;
    try {
      decoded = decodeArgs(reducer.params, args, reducer.name);
    } catch (error) {
      return { status: 'InternalError', at: this.now(), error: (error as Error).message };
    }
    return this.#run(reducer, decoded, caller, this.now(), requestId, session);
  }

  /** Runs `client_connected`; a failure means that the client is refused. */
  connected(session: Session): CallOutcome | undefined {
    const outcome = this.#lifecycle('onConnect', session, undefined);
    if (outcome === undefined || outcome.status === 'Committed') this.sessions.set(session.connectionId.hex, session);
    return outcome;
  }

  /** Forgets a client and runs `client_disconnected`; its failure is logged and changes nothing. */
  disconnected(session: Session): void {
    session.isOpen = false;
    if (!this.sessions.delete(session.connectionId.hex)) return;
    for (const { queries } of session.querySets.values()) {
      for (const live of queries) this.subscriptions.unsubscribe(session, live);
    }
    session.querySets.clear();
    if (!this.#isClosed) this.#lifecycle('onDisconnect', session, undefined);
  }

  /** After module code was stopped in the middle: puts everything back. What was running gets an InternalError. */
  abort(): void {
    resetGlobals();
    if (this.#transaction.isOpen) this.#transaction.rollback();
    this.#running = undefined;
  }

  /** From here on the running job is the host's own work, which nothing may stop. */
  seal(): void {
    this.#environment.seal();
  }

  /** Writes a line to the database's log, with the reducer that is running. */
  writeLog(level: LogLevel, message: string): void {
    this.log.write({ level, micros: this.#environment.clock.micros(), reducer: this.#running, message });
  }

  // --- transactions ---

  #run(
    reducer: LoadedReducer,
    args: unknown,
    caller: Caller,
    at: Timestamp,
    requestId: number,
    session: Session | undefined,
  ): CallOutcome {
    const context = new ReducerContext(this.#db, this.identity, caller, at, this.#seed(at));
    const transaction = this.#transaction;
    this.#running = reducer.name;
    transaction.begin();
    let failure: { readonly error: unknown } | undefined;
    enterModule();
    try {
      const returned = reducer.run(context as never, args as never);
      if (isThenable(returned)) failure = { error: asyncReducer(reducer.name) };
    } catch (error) {
      failure = { error };
    }
    leaveModule();
    this.#environment.seal();
    if (failure === undefined) failure = this.#checkSchedules(at);
    if (failure !== undefined) {
      transaction.rollback();
      return this.#failed(failure.error, at);
    }
    this.#lastCommit = at.microsSinceUnixEpoch;
    const committed = transaction.commit(
      (store) => store.def.scheduleAt !== undefined || this.subscriptions.watches(store),
    );
    this.#running = undefined;
    for (const { store, changes } of committed) {
      if (store.def.scheduleAt !== undefined) this.#scheduler.apply(store, changes, at.microsSinceUnixEpoch);
    }
    if (committed.length > 0 || session !== undefined) {
      const publicArgs = reducer.publicArgs ? encodePublicArgs(reducer.params, args, reducer.name) : undefined;
      this.#tell(committed, { name: reducer.name, caller, requestId, args: publicArgs, session }, at);
    }
    return { status: 'Committed', at };
  }

  #tell(committed: readonly TableChanges[], call: CommittedCall | undefined, at: Timestamp): void {
    const touched = this.subscriptions.apply(committed);
    if (touched.length > 0 || call?.session !== undefined) this.fanout.commit(touched, call, at);
  }

  #failed(error: unknown, at: Timestamp): CallOutcome {
    const isRefusal = error instanceof SenderError;
    const message = error instanceof Error ? error.message : String(error);
    if (!isRefusal) this.writeLog('error', error instanceof Error ? (error.stack ?? message) : message);
    this.#running = undefined;
    return { status: isRefusal ? 'Failed' : 'InternalError', at, error: message };
  }

  /** Rows of scheduled tables must be due in a time that can be waited for. */
  #checkSchedules(at: Timestamp): { readonly error: unknown } | undefined {
    try {
      for (const store of this.#stores.values()) {
        if (store.def.scheduleAt === undefined || !store.isTouched) continue;
        for (const { after } of store.changes()) if (after) checkSchedule(store, after, at.microsSinceUnixEpoch);
      }
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  #lifecycle(lifecycle: Lifecycle, caller: Caller, session: Session | undefined): CallOutcome | undefined {
    const reducer = this.#module.reducers.find((candidate) => candidate.lifecycle === lifecycle);
    return reducer && this.#run(reducer, {}, caller, this.now(), 0, session);
  }

  /** Differs from transaction to transaction, and is the same when the same ones run again at the same times. */
  #seed(at: Timestamp): number {
    this.#transactions++;
    return Number(BigInt.asUintN(SEED_BITS, at.microsSinceUnixEpoch ^ (BigInt(this.#transactions) << 17n)));
  }

  // --- schedules ---

  #postScheduled(): void {
    if (this.#isScheduledPosted || this.#isClosed) return;
    this.#isScheduledPosted = true;
    let due: DueRow | undefined;
    this.#environment.post(
      () => {
        this.#isScheduledPosted = false;
        due = this.#scheduler.take(this.#environment.clock.micros());
        if (due === undefined) return;
        this.#runScheduled(due);
        this.#afterScheduled(due);
      },
      (error) => {
        this.abort();
        this.writeLog('error', error.message);
        if (due !== undefined) this.#afterScheduled(due);
      },
    );
  }

  #runScheduled(due: DueRow): void {
    const reducer = this.#module.reducers.find((candidate) => candidate.scheduledBy === due.store.def.name);
    if (reducer === undefined) return;
    const [param] = reducer.params.elements;
    const args = param === undefined ? {} : { [param.key]: due.store.copyOut(due.row) };
    const now = this.now();
    const at = now.microsSinceUnixEpoch > due.at ? now : new Timestamp(due.at);
    const outcome = this.#run(reducer, args, this.#internal, at, 0, undefined);
    if (outcome.status === 'Failed') this.writeLog('error', `${reducer.name}: ${outcome.error}`);
  }

  /** A one-shot row is deleted once its reducer ran, whatever came of it; an interval goes back on its grid. */
  #afterScheduled(due: DueRow): void {
    if (scheduleOf(due.store, due.row).tag === 'Interval') {
      this.#scheduler.repeat(due, this.#environment.clock.micros());
    } else if (due.store.get(due.key) === due.row) {
      const at = this.now();
      this.#transaction.begin();
      due.store.remove(due.row);
      this.#lastCommit = at.microsSinceUnixEpoch;
      this.#tell(
        this.#transaction.commit((store) => this.subscriptions.watches(store)),
        undefined,
        at,
      );
    }
    this.#scheduler.rearm();
  }

  #reschedule(store: TableStore): void {
    if (store.def.scheduleAt === undefined) return;
    const rows = [...store.rows.values()].map((after) => ({ before: undefined, after }));
    this.#scheduler.apply(store, rows, this.#environment.clock.micros());
  }

  // --- module ---

  #storesOf(module: LoadedModule): Map<string, TableStore> {
    return new Map(module.tables.map((def) => [def.name, new TableStore(def, this.#transaction)]));
  }

  #viewOf(): ReducerCtx['db'] {
    return dbView([...this.#stores.values()], this.#transaction) as ReducerCtx['db'];
  }

  /** The queries of a client over the new version's tables; a set that no longer compiles ends with an error. */
  #resubscribe(session: Session): void {
    for (const [id, set] of session.querySets) {
      for (const live of set.queries) this.subscriptions.unsubscribe(session, live);
      try {
        const compiled = set.sql.map((sql) => compileQuery(sql, this.findPublic, session.identity));
        set.queries = compiled.map((query) => this.subscriptions.subscribe(session, query));
      } catch (error) {
        session.querySets.delete(id);
        session.send(this.fanout.messages.subscriptionError(null, id, (error as Error).message));
      }
    }
  }
}

function reducersByName(module: LoadedModule): Map<string, LoadedReducer> {
  const byName = new Map<string, LoadedReducer>();
  for (const reducer of module.reducers) byName.set(toCamelCase(reducer.name), reducer);
  for (const reducer of module.reducers) byName.set(reducer.name, reducer);
  return byName;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function asyncReducer(name: string): SpacetickError {
  return new SpacetickError(
    'E_ASYNC_REDUCER',
    `${name} returned a promise. A reducer is one transaction and cannot wait: make it an ordinary function.`,
  );
}
