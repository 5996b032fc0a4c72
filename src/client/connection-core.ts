import { type ReducerDef, type TableDef, tableDefsOf } from '../schema/index.ts';
import type { CallDef, ClientProtocol, Row } from '../wire/index.ts';
import { Answers, type ProcedureArgs } from './answers.ts';
import { ClientCache } from './cache/client-cache.ts';
import { CallbackQueue } from './callback-queue.ts';
import { type CallKind, Calls } from './calls.ts';
import type { Clock } from './clock.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import { ConnectionState } from './connection-state.ts';
import type { DbContext } from './context.ts';
import { Driver } from './driver.ts';
import { lostCall } from './end.ts';
import { ConnectionLostError } from './errors.ts';
import { Inbox } from './inbox.ts';
import { Link } from './link.ts';
import { Narrator } from './narrator.ts';
import type { ProcedureSchema } from './procedure.ts';
import { type QuerySet, type QuerySetCallbacks, QuerySets } from './query-sets.ts';
import { ReducerMessages } from './reducer-messages.ts';
import { argumentsOf, ReducerRegistry } from './reducer-registry.ts';
import type { AnyModule } from './remote-module.ts';
import type { TickReport } from './report.ts';
import { Reporter } from './reporter.ts';
import { Session } from './session.ts';
import { type RejectionSink, Settlement } from './settlement.ts';
import { SubscriptionHint } from './subscription-hint.ts';
import { SubscriptionMessages } from './subscription-messages.ts';
import { Tick } from './tick.ts';
import { subscribeUrl } from './url.ts';

/** Follows a connection from inside, beside the program's own callbacks: a HUD, a tool. */
export interface ConnectionFollower {
  /** The host has said who this client is. */
  begin(): void;
  /** The connection is over; with an error unless `disconnect()` ended it. */
  end(error: Error | undefined): void;
}

/** The parts of a connection, put together. */
export class ConnectionCore implements RejectionSink {
  readonly tableDefs: readonly TableDef[];
  readonly cache: ClientCache;
  readonly reducers: ReducerRegistry;
  readonly state: ConnectionState;
  readonly #clock: Clock;
  readonly #inbox = new Inbox();
  readonly #querySets = new QuerySets();
  readonly #calls = new Calls(this);
  readonly #callbacks: CallbackQueue;
  readonly #narrator: Narrator;
  readonly #session: Session;
  readonly #link: Link;
  readonly #tick: Tick;
  readonly #driver: Driver;
  readonly #hint: SubscriptionHint;
  readonly #untilEnd: ((error: Error | undefined) => void)[] = [];
  readonly #followers = new Set<ConnectionFollower>();
  #requests = 0;

