import { type IndexDef, type TableDef, toCamelCase, toSnakeCase } from '../schema/index.ts';
import { codecOf, copyValue, keyOf } from '../values/index.ts';
import type { Row, TableStore } from './store/table-store.ts';
import type { Transaction } from './transaction.ts';

// `ctx.db` as modules see it (types: module/context.ts). One set of handles for a database's life.

export type Handle = Record<string, unknown>;

/** Builds `ctx.db` over the stores. */
export function dbView(stores: readonly TableStore[], transaction: Transaction): Readonly<Handle> {
  const handles = stores.map((store) => [store.def.accessor, tableHandle(store, transaction)] as const);
  return Object.freeze(withSpellings(emptyHandle(), handles));
}

/** Nothing inherited: a table or an index may be called `constructor`. */
export function emptyHandle(): Handle {
  return Object.create(null) as Handle;
}

/**
 * Puts things under their names as declared, and where those are free in camel and in snake case: modules of both
 * dialects find them.
 */
export function withSpellings(target: Handle, named: readonly (readonly [string, unknown])[]): Handle {
  for (const [name, thing] of named) if (name !== '') target[name] ??= thing;
  for (const [name, thing] of named) {
    if (name === '') continue;
    target[toCamelCase(name)] ??= thing;
    target[toSnakeCase(name)] ??= thing;
  }
  return target;
}

function tableHandle(store: TableStore, transaction: Transaction): Handle {
  const { def } = store;
  const rows = (): IterableIterator<Row> => {
    transaction.mustBeOpen();
    return copies(store, transaction, [...store.rows.values()]);
  };
  const handle: Handle = Object.assign(emptyHandle(), {
    insert(row: unknown): Row {
      transaction.mustBeOpen();
      return store.copyOut(store.insert(row));
    },
    delete(row: unknown): boolean {
      transaction.mustBeOpen();
      return store.removeEqual(row);
    },
    iter: rows,
    [Symbol.iterator]: rows,
    count(): bigint {
      transaction.mustBeOpen();
      return BigInt(store.rows.size);
    },
    clear(): bigint {
      transaction.mustBeOpen();
      const all = [...store.rows.values()];
      for (const row of all) store.remove(row);
      return BigInt(all.length);
    },
  });
  const lookups = lookupsOf(
    def,
    (column) => uniqueHandle(store, transaction, column),
    (index) => rangedHandle(store, transaction, index),
  );
  return Object.freeze(withSpellings(handle, lookups));
}

/** What a table's handle has for its unique columns and its indexes, by accessor. */
export function lookupsOf(
  def: TableDef,
  unique: (column: number, accessor: string) => unknown,
  ranged: (index: IndexDef) => unknown,
): [string, unknown][] {
  const uniques = def.uniques.flatMap((columns): [string, unknown][] => {
    const { key } = def.columns[columns[0]!]!;
    return columns.length === 1 ? [[key, unique(columns[0]!, key)]] : [];
  });
  const indexes = def.indexes.map((index): [string, unknown] => {
    const { accessor, columns } = index;
    return [accessor, index.unique && columns.length === 1 ? unique(columns[0]!, accessor) : ranged(index)];
  });
  return [...uniques, ...indexes];
}

function* copies(store: TableStore, transaction: Transaction, rows: readonly Row[]): IterableIterator<Row> {
  for (const row of rows) {
    transaction.mustBeOpen();
    yield store.copyOut(row);
  }
}

function uniqueHandle(store: TableStore, transaction: Transaction, column: number): Handle {
  const { key: name, type } = store.def.columns[column]!;
  const of = keyOf(type);
  const codec = codecOf(type);
  const path = `${store.def.name}.${name}`;
  const stored = (value: unknown): Row | undefined => {
    transaction.mustBeOpen();
    return store.findUnique(column, of(copyValue(type, codec, value, path)));
  };
  return Object.freeze({
    find(value: unknown): Row | null {
      const row = stored(value);
      return row === undefined ? null : store.copyOut(row);
    },
    delete(value: unknown): boolean {
      const row = stored(value);
      if (row !== undefined) store.remove(row);
      return row !== undefined;
    },
    update(row: unknown): Row {
      transaction.mustBeOpen();
      return store.copyOut(store.update(column, row));
    },
  });
}

function rangedHandle(store: TableStore, transaction: Transaction, index: IndexDef): Handle {
  return Object.freeze({
    filter(bounds: unknown): IterableIterator<Row> {
      transaction.mustBeOpen();
      return copies(store, transaction, store.lookup(index, bounds));
    },
    delete(bounds: unknown): number {
      transaction.mustBeOpen();
      const rows = store.lookup(index, bounds);
      for (const row of rows) store.remove(row);
      return rows.length;
    },
  });
}
