import { SpacetickError, TimeDuration, type Timestamp } from '../values/index.ts';
import type { EncodedDelta } from '../wire/index.ts';
import type { CommittedCall, Fanout } from './fanout.ts';
import { type Access, checkRowLimit } from './query/access.ts';
import { type CompiledQuery, compileQueries } from './query/compile.ts';
import { evaluate } from './query/evaluate.ts';
import { executing } from './query/executing.ts';
import { JoinSteps } from './query/join-steps.ts';
import { Subscriptions } from './query/subscriptions.ts';
import type { Session } from './session.ts';
import { SnapshotRoom } from './snapshot-room.ts';
import type { TableStore } from './store/table-store.ts';
import type { TableChanges } from './transaction.ts';

/** Query sets and queries a client may hold: enough for a view of many cells, few enough to bound what one costs. */
export const MAX_QUERY_SETS = 1024;
export const MAX_QUERIES_PER_SET = 1024;
export const MAX_QUERY_CHARS = 16_384;

const NO_TIME = new TimeDuration(0n);

/** What the clients of a database subscribe to. */
export class QuerySets {
  readonly subscriptions = new Subscriptions<Session>();
  readonly #fanout: Fanout;

  constructor(fanout: Fanout) {
    this.#fanout = fanout;
  }

  /**
   * Adds a query set. @returns for each of its queries the rows it shows now
   * @param replaces whether the set may stand in another one's place
   * @throws SpacetickError E_SUBSCRIBE, E_SQL with a text for the client; nothing is subscribed then
   */
  subscribe(
    session: Session,
    id: number,
    queries: readonly string[],
    access: Access,
    replaces = false,
  ): EncodedDelta[] {
    checkLimits(session, id, queries, replaces);
    const compiled = distinct(queries, access);
    refuseEvents(session, compiled);
    let found = 0;
    const room = new SnapshotRoom();
    const deltas = compiled.map((query) => {
      const rows = replaces || this.#counts(session, query) ? evaluate(query, new JoinSteps()) : [];
      found += rows.length;
      checkRowLimit(found, access);
      return this.#fanout.snapshot(session, query.store, rows, room);
    });
    if (replaces) this.unsubscribe(session, id, false);
    this.#hold(session, id, queries, compiled);
    return deltas;
  }

  /**
   * Removes a query set.
   * @param wantsRows whether anybody asks which rows leave
   * @returns for each of its queries the rows that leave; undefined when there is no such set
   */
  unsubscribe(session: Session, id: number, wantsRows = true): EncodedDelta[] | undefined {
    const set = session.querySets.get(id);
    if (set === undefined) return undefined;
    session.querySets.delete(id);
    return set.queries.map((live) => {
      this.subscriptions.unsubscribe(session, live, id);
      const rows = wantsRows && this.#counts(session, live.query) ? evaluate(live.query) : [];
      return this.#fanout.removal(session, live.query.store, rows);
    });
  }

  /** Whether somebody's query asks for rows of this table. */
  readonly isWatched = (store: TableStore): boolean => this.subscriptions.watches(store);

  /** Tells clients what a commit changed for them, and the caller what came of the call. */
  commit(changes: readonly TableChanges[], call: CommittedCall | undefined, at: Timestamp): void {
    const touched = this.subscriptions.apply(changes);
    if (touched.length > 0 || call?.request !== undefined) this.#fanout.commit(touched, call, at);
  }

  /** Removes all query sets of a client. */
  leave(session: Session): void {
    this.#release(session);
    session.querySets.clear();
  }

  /** Puts all queries on the tables of another version. A set that no longer compiles ends with an error. */
  replaceTables(sessions: readonly Session[], accessOf: (session: Session) => Access): void {
    // All are released first: a query that one client still held would keep the tables of the old version.
    for (const session of sessions) this.#release(session);
    for (const session of sessions) {
      for (const [id, { sql, queries }] of [...session.querySets]) {
        if (!session.querySets.has(id)) continue; // it ended with another one
        try {
          const compiled = distinct(sql, accessOf(session));
          if (!isSame(compiled, queries))
            throw new SpacetickError('E_SUBSCRIBE', 'The rules on its rows have changed.');
          this.#hold(session, id, sql, compiled);
        } catch (error) {
          this.#fail(session, id, (error as Error).message);
        }
      }
    }
  }

  #hold(session: Session, id: number, sql: readonly string[], compiled: readonly CompiledQuery[]): void {
    const queries = compiled.map((query) => this.subscriptions.subscribe(session, query, id));
    session.querySets.set(id, { sql, queries });
  }

  /** Whether rows of a query are told: where a client's sets are not told apart only if none (else) holds it. */
  #counts(session: Session, query: CompiledQuery): boolean {
    return session.protocol.tellsEachSet || !this.subscriptions.holds(session, query);
  }

  /** Ends a set that was applied. On v1 an error without a request ends all that a client holds. */
  #fail(session: Session, id: number, error: string): void {
    if (session.protocol.tellsEachSet) session.querySets.delete(id);
    else this.leave(session);
    session.send(session.protocol.subscriptionError(null, id, NO_TIME, error));
  }

  #release(session: Session): void {
    for (const [id, { queries }] of session.querySets) {
      for (const live of queries) this.subscriptions.unsubscribe(session, live, id);
    }
  }
}

/** Compiles the queries of a set; those that mean the same count once. */
function distinct(queries: readonly string[], access: Access): CompiledQuery[] {
  const byIdentity = new Map<string, CompiledQuery>();
  for (const sql of new Set(queries)) {
    for (const query of compile(sql, access)) {
      if (!byIdentity.has(query.identity)) byIdentity.set(query.identity, query);
    }
  }
  return [...byIdentity.values()];
}

/** Whether the same rows are asked for as before. */
function isSame(compiled: readonly CompiledQuery[], before: readonly { readonly query: CompiledQuery }[]): boolean {
  return compiled.map(({ identity }) => identity).join('\n') === before.map(({ query }) => query.identity).join('\n');
}

function compile(sql: string, access: Access): CompiledQuery[] {
  return executing(sql, () => compileQueries(sql, access));
}

function refuseEvents({ protocol }: Session, queries: readonly CompiledQuery[]): void {
  if (protocol.hasEvents) return;
  const found = queries.find(({ store }) => store.def.isEvent);
  if (found === undefined) return;
  throw new SpacetickError(
    'E_SUBSCRIBE',
    `${found.store.def.name} is an event table: these need the WebSocket v2 protocol, this connection speaks v1.`,
  );
}

function checkLimits(session: Session, id: number, queries: readonly string[], replaces: boolean): void {
  const refuse = (reason: string): never => {
    throw new SpacetickError('E_SUBSCRIBE', reason);
  };
  if (session.querySets.has(id) && !replaces)
    refuse(`Subscription with id ${id} already exists: choose another id for the query set.`);
  if (queries.length === 0) refuse('Subscriptions must have at least one query');
  if (queries.length > MAX_QUERIES_PER_SET) refuse(`A query set may hold ${MAX_QUERIES_PER_SET} queries.`);
  if (session.querySets.size >= MAX_QUERY_SETS) refuse(`A client may hold ${MAX_QUERY_SETS} query sets.`);
  if (queries.some((sql) => sql.length > MAX_QUERY_CHARS)) refuse(`A query may be ${MAX_QUERY_CHARS} characters long.`);
}
