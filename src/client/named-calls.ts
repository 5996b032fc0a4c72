import type { ReducerInfo } from '../wire/index.ts';
import { type PendingCall, takeCall } from './calls.ts';
import type { Parts, RegisteredReducer } from './parts.ts';

// What subprotocols say that name reducers and carry others' arguments: v1 (wire.md 3.3), and ours.

/** Arguments that the wire carries of somebody's call. @throws ValueError when they do not fit the bindings */
export function publicArgs({ link }: Parts, { args }: Pick<ReducerInfo, 'args'>, { def }: RegisteredReducer): unknown {
  return args && link.protocol!.decodeValue(def.params, args, def.accessor, def.codec);
}

/** The oldest call of a reducer; of no name the only call there is, for then it can be no other. */
export function takeOldest(parts: Parts, reducer: string): PendingCall | undefined {
  const { calls } = parts;
  for (const [requestId, { def }] of calls) {
    if (reducer === '' ? calls.size === 1 : def.name === reducer) return takeCall(parts, requestId, 'reducer');
  }
  return undefined;
}
