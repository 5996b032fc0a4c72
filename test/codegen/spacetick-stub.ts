import type { AnyTable, ReducerSchema, TablesSchema } from '../../src/schema/index.ts';

export {
  convertToAccessorMap,
  makeQueryBuilder,
  type QueryBuilder,
  reducerSchema,
  reducers,
  table,
  tablesSchema as schema,
} from '../../src/schema/index.ts';
export * from '../../src/values/index.ts';

export type RemoteModule<S, R, P> = { versionInfo: { cliVersion: string } } & (S extends { tables: infer T }
  ? { tables: T }
  : never) &
  R &
  P;
export interface DbConnectionConfig<M> {
  module: M;
}
export interface EventContextInterface<M> {
  module: M;
}
export interface ReducerEventContextInterface<M> {
  module: M;
}
export interface SubscriptionEventContextInterface<M> {
  module: M;
}
export interface ErrorContextInterface<M> {
  module: M;
}
export declare class SubscriptionHandleImpl<M> {
  module: M;
}
export declare class SubscriptionBuilderImpl<M> {
  constructor(conn: DbConnectionImpl<M>);
  module: M;
}
export declare class DbConnectionBuilder<C> {
  constructor(module: unknown, make: (config: never) => C);
  build(): C;
}
export declare class DbConnectionImpl<M> {
  constructor(config: DbConnectionConfig<M>);
  subscriptionBuilder: () => SubscriptionBuilderImpl<M>;
  module: M;
}
export declare function procedures(): { procedures: [] };
export type Unused = AnyTable | ReducerSchema | TablesSchema<unknown>;
