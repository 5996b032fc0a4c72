import type { Key, RowContext } from '../client/index.ts';
import { JoinedRows } from './joined-rows.ts';
import { type KeyLike, toKey } from './key-like.ts';
import type { MirrorEntry } from './mirror-entry.ts';
import type { Join, MirrorOptions } from './mirror-options.ts';
import type { Reporter } from './reporter.ts';

/** One joined table: its rows, and which entries wait for which of them. */
interface JoinedTable<Row, Entry> {
  name: string;
  of: (row: Row) => KeyLike;
  rows: JoinedRows<unknown>;
  linked: Map<Key, Set<Entry>>;
}

/** The joins of a mirror: which rows of other tables belong to which entry. */
export class MirrorJoins<Row, Obj, Joins> {
  readonly #tables: JoinedTable<Row, MirrorEntry<Row, Obj>>[] = [];
  readonly #reporter: Reporter;

  /** @param changed told of an entry that has another joined row by now */
  constructor(
    join: MirrorOptions<Row, never, never, Joins>['join'],
    reporter: Reporter,
    changed: (entry: MirrorEntry<Row, Obj>, context: RowContext) => void,
  ) {
    this.#reporter = reporter;
    // Inside, a joined row is only handed on: its type lives in the signatures of the user's callbacks.
    const joins = (join ?? {}) as Record<string, Join<Row, unknown>>;
    for (const [name, { source, of, by }] of Object.entries(joins)) {
      const linked = new Map<Key, Set<MirrorEntry<Row, Obj>>>();
      const table: JoinedTable<Row, MirrorEntry<Row, Obj>> = {
        name,
        of,
        linked,
        rows: new JoinedRows(source, by, reporter, (key, context) => {
          for (const entry of linked.get(key) ?? []) {
            entry.joined[name] = table.rows.get(key);
            changed(entry, context);
          }
        }),
      };
      this.#tables.push(table);
    }
  }

  keysOf(row: Row): Record<string, Key | undefined> {
    const keys: Record<string, Key | undefined> = {};
    for (const table of this.#tables) keys[table.name] = this.#keyOf(table, row);
    return keys;
  }

  rowsOf(keys: Record<string, Key | undefined>): Record<string, unknown> {
    const rows: Record<string, unknown> = {};
    for (const table of this.#tables) rows[table.name] = table.rows.get(keys[table.name]);
    return rows;
  }

  link(entry: MirrorEntry<Row, Obj>): void {
    for (const table of this.#tables) {
      const key = entry.joinKeys[table.name];
      if (key === undefined) continue;
      const entries = table.linked.get(key);
      if (entries === undefined) table.linked.set(key, new Set([entry]));
      else entries.add(entry);
    }
  }

  unlink(entry: MirrorEntry<Row, Obj>): void {
    for (const table of this.#tables) this.#unlink(table, entry);
  }

  /** The entry has another row, which may name other joined rows. */
  relink(entry: MirrorEntry<Row, Obj>): void {
    for (const table of this.#tables) {
      const key = this.#keyOf(table, entry.row);
      if (key === entry.joinKeys[table.name]) continue;
      this.#unlink(table, entry);
      entry.joinKeys[table.name] = key;
      entry.joined[table.name] = table.rows.get(key);
      if (key === undefined) continue;
      const entries = table.linked.get(key);
      if (entries === undefined) table.linked.set(key, new Set([entry]));
      else entries.add(entry);
    }
  }

  stop(): void {
    for (const table of this.#tables) table.rows.stop();
  }

  #unlink(table: JoinedTable<Row, MirrorEntry<Row, Obj>>, entry: MirrorEntry<Row, Obj>): void {
    const key = entry.joinKeys[table.name];
    const entries = key === undefined ? undefined : table.linked.get(key);
    if (key === undefined || entries === undefined) return;
    entries.delete(entry);
    if (entries.size === 0) table.linked.delete(key);
  }

  #keyOf(table: JoinedTable<Row, MirrorEntry<Row, Obj>>, row: Row): Key | undefined {
    try {
      return toKey(table.of(row));
    } catch (error) {
      this.#reporter.report('join.of', error);
      return undefined;
    }
  }
}
