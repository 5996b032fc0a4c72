import type { ConnectionId } from '../values/index.ts';
import { SpacetickError, TimeDuration, Timestamp } from '../values/index.ts';
import type {
  CallProcedureMessage,
  CallReducerMessage,
  ClientMessage,
  OneOffQueryMessage,
  SubscribeMessage,
  UnsubscribeMessage,
} from '../wire/index.ts';
import { encodeValue } from './args.ts';
import type { Database } from './database.ts';
import type { Access } from './query/access.ts';
import type { CallOutcome } from './reducer-calls.ts';
import type { Caller } from './reducer-context.ts';
import { DEFAULT_TERMS, Session, type SessionSink, type SessionTerms } from './session.ts';
import { SnapshotRoom } from './snapshot-room.ts';

export { MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from './query-sets.ts';

const CLOSE_POLICY = 1008; // the module refused the client
const CLOSE_BAD_DATA = 1011; // as the real host closes on what it cannot decode (wire.md 5)
const REASON_BYTES = 123; // RFC 6455 5.5.1
const LEGACY_SET = -1; // of v1 clients that name none; no client can name this one
const NO_REDUCER = 0xffffffff; // stands for the number of a reducer that does not exist (wire.md 3.3)
// A procedure that failed has no time, and took none (wire.md 4.3).
const NEVER = new Timestamp(0n);
const NO_TIME = new TimeDuration(0n);
const ALL_TABLES = /^\s*select\s+\*\s+from\s+\*\s*;?\s*$/i;

/** One client's conversation with a database: what they send comes in here, in order. */
export class Connection {
  readonly session: Session;
  readonly #database: Database;
  /** What is left of the payload that is being handled. */
  #messages: Iterator<ClientMessage> | undefined;
  #next: ClientMessage | undefined;
  /** What is being done that may be stopped. */
  #running: CallReducerMessage | SubscribeMessage | undefined;

  private constructor(database: Database, session: Session) {
    this.#database = database;
    this.session = session;
  }

  /**
   * Lets a client in: runs `client_connected`, then greets. A refusal closes the connection with its text.
   * @param token told to the client, who keeps it to come back as the same player
   * @returns undefined when refused
   */
  static open(
    database: Database,
    caller: Caller & { connectionId: ConnectionId },
    token: string,
    sink: SessionSink,
    terms: SessionTerms = DEFAULT_TERMS,
  ): Connection | undefined {
    const session = new Session(caller, sink, terms);
    const outcome = database.sessions.connect(session);
    if (outcome !== undefined && outcome.status !== 'Committed') {
      session.end(CLOSE_POLICY, closeReason(outcome.error));
      return undefined;
    }
    session.send(session.protocol.initialConnection(session.identity, session.connectionId, token));
    return new Connection(database, session);
  }

  /** Handles all messages of a payload. */
  receive(payload: Uint8Array): void {
    this.take(payload);
    while (this.hasMore()) this.step();
  }

  /** Takes a payload, whose messages are then handled step by step. */
  take(payload: Uint8Array): void {
    this.#reading(() => {
      this.#messages = this.session.protocol.decode(payload)[Symbol.iterator]();
    });
  }

  /** Whether the payload has a message left. Bytes that are no message end this connection, and nothing else. */
  hasMore(): boolean {
    if (!this.session.isOpen) this.#messages = this.#next = undefined;
    if (this.#next === undefined && this.#messages !== undefined) {
      this.#reading(() => {
        const { done, value } = this.#messages!.next();
        if (done) this.#messages = undefined;
        else this.#next = value;
      });
    }
    return this.#next !== undefined;
  }

  /** Handles the payload's next message; the caller has asked whether there is one. */
  step(): void {
    const message = this.#next!;
    this.#next = undefined;
    switch (message.tag) {
      case 'Subscribe':
        this.#database.seal();
        this.#subscribe(message);
        break;
      case 'Unsubscribe':
        this.#database.seal();
        this.#unsubscribe(message);
        break;
      case 'OneOffQuery':
        this.#database.seal();
        this.#query(message);
        break;
      case 'CallReducer':
        this.#call(message);
        break;
      case 'CallProcedure':
        this.#callProcedure(message);
    }
  }

  /** What this connection asked for was stopped in the middle: the database is put back and the caller told. */
  stopped(error: SpacetickError): void {
    this.#database.stopped(error);
    const running = this.#running;
    this.#running = undefined;
    const at = this.#database.now();
    if (running?.tag === 'CallReducer') {
      this.#tellFailure(running, { status: 'InternalError', at, error: error.message });
    } else if (running !== undefined) this.#refuse(running.requestId, running.querySetId, at, error.message);
  }

  /** The socket is gone, whoever ended it. */
  closed(): void {
    this.#database.sessions.disconnect(this.session);
  }

  #reading(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#messages = undefined;
      this.session.end(CLOSE_BAD_DATA, closeReason((error as Error).message));
    }
  }

  #call(message: CallReducerMessage): void {
    const { session } = this;
    const { requestId, reducer, args, isQuiet = false } = message;
    const bytes = args.encoding === 'bsatn' ? args.bytes : undefined;
    this.#running = message;
    const outcome = this.#database.call(reducer, args, session, { session, requestId, args: bytes, isQuiet });
    this.#running = undefined;
    if (outcome.status !== 'Committed') this.#tellFailure(message, outcome);
  }

  #tellFailure(message: CallReducerMessage, outcome: Exclude<CallOutcome, { status: 'Committed' }>): void {
    if (message.isQuiet) return;
    const { session } = this;
    const { requestId, reducer: name, args } = message;
    const { status, error, isUnstarted = false } = outcome;
    const at = this.#database.module.reducers.findIndex((reducer) => reducer.name === name);
    const reducer = {
      name,
      id: at < 0 ? NO_REDUCER : at,
      caller: session.identity,
      connectionId: session.connectionId,
      requestId: isUnstarted ? 0 : requestId, // as the real host tells it on v1 (wire.md 3.3)
      args: isUnstarted || args.encoding !== 'bsatn' ? undefined : args.bytes,
    };
    session.send(session.protocol.reducerFailed(outcome.at, { requestId, status, error, reducer }));
  }

  #callProcedure({ requestId, procedure, args }: CallProcedureMessage): void {
    const { session } = this;
    const { protocol } = session;
    this.#database.callProcedure(procedure, args, session, (outcome) => {
      const { at, took } = outcome;
      if (outcome.status !== 'Returned') {
        session.send(protocol.procedureResult(requestId, NEVER, NO_TIME, { error: outcome.error }));
        return;
      }
      const returned = encodeValue(protocol.encoding, outcome.returnType, outcome.returned, procedure);
      session.send(protocol.procedureResult(requestId, at, took, { returned }));
    });
  }

  #query(message: OneOffQueryMessage): void {
    const { session } = this;
    const began = this.#database.now();
    const answer = (outcome: Parameters<typeof session.protocol.oneOffResult>[2]) =>
      session.send(session.protocol.oneOffResult(message, between(began, this.#database.now()), outcome));
    try {
      const { store, rows } = this.#database.selectRows(message.query, session.identity);
      const { table, inserts } = this.#database.fanout.snapshot(session, store, rows, new SnapshotRoom());
      answer({ table, rows: inserts });
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      answer({ error: error.message });
    }
  }

  #subscribe(message: SubscribeMessage): void {
    const { session } = this;
    const { requestId, querySetId, form } = message;
    const { querySets } = this.#database;
    const began = this.#database.now();
    const id = form === 'Legacy' ? LEGACY_SET : querySetId;
    this.#running = message; // the functions of views
    try {
      const access = this.#database.access(session.identity);
      const queries = this.#spelledOut(message.queries, access);
      const deltas = querySets.subscribe(session, id, queries, access, form === 'Legacy');
      const at = this.#database.now();
      session.send(session.protocol.subscribeApplied(message, at, between(began, at), deltas));
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      this.#refuse(requestId, querySetId, began, error.message);
    }
    this.#running = undefined;
  }

  #unsubscribe(message: UnsubscribeMessage): void {
    const { session } = this;
    const { requestId, querySetId, wantsRows } = message;
    const began = this.#database.now();
    const deltas = this.#database.querySets.unsubscribe(session, querySetId, wantsRows);
    if (deltas === undefined) {
      this.#refuse(requestId, querySetId, began, `There is no query set ${querySetId}.`);
      return;
    }
    const took = between(began, this.#database.now());
    session.send(session.protocol.unsubscribeApplied(message, took, wantsRows === false ? undefined : deltas));
  }

  #refuse(requestId: number, querySetId: number, began: Timestamp, error: string): void {
    const took = between(began, this.#database.now());
    this.session.send(this.session.protocol.subscriptionError(requestId, querySetId, took, error));
  }

  /** `SELECT * FROM *` stands for every table that the client may read, event tables left out (`wire.md` 4.3). */
  #spelledOut(queries: readonly string[], access: Access): readonly string[] {
    if (!queries.some((sql) => ALL_TABLES.test(sql))) return queries;
    const mayRead = (name: string) => access.find(name, access.caller) !== undefined;
    const { tables: all, views } = this.#database.module;
    const declared = [...all, ...views.map(({ table }) => table)];
    const tables = declared.filter(({ name, isEvent }) => !isEvent && mayRead(name));
    return queries.flatMap((sql) => (ALL_TABLES.test(sql) ? tables.map(({ name }) => `SELECT * FROM "${name}"`) : sql));
  }
}

function between(began: Timestamp, at: Timestamp): TimeDuration {
  return new TimeDuration(at.microsSinceUnixEpoch - began.microsSinceUnixEpoch);
}

/** Cut to what a close frame holds, at a character. */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= REASON_BYTES) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, REASON_BYTES - 3)).replace(/\uFFFD+$/, '')}…`;
}
