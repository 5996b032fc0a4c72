import { type CamelCase, type InferParams, type Params, resolveReducer } from '../schema/index.ts';
import { type ColumnMeta, type Infer, ObjectBuilder, type TypeBuilder, type WireCodec } from '../values/index.ts';
import type { CallDef } from '../wire/index.ts';
import type { AnyModule } from './remote-module.ts';

type AnyType = TypeBuilder<unknown, ColumnMeta>;

/** A procedure as bindings declare it. */
export interface ProcedureSchema<N extends string = string, P extends Params = Params, R extends AnyType = AnyType> {
  readonly name: N;
  readonly params: P;
  readonly returnType: R;
  /** Names and arguments, resolved. */
  readonly def: CallDef;
  readonly resultCodec: WireCodec<unknown> | undefined;
}

/**
 * Declares a procedure in bindings.
 * @param name on the wire
 * @param codec of the arguments, which bindings carry as source, as the one of what it returns
 */
export function procedureSchema<N extends string, P extends Params, R extends AnyType>(
  name: N,
  params: P | ObjectBuilder<P>,
  returnType: R,
  codec?: WireCodec<unknown>,
  resultCodec?: WireCodec<unknown>,
): ProcedureSchema<N, P, R> {
  const fields = params instanceof ObjectBuilder ? params.fields : params;
  return { name, params: fields, returnType, def: resolveReducer(name, fields, codec), resultCodec };
}

/** The procedures of bindings. */
export interface ProceduresSchema<P extends readonly ProcedureSchema[] = readonly ProcedureSchema[]> {
  readonly procedures: P;
}

export function procedures<const P extends readonly ProcedureSchema[]>(...list: P): ProceduresSchema<P> {
  return { procedures: list };
}

/**
 * Calls a procedure. Fulfilled with what it returns, in the tick that learns it; rejected with InternalError (the
 * host's text), ConnectionLostError or ValueError.
 */
export type ProcedureFunction<Args, Result> = [keyof Args] extends [never]
  ? (args?: Record<string, never>) => Promise<Result>
  : (args: Args) => Promise<Result>;

/** How a procedure of the bindings is called. */
export type ProcedureFunctionOf<S> =
  S extends ProcedureSchema<string, infer P, infer R> ? ProcedureFunction<InferParams<P>, Infer<R>> : never;

/** `conn.procedures`. */
export type ProceduresView<M extends AnyModule> = {
  readonly [S in M['procedures'][number] as CamelCase<S['name']>]: ProcedureFunctionOf<S>;
};

/** The runtime of `conn.procedures`. */
export function proceduresView(
  schemas: readonly ProcedureSchema[],
  call: (procedure: ProcedureSchema, args: unknown) => Promise<unknown>,
): object {
  return Object.freeze(
    Object.fromEntries(schemas.map((schema) => [schema.def.accessor, (args: unknown) => call(schema, args)])),
  );
}
