import { capitalised } from '../schema/index.ts';
import { callReducer } from './calls.ts';
import type { Parts, ReducerListener } from './parts.ts';

/** The runtime of `conn.reducers`. */
export function reducersView(parts: Parts): object {
  const view: Record<string, unknown> = {};
  const registered = [...parts.registry.values()];
  for (const { def, listeners } of registered) {
    const name = capitalised(def.accessor);
    view[`on${name}`] ??= (listener: ReducerListener) => listeners.add(listener);
    view[`removeOn${name}`] ??= (listener: ReducerListener) => listeners.remove(listener);
  }
  for (const { def } of registered) {
    const reducer = (args: unknown) => callReducer(parts, def, args);
    Object.defineProperty(reducer, 'name', { value: def.accessor }); // error texts of callers name it
    view[def.accessor] = reducer;
  }
  return Object.freeze(view);
}
