import type { Row } from '../store/table-store.ts';
import type { CompiledQuery } from './compile.ts';

/** What a commit did to a query's result. Lists are reused from commit to commit. */
export class QueryDelta {
  readonly inserts: Row[] = [];
  /** Rows whose primary key stays in the result. */
  readonly updates: Row[] = [];
  readonly deletes: Row[] = [];
  readonly events: Row[] = [];

  get isEmpty(): boolean {
    return this.inserts.length + this.updates.length + this.deletes.length + this.events.length === 0;
  }

  clear(): void {
    this.inserts.length = 0;
    this.updates.length = 0;
    this.deletes.length = 0;
    this.events.length = 0;
  }
}

/** A distinct query that somebody subscribes to. @typeParam S the subscribers */
export class LiveQuery<S> {
  readonly query: CompiledQuery;
  /** Number in the order of creation: names the query in message caches. */
  readonly id: number;
  /** Subscriber -> how many of its query sets hold this query. */
  readonly subscribers = new Map<S, number>();
  readonly delta = new QueryDelta();

  constructor(query: CompiledQuery, id: number) {
    this.query = query;
    this.id = id;
  }

  /** Records what a change means for this query, given that its route (if any) matches as told. */
  record(before: Row | undefined, after: Row | undefined): void {
    const { rest } = this.query;
    const was = before !== undefined && (rest === undefined || rest(before));
    const is = after !== undefined && (rest === undefined || rest(after));
    if (is) (was ? this.delta.updates : this.delta.inserts).push(after);
    else if (was) this.delta.deletes.push(before);
  }

  recordEvent(row: Row): void {
    if (this.query.rest === undefined || this.query.rest(row)) this.delta.events.push(row);
  }
}
