import { type Key, type RowContext, type RowSource, type RowWatcher, Timestamp } from '../../src/client/index.ts';

/** When and why a change of a test happens. */
export interface Change {
  tag?: string;
  /** Host milliseconds of the commit; left out: the wire does not carry it. */
  at?: number;
  arrivedAt?: number;
}

/** A small table in memory that can be followed. */
export class RowTable<Row> implements RowSource<Row> {
  readonly tableName: string;
  readonly #key: ((row: Row) => Key) | undefined;
  /** By primary key, or by the row itself. */
  readonly #rows = new Map<unknown, Row>();
  readonly #watchers = new Set<RowWatcher<Row>>();

  /** @param key of the primary key; left out: the table has none */
  constructor(tableName: string, key?: (row: Row) => Key) {
    this.tableName = tableName;
    this.#key = key;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  iter(): IterableIterator<Row> {
    return [...this.#rows.values()].values();
  }

  keyOf(row: Row): Key | undefined {
    return this.#key?.(row);
  }

  watch(watcher: RowWatcher<Row>): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  insert(row: Row, change: Change = {}): void {
    this.#rows.set(this.#keyOf(row), row);
    for (const watcher of [...this.#watchers]) watcher.insert(contextOf(change), row);
  }

  /** Replaces the row with the same primary key. */
  update(row: Row, change: Change = {}): void {
    const before = this.#rows.get(this.#keyOf(row))!;
    this.#rows.set(this.#keyOf(row), row);
    const context = contextOf(change);
    for (const watcher of [...this.#watchers]) watcher.update(context, before, row);
  }

  delete(row: Row, change: Change = {}): void {
    const gone = this.#rows.get(this.#keyOf(row));
    this.#rows.delete(this.#keyOf(row));
    for (const watcher of [...this.#watchers]) watcher.delete(contextOf(change), gone!);
  }

  end(): void {
    for (const watcher of [...this.#watchers]) watcher.end();
  }

  #keyOf(row: Row): unknown {
    return this.#key === undefined ? row : this.#key(row);
  }
}

let last: { change: Change; context: RowContext } | undefined;

/** The context of a change. Changes of one moment share it, as the rows of a message do. */
export function contextOf(change: Change): RowContext {
  const { tag = 'Transaction', at, arrivedAt = 0 } = change;
  if (
    last !== undefined &&
    last.change.at === at &&
    last.context.arrivedAt === arrivedAt &&
    last.context.event.tag === tag
  )
    return last.context;
  const timestamp = at === undefined ? undefined : Timestamp.fromMillis(at);
  last = { change, context: { event: { tag }, timestamp, arrivedAt } };
  return last.context;
}
