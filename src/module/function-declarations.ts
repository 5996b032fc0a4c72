import type { Lifecycle, Params } from '../schema/index.ts';
import { ObjectBuilder, SpacetickError, TypeBuilder } from '../values/index.ts';
import type { ProcedureOptions, ReducerOptions, ViewOptions } from './options.ts';
import {
  type AnyRun,
  type AnyType,
  checkFunction,
  checkParams,
  type FilterRegistration,
  type ProcedureRegistration,
  type ReducerRegistration,
  type ViewRegistration,
} from './registration.ts';

// Functions are declared with few or many arguments: here each is told what it is, and checked.

/** `([options or name], [params], run)`. @throws SpacetickError E_MODULE */
export function reducerOf(args: readonly unknown[]): ReducerRegistration {
  const before = args.slice(0, -1);
  const hasOptions = typeof before[0] === 'string' || before.length === 2;
  const options = hasOptions ? optionsOf<ReducerOptions>(before[0]) : {};
  return checkedReducer(undefined, options, hasOptions ? before[1] : before[0], args.at(-1));
}

/** `([options], run)`. @throws SpacetickError E_MODULE */
export function lifecycleOf(lifecycle: Lifecycle, args: readonly unknown[]): ReducerRegistration {
  const options = args.length > 1 ? (args[0] as ReducerOptions) : {};
  return checkedReducer(lifecycle, options, undefined, args.at(-1));
}

function checkedReducer(
  lifecycle: Lifecycle | undefined,
  options: ReducerOptions,
  params: unknown,
  run: unknown,
): ReducerRegistration {
  const what = lifecycle ?? options.name ?? 'a reducer';
  const fields = fieldsOfParams(params);
  checkFunction(what, 'reducer', run);
  checkParams(what, fields);
  return {
    kind: 'reducer',
    name: options.name,
    params: fields,
    lifecycle,
    onSchedule: options.onSchedule,
    publicArgs: options.publicArgs ?? false,
    run: run as AnyRun,
  };
}

/** `([options or name], [params], returns, run)`. @throws SpacetickError E_MODULE */
export function procedureOf(args: readonly unknown[]): ProcedureRegistration {
  const run = args.at(-1);
  const returnType = args.at(-2);
  const before = args.slice(0, -2);
  const hasOptions = before.length === 2 || isOptions(before[0]);
  const options = hasOptions ? optionsOf<ProcedureOptions>(before[0]) : {};
  const params = fieldsOfParams(hasOptions ? before[1] : before[0]);
  const what = options.name ?? 'a procedure';
  checkFunction(what, 'procedure', run);
  checkParams(what, params);
  return {
    kind: 'procedure',
    name: options.name,
    params,
    returnType: checkReturn(what, returnType),
    onSchedule: options.onSchedule,
    run: run as AnyRun,
  };
}

/** @throws SpacetickError E_MODULE */
export function viewOf(options: ViewOptions, returns: unknown, run: unknown, isAnonymous: boolean): ViewRegistration {
  const { name } = optionsOf<ViewOptions>(options);
  const what = name ?? 'a view';
  checkFunction(what, 'view', run);
  const returnType = checkReturn(what, returns);
  return { kind: 'view', name, isAnonymous, returnType, run: run as (ctx: never) => unknown };
}

/** @throws SpacetickError E_MODULE */
export function filterOf(sql: unknown): FilterRegistration {
  if (typeof sql === 'string' && sql.trim() !== '') return { kind: 'row filter', name: undefined, sql };
  throw new SpacetickError('E_MODULE', 'clientVisibilityFilter.sql takes a query: SELECT ship.* FROM ship WHERE ...');
}

function optionsOf<O extends { readonly name?: string }>(given: unknown): O {
  return (typeof given === 'string' ? { name: given } : given) as O;
}

function fieldsOfParams(params: unknown): Params {
  return params instanceof ObjectBuilder ? (params.fields as Params) : ((params ?? {}) as Params);
}

/** A procedure's options, alone before the answer: a name, or what could not be parameters. */
function isOptions(given: unknown): boolean {
  if (typeof given === 'string') return true;
  if (typeof given !== 'object' || given === null || given instanceof ObjectBuilder) return false;
  const entries = Object.entries(given);
  const isOption = ([key, value]: [string, unknown]) =>
    (key === 'name' || key === 'onSchedule') && !(value instanceof TypeBuilder);
  return entries.length > 0 && entries.every(isOption);
}

function checkReturn(what: string, returns: unknown): AnyType {
  if (returns instanceof TypeBuilder) return returns;
  throw new SpacetickError(
    'E_MODULE',
    `${what}: what it returns is not a type. Declare it with t: t.array(Ship.rowType).`,
  );
}
