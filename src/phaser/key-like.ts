import type { Key } from '../client/index.ts';

/** A value rows are known by: a column of a plain type, an `Identity`, a `ConnectionId`. Nothing: no such row. */
export type KeyLike = Key | { readonly hex: string } | null | undefined;

/** What stands for it in a Map; the same as `RowSource.keyOf` gives for a primary key of that type. */
export function toKey(value: KeyLike): Key | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? value.hex : value;
}
