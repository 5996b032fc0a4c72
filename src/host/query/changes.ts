import {
  type ColumnDef,
  type DeleteStatement,
  type InsertStatement,
  sqlError,
  type UpdateStatement,
} from '../../schema/index.ts';
import type { Identity } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import { bindTables, boundValue } from './bind.ts';
import { tuplesOf } from './tuples.ts';

/** How many rows a statement changed. */
export interface ChangeCounts {
  readonly inserted: number;
  readonly deleted: number;
  readonly updated: number;
}

export const NO_CHANGES: ChangeCounts = Object.freeze({ inserted: 0, deleted: 0, updated: 0 });

export type ChangeStatement = InsertStatement | UpdateStatement | DeleteStatement;

/**
 * Changes rows of a table, within the open transaction.
 * @throws SpacetickError E_SQL; SpacetimeHostError and ValueError as for a module. The transaction is to be undone then
 */
export function runChange(statement: ChangeStatement, store: TableStore, caller: Identity): ChangeCounts {
  switch (statement.kind) {
    case 'insert': {
      const rows = rowsToInsert(statement, store, caller);
      const before = store.rows.size + store.events.length;
      for (const row of rows) store.insert(row);
      // A table without primary key is a set.
      return { ...NO_CHANGES, inserted: store.rows.size + store.events.length - before };
    }
    case 'delete': {
      const rows = matching(statement, store, caller);
      for (const row of rows) store.remove(row);
      return { ...NO_CHANGES, deleted: rows.length };
    }
    case 'update':
      return { ...NO_CHANGES, updated: update(statement, store, caller) };
  }
}

function rowsToInsert({ table, columns, rows }: InsertStatement, store: TableStore, caller: Identity): Row[] {
  const { def } = store;
  const { length } = def.columns;
  if (columns.length !== length) {
    throw sqlError(
      `The number of fields (${columns.length}) in the INSERT does not match the number of columns (${length}) of the ` +
        `table \`${table}\``,
    );
  }
  const named = columnsNamed(columns, table, store);
  return rows.map((values) => {
    if (values.length !== length) {
      throw sqlError(`Inserting a row with ${values.length} values into \`${table}\` which has ${length} fields`);
    }
    return Object.fromEntries(named.map(({ key, type }, i) => [key, boundValue(values[i]!, type, caller)]));
  });
}

function update(statement: UpdateStatement, store: TableStore, caller: Identity): number {
  const { table, set } = statement;
  const columns = columnsNamed(
    set.map(({ column }) => column),
    table,
    store,
  );
  const changes = columns.map(({ key, type }, i) => [key, boundValue(set[i]!.value, type, caller)] as const);
  const rows = matching(statement, store, caller);
  const { primaryKey } = store.def;
  const keepsKey = primaryKey !== undefined && !columns.includes(store.def.columns[primaryKey]!);
  const changed = rows.map((row) => ({ ...row, ...Object.fromEntries(changes) }));
  if (keepsKey) for (const row of changed) store.update(primaryKey, row);
  else {
    for (const row of rows) store.remove(row);
    for (const row of changed) store.insert(row);
  }
  return rows.length;
}

function columnsNamed(names: readonly string[], table: string, { def }: TableStore): ColumnDef[] {
  const columns = names.map(
    (wanted) =>
      def.columns.find(({ name, key }) => name === wanted || key === wanted) ??
      refuse(`\`${table}\` does not have a field \`${wanted}\``),
  );
  const twice = columns.findIndex((column, i) => columns.indexOf(column) !== i);
  return twice < 0 ? columns : refuse(`Duplicate name \`${names[twice]}\``);
}

function refuse(reason: string): never {
  throw sqlError(reason);
}

function matching({ table, where }: UpdateStatement | DeleteStatement, store: TableStore, caller: Identity): Row[] {
  const { query } = bindTables([{ table, alias: undefined }], () => store, caller, where);
  return [...tuplesOf(query)].map(([row]) => row!);
}
