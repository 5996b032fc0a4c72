import { type CasePolicy, type Params, type Tables, type WireName, wireNameOf } from '../schema/index.ts';
import type { ColumnMeta, Infer, ObjectBuilder, TypeBuilder } from '../values/index.ts';
import type { AnonymousViewCtx, ProcedureCtx, ViewCtx } from './context.ts';
import { filterOf, lifecycleOf, procedureOf, reducerOf, viewOf } from './function-declarations.ts';
import type { ProcedureOptions, ReducerOptions, ViewOptions } from './options.ts';
import {
  type AnonymousViewExport,
  type AnyType,
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
    sql: (text: string): FilterExport => this.#register(filterOf(text)) as FilterExport,
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
    return this.#register(reducerOf(args)) as ReducerExport<S, never>;
  }

  /** Runs once, when the database is first published or cleared. An error there refuses the publish. */
  init(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  init(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  init(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#register(lifecycleOf('init', args)) as ReducerExport<S, never>;
  }

  /** Runs when a client connects, before anything else of theirs. An error there refuses the connection. */
  clientConnected(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientConnected(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientConnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#register(lifecycleOf('onConnect', args)) as ReducerExport<S, never>;
  }

  /** Runs when a client's connection ended, however it did. An error there is logged. */
  clientDisconnected(run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientDisconnected(options: ReducerOptions, run: ReducerFunction<S, NoParams>): ReducerExport<S, NoParams>;
  clientDisconnected(...args: readonly unknown[]): ReducerExport<S, never> {
    return this.#register(lifecycleOf('onDisconnect', args)) as ReducerExport<S, never>;
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
    return this.#register(procedureOf(args));
  }

  /** Registers a view: rows that a function makes of other rows, for each sender their own. */
  view<R extends AnyType>(
    options: ViewOptions,
    returns: R,
    run: (ctx: ViewCtx<S>) => ReturnOf<R>,
  ): ViewExport<S, ReturnOf<R>> {
    return this.#register(viewOf(options, returns, run, false)) as ViewExport<S, ReturnOf<R>>;
  }

  /** Registers a view that is the same for everybody: computed once, whoever looks. */
  anonymousView<R extends AnyType>(
    options: ViewOptions,
    returns: R,
    run: (ctx: AnonymousViewCtx<S>) => ReturnOf<R>,
  ): AnonymousViewExport<S, ReturnOf<R>> {
    return this.#register(viewOf(options, returns, run, true)) as AnonymousViewExport<S, ReturnOf<R>>;
  }

  /** Exports many functions at once: each counts as exported under its key. */
  exportGroup<G extends Readonly<Record<string, unknown>>>(group: G): Readonly<G> {
    return groupOf(group);
  }

  #register(registration: Registration): unknown {
    this.registrations.push(registration);
    return exportOf(registration);
  }
}
