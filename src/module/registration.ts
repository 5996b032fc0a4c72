import type { InferParams, Lifecycle, Params, Tables } from '../schema/index.ts';
import { type ColumnMeta, type Fields, SpacetickError, TypeBuilder } from '../values/index.ts';
import type { AnonymousViewCtx, ProcedureCtx, ReducerCtx, ViewCtx } from './context.ts';

// What a module said of its functions, and the exports that stand for them.

export type AnyType = TypeBuilder<unknown, ColumnMeta>;

/** A reducer's function as its module wrote it. */
export type ReducerFunction<S extends Tables, P> = (ctx: ReducerCtx<S>, args: InferParams<P>) => void;

/** A module's function, whatever it takes. */
export type AnyRun = (ctx: never, args: never) => unknown;

interface Named {
  /** Name given in the module; without one the export's name counts. */
  readonly name: string | undefined;
}

interface Scheduled extends Named {
  readonly params: Fields;
  /** Table declared with `onSchedule`. */
  readonly onSchedule: unknown;
  readonly run: AnyRun;
}

export interface ReducerRegistration extends Scheduled {
  readonly kind: 'reducer';
  readonly lifecycle: Lifecycle | undefined;
  readonly publicArgs: boolean;
}

export interface ProcedureRegistration extends Scheduled {
  readonly kind: 'procedure';
  readonly returnType: AnyType;
}

export interface ViewRegistration extends Named {
  readonly kind: 'view';
  readonly isAnonymous: boolean;
  readonly returnType: AnyType;
  readonly run: (ctx: never) => unknown;
}

export interface FilterRegistration extends Named {
  readonly kind: 'row filter';
  readonly sql: string;
}

/** What the module said of one function or row filter. */
export type Registration = ReducerRegistration | ProcedureRegistration | ViewRegistration | FilterRegistration;

/** A registered reducer: call it from another reducer and it shares that transaction. */
export type ReducerExport<S extends Tables = Tables, P extends Params = Params> = (
  ctx: ReducerCtx<S>,
  ...args: ArgsOf<P>
) => void;

/** A registered procedure: call it from another procedure and it runs as part of that one. */
export type ProcedureExport<S extends Tables = Tables, P extends Params = Params, R = unknown> = (
  ctx: ProcedureCtx<S>,
  ...args: ArgsOf<P>
) => R;

/** A registered view. */
export type ViewExport<S extends Tables = Tables, R = unknown> = (ctx: ViewCtx<S>) => R;

/** A registered view that is the same for everybody. */
export type AnonymousViewExport<S extends Tables = Tables, R = unknown> = (ctx: AnonymousViewCtx<S>) => R;

/** A registered row filter: export it, there is nothing to do with it. */
export interface FilterExport {
  readonly sql: string;
}

type ArgsOf<P> = keyof P extends never ? [args?: InferParams<P>] : [args: InferParams<P>];

const registrations = new WeakMap<object, Registration>();
const groups = new WeakSet<object>();
const origins = new WeakMap<Registration, string>();

/** The registration behind a module's export; undefined when it is something else. */
export function registrationOf(value: unknown): Registration | undefined {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? registrations.get(value)
    : undefined;
}

/** Stack of the call that registered it: a host finds the author's line there. */
export function originOf(registration: Registration): string {
  return origins.get(registration) ?? '';
}

/** Makes the export of a registration: functions may be called by the module, too. */
export function exportOf(registration: Registration): unknown {
  const exported =
    registration.kind === 'row filter' ? Object.freeze({ sql: registration.sql }) : callable(registration);
  registrations.set(exported, registration);
  origins.set(registration, new Error().stack ?? '');
  return exported;
}

function callable({ run }: Exclude<Registration, FilterRegistration>): (ctx: unknown, args?: unknown) => unknown {
  const inner = run as (ctx: unknown, args: unknown) => unknown;
  return (ctx, args) => inner(ctx, args ?? {});
}

/** Marks an object of exports: each counts as exported under its key. */
export function groupOf<G extends object>(exports: G): Readonly<G> {
  const group = Object.freeze({ ...exports });
  groups.add(group);
  return group;
}

/** A module's exports, those of its groups one by one. */
export function* exportsOf(exports: Readonly<Record<string, unknown>>): Iterable<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'object' && value !== null && groups.has(value)) yield* Object.entries(value);
    else yield [name, value];
  }
}

/**
 * Refuses what cannot be a module's function.
 * @param what for the error: its name, else its kind
 * @throws SpacetickError E_MODULE
 */
export function checkFunction(what: string, kind: string, run: unknown): void {
  if (typeof run !== 'function') {
    throw new SpacetickError('E_MODULE', `${what}: the last argument must be a function.`);
  }
  const tag = Object.prototype.toString.call(run).slice(8, -1); // survives whatever the function's properties are
  if (tag === 'Function') return;
  throw new SpacetickError(
    'E_MODULE',
    `${what} is ${tag === 'AsyncFunction' ? 'an async function' : 'a generator'}. ${REASONS[kind]}; make it an ordinary ` +
      'function.',
  );
}

const REASONS: Readonly<Record<string, string>> = {
  reducer: 'A reducer is one transaction and cannot wait',
  procedure: 'A procedure does not wait for promises: ctx.http.fetch answers at once',
  view: 'A view is computed whenever what it read changes and cannot wait',
};

/** @throws SpacetickError E_MODULE when a parameter is no type */
export function checkParams(what: string, params: Fields): void {
  for (const [name, type] of Object.entries(params)) {
    if (type instanceof TypeBuilder) continue;
    throw new SpacetickError('E_MODULE', `${what}: parameter ${name} is not a type. Declare it with t.`);
  }
}
