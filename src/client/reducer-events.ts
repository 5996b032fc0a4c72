import type { ReducerDef } from '../schema/index.ts';
import { type ConnectionId, codecOf, decodeBsatn, type Identity, Timestamp } from '../values/index.ts';
import { type ReducerInfo, type ReducerResult, unpackArgs } from '../wire/index.ts';
import type { PendingCall } from './calls.ts';
import { InternalError, SenderError } from './errors.ts';
import type { ReducerEvent } from './event.ts';
import type { RegisteredReducer } from './reducer-registry.ts';

const COMMITTED = Object.freeze({ tag: 'Committed' } as const);
const OK = Object.freeze({ tag: 'Ok' } as const);

/** Arguments that the wire carries of somebody's call. @throws ValueError when they do not fit the bindings */
export function publicArgs(info: ReducerInfo, reducer: RegisteredReducer): unknown {
  if (info.args === undefined) return undefined;
  if (info.args.encoding === 'value') return info.args.value;
  if (info.args.encoding === 'bsatn') return readArgs(reducer.def, info.args.bytes);
  return unpackArgs(reducer.def.params, info.args.plain, reducer.def.accessor);
}

function readArgs({ params, accessor, codec }: ReducerDef, bytes: Uint8Array): unknown {
  return decodeBsatn(params, bytes, accessor, codec ?? codecOf(params));
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
