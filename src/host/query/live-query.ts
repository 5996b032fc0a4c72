import type { Row } from '../store/table-store.ts';
import type { CompiledQuery } from './compile.ts';

/** What a commit did to a query's result. Lists are reused from commit to commit. */
export class QueryDelta {
  readonly inserts: Row[] = [];
  /** Rows whose primary key stays in the result. */
  readonly updates: Row[] = [];
  /** What stood in their place before: `replaced[i]` became `updates[i]`. */
  readonly replaced: Row[] = [];
  readonly deletes: Row[] = [];
  readonly events: Row[] = [];

  get isEmpty(): boolean {
    return this.inserts.length + this.updates.length + this.deletes.length + this.events.length === 0;
  }

  clear(): void {
    this.inserts.length = 0;
    this.updates.length = 0;
    this.replaced.length = 0;
    this.deletes.length = 0;
    this.events.length = 0;
  }
}

/** A distinct query that somebody subscribes to. @typeParam S the subscribers */
export class LiveQuery<S> {
  readonly query: CompiledQuery;
  /** Number in the order of creation: names the query in message caches. */
  readonly id: number;
  /** Subscriber -> its query sets that hold this query. */
  readonly subscribers = new Map<S, number[]>();
  readonly delta = new QueryDelta();
  /** Number of the last change that it was asked about: several routes may lead here. */
  asked = 0;

  constructor(query: CompiledQuery, id: number) {
    this.query = query;
    this.id = id;
  }

  /** Records what a change means for this query. */
  record(before: Row | undefined, after: Row | undefined): void {
    const { test } = this.query;
    const was = before !== undefined && (test === undefined || test(before));
    const is = after !== undefined && (test === undefined || test(after));
    if (is && was) {
      this.delta.updates.push(after);
      this.delta.replaced.push(before);
    } else if (is) this.delta.inserts.push(after);
    else if (was) this.delta.deletes.push(before);
  }

  recordEvent(row: Row): void {
    if (this.query.test === undefined || this.query.test(row)) this.delta.events.push(row);
  }
}
