import type { ConnectionId, SpacetickError } from '../values/index.ts';
import type { ClientMessage } from '../wire/index.ts';
import { CallRequests } from './call-requests.ts';
import type { Database } from './database.ts';
import { QueryRequests } from './query-requests.ts';
import type { Caller } from './reducer-context.ts';
import { RequestRate } from './request-rate.ts';
import { DEFAULT_TERMS, Session, type SessionSink, type SessionTerms } from './session.ts';

export { MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from './query-sets.ts';

const CLOSE_POLICY = 1008; // the module refused the client
const CLOSE_BAD_DATA = 1011; // as the real host closes on what it cannot decode (wire.md 5)
const REASON_BYTES = 123; // RFC 6455 5.5.1

/** One client's conversation with a database: what they send comes in here, in order. */
export class Connection {
  readonly session: Session;
  readonly #database: Database;
  readonly #calls: CallRequests;
  readonly #queries: QueryRequests;
  /** How often it may ask; undefined where there is no limit. */
  readonly #rate: RequestRate | undefined;
  /** What is left of the payload that is being handled. */
  #messages: Iterator<ClientMessage> | undefined;
  #next: ClientMessage | undefined;

  private constructor(database: Database, session: Session, requestsPerSecond = Number.POSITIVE_INFINITY) {
    this.#database = database;
    this.session = session;
    this.#calls = new CallRequests(database, session);
    this.#queries = new QueryRequests(database, session);
    const isLimited = requestsPerSecond !== Number.POSITIVE_INFINITY;
    this.#rate = isLimited ? new RequestRate(requestsPerSecond, database.now().microsSinceUnixEpoch) : undefined;
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
    return new Connection(database, session, terms.requestsPerSecond);
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
    if (this.#rate !== undefined && this.#isOneTooMany(message, this.#rate)) return;
    switch (message.tag) {
      case 'Subscribe':
        this.#database.seal();
        this.#queries.subscribe(message);
        break;
      case 'Unsubscribe':
        this.#database.seal();
        this.#queries.unsubscribe(message);
        break;
      case 'OneOffQuery':
        this.#database.seal();
        this.#queries.query(message);
        break;
      case 'CallReducer':
        this.#calls.callReducer(message);
        break;
      case 'CallProcedure':
        this.#calls.callProcedure(message);
    }
  }

  /** What this connection asked for was stopped in the middle: the database is put back and the caller told. */
  stopped(error: SpacetickError): void {
    this.#database.stopped(error);
    this.#calls.stopped(error.message);
    this.#queries.stopped(error.message);
  }

  /** The socket is gone, whoever ended it. */
  closed(): void {
    this.#database.sessions.disconnect(this.session);
  }

  /** Refuses what comes faster than it may. Leaving a query set costs nobody anything, and is not counted. */
  #isOneTooMany(message: ClientMessage, rate: RequestRate): boolean {
    if (message.tag === 'Unsubscribe' || rate.take(this.#database.now().microsSinceUnixEpoch)) return false;
    if (message.tag === 'CallReducer' || message.tag === 'CallProcedure') this.#calls.refuse(message, rate.refusal);
    else this.#queries.refuse(message, rate.refusal);
    return true;
  }

  #reading(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#messages = undefined;
      this.session.end(CLOSE_BAD_DATA, closeReason((error as Error).message));
    }
  }
}

/** Cut to what a close frame holds, at a character. */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= REASON_BYTES) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, REASON_BYTES - 3)).replace(/\uFFFD+$/, '')}…`;
}
