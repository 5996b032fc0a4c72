import type { InferParams, ReducerSchema, Tables } from '../schema/index.ts';
import type { ProcedureSchema } from './procedure.ts';

/** What bindings know of a module. */
export interface RemoteModule<
  S extends { readonly tables: Tables } = { readonly tables: Tables },
  R extends { readonly reducers: readonly ReducerSchema[] } = { readonly reducers: readonly ReducerSchema[] },
  P extends { readonly procedures: readonly ProcedureSchema[] } = { readonly procedures: readonly ProcedureSchema[] },
> {
  /** Version of the command line that made the bindings. */
  readonly versionInfo: { readonly cliVersion: string };
  readonly tables: S['tables'];
  readonly reducers: R['reducers'];
  readonly procedures: P['procedures'];
}

/** Any module. */
export type AnyModule = RemoteModule;

type CallOf<S> =
  S extends ReducerSchema<infer N, infer P>
    ? {
        /** Name on the wire: `set_name`. */
        readonly name: N;
        /** Undefined for others' calls of reducers that do not make their arguments public. */
        readonly args: InferParams<P> | undefined;
      }
    : never;

/** A reducer with its arguments, as events name it: a union over the module's reducers. */
export type ReducerCallOf<M extends AnyModule> = CallOf<M['reducers'][number]>;
