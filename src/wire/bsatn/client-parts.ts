import {
  type AlgebraicType,
  type BsatnReader,
  BsatnWriter,
  type ConnectionId,
  decodeBsatnBy,
  plainCodecOf,
  show,
  type WireCodec,
  writeValue,
} from '../../values/index.ts';
import type { EncodedArgs, Row, TableDelta, WireTable, WireTables } from '../messages.ts';
import type { CallDef } from '../subprotocol.ts';
import { wireError } from './decoding.ts';
import { type LeftRows, NOTHING_LEFT, type ReadRows, RowListReader } from './row-list-reader.ts';

// What the client's ends of the BSATN subprotocols share.

/** Every message is written whole and copied out before the next one starts. */
export const writer = new BsatnWriter();
export const rowLists = new RowListReader();

export const NO_ROWS: readonly Row[] = Object.freeze([]);
const NO_ROWS_READ: ReadRows = /* @__PURE__ */ Object.freeze({ rows: NO_ROWS, hashes: undefined });

export function tableNamed(tables: WireTables, detail: string): WireTable {
  const table = tables.get(detail);
  if (table !== undefined) return table;
  throw wireError(`it names table ${show(detail)}, which the bindings do not have; generate them again`);
}

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

/** `undefined` for none. */
export function optionalU32(reader: BsatnReader): number | undefined {
  return reader.option() ? reader.u32() : undefined;
}

/** The zero id stands for none (`wire.md` 7). */
export function optionalConnectionId(reader: BsatnReader): ConnectionId | null {
  const id = reader.connectionId();
  return id.isZero() ? null : id;
}

/** Of the interface: a value in BSATN. */
export function decodeValue(
  type: AlgebraicType,
  value: EncodedArgs,
  path: string,
  codec?: WireCodec<unknown>,
): unknown {
  if (value.encoding !== 'bsatn') throw wireError(`${path} is in ${value.encoding}`);
  return decodeBsatnBy(codec ?? plainCodecOf(type), type, value.bytes, path);
}

/** Writes arguments as bytes with their length ahead. @throws ValueError naming the argument that does not fit */
export function writeArgs(def: CallDef, args: unknown): void {
  const at = writer.length;
  writer.u32(0);
  writeValue(writer, def.params, def.codec ?? plainCodecOf(def.params), args as never, def.accessor);
  writer.patchU32(at, writer.length - at - 4);
}

export function writeTexts(texts: readonly string[]): void {
  writer.u32(texts.length);
  for (const text of texts) writer.string(text);
}
