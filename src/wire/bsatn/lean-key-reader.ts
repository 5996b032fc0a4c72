import type { WireTable } from '../messages.ts';
import type { KeyReader } from './key-reader.ts';

/** In place of key-reader.ts in the lean build: reads the row, unless its key comes first. */
export function keyReader({ def, codec }: WireTable): KeyReader {
  const { key, type } = def.columns[def.primaryKey!]!;
  const method = type.tag as unknown as 'u32'; // types are named as the reader's methods are
  return (reader) => (def.primaryKey === 0 && reader[method] ? reader[method]() : codec.read(reader)[key]);
}
