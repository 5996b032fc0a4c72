import {
  type AnyTable,
  type Lifecycle,
  type Params,
  TableSchema,
  type Tables,
  toSnakeCase,
  type WireName,
} from '../schema/index.ts';
import { ObjectBuilder, SpacetickError, TypeBuilder } from '../values/index.ts';
import { type ReducerExport, type ReducerFunction, type Registration, reducerExport } from './reducer-export.ts';

/** Options of a reducer (`api.md` 3.4). */
export interface ReducerOptions {
  /** Name on the wire; the export's name in snake case when left out. */
  readonly name?: string;
  /** Runs for the rows of this table when they are due. */
  readonly onSchedule?: AnyTable;
  /** Whether other clients see the arguments of a call. Default false: arguments may be private. */
  readonly publicArgs?: boolean;
}

/** How identifiers become names on the wire. */
export const CaseConversionPolicy = Object.freeze({ None: 'None', SnakeCase: 'SnakeCase' } as const);

/**
 * A module's tables and reducers: what `schema(...)` returns. In 2.x style it is the module's default export and
 * reducers are named exports; in 1.x style reducers are registered by name.
 */
export class Schema<S extends Tables> {
  readonly tables: S;
  readonly registrations: Registration[] = [];
  /** Name on the wire of what the module does not name otherwise. */
  readonly wireName: WireName;

  constructor(tables: S, wireName: WireName = toSnakeCase) {
    this.tables = tables;
    this.wireName = wireName;
  }

  /** Registers a reducer: a function that runs as one transaction. */
  reducer(run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  reducer<P extends Params>(params: P | ObjectBuilder<P>, run: ReducerFunction<S, P>): ReducerExport<S, P>;
  reducer(name: string, run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  reducer<P extends Params>(
    options: ReducerOptions | string,
    params: P | ObjectBuilder<P>,
    run: ReducerFunction<S, P>,
  ): ReducerExport<S, P>;
  reducer(...args: readonly unknown[]): ReducerExport<S, never> {
    const run = args.at(-1);
    const before = args.slice(0, -1);
    const head = before[0];
    const hasOptions = typeof head === 'string' || before.length === 2;
    const options: ReducerOptions =
      typeof head === 'string' ? { name: head } : hasOptions ? (head as ReducerOptions) : {};
    const params = hasOptions ? before[1] : head;
    return this.#register(undefined, options, params as Params | undefined, run);
  }

  /** Runs once, when the database is first published or cleared. An error there refuses the publish. */
  init(run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  init(options: ReducerOptions, run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  init(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('init', args);
  }

  /** Runs when a client connects, before anything else of theirs. An error there refuses the connection. */
  clientConnected(run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  clientConnected(
    options: ReducerOptions,
    run: ReducerFunction<S, Record<never, never>>,
  ): ReducerExport<S, Record<never, never>>;
  clientConnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('onConnect', args);
  }

  /** Runs when a client's connection ended, however it did. An error there is logged. */
  clientDisconnected(run: ReducerFunction<S, Record<never, never>>): ReducerExport<S, Record<never, never>>;
  clientDisconnected(
    options: ReducerOptions,
    run: ReducerFunction<S, Record<never, never>>,
  ): ReducerExport<S, Record<never, never>>;
  clientDisconnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('onDisconnect', args);
  }

  #lifecycle(lifecycle: Lifecycle, args: readonly unknown[]): ReducerExport<S, never> {
    const options = args.length > 1 ? (args[0] as ReducerOptions) : {};
    return this.#register(lifecycle, options, undefined, args.at(-1));
  }

  #register(
    lifecycle: Lifecycle | undefined,
    options: ReducerOptions,
    params: Params | ObjectBuilder<Params> | undefined,
    run: unknown,
  ): ReducerExport<S, never> {
    const what = lifecycle ?? options.name ?? 'a reducer';
    if (typeof run !== 'function')
      throw new SpacetickError('E_MODULE', `${what}: the last argument must be a function.`);
    const kind = Object.prototype.toString.call(run).slice(8, -1); // survives whatever the function's properties are
    if (kind !== 'Function') {
      throw new SpacetickError(
        'E_MODULE',
        `${what} is ${kind === 'AsyncFunction' ? 'an async function' : 'a generator'}. A reducer is one transaction and ` +
          'cannot wait; make it an ordinary function.',
      );
    }
    const fields = params instanceof ObjectBuilder ? params.fields : (params ?? {});
    for (const [name, type] of Object.entries(fields)) {
      if (type instanceof TypeBuilder) continue;
      throw new SpacetickError('E_MODULE', `${what}: parameter ${name} is not a type. Declare it with t.`);
    }
    const registration: Registration = {
      name: options.name,
      params: fields,
      lifecycle,
      onSchedule: options.onSchedule,
      publicArgs: options.publicArgs ?? false,
      run: run as Registration['run'],
    };
    this.registrations.push(registration);
    return reducerExport(registration) as ReducerExport<S, never>;
  }
}

/** Tables given one after the other, keyed by their names (1.x). */
type TablesByName<T extends readonly AnyTable[]> = {
  [K in T[number] as K['options'] extends { readonly name: infer N extends string } ? N : never]: K;
};

interface SchemaOptions {
  readonly CASE_CONVERSION_POLICY?: (typeof CaseConversionPolicy)[keyof typeof CaseConversionPolicy];
}

/**
 * Declares a module's tables: `schema({ ship, orb })`, or in 1.x style `schema(Ship, Orb)`.
 * @throws SpacetickError E_SCHEMA
 */
export function schema<const S extends Tables>(tables: S, options?: SchemaOptions): Schema<S>;
export function schema<const T extends readonly AnyTable[]>(...tables: T): Schema<TablesByName<T>>;
export function schema(first: Tables | AnyTable, ...rest: readonly unknown[]): Schema<Tables> {
  const declared =
    first instanceof TableSchema
      ? new Schema(byName([first, ...(rest as AnyTable[])]))
      : new Schema(first, wireNameOf((rest[0] as SchemaOptions | undefined)?.CASE_CONVERSION_POLICY));
  collected?.push(declared);
  return declared;
}

function wireNameOf(policy: SchemaOptions['CASE_CONVERSION_POLICY']): WireName {
  return policy === CaseConversionPolicy.None ? (name) => name : toSnakeCase;
}

function byName(tables: readonly AnyTable[]): Tables {
  const named = tables.map((declared) => {
    const { name } = declared.options;
    if (name === undefined) throw new SpacetickError('E_SCHEMA', 'schema(A, B): each table needs a name of its own.');
    return [name, declared] as const;
  });
  const names = named.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new SpacetickError('E_SCHEMA', `schema(A, B): two tables are called ${twice}.`);
  return Object.fromEntries(named);
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
