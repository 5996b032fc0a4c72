import type { IndexDef, TableDef } from '../../../schema/index.ts';
import { emptyHandle, type Handle, lookupsOf, withSpellings } from '../../db-view.ts';
import type { Operation } from './messages.ts';
import { pack, unpack } from './parcel.ts';

/** Does an operation on the tables in the other thread. @returns packed. @throws what the tables refuse */
export type Operate = (operation: Operation) => unknown;

const TABLE_METHODS = ['insert', 'delete', 'count', 'clear'] as const;

/** `tx.db` in the thread of a procedure: every call is an operation in the thread of the databases. */
export function remoteDb(tables: readonly TableDef[], operate: Operate): Readonly<Handle> {
  const handles = tables.map((def) => [def.accessor, tableHandle(def, operate)] as const);
  return Object.freeze(withSpellings(emptyHandle(), handles));
}

function tableHandle(def: TableDef, operate: Operate): Handle {
  const { accessor: table } = def;
  const call = (index: string | undefined, method: string) => {
    return (...args: readonly unknown[]) => unpack(operate({ table, index, method, args: pack(args) }));
  };
  const list = (index: string | undefined, method: string) => {
    const all = call(index, method);
    return (...args: readonly unknown[]) => (all(...args) as unknown[])[Symbol.iterator]();
  };
  const handle: Handle = Object.assign(emptyHandle(), {
    ...Object.fromEntries(TABLE_METHODS.map((method) => [method, call(undefined, method)])),
    iter: list(undefined, 'iter'),
    [Symbol.iterator]: list(undefined, 'iter'),
  });
  const unique = (_column: number, accessor: string) =>
    Object.freeze({ find: call(accessor, 'find'), delete: call(accessor, 'delete'), update: call(accessor, 'update') });
  const ranged = ({ accessor }: IndexDef) =>
    Object.freeze({ filter: list(accessor, 'filter'), delete: call(accessor, 'delete') });
  return Object.freeze(withSpellings(handle, lookupsOf(def, unique, ranged)));
}

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Does an operation on a transaction's tables. @returns packed */
export function operateOn(db: unknown, { table, index, method, args }: Operation): unknown {
  const handle = (db as Readonly<Record<string, Methods>>)[table]!;
  const target = index === undefined ? handle : (handle as unknown as Readonly<Record<string, Methods>>)[index]!;
  const result = target[method]!(...(unpack(args) as unknown[]));
  const isRows = method === 'iter' || method === 'filter';
  return pack(isRows ? [...(result as Iterable<unknown>)] : result);
}
