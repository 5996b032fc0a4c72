import { SpacetickError, TimeDuration, type Timestamp } from '../values/index.ts';
import type { OneOffQueryMessage, SubscribeMessage, UnsubscribeMessage } from '../wire/index.ts';
import type { Database } from './database.ts';
import type { Access } from './query/access.ts';
import type { Session } from './session.ts';
import { SnapshotRoom } from './snapshot-room.ts';

const NO_TIME = new TimeDuration(0n);
const LEGACY_SET = -1; // of v1 clients that name none; no client can name this one
const ALL_TABLES = /^\s*select\s+\*\s+from\s+\*\s*;?\s*$/i;

/** Answers what one client asks of rows: query sets, and queries for once. */
export class QueryRequests {
  readonly #database: Database;
  readonly #session: Session;
  /** What is being subscribed to: it may be stopped. */
  #subscribing: SubscribeMessage | undefined;

  constructor(database: Database, session: Session) {
    this.#database = database;
    this.#session = session;
  }

  /** Answers with what a query shows now. */
  query(message: OneOffQueryMessage): void {
    const session = this.#session;
    const began = this.#database.now();
    const answer = (outcome: Parameters<typeof session.protocol.oneOffResult>[2]) =>
      session.answer(session.protocol.oneOffResult(message, between(began, this.#database.now()), outcome));
    try {
      const selection = this.#database.select(message.query, session.identity);
      const rows = this.#database.fanout.selection(session, selection, new SnapshotRoom());
      answer({ table: selection.table, rows });
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      answer({ error: error.message });
    }
  }

  /** Adds a query set, and answers with the rows it shows. */
  subscribe(message: SubscribeMessage): void {
    const session = this.#session;
    const { requestId, querySetId, form } = message;
    const { querySets } = this.#database;
    const began = this.#database.now();
    const id = form === 'Legacy' ? LEGACY_SET : querySetId;
    this.#subscribing = message; // the functions of views
    try {
      const access = this.#database.access(session.identity);
      const queries = this.#spelledOut(message.queries, access);
      const deltas = querySets.subscribe(session, id, queries, access, form === 'Legacy');
      const at = this.#database.now();
      session.answer(session.protocol.subscribeApplied(message, at, between(began, at), deltas));
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      this.#refuse(requestId, querySetId, began, error.message);
    }
    this.#subscribing = undefined;
  }

  /** Removes a query set, and answers with the rows that leave, where the client asked for them. */
  unsubscribe(message: UnsubscribeMessage): void {
    const session = this.#session;
    const { requestId, querySetId, wantsRows } = message;
    const began = this.#database.now();
    const deltas = this.#database.querySets.unsubscribe(session, querySetId, wantsRows);
    if (deltas === undefined) {
      this.#refuse(requestId, querySetId, began, `Subscription not found: there is no query set ${querySetId}.`);
      return;
    }
    const took = between(began, this.#database.now());
    session.answer(session.protocol.unsubscribeApplied(message, took, wantsRows === false ? undefined : deltas));
  }

  /** What was asked for was stopped in the middle: the client is told, if it was a query set. */
  stopped(error: string): void {
    const message = this.#subscribing;
    this.#subscribing = undefined;
    if (message !== undefined) this.#refuse(message.requestId, message.querySetId, this.#database.now(), error);
  }

  /** Answers with an error instead of rows. */
  refuse(message: OneOffQueryMessage | SubscribeMessage, error: string): void {
    if (message.tag === 'OneOffQuery') {
      this.#session.send(this.#session.protocol.oneOffResult(message, NO_TIME, { error }));
    } else this.#refuse(message.requestId, message.querySetId, this.#database.now(), error);
  }

  #refuse(requestId: number, querySetId: number, began: Timestamp, error: string): void {
    const took = between(began, this.#database.now());
    this.#session.send(this.#session.protocol.subscriptionError(requestId, querySetId, took, error));
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
