import type { ConnectionId } from '../values/index.ts';
import { SpacetickError } from '../values/index.ts';
import {
  type ClientMessage,
  decodeClientMessage,
  type SubscribeMessage,
  type UnsubscribeMessage,
} from '../wire/index.ts';
import type { Database } from './database.ts';
import type { Caller } from './reducer-context.ts';
import { Session, type SessionSink } from './session.ts';

export { MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from './query-sets.ts';

const CLOSE_POLICY = 1008; // the module refused the client
const CLOSE_BAD_DATA = 1011; // as the real host closes on what it cannot decode (wire.md 5)
const REASON_BYTES = 123; // RFC 6455 5.5.1

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
      session.end(CLOSE_POLICY, closeReason(outcome.error));
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
      this.session.end(CLOSE_BAD_DATA, closeReason((error as Error).message));
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
        const { session } = this;
        const { requestId, reducer, args } = message;
        this.#called = requestId;
        const outcome = this.#database.call(reducer, args, session, requestId, session);
        this.#called = undefined;
        if (outcome.status === 'Committed') break;
        const { messages } = this.#database.fanout;
        session.send(messages.reducerResult(requestId, outcome.at, outcome.status, outcome.error));
      }
    }
  }

  /** What this connection asked for was stopped in the middle: the database is put back and the caller told. */
  stopped(error: SpacetickError): void {
    this.#database.stopped(error);
    if (this.#called === undefined) return;
    const { messages } = this.#database.fanout;
    this.session.send(messages.reducerResult(this.#called, this.#database.now(), 'InternalError', error.message));
    this.#called = undefined;
  }

  /** The socket is gone, whoever ended it. */
  closed(): void {
    this.#database.disconnected(this.session);
  }

  #subscribe({ requestId, querySetId, queries }: SubscribeMessage): void {
    const { session } = this;
    const { fanout, querySets } = this.#database;
    try {
      const rows = querySets.subscribe(session, querySetId, queries, this.#database.access(session.identity));
      session.send(fanout.messages.subscribeApplied(requestId, querySetId, this.#database.now(), rows));
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      session.send(fanout.messages.subscriptionError(requestId, querySetId, error.message));
    }
  }

  #unsubscribe({ requestId, querySetId }: UnsubscribeMessage): void {
    const { session } = this;
    const { fanout, querySets } = this.#database;
    const rows = querySets.unsubscribe(session, querySetId);
    session.send(
      rows === undefined
        ? fanout.messages.subscriptionError(requestId, querySetId, `There is no query set ${querySetId}.`)
        : fanout.messages.unsubscribeApplied(requestId, querySetId, rows),
    );
  }
}

/** Cut to what a close frame holds, at a character. */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= REASON_BYTES) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, REASON_BYTES - 3)).replace(/\uFFFD+$/, '')}…`;
}
