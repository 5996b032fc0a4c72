export type { ConnectionBuilder } from './connection-source.ts';
export type { AnyConnection, SpacetimeDBState } from './connection-state.ts';
export { and, eq, Filter, gt, gte, lt, lte, ne, not, or, where } from './filter.ts';
export { SpacetimeDBProvider, type SpacetimeDBProviderProps } from './provider.ts';
export type { UseTableCallbacks } from './rows-observer.ts';
export { useProcedure } from './use-procedure.ts';
export { useReducer } from './use-reducer.ts';
export { useSpacetimeDB } from './use-spacetimedb.ts';
export { type UseTableOptions, type UseTableResult, useTable } from './use-table.ts';
