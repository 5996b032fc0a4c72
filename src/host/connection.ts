import type { ConnectionId } from '../values/index.ts';
import { SpacetickError } from '../values/index.ts';
import {
  type ClientMessage,
  decodeClientMessage,
  type SubscribeMessage,
  type UnsubscribeMessage,
} from '../wire/index.ts';
import type { Database } from './database.ts';
import { compileQuery, evaluate } from './query/compile.ts';
import type { Caller } from './reducer-context.ts';
import { Session, type SessionSink } from './session.ts';

const CLOSE_POLICY = 1008; // the module refused the client
const CLOSE_BAD_DATA = 1011; // as the real host closes on what it cannot decode (wire.md 5)
const REASON_BYTES = 123; // RFC 6455 5.5.1

/** Query sets and queries a client may hold: enough for a view of many cells, few enough to bound what one costs. */
export const MAX_QUERY_SETS = 1024;
export const MAX_QUERIES_PER_SET = 1024;
export const MAX_QUERY_CHARS = 16_384;

/** One client's conversation with a database: what they send comes in here, in order. */
export class Connection {
  readonly session: Session;
  readonly #database: Database;
  /** Request of the call that is running. */
  #called: number | undefined;

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
  ): Connection | undefined {
    const session = new Session(caller, sink);
    const outcome = database.connected(session);
    if (outcome !== undefined && outcome.status !== 'Committed') {
      session.isOpen = false;
      sink.close(CLOSE_POLICY, closeReason(outcome.error));
      return undefined;
    }
    session.send(database.fanout.messages.initialConnection(session.identity, session.connectionId, token));
    return new Connection(database, session);
  }

  /** Handles one frame. Bytes that are no message end this connection, and nothing else. */
  receive(bytes: Uint8Array): void {
    if (!this.session.isOpen) return;
    let message: ClientMessage;
    try {
      message = decodeClientMessage(bytes);
    } catch (error) {
      this.#end(CLOSE_BAD_DATA, (error as Error).message);
      return;
    }
    switch (message.tag) {
      case 'Subscribe':
        this.#database.seal();
        this.#subscribe(message);
        break;
      case 'Unsubscribe':
        this.#database.seal();
        this.#unsubscribe(message);
        break;
      case 'CallReducer': {
        this.#called = message.requestId;
        const outcome = this.#database.call(
          message.reducer,
          message.args,
          this.session,
          message.requestId,
          this.session,
        );
        this.#called = undefined;
        if (outcome.status === 'Committed') break;
        const { requestId } = message;
        this.#reply(this.#database.fanout.messages.reducerResult(requestId, outcome.at, outcome.status, outcome.error));
      }
    }
  }

  /** What this connection asked for was stopped in the middle: the database is put back and the caller told. */
  stopped(error: SpacetickError): void {
    this.#database.abort();
    this.#database.writeLog('error', error.message);
    if (this.#called === undefined) return;
    const { messages } = this.#database.fanout;
    this.#reply(messages.reducerResult(this.#called, this.#database.now(), 'InternalError', error.message));
    this.#called = undefined;
  }

  /** The socket is gone, whoever ended it. */
  closed(): void {
    this.#database.disconnected(this.session);
  }

  #end(code: number, reason: string): void {
    const { session } = this;
    if (!session.isOpen) return;
    session.isOpen = false;
    session.sink.close(code, closeReason(reason));
  }

  #reply(bytes: Uint8Array): void {
    this.session.send(bytes);
  }

  #subscribe({ requestId, querySetId, queries }: SubscribeMessage): void {
    const { session } = this;
    const database = this.#database;
    const { messages } = database.fanout;
    try {
      checkLimits(session, querySetId, queries);
      const compiled = [...new Set(queries)].map((sql) => {
        try {
          return compileQuery(sql, database.findPublic, session.identity);
        } catch (error) {
          throw new SpacetickError('E_SQL', `${(error as Error).message}, executing: \`${sql}\``);
        }
      });
      const tables = compiled.flatMap((query) => {
        const rows = query.store.def.isEvent ? [] : evaluate(query);
        return rows.length === 0 ? [] : [database.fanout.snapshot(query.store, rows)];
      });
      const live = compiled.map((query) => database.subscriptions.subscribe(session, query));
      session.querySets.set(querySetId, { sql: queries, queries: live });
      this.#reply(messages.subscribeApplied(requestId, querySetId, database.now(), tables));
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      this.#reply(messages.subscriptionError(requestId, querySetId, error.message));
    }
  }

  #unsubscribe({ requestId, querySetId }: UnsubscribeMessage): void {
    const { session } = this;
    const database = this.#database;
    const { messages } = database.fanout;
    const set = session.querySets.get(querySetId);
    if (set === undefined) {
      this.#reply(messages.subscriptionError(requestId, querySetId, `There is no query set ${querySetId}.`));
      return;
    }
    session.querySets.delete(querySetId);
    const tables = set.queries.flatMap((live) => {
      const rows = live.query.store.def.isEvent ? [] : evaluate(live.query);
      database.subscriptions.unsubscribe(session, live);
      return rows.length === 0 ? [] : [database.fanout.removal(live.query.store, rows)];
    });
    this.#reply(messages.unsubscribeApplied(requestId, querySetId, tables));
  }
}

function checkLimits(session: Session, querySetId: number, queries: readonly string[]): void {
  const refuse = (reason: string): never => {
    throw new SpacetickError('E_SUBSCRIBE', reason);
  };
  if (session.querySets.has(querySetId)) refuse(`Query set ${querySetId} is in use; choose another id.`);
  if (queries.length === 0) refuse('Subscriptions must have at least one query');
  if (queries.length > MAX_QUERIES_PER_SET) refuse(`A query set may hold ${MAX_QUERIES_PER_SET} queries.`);
  if (session.querySets.size >= MAX_QUERY_SETS) refuse(`A client may hold ${MAX_QUERY_SETS} query sets.`);
  if (queries.some((sql) => sql.length > MAX_QUERY_CHARS)) refuse(`A query may be ${MAX_QUERY_CHARS} characters long.`);
}

/** Cut to what a close frame holds, at a character. */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= REASON_BYTES) return text;
  return new TextDecoder().decode(bytes.subarray(0, REASON_BYTES - 3)).replace(/\uFFFD+$/, '') + '…';
}
