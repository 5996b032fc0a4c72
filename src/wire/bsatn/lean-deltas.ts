import { type BsatnReader, unreadable } from '../../values/index.ts';
import type { Row, TableDelta, WireTable } from '../messages.ts';
import { wireError } from './decoding.ts';

// In place of deltas.ts in the lean build: whole rows, also of what left. lean-table.ts takes no others.

const NO_ROWS: readonly Row[] = [];

/** Rows that came. */
export function inserted(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, rowsOf(reader, table), NO_ROWS, NO_ROWS);
}

/** Rows that left. */
export function deleted(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, NO_ROWS, rowsOf(reader, table), NO_ROWS);
}

/** Rows that came, then rows that left: the order of v2. */
export function insertedThenDeleted(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, rowsOf(reader, table), rowsOf(reader, table), NO_ROWS);
}

/** Rows that left, then rows that came: the order of v1. */
export function deletedThenInserted(reader: BsatnReader, table: WireTable): TableDelta {
  const left = rowsOf(reader, table);
  return delta(table, rowsOf(reader, table), left, NO_ROWS);
}

export function events(reader: BsatnReader, table: WireTable): TableDelta {
  return delta(table, NO_ROWS, NO_ROWS, rowsOf(reader, table));
}

function delta(table: WireTable, inserts: readonly Row[], deletes: readonly Row[], events: readonly Row[]): TableDelta {
  return { table, inserts, deletes, events } as unknown as TableDelta;
}

/** The rows of a list (`wire.md` 3.2): rows of one size, or places of rows; then the rows. They lie back to back. */
function rowsOf(reader: BsatnReader, { def, codec }: WireTable): Row[] {
  const isFixed = reader.tag(2) === 0;
  const size = isFixed ? reader.u16() : 0;
  let count = isFixed ? 0 : reader.count(8);
  reader.take(count * 8);
  const length = reader.u32();
  const end = reader.offset + length;
  if (isFixed && length > 0) count = length / size;
  if (!Number.isInteger(count) || length > reader.remaining) throw wireError('not a list of rows');
  const rows: Row[] = [];
  try {
    while (rows.length < count) rows.push(codec.read(reader));
  } catch (error) {
    unreadable(reader, 0, def.rowType, def.name, error);
  }
  if (reader.offset !== end) throw wireError('rows take other bytes than their list says');
  return rows;
}
