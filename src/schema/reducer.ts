import {
  type ColumnMeta,
  elementsOf,
  type Fields,
  type InferFields,
  ObjectBuilder,
  type ProductType,
  SpacetickError,
  type TypeBuilder,
  type WireCodec,
} from '../values/index.ts';
import { capitalised, toCamelCase, toSnakeCase, type WireName } from './names.ts';

/** Parameters of a reducer: name -> type. */
export type Params = Readonly<Record<string, TypeBuilder<unknown, ColumnMeta>>>;

/** JavaScript type of a reducer's arguments. */
export type InferParams<P> = InferFields<P>;

/** A reducer with everything resolved. */
export interface ReducerDef {
  /** Name on the wire: `set_name`. */
  readonly name: string;
  /** Property of `conn.reducers`: `setName`. */
  readonly accessor: string;
  /** The arguments as a product, in declared order. */
  readonly params: ProductType;
  readonly codec: WireCodec<unknown> | undefined;
}

/** A reducer as bindings declare it. `reducer.params` keeps the types for inference. */
export interface ReducerSchema<N extends string = string, P extends Params = Params> {
  readonly name: N;
  readonly params: P;
  readonly def: ReducerDef;
}

/**
 * Declares a reducer in bindings.
 * @param name on the wire
 * @param codec of the arguments, which bindings carry as source
 */
export function reducerSchema<N extends string, P extends Params>(
  name: N,
  params: P | ObjectBuilder<P>,
  codec?: WireCodec<unknown>,
): ReducerSchema<N, P> {
  const fields = params instanceof ObjectBuilder ? params.fields : params;
  return { name, params: fields, def: resolveReducer(name, fields, codec) };
}

/** Resolves a reducer from its name on the wire and its parameters. @throws SpacetickError E_SCHEMA */
export function resolveReducer(
  name: string,
  params: Fields,
  codec?: WireCodec<unknown>,
  wireName: WireName = toSnakeCase,
): ReducerDef {
  const elements = elementsOf(params, wireName);
  mustDiffer(elements, name);
  const accessor = toCamelCase(name);
  return { name, accessor, params: { tag: 'Product', name: `${capitalised(accessor)}Params`, elements }, codec };
}

function mustDiffer(params: ProductType['elements'], reducer: string): void {
  const names = params.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new SpacetickError('E_SCHEMA', `Reducer ${reducer}: two parameters are called ${twice} on the wire.`);
}

/** The reducers of bindings, kept in the order they were declared. */
export interface ReducersSchema<R extends readonly ReducerSchema[] = readonly ReducerSchema[]> {
  readonly reducersType: { readonly reducers: R };
}

export function reducers<const R extends readonly ReducerSchema[]>(...list: R): ReducersSchema<R> {
  return { reducersType: { reducers: list } };
}

/** `send_message` -> `sendMessage`, as types see it. */
export type CamelCase<S extends string> = Uncapitalize<Joined<S>>;

type Joined<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Joined<Tail>>}` : S;

/** Reducers by accessor: what `convertToAccessorMap` returns. */
export type AccessorMap<R extends readonly { readonly name: string }[]> = {
  readonly [S in R[number] as CamelCase<S['name']>]: S;
};

/** A list of named declarations as an object keyed by camelCase name: the `reducers` export of bindings. */
export function convertToAccessorMap<R extends readonly { readonly name: string }[]>(list: R): AccessorMap<R> {
  return Object.freeze(Object.fromEntries(list.map((item) => [toCamelCase(item.name), item]))) as AccessorMap<R>;
}
