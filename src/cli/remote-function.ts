import { isCallable, type ModuleDef, toCamelCase } from '../schema/index.ts';
import { type ProductType, typeName } from '../values/index.ts';

/** A reducer or procedure of a database that clients may call. */
export interface RemoteFunction {
  readonly kind: 'reducer' | 'procedure';
  /** Name on the wire. */
  readonly name: string;
  readonly params: ProductType;
}

export function functionsOf({ reducers, procedures }: ModuleDef): RemoteFunction[] {
  return [
    ...reducers.filter(isCallable).map(({ name, params }) => ({ kind: 'reducer' as const, name, params })),
    ...procedures.filter(isCallable).map(({ name, params }) => ({ kind: 'procedure' as const, name, params })),
  ];
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
