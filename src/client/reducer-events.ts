import { type ConnectionId, type Identity, Timestamp } from '../values/index.ts';
import type { ClientProtocol, ReducerInfo, ReducerResult } from '../wire/index.ts';
import type { PendingCall } from './calls.ts';
import { InternalError, SenderError } from './errors.ts';
import type { ReducerEvent } from './event.ts';
import type { RegisteredReducer } from './reducer-registry.ts';

const COMMITTED = Object.freeze({ tag: 'Committed' } as const);
const OK = Object.freeze({ tag: 'Ok' } as const);

/** Arguments that the wire carries of somebody's call. @throws ValueError when they do not fit the bindings */
export function publicArgs({ args }: ReducerInfo, { def }: RegisteredReducer, protocol: ClientProtocol): unknown {
  if (args === undefined) return undefined;
  return protocol.decodeValue(def.params, args, def.accessor, def.codec);
}

/** The event of a call that was committed. */
export function committed(info: ReducerInfo, args: unknown, timestamp: Timestamp | undefined): ReducerEvent {
  return {
    timestamp: timestamp ?? Timestamp.now(),
    status: COMMITTED,
    outcome: OK,
    callerIdentity: info.caller,
    callerConnectionId: info.connectionId ?? undefined,
    energyConsumed: info.energy,
    reducer: { name: info.name, args },
  };
}

/** The event of one's own call that failed. */
export function failed(
  result: ReducerResult,
  call: PendingCall,
  caller: { readonly identity: Identity; readonly connectionId: ConnectionId },
): ReducerEvent {
  return {
    timestamp: result.timestamp,
    status: { tag: 'Failed', value: result.error },
    outcome: { tag: result.status === 'Failed' ? 'Err' : 'InternalError', value: result.error },
    callerIdentity: caller.identity,
    callerConnectionId: caller.connectionId,
    energyConsumed: undefined,
    reducer: { name: call.def.name, args: call.args },
  };
}

/** What the promise of a failed call is rejected with. */
export function failure(result: ReducerResult): SenderError | InternalError {
  return result.status === 'Failed' ? new SenderError(result.error) : new InternalError(result.error);
}
