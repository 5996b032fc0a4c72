import type { BsatnReader } from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../messages.ts';
import { type LeftRows, NOTHING_LEFT, type ReadRows, RowListReader } from './row-list-reader.ts';

// What a query's result gained and lost, as row lists say it.

const rowLists = new RowListReader();
const NO_ROWS: readonly Row[] = Object.freeze([]);
const NO_ROWS_READ: ReadRows = /* @__PURE__ */ Object.freeze({ rows: NO_ROWS, hashes: undefined });

/** Rows that came. */
export function inserted(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, rowLists.rows(reader, table), NOTHING_LEFT);
}

/** Rows that left. */
export function deleted(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, NO_ROWS_READ, rowLists.left(reader, table));
}

/** Rows that came, then rows that left: the order of v2. */
export function insertedThenDeleted(reader: BsatnReader, table: WireTable): TableDelta {
  const came = rowLists.rows(reader, table);
  return delta(table, came, rowLists.left(reader, table));
}

/** Rows that left, then rows that came: the order of v1. */
export function deletedThenInserted(reader: BsatnReader, table: WireTable): TableDelta {
  const left = rowLists.left(reader, table);
  return delta(table, rowLists.rows(reader, table), left);
}

export function events(reader: BsatnReader, table: WireTable): TableDelta {
  return { ...delta(table, NO_ROWS_READ, NOTHING_LEFT), events: rowLists.rows(reader, table).rows };
}

function delta(table: WireTable, came: ReadRows, left: LeftRows): TableDelta {
  return {
    table,
    inserts: came.rows,
    updates: NO_ROWS,
    deletes: NO_ROWS,
    deletedKeys: left.keys,
    insertHashes: came.hashes,
    deletedBytes: left.bytes,
    events: NO_ROWS,
  };
}
