import type { CallLog } from './call-log.ts';
import type { Access } from './query/access.ts';
import type { QuerySets } from './query-sets.ts';
import type { CallOutcome, ReducerCalls } from './reducer-calls.ts';
import type { Session } from './session.ts';
import type { Transactor } from './transactor.ts';

const CLOSE_GOING_AWAY = 1001; // the database ends, or its tables are no longer those the client knows

/** What the coming and going of clients sets going. */
export interface SessionsParts {
  readonly transactor: Transactor;
  readonly querySets: QuerySets;
  readonly reducers: ReducerCalls;
  readonly log: CallLog;
}

/** Whoever is connected to a database, by connection id. */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #connected = new Map<string, Session>();
  #isClosed = false;
  /** Clients that the module refused, or that were disconnected because their tables changed. */
  turnedAway = 0;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#connected.size;
  }

  /** Runs `client_connected`; a failure means that the client is refused. */
  connect(session: Session): CallOutcome | undefined {
    const { transactor, reducers } = this.#parts;
    const id = session.connectionId.hex;
    if (this.#connected.has(id)) {
      return { status: 'InternalError', at: transactor.now(), error: `Connection id ${id} is in use.` };
    }
    const outcome = reducers.runLifecycle('onConnect', session);
    if (outcome === undefined || outcome.status === 'Committed') this.#connected.set(id, session);
    else this.turnedAway++;
    return outcome;
  }

  /** Forgets a client and runs `client_disconnected`; its failure is logged and changes nothing. */
  disconnect(session: Session): void {
    const { transactor, querySets, reducers, log } = this.#parts;
    session.isOpen = false;
    if (this.#connected.get(session.connectionId.hex) !== session) return;
    this.#connected.delete(session.connectionId.hex);
    querySets.leave(session);
    transactor.running.views.sweep(querySets.isWatched);
    if (this.#isClosed) return;
    const outcome = reducers.runLifecycle('onDisconnect', session);
    if (outcome?.status === 'Failed') log.write('error', `client_disconnected: ${outcome.error}`);
  }

  /** Another version of the module is in place: queries go on with its tables, and hear what became of views. */
  replaceModule(accessOf: (session: Session) => Access): void {
    const { transactor, querySets } = this.#parts;
    querySets.replaceTables([...this.#connected.values()], accessOf);
    querySets.commit(transactor.running.views.commit(), undefined, transactor.now());
  }

  /** Ends all connections: the tables are no longer those the clients know. Each is told of when it has ended. */
  refuseAll(reason: string): void {
    const sessions = [...this.#connected.values()];
    this.turnedAway += sessions.length;
    for (const session of sessions) this.#parts.querySets.leave(session);
    for (const session of sessions) session.end(CLOSE_GOING_AWAY, reason);
  }

  /** Ends all connections with the database: no reducer runs for it. */
  close(reason: string): void {
    this.#isClosed = true;
    for (const session of this.#connected.values()) session.end(CLOSE_GOING_AWAY, reason);
    this.#connected.clear();
  }
}
