import {
  type AnyTable,
  type CasePolicy,
  type Lifecycle,
  type Params,
  TableSchema,
  type Tables,
  type WireName,
  wireNameOf,
} from '../schema/index.ts';
import { type ColumnMeta, type Infer, ObjectBuilder, SpacetickError, TypeBuilder } from '../values/index.ts';
import type { AnonymousViewCtx, ProcedureCtx, ViewCtx } from './context.ts';
import {
  type AnonymousViewExport,
  type AnyRun,
  type AnyType,
  checkFunction,
  checkParams,
  exportOf,
  type FilterExport,
  groupOf,
  type ProcedureExport,
  type ReducerExport,
  type ReducerFunction,
  type Registration,
  type ViewExport,
} from './registration.ts';
import type { ReturnOf } from './view-return.ts';

/** Options of a reducer (`api.md` 3.4). */
export interface ReducerOptions {
  /** Name on the wire; the export's name in snake case when left out. */
  readonly name?: string;
  /** Runs for the rows of this table when they are due. */
  readonly onSchedule?: AnyTable;
  /** Whether other clients see the arguments of a call. Default false: arguments may be private. */
  readonly publicArgs?: boolean;
}

/** Options of a procedure (`api.md` 3.4). */
export type ProcedureOptions = Pick<ReducerOptions, 'name' | 'onSchedule'>;

/** Options of a view (`api.md` 3.4). */
export interface ViewOptions {
  /** Name on the wire; the export's name in snake case when left out. */
  readonly name?: string;
  /** Views are public; it must be said. */
  readonly public: true;
}

/** How identifiers become names on the wire. */
export const CaseConversionPolicy = Object.freeze({ None: 'None', SnakeCase: 'SnakeCase' } as const);

type NoParams = Record<never, never>;
type ProcedureFunction<S extends Tables, P, R extends AnyType> = (
  ctx: ProcedureCtx<S>,
  args: { -readonly [K in keyof P]: P[K] extends TypeBuilder<infer T, ColumnMeta> ? T : never },
) => Infer<R>;

/**
 * A module's tables and functions: what `schema(...)` returns. In 2.x style it is the module's default export and
 * functions are named exports; in 1.x style functions are registered by name.
 */
export class Schema<S extends Tables> {
  readonly tables: S;
  readonly registrations: Registration[] = [];
  readonly casePolicy: CasePolicy;
  /** Name on the wire of what the module does not name otherwise. */
  readonly wireName: WireName;
  /** Row filters: which rows of a table a client may see at all (`api.md` 5.4). */
  readonly clientVisibilityFilter = Object.freeze({
    /** @param text `SELECT ship.* FROM ship WHERE ship.owner = :sender` */
    sql: (text: string): FilterExport => {
      if (typeof text === 'string' && text.trim() !== '') {
        return this.#register({ kind: 'row filter', name: undefined, sql: text }) as FilterExport;
      }
      throw new SpacetickError(
        'E_MODULE',
        'clientVisibilityFilter.sql takes a query: SELECT ship.* FROM ship WHERE ...',
      );
    },
  });

  constructor(tables: S, casePolicy: CasePolicy = 'SnakeCase') {
    this.tables = tables;
    this.casePolicy = casePolicy;
    this.wireName = wireNameOf(casePolicy);
  }

