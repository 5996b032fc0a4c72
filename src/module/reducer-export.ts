import type { InferParams, Lifecycle, Params, Tables } from '../schema/index.ts';
import type { Fields } from '../values/index.ts';
import type { ReducerCtx } from './context.ts';

/** A reducer's function as its module wrote it. */
export type ReducerFunction<S extends Tables, P> = (ctx: ReducerCtx<S>, args: InferParams<P>) => void;

/** What the module said of one reducer. */
export interface Registration {
  /** Name given in the module; without one the export's name counts. */
  readonly name: string | undefined;
  readonly params: Fields;
  readonly lifecycle: Lifecycle | undefined;
  /** Table declared with `onSchedule`. */
  readonly onSchedule: unknown;
  readonly publicArgs: boolean;
  readonly run: (ctx: never, args: never) => unknown;
}

/** A registered reducer: call it from another reducer and it shares that transaction. */
export type ReducerExport<S extends Tables = Tables, P extends Params = Params> = (
  ctx: ReducerCtx<S>,
  ...args: keyof P extends never ? [args?: InferParams<P>] : [args: InferParams<P>]
) => void;

const registrations = new WeakMap<object, Registration>();

/** The registration behind a module's export; undefined when it is something else. */
export function registrationOf(value: unknown): Registration | undefined {
  return typeof value === 'function' ? registrations.get(value) : undefined;
}

/** Makes the callable export of a registration. */
export function reducerExport(registration: Registration): ReducerExport<never, never> {
  const run = registration.run as (ctx: unknown, args: unknown) => unknown;
  const exported = (ctx: unknown, args?: unknown): void => {
    run(ctx, args ?? {});
  };
  registrations.set(exported, registration);
  return exported as ReducerExport<never, never>;
}
