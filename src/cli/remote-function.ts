import { type ModuleDef, type ModuleProcedureDef, type ModuleReducerDef, toCamelCase } from '../schema/index.ts';
import { type ProductType, typeName } from '../values/index.ts';

/** A reducer or procedure of a database that somebody may call. */
export interface RemoteFunction {
  readonly kind: 'reducer' | 'procedure';
  /** Name on the wire. */
  readonly name: string;
  readonly params: ProductType;
  /** Rows schedule it: of people only the database's owner calls it. */
  readonly isScheduled: boolean;
}

export function functionsOf({ reducers, procedures }: ModuleDef): RemoteFunction[] {
  return [
    ...reducers.filter(({ lifecycle }) => lifecycle === undefined).map((fn) => functionOf('reducer', fn)),
    ...procedures.map((fn) => functionOf('procedure', fn)),
  ];
}

function functionOf(
  kind: RemoteFunction['kind'],
  { name, params, scheduledBy }: ModuleReducerDef | ModuleProcedureDef,
): RemoteFunction {
  return { kind, name, params, isScheduled: scheduledBy !== undefined };
}

/** A function by its name, in whatever casing. */
export function findFunction(functions: readonly RemoteFunction[], name: string): RemoteFunction | undefined {
  const alike = (fn: RemoteFunction): boolean => toCamelCase(fn.name) === toCamelCase(name);
  return functions.find((fn) => fn.name === name) ?? functions.find(alike);
}

/** `launch(x: f32)`. */
export function signatureOf({ name, params }: RemoteFunction): string {
  return `${name}(${params.elements.map((param) => `${param.name}: ${typeName(param.type)}`).join(', ')})`;
}
