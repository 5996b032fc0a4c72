import { type BsatnReader, fixedSize, formOf, METHOD_OF_FORM, plainCodecOf } from '../../values/index.ts';
import type { WireTable } from '../messages.ts';

/** Reads the primary key of a row that the reader stands before, and leaves the reader somewhere in the row. */
type KeyReader = (reader: BsatnReader) => unknown;

const made = new WeakMap<WireTable, KeyReader>();

/** How keys are read of a table's rows. Nothing else is, where all that stands before them is of one size. */
export function keyReader(table: WireTable): KeyReader {
  let read = made.get(table);
  if (read === undefined) {
    read = keyReaderOf(table);
    made.set(table, read);
  }
  return read;
}

function keyReaderOf({ def, codec }: WireTable): KeyReader {
  const { key, type } = def.columns[def.primaryKey!]!;
  const ahead = fixedSize({ tag: 'Product', elements: def.rowType.elements.slice(0, def.primaryKey) });
  if (ahead === undefined) return (reader) => codec.read(reader)[key];
  const method = METHOD_OF_FORM[formOf(type)] as 'u32' | undefined; // stands for any of the reader's methods
  const read = method === undefined ? plainCodecOf(type).read : (reader: BsatnReader) => reader[method]();
  return (reader) => {
    reader.take(ahead);
    return read(reader);
  };
}
