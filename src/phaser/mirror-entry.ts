import type { Key } from '../client/index.ts';

/** A row on screen. */
export interface MirrorEntry<Row, Obj> {
  readonly key: Key;
  row: Row;
  object: Obj;
  /** Rows with this key: a changed row without a primary key comes as an insert and then a delete. */
  rows: number;
  /** Where its poses are kept; -1 while it has none. */
  slot: number;
  /** The joined rows by name, kept up to date in place. */
  readonly joined: Record<string, unknown>;
  /** The key of each joined row, by name. */
  readonly joinKeys: Record<string, Key | undefined>;
}
