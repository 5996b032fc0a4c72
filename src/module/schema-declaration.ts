import { type AnyTable, TableSchema, type Tables } from '../schema/index.ts';
import { SpacetickError } from '../values/index.ts';
import type { ModuleSettings } from './options.ts';
import { Schema } from './schema.ts';

/** Tables given one after the other, keyed by their names (1.x). */
type TablesByName<T extends readonly AnyTable[]> = {
  [K in T[number] as K['options'] extends { readonly name: infer N extends string } ? N : never]: K;
};

/**
 * Declares a module's tables: `schema({ ship, orb })`, or in 1.x style `schema(Ship, Orb)`.
 * @throws SpacetickError E_SCHEMA
 */
export function schema<const S extends Tables>(tables: S, options?: ModuleSettings): Schema<S>;
export function schema<const T extends readonly AnyTable[]>(...tables: T): Schema<TablesByName<T>>;
export function schema(first: Tables | AnyTable, ...rest: readonly unknown[]): Schema<Tables> {
  const declared =
    first instanceof TableSchema
      ? new Schema(byName([first, ...(rest as AnyTable[])]))
      : new Schema(first, (rest[0] as ModuleSettings | undefined)?.CASE_CONVERSION_POLICY);
  collected?.push(declared);
  return declared;
}

function byName(tables: readonly AnyTable[]): Tables {
  const named = tables.map((declared) => {
    const { name } = declared.options;
    if (name === undefined) throw new SpacetickError('E_SCHEMA', 'schema(A, B): each table needs a name of its own.');
    return [name, withAccessors(declared)] as const;
  });
  const names = named.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new SpacetickError('E_SCHEMA', `schema(A, B): two tables are called ${twice}.`);
  return Object.fromEntries(named);
}

/** In 1.x an index goes by its name. */
function withAccessors(declared: AnyTable): AnyTable {
  const { indexes } = declared.options;
  if (indexes === undefined || indexes.every(({ accessor }) => accessor)) return declared;
  const reached = indexes.map(({ accessor, ...index }) => ({ ...index, accessor: accessor ?? index.name ?? '' }));
  return new TableSchema({ ...declared.options, indexes: reached }, declared.rowType);
}

/** The tables of a declared schema, for helpers: `type Ctx = ReducerCtx<InferSchema<typeof spacetimedb>>`. */
export type InferSchema<S> = S extends Schema<infer T> ? T : never;

let collected: Schema<Tables>[] | undefined;

/** Runs a module's top level and returns the schemas it declared: a 1.x module does not export its own. */
export function collectSchemas<R>(run: () => R): { result: R; schemas: Schema<Tables>[] } {
  const before = collected;
  const schemas: Schema<Tables>[] = [];
  collected = schemas;
  try {
    return { result: run(), schemas };
  } finally {
    collected = before;
  }
}
