import type { Params } from '../schema/index.ts';
import { type ColumnMeta, ObjectBuilder, type TypeBuilder } from '../values/index.ts';

type AnyType = TypeBuilder<unknown, ColumnMeta>;

/** A procedure as bindings declare it. */
export interface ProcedureSchema<N extends string = string, P extends Params = Params, R extends AnyType = AnyType> {
  readonly name: N;
  readonly params: P;
  readonly returnType: R;
}

/** Declares a procedure in bindings. @param name on the wire */
export function procedureSchema<N extends string, P extends Params, R extends AnyType>(
  name: N,
  params: P | ObjectBuilder<P>,
  returnType: R,
): ProcedureSchema<N, P, R> {
  return { name, params: params instanceof ObjectBuilder ? params.fields : params, returnType };
}

/** The procedures of bindings. */
export interface ProceduresSchema<P extends readonly ProcedureSchema[] = readonly ProcedureSchema[]> {
  readonly procedures: P;
}

export function procedures<const P extends readonly ProcedureSchema[]>(...list: P): ProceduresSchema<P> {
  return { procedures: list };
}
