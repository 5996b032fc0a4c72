import type { TableDef } from '../../schema/index.ts';
import { bytesKey, type Codec, type Key, keyOf } from '../../values/index.ts';

/** A stored row. Never given out and never changed: readers get copies, writers put another in its place. */
export type Row = Readonly<Record<string, unknown>>;

/** What a transaction did to one key of a table. */
export interface RowChange {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** What identifies a row: its primary key, else all of it. */
export function rowKeyOf(def: TableDef, codec: Codec<Row>): (row: Row) => Key {
  if (def.primaryKey === undefined) return bytesKey(codec as Codec<unknown>);
  const { key, type } = def.columns[def.primaryKey]!;
  const of = keyOf(type);
  return (row) => of(row[key]);
}

/** One key for several columns together. */
export function columnsKeyOf(def: TableDef, columns: readonly number[]): (row: Row) => Key {
  const parts = columns.map((i) => ({ key: def.columns[i]!.key, of: keyOf(def.columns[i]!.type) }));
  const [first] = parts;
  if (parts.length === 1) return (row) => first!.of(row[first!.key]);
  return (row) => JSON.stringify(parts.map(({ key, of }) => `${typeof of(row[key])}:${of(row[key])}`));
}
