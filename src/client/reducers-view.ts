import type { CamelCase, InferParams, ReducerSchema } from '../schema/index.ts';
import type { ReducerEventContextInterface } from './context.ts';
import type { AnyModule } from './remote-module.ts';

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;
/** Type of the one parameter of a reducer that has exactly one. */
type OnlyParam<P> = [keyof P] extends [never] ? never : IsUnion<keyof P> extends true ? never : P[keyof P];

/** Calls a reducer. Settles in the tick that learns the outcome: rejected with SenderError, InternalError, ConnectionLostError or ValueError. */
export type ReducerFunction<Args> = [keyof Args] extends [never]
  ? (args?: Record<string, never>) => Promise<void>
  : (args: Args | OnlyParam<Args>) => Promise<void>;

/** Hears of calls that are over, failed ones too: one's own, and others' where the reducer's arguments are public. */
export type ReducerCallback<M extends AnyModule, Args> = (ctx: ReducerEventContextInterface<M>, args: Args) => void;

/** Arguments of a reducer of the bindings. */
export type ArgsOf<S> = S extends ReducerSchema<string, infer P> ? InferParams<P> : never;
type Named<M extends AnyModule> = M['reducers'][number];
type Pascal<S extends string> = Capitalize<CamelCase<S>>;

/** `conn.reducers`. */
export type ReducersView<M extends AnyModule> = {
  readonly [S in Named<M> as CamelCase<S['name']>]: ReducerFunction<ArgsOf<S>>;
} & {
  readonly [S in Named<M> as `on${Pascal<S['name']>}`]: (callback: ReducerCallback<M, ArgsOf<S>>) => void;
} & {
  readonly [S in Named<M> as `removeOn${Pascal<S['name']>}`]: (callback: ReducerCallback<M, ArgsOf<S>>) => void;
};
