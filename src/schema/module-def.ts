import type { AlgebraicType, ProductType, SumType } from '../values/index.ts';
import type { ReducerDef } from './reducer.ts';
import type { TableDef } from './table-def.ts';

export type Lifecycle = 'init' | 'onConnect' | 'onDisconnect';

/** A reducer of a module: what it is called, takes, and who may call it. */
export interface ModuleReducerDef extends ReducerDef {
  /** Lifecycle reducers are run by the host, never called by clients. */
  readonly lifecycle: Lifecycle | undefined;
  /** Table whose rows schedule it; such a reducer is not called by clients either. */
  readonly scheduledBy: string | undefined;
  /** Whether other clients see the arguments of a call (`docs/wire-msgpack.md` "TransactionUpdate"). */
  readonly publicArgs: boolean;
}

/** What a module declares: the input of hosts and of code generation. */
export interface ModuleDef {
  readonly tables: readonly TableDef[];
  readonly reducers: readonly ModuleReducerDef[];
}

/** True for reducers that clients may call. */
export function isCallable(reducer: ModuleReducerDef): boolean {
  return reducer.lifecycle === undefined && reducer.scheduledBy === undefined;
}

/**
 * The named types a module's tables and reducers mention, in the order of their names. Row types of tables are among
 * them; parameter lists are not.
 * @throws never; two different types of one name are both listed
 */
export function namedTypes(def: ModuleDef): (ProductType | SumType)[] {
  const found = new Set<ProductType | SumType>();
  const seen = new Set<AlgebraicType>();
  const visit = (type: AlgebraicType, isParams = false): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.tag === 'Array') visit(type.element);
    if (type.tag !== 'Product' && type.tag !== 'Sum') return;
    if (type.name !== undefined && !isParams) found.add(type);
    const children = type.tag === 'Product' ? type.elements : type.variants;
    for (const child of children) visit(child.type);
  };
  for (const table of def.tables) visit(table.rowType);
  for (const reducer of def.reducers) visit(reducer.params, true);
  return [...found].sort((a, b) => (a.name! < b.name! ? -1 : a.name! > b.name! ? 1 : 0));
}
