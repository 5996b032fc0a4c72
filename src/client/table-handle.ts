import { type IndexDef, quoted, toCamelCase } from '../schema/index.ts';
import type { Key } from '../values/index.ts';
import type { Row } from '../wire/index.ts';
import type { CachedTable } from './cache/client-cache.ts';
import { oneOffQuery } from './calls.ts';
import type { Parts } from './parts.ts';
import type { RowWatcher } from './row-source.ts';

type Members = Readonly<Record<string | symbol, unknown>>;

/** A function that returns itself and has these members: handles are read as in TypeScript and called as in Rust. */
function callable(members: Members): object {
  const handle = (): object => handle;
  for (const key of Reflect.ownKeys(members)) {
    // Defined, not assigned: `name` and `length` of a function are read-only.
    Object.defineProperty(handle, key, { value: members[key], enumerable: true });
  }
  return Object.freeze(handle);
}

/** The runtime of `conn.db`. */
export function dbView(parts: Parts): object {
  const view: Record<string, object> = {};
  for (const table of parts.cache.tables) {
    const handle = tableHandle(parts, table);
    view[table.def.accessor] = handle;
    if (!Object.hasOwn(view, table.def.name)) view[table.def.name] = handle;
  }
  return Object.freeze(view);
}

function tableHandle(parts: Parts, table: CachedTable): object {
  const { def, rows, listeners } = table;
  const iter = (): IterableIterator<Row> => rows.values();
  const own: Record<string | symbol, unknown> = {
    tableName: def.name,
    count: () => BigInt(rows.size),
    iter,
    [Symbol.iterator]: iter,
    keyOf: (row: Row): Key | undefined => (def.primaryKey === undefined ? undefined : table.keyOf(row)),
    watch: (watcher: RowWatcher<Row>) => {
      listeners.watchers.add(watcher);
      parts.hint.followed();
      return () => listeners.watchers.remove(watcher);
    },
    remoteQuery: (condition = '') =>
      oneOffQuery(parts, `SELECT ${quoted(def.name)}.* FROM ${quoted(def.name)} ${condition}`.trim()),
  };
  for (const [kind, list] of Object.entries(listeners.byKind)) {
    own[`on${kind}`] = (listener: never) => list.add(listener);
    own[`removeOn${kind}`] = (listener: never) => list.remove(listener);
  }
  const indexes: Record<string, object> = {};
  for (const index of def.indexes) {
    if (index.accessor === '') continue; // only guards a constraint
    const handle = indexHandle(table, index);
    for (const spelling of [index.accessor, toCamelCase(index.accessor)]) {
      const name = Object.hasOwn(own, spelling) ? `${spelling}Index` : spelling;
      if (!Object.hasOwn(indexes, name)) indexes[name] = handle;
    }
  }
  return callable({ ...indexes, ...own });
}

function indexHandle(table: CachedTable, index: IndexDef): object {
  const { indexes, def } = table;
  if (!index.unique || index.columns.length > 1) {
    return callable({ filter: (bounds: unknown) => indexes.get(index).filter!(bounds).values() });
  }
  const find =
    index.columns[0] === def.primaryKey
      ? (value: unknown) => table.findByKey(value)
      : (value: unknown) => indexes.get(index).find!(value);
  // No row has "nothing" in a key: `find(conn.identity)` before the connection knows it is null, not a crash.
  return callable({ find: (value: unknown): Row | null => (value == null ? null : (find(value) ?? null)) });
}
