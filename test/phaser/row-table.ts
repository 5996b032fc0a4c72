import type { RowContext, RowSource, RowWatcher } from '../../src/client/row-source.ts';
import type { Key } from '../../src/values/index.ts';
import { Timestamp } from '../../src/values/index.ts';

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
  readonly #rows: Row[] = [];
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
    return [...this.#rows].values();
  }

  keyOf(row: Row): Key | undefined {
    return this.#key?.(row);
  }

  watch(watcher: RowWatcher<Row>): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  insert(row: Row, change: Change = {}): void {
    this.#rows.push(row);
    for (const watcher of [...this.#watchers]) watcher.insert(contextOf(change), row);
  }

  /** Replaces the row with the same primary key. */
  update(row: Row, change: Change = {}): void {
    const at = this.#indexOf(row);
    const before = this.#rows[at]!;
    this.#rows[at] = row;
    const context = contextOf(change);
    for (const watcher of [...this.#watchers]) watcher.update(context, before, row);
  }

  delete(row: Row, change: Change = {}): void {
    const [gone] = this.#rows.splice(this.#indexOf(row), 1);
    for (const watcher of [...this.#watchers]) watcher.delete(contextOf(change), gone!);
  }

  end(): void {
    for (const watcher of [...this.#watchers]) watcher.end();
  }

  #indexOf(row: Row): number {
    return this.#rows.findIndex((other) =>
      this.#key === undefined ? other === row : this.#key(other) === this.#key(row),
    );
  }
}

export function contextOf({ tag = 'Transaction', at, arrivedAt = 0 }: Change): RowContext {
  return { event: { tag }, timestamp: at === undefined ? undefined : Timestamp.fromMillis(at), arrivedAt };
}
