import { useCallback } from 'react';
import type { ArgsOf, ReducerFunction, ReducerSchema } from '../client/index.ts';
import { useKeeper } from './provider.ts';

/**
 * A function that calls the reducer, the same in every render: `const setName = useReducer(reducers.setName)`. What it
 * returns settles like `conn.reducers.setName(...)`; called while the connection is lost it is rejected.
 */
export function useReducer<S extends ReducerSchema>(reducer: S): ReducerFunction<ArgsOf<S>> {
  const keeper = useKeeper('useReducer');
  const call = useCallback(
    (args?: unknown) => keeper.connectionForCall().callReducer(reducer.name, args as Readonly<Record<string, unknown>>),
    [keeper, reducer],
  );
  return call as ReducerFunction<ArgsOf<S>>;
}
