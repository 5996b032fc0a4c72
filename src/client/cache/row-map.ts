import { type AlgebraicType, formOf, type Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import { type ChangeLog, INSERTS } from './change-log.ts';
import { IntegerMap } from './integer-map.ts';

/** Rows by key, in the order they came. */
export interface RowMap extends Pick<Map<Key, Row>, 'get' | 'has' | 'delete' | 'size'> {
  values(): IterableIterator<Row>;
  set(key: Key, row: Row): unknown;
}

const INTEGERS = /^([IU])(8|16|32)$/; // forms of the types that an `IntegerMap` takes

/** What holds rows with a primary key of this type, or rows without one. */
export function rowMapOf(type: AlgebraicType | undefined): RowMap {
  const integer = type && INTEGERS.exec(formOf(type));
  return integer ? new IntegerMap(integer[1] === 'I') : new Map<Key, Row>();
}

/**
 * Adds and logs rows at once, up to the first whose key is there already.
 * @param column that has the key
 * @returns how many were added: none, unless there is a way that is faster than one by one
 */
export function fillRows(rows: RowMap, added: readonly Row[], column: string, log: ChangeLog): number {
  if (!(rows instanceof IntegerMap)) return 0;
  const count = rows.fill(added, column);
  if (count === 0) return 0;
  log.kinds |= INSERTS;
  // A list with which a tick begins becomes the log's: nobody else needs it any more (`TableDelta`).
  if (log.length === 0 && count === added.length) {
    log.before = new Array<undefined>(count);
    log.after = added as Row[];
  } else for (let i = 0; i < count; i++) log.push(undefined, added[i]);
  return count;
}