  /** Registers a reducer: a function that runs as one transaction. */
  reducer(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  reducer<P extends Params>(params: P | ObjectBuilder<P>, run: ReducerFunction<S, P>): ReducerExport<S, P>;
  reducer(name: string, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  reducer<P extends Params>(
    options: ReducerOptions | string,
    params: P | ObjectBuilder<P>,
    run: ReducerFunction<S, P>,
  ): ReducerExport<S, P>;
  reducer(...args: readonly unknown[]): ReducerExport<S, never> {
    const before = args.slice(0, -1);
    const hasOptions = typeof before[0] === 'string' || before.length === 2;
    return this.#reducer(
      undefined,
      hasOptions ? optionsOf<ReducerOptions>(before[0]) : {},
      hasOptions ? before[1] : before[0],
      args.at(-1),
    );
  }

  /** Runs once, when the database is first published or cleared. An error there refuses the publish. */
  init(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  init(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  init(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('init', args);
  }

  /** Runs when a client connects, before anything else of theirs. An error there refuses the connection. */
  clientConnected(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientConnected(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientConnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('onConnect', args);
  }

  /** Runs when a client's connection ended, however it did. An error there is logged. */
  clientDisconnected(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientDisconnected(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientDisconnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#lifecycle('onDisconnect', args);
  }

  /**
   * Registers a procedure: a function that answers with a value, may fetch, and opens transactions of its own with
   * `ctx.withTx`.
   */
  procedure<R extends AnyType>(
    returns: R,
    run: ProcedureFunction<S, NoParams, R>,
  ): ProcedureExport<S, NoParams, Infer<R>>;
  procedure<R extends AnyType>(
    name: string,
    returns: R,
    run: ProcedureFunction<S, NoParams, R>,
  ): ProcedureExport<S, NoParams, Infer<R>>;
  procedure<P extends Params, R extends AnyType>(
    params: P | ObjectBuilder<P>,
    returns: R,
    run: ProcedureFunction<S, P, R>,
  ): ProcedureExport<S, P, Infer<R>>;
  procedure<P extends Params, R extends AnyType>(
    options: ProcedureOptions | string,
    params: P | ObjectBuilder<P>,
    returns: R,
    run: ProcedureFunction<S, P, R>,
  ): ProcedureExport<S, P, Infer<R>>;
  procedure(...args: readonly unknown[]): unknown {
    const run = args.at(-1);
    const returnType = args.at(-2);
    const before = args.slice(0, -2);
    const hasOptions = before.length === 2 || isOptions(before[0]);
    const options = hasOptions ? optionsOf<ProcedureOptions>(before[0]) : {};
    const params = fieldsOfParams(hasOptions ? before[1] : before[0]);
    const what = options.name ?? 'a procedure';
    checkFunction(what, 'procedure', run);
    checkParams(what, params);
    return this.#register({
      kind: 'procedure',
      name: options.name,
      params,
      returnType: checkReturn(what, returnType),
      onSchedule: options.onSchedule,
      run: run as AnyRun,
    });
  }

  /** Registers a view: rows that a function makes of other rows, for each sender their own. */
  view<R extends AnyType>(
    options: ViewOptions,
    returns: R,
    run: (ctx: ViewCtx<S>) => ReturnOf<R>,
  ): ViewExport<S, ReturnOf<R>> {
    return this.#view(options, returns, run, false) as ViewExport<S, ReturnOf<R>>;
  }

  /** Registers a view that is the same for everybody: computed once, whoever looks. */
  anonymousView<R extends AnyType>(
    options: ViewOptions,
    returns: R,
    run: (ctx: AnonymousViewCtx<S>) => ReturnOf<R>,
  ): AnonymousViewExport<S, ReturnOf<R>> {
    return this.#view(options, returns, run, true) as AnonymousViewExport<S, ReturnOf<R>>;
  }

  /** Exports many functions at once: each counts as exported under its key. */
  exportGroup<G extends Readonly<Record<string, unknown>>>(group: G): Readonly<G> {
    return groupOf(group);
  }

  #lifecycle(lifecycle: Lifecycle, args: readonly unknown[]): ReducerExport<S, never> {
    const options = args.length > 1 ? (args[0] as ReducerOptions) : {};
    return this.#reducer(lifecycle, options, undefined, args.at(-1));
  }

  #reducer(
    lifecycle: Lifecycle | undefined,
    options: ReducerOptions,
    params: unknown,
    run: unknown,
  ): ReducerExport<S, never> {
    const what = lifecycle ?? options.name ?? 'a reducer';
    const fields = fieldsOfParams(params);
    checkFunction(what, 'reducer', run);
    checkParams(what, fields);
    return this.#register({
      kind: 'reducer',
      name: options.name,
      params: fields,
      lifecycle,
      onSchedule: options.onSchedule,
      publicArgs: options.publicArgs ?? false,
      run: run as AnyRun,
    }) as ReducerExport<S, never>;
  }

  #view(options: ViewOptions, returns: unknown, run: unknown, isAnonymous: boolean): unknown {
    const { name } = optionsOf<ViewOptions>(options);
    const what = name ?? 'a view';
    checkFunction(what, 'view', run);
    const returnType = checkReturn(what, returns);
    return this.#register({ kind: 'view', name, isAnonymous, returnType, run: run as (ctx: never) => unknown });
  }

  #register(registration: Registration): unknown {
    this.registrations.push(registration);
    return exportOf(registration);
  }
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

/** Tables given one after the other, keyed by their names (1.x). */
type TablesByName<T extends readonly AnyTable[]> = {
  [K in T[number] as K['options'] extends { readonly name: infer N extends string } ? N : never]: K;
};

interface SchemaOptions {
  readonly CASE_CONVERSION_POLICY?: CasePolicy;
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
      : new Schema(first, (rest[0] as SchemaOptions | undefined)?.CASE_CONVERSION_POLICY);
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
