import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';
import type { Table } from './table.ts';

/** The net of a tick's changes in a table. A row that came and went within the tick is not in it. */
export interface TableChanges<R> {
  readonly added: readonly R[];
  readonly updated: readonly (readonly [from: R, to: R])[];
  readonly removed: readonly R[];
}

const NOTHING: TableChanges<Row> = Object.freeze({
  added: Object.freeze([]),
  updated: Object.freeze([]),
  removed: Object.freeze([]),
});

/** Adds up a table's log. */
export function changesOf(table: Table): TableChanges<Row> {
  const { log } = table;
  if (log.length === 0) return NOTHING;
  const net = new Map<Key, [Row | undefined, Row | undefined]>();
  for (let i = 0; i < log.length; i++) {
    const before = log.before[i];
    const after = log.after[i];
    const key = table.keyOf((before ?? after)!);
    const known = net.get(key);
    if (known === undefined) net.set(key, [before, after]);
    else known[1] = after;
  }
  const added: Row[] = [];
  const updated: [Row, Row][] = [];
  const removed: Row[] = [];
  for (const [before, after] of net.values()) {
    if (before === undefined) {
      if (after !== undefined) added.push(after);
    } else if (after === undefined) removed.push(before);
    else if (!table.isSame(before, after)) updated.push([before, after]);
  }
  return { added, updated, removed };
}
