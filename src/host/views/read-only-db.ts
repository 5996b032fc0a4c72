import { errors } from '../../module/errors.ts';
import type { Bound, IndexDef } from '../../schema/index.ts';
import { codecOf, copyValue, type Key, keyOf } from '../../values/index.ts';
import { emptyHandle, type Handle, lookupsOf, withSpellings } from '../db-view.ts';
import type { Route, Step } from '../query/route.ts';
import { lookupOf } from '../store/bounds.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import type { ReadSet } from './read-set.ts';

/** The reads of the view that is being computed. */
export interface ReadRecorder {
  /** @throws SpacetimeHostError NotInTransaction when none is */
  readonly reads: ReadSet;
}

/** `ctx.db` of views: reads are recorded, writes refused. One set of handles for a module's life. */
export function readOnlyDb(stores: readonly TableStore[], recorder: ReadRecorder): Readonly<Handle> {
  const handles = stores.map((store) => [store.def.accessor, tableHandle(store, recorder)] as const);
  return Object.freeze(withSpellings(emptyHandle(), handles));
}

function refuseWrite(): never {
  throw new errors.TransactionIsReadOnly('A view reads: it cannot insert, update or delete. Write in a reducer.');
}

const REFUSED = { insert: refuseWrite, delete: refuseWrite, update: refuseWrite, clear: refuseWrite };

function tableHandle(store: TableStore, recorder: ReadRecorder): Handle {
  const { def } = store;
  const readable = (): ReadSet => {
    const { reads } = recorder;
    if (!def.isEvent) return reads;
    throw new errors.HostCallFailure(
      `${def.name} is an event table: its rows are not kept, so a view cannot read them.`,
    );
  };
  const all = (): IterableIterator<Row> => {
    readable().add(store, []);
    return copies(store, [...store.rows.values()]);
  };
  const handle: Handle = Object.assign(emptyHandle(), REFUSED, {
    iter: all,
    [Symbol.iterator]: all,
    count(): bigint {
      readable().counted.add(store);
      return BigInt(store.rows.size);
    },
  });
  const lookups = lookupsOf(
    def,
    (column) => uniqueHandle(store, readable, column),
    (index) => indexHandle(store, readable, index),
  );
  return Object.freeze(withSpellings(handle, lookups));
}

function* copies(store: TableStore, rows: readonly Row[]): IterableIterator<Row> {
  for (const row of rows) yield store.copyOut(row);
}

function uniqueHandle(store: TableStore, readable: () => ReadSet, column: number): Handle {
  const { key: name, type } = store.def.columns[column]!;
  const of = keyOf(type);
  const codec = codecOf(type);
  return Object.freeze({
    ...REFUSED,
    find(value: unknown): Row | null {
      const key = of(copyValue(type, codec, value, `${store.def.name}.${name}`));
      readable().add(store, [{ kind: 'equal', column, key }]);
      const row = store.findUnique(column, key);
      return row === undefined ? null : store.copyOut(row);
    },
  });
}

function indexHandle(store: TableStore, readable: () => ReadSet, index: IndexDef): Handle {
  const keyOfs = index.columns.map((column) => keyOf(store.def.columns[column]!.type));
  return Object.freeze({
    ...REFUSED,
    filter(bounds: unknown): IterableIterator<Row> {
      const { prefix, range } = lookupOf(store.def, index, keyOfs, bounds);
      const route: Step[] = prefix.map((key, at) => ({ kind: 'equal', column: index.columns[at]!, key }));
      if (range !== undefined) {
        const column = index.columns[prefix.length]!;
        route.push({ kind: 'between', column, low: endOf(range.from), high: endOf(range.to) });
      }
      readable().add(store, route satisfies Route);
      return copies(store, store.lookup(index, bounds));
    },
  });
}

/** Ends count as part of a route's interval: it may lead to a view too often, never too seldom. */
function endOf(bound: Bound<Key>): Key | undefined {
  return bound.tag === 'unbounded' ? undefined : bound.value;
}
