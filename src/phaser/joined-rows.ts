import type { Key, RowContext, RowSource, RowWatcher } from '../client/index.ts';
import { type KeyLike, toKey } from './key-like.ts';
import type { Reporter } from './reporter.ts';

/** Rows of another table by the key that mirrored rows name them with. Of several rows of one key, the newest counts. */
export class JoinedRows<Other> implements RowWatcher<Other> {
  readonly #source: RowSource<Other>;
  readonly #by: ((row: Other) => KeyLike) | undefined;
  readonly #reporter: Reporter;
  readonly #changed: (key: Key, context: RowContext) => void;
  readonly #rows = new Map<Key, Other[]>();
  readonly #unwatch: () => void;

  /** @param changed told that another row counts for a key by now */
  constructor(
    source: RowSource<Other>,
    by: ((row: Other) => KeyLike) | undefined,
    reporter: Reporter,
    changed: (key: Key, context: RowContext) => void,
  ) {
    this.#source = source;
    this.#by = by;
    this.#reporter = reporter;
    this.#changed = changed;
    for (const row of source.iter()) this.#add(row);
    this.#unwatch = source.watch(this);
  }

  get(key: Key | undefined): Other | undefined {
    return key === undefined ? undefined : this.#rows.get(key)?.at(-1);
  }

  insert(context: RowContext, row: Other): void {
    this.#tell(this.#add(row), context);
  }

  update(context: RowContext, before: Other, row: Other): void {
    const was = this.#drop(before);
    const is = this.#add(row);
    if (was !== is) this.#tell(was, context);
    this.#tell(is, context);
  }

  delete(context: RowContext, row: Other): void {
    this.#tell(this.#drop(row), context);
  }

  end(): void {
    // What is joined ends with the mirrored table.
  }

  stop(): void {
    this.#unwatch();
  }

  #tell(key: Key | undefined, context: RowContext): void {
    if (key !== undefined) this.#changed(key, context);
  }

  #add(row: Other): Key | undefined {
    const key = this.#keyOf(row);
    if (key === undefined) return undefined;
    const rows = this.#rows.get(key);
    if (rows === undefined) this.#rows.set(key, [row]);
    else rows.push(row);
    return key;
  }

  #drop(row: Other): Key | undefined {
    const key = this.#keyOf(row);
    const rows = key === undefined ? undefined : this.#rows.get(key);
    if (key === undefined || rows === undefined) return undefined;
    const primary = this.#source.keyOf(row);
    const at = rows.findIndex((other) =>
      primary === undefined ? other === row : this.#source.keyOf(other) === primary,
    );
    rows.splice(Math.max(0, at), 1); // a row we cannot tell apart: the oldest goes
    if (rows.length === 0) this.#rows.delete(key);
    return key;
  }

  #keyOf(row: Other): Key | undefined {
    try {
      return this.#by === undefined ? this.#source.keyOf(row) : toKey(this.#by(row));
    } catch (error) {
      this.#reporter.report('join.by', error);
      return undefined;
    }
  }
}
