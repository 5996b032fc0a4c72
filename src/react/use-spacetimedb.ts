import { useSyncExternalStore } from 'react';
import type { AnyConnection, SpacetimeDBState } from './connection-state.ts';
import { useKeeper } from './provider.ts';

/**
 * The connection's state; the component renders again when it changes. For a typed `getConnection()` say which bindings:
 * `useSpacetimeDB<DbConnection>()`.
 */
export function useSpacetimeDB<C = AnyConnection>(): SpacetimeDBState<C> {
  const { subscribe, getState } = useKeeper('useSpacetimeDB');
  return useSyncExternalStore(subscribe, getState, getState) as SpacetimeDBState<C>;
}