  constructor(config: DbConnectionConfig<AnyModule>, connection: DbContext<AnyModule>) {
    const { clock, visibility, whenHidden, protocols, inflate, remoteModule, lifecycle } = config;
    const reporter = new Reporter(config.callbackErrorListeners);
    this.state = new ConnectionState(config.token);
    this.#callbacks = new CallbackQueue(reporter);
    this.#clock = clock;
    this.tableDefs = tableDefsOf(remoteModule.tables);
    this.cache = new ClientCache(this.tableDefs, reporter);
    this.reducers = new ReducerRegistry(remoteModule.reducers);
    this.#link = new Link({
      protocols,
      inflate,
      clock,
      inbox: this.#inbox,
      onArrival: () => this.#driver.workArrived(),
      onEnd: (end) => this.#session.end(end),
    });
    this.#hint = new SubscriptionHint(clock, (text) => reporter.warnOnce('nothing subscribed', text));
    this.#narrator = new Narrator(connection, this.state, this.cache, this.#callbacks);
    this.#session = new Session({
      connection,
      state: this.state,
      protocol: () => this.#link.protocol,
      wireTables: this.cache.byName,
      callbacks: this.#callbacks,
      narrator: this.#narrator,
      reducerMessages: new ReducerMessages(this.state, this.#calls, this.reducers, this.#narrator, this.#callbacks),
      subscriptionMessages: new SubscriptionMessages(this.#querySets, this.#narrator, this.#callbacks),
      answers: new Answers(this.#calls),
      calls: this.#calls,
      querySets: this.#querySets,
      lifecycle,
      abandon: () => this.#link.abandon(),
      onBegin: () => {
        this.#hint.connected();
        for (const follower of [...this.#followers]) follower.begin();
      },
      onEnd: (error) => {
        this.#hint.settle();
        for (const tell of this.#untilEnd.splice(0)) tell(error);
        for (const follower of [...this.#followers]) follower.end(error);
      },
    });
    this.#tick = new Tick({
      clock,
      inbox: this.#inbox,
      link: this.#link,
      session: this.#session,
      state: this.state,
      callbacks: this.#callbacks,
      cache: this.cache,
      reporter,
    });
    this.#driver = new Driver({
      clock,
      visibility,
      whenHidden,
      tick: () => void this.#run(Number.POSITIVE_INFINITY),
      tickQuietly: () => this.#tick.runQuiet(),
      hasWork: () => this.#inbox.size > 0 || this.#session.hasWaiting,
      isOver: () => this.#link.isOver,
      warn: (text) => reporter.warnOnce('nobody ticks', text),
    });
  }

  connect({ base, database, options, token, socket, protocols }: DbConnectionConfig<AnyModule>): void {
    const url = subscribeUrl(base, database, options);
    this.#link.connect(socket, { url, base, protocols: protocols.map(({ name }) => name), token });
  }

  frameTick(maxMs: number): TickReport {
    this.#driver.userTicks();
    return this.#run(maxMs);
  }

  #run(maxMs: number): TickReport {
    const report = this.#tick.run(maxMs);
    if (!report.active && report.backlog === 0) this.#driver.stop();
    return report;
  }

  runAuto(): void {
    this.#driver.runAuto();
  }

  runAsync(): Promise<void> {
    return new Settlement<void>(
      (resolve, reject) => {
        const tell = (error: Error | undefined): void => (error === undefined ? resolve() : reject(error));
        if (this.state.isEnded) tell(this.state.endedBy);
        else this.#untilEnd.push(tell);
        this.runAuto();
      },
      'runAsync',
      this,
    );
  }

  follow(follower: ConnectionFollower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  disconnect(): void {
    this.#link.close();
  }

  get isDisconnectRequested(): boolean {
    return this.#link.isCloseRequested;
  }

  get isSocketClosed(): boolean {
    return this.#link.isOver;
  }

  /** Somebody follows a table from inside: a mirror, a sound. */
  followed(): void {
    this.#hint.followed();
  }

  /** @param name on the wire, or the accessor */
  callByName(name: string, args: unknown): Promise<void> {
    const reducer = this.reducers.find(name);
    if (reducer !== undefined) return this.call(reducer, args);
    return new Settlement<void>((_, reject) => reject(this.reducers.unknown(name)), `reducer ${name}`, this);
  }

  call(reducer: ReducerDef, given: unknown): Promise<void> {
    const args = argumentsOf(reducer, given);
    return this.#ask('reducer', reducer, args, (protocol, requestId) => protocol.callReducer(requestId, reducer, args));
  }

  callProcedure({ def, returnType, resultCodec }: ProcedureSchema, given: unknown): Promise<unknown> {
    const args: ProcedureArgs = { args: argumentsOf(def, given), returnType: returnType.algebraicType, resultCodec };
    return this.#ask('procedure', def, args, (protocol, requestId) =>
      protocol.callProcedure(requestId, def, args.args),
    );
  }

  /** @param query gives whole rows of one table */
  oneOffQuery(query: string): Promise<Row[]> {
    return this.#ask('query', { name: query }, undefined, (protocol, requestId) =>
      protocol.oneOffQuery(requestId, query),
    );
  }

  #ask<T>(
    kind: CallKind,
    def: Pick<CallDef, 'name'>,
    args: unknown,
    encode: (protocol: ClientProtocol, requestId: number) => Uint8Array,
  ): Promise<T> {
    const requestId = this.#nextRequest();
    return this.#calls.start<T>(requestId, { kind, def, args }, () => {
      if (this.#link.isOver) throw lostCall(this.state.endedBy, false);
      this.#link.send((protocol) => encode(protocol, requestId));
    });
  }

  openQuerySet(queries: readonly string[], callbacks: QuerySetCallbacks): QuerySet {
    this.#hint.settle();
    const set = this.#querySets.open(queries, callbacks, this);
    if (this.#link.isOver) this.#refuse(set);
    else {
      const requestId = this.#nextRequest();
      this.#link.send((protocol) => protocol.subscribe(requestId, set.id, queries));
    }
    return set;
  }

  sendUnsubscribe(set: QuerySet): void {
    const requestId = this.#nextRequest();
    this.#link.send((protocol) => protocol.unsubscribe(requestId, set.id));
  }

  /** A rejection is looked at again in a later tick: whoever awaits it has begun to by then. */
  later(check: () => void): void {
    this.#inbox.pushTask(check, this.#clock.now());
    this.#driver.workArrived();
  }

  unobserved(error: Error, what: string): void {
    if (error instanceof ConnectionLostError && this.state.endedBy) return; // the end is told, once (L12)
    this.#callbacks.run(`${what} failed, and nobody looked`, () => {
      throw error;
    });
  }

  #refuse(set: QuerySet): void {
    this.#querySets.end(set);
    const error = lostCall(this.state.endedBy, false);
    const { onError } = set.callbacks;
    if (onError === undefined) return;
    this.later(() => {
      const context = this.#narrator.errorContext(error);
      this.#callbacks.run('onError of a subscription', () => onError(context as never, error));
    });
  }

  #nextRequest(): number {
    this.#requests = (this.#requests + 1) >>> 0;
    return this.#requests;
  }
}
