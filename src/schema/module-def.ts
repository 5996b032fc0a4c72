import type { AlgebraicType, ProductType, SumType } from '../values/index.ts';
import type { CasePolicy } from './names.ts';
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

/** A procedure of a module: called like a reducer, answers with a value, is no transaction (`api.md` 3.4). */
export interface ModuleProcedureDef {
  /** Name on the wire. */
  readonly name: string;
  /** Property of `conn.procedures`. */
  readonly accessor: string;
  readonly params: ProductType;
  readonly returnType: AlgebraicType;
  /** Table whose rows schedule it; such a procedure is not called by clients. */
  readonly scheduledBy: string | undefined;
}

/** A view of a module: rows that a function makes of other rows, read like a table (`api.md` 3.4). */
export interface ModuleViewDef {
  /** Name on the wire and in SQL. */
  readonly name: string;
  /** Property of `conn.db`. */
  readonly accessor: string;
  /** True when everybody sees the same rows; else each sender has their own. */
  readonly isAnonymous: boolean;
  /** What the function returns: an array or an option of rows. */
  readonly returnType: AlgebraicType;
  /** The view as a table: what subscribers, queries and bindings see. */
  readonly table: TableDef;
}

/** What a module declares: the input of hosts and of code generation. */
export interface ModuleDef {
  readonly tables: readonly TableDef[];
  readonly reducers: readonly ModuleReducerDef[];
  readonly procedures: readonly ModuleProcedureDef[];
  readonly views: readonly ModuleViewDef[];
  /** SQL of the row filters (`api.md` 5.4). */
  readonly rowFilters: readonly string[];
  /** How the module's identifiers become names on the wire. */
  readonly casePolicy: CasePolicy;
}

/** A module that declares nothing: what definitions made by hand begin with. */
export const EMPTY_MODULE: ModuleDef = Object.freeze({
  tables: [],
  reducers: [],
  procedures: [],
  views: [],
  rowFilters: [],
  casePolicy: 'SnakeCase',
});

/** True for reducers and procedures that clients may call. */
export function isCallable(declared: ModuleReducerDef | ModuleProcedureDef): boolean {
  return declared.scheduledBy === undefined && !('lifecycle' in declared && declared.lifecycle !== undefined);
}

/**
 * The named types a module mentions, in the order of their names. Row types of tables and views are among them;
 * parameter lists are not.
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
  for (const view of def.views) visit(view.table.rowType);
  for (const procedure of def.procedures) {
    visit(procedure.params, true);
    visit(procedure.returnType);
  }
  return [...found].sort((a, b) => (a.name! < b.name! ? -1 : a.name! > b.name! ? 1 : 0));
}
