import { Timestamp } from '../values/index.ts';
import type { ReducerInfo, ReducerResult, TransactionUpdate } from '../wire/index.ts';
import { type PendingCall, takeCall } from './calls.ts';
import { Context } from './context.ts';
import { InternalError, SenderError } from './errors.ts';
import type { ReducerEvent } from './event.ts';
import { publicArgs, takeOldest } from './named-calls.ts';
import { contextOf, tell } from './narrator.ts';
import type { Parts, ReducerListener } from './parts.ts';

// Transactions and outcomes of calls: rows are told, then observers. The call's promise settles before anything can go
// wrong; who awaits it continues behind the tick all the same.

const COMMITTED = Object.freeze({ tag: 'Committed' } as const);
const OK = Object.freeze({ tag: 'Ok' } as const);

/** @returns how many rows it told of. @throws ValueError when arguments do not fit the bindings; nothing is applied */
export function committed(
  parts: Parts,
  { reducer: told, requestId, timestamp, tables }: TransactionUpdate,
  arrivedAt: number,
): number {
  const isOwn = requestId !== undefined || told?.connectionId?.hex === parts.connectionId.hex;
  const call = isOwn ? takeCall(parts, requestId ?? told!.requestId, 'reducer') : undefined;
  call?.resolve(undefined);
  const info = told ?? (call && ownCall(parts, call));
  const reducer = info && parts.registry.get(info.name);
  const event: ReducerEvent | undefined = reducer && {
    timestamp: timestamp ?? Timestamp.now(),
    status: COMMITTED,
    outcome: OK,
    callerIdentity: info!.caller,
    callerConnectionId: info!.connectionId ?? undefined,
    energyConsumed: info!.energy,
    reducer: { name: info!.name, args: call === undefined ? publicArgs(parts, info!, reducer) : call.args },
  };
  const observers = reducer?.listeners.list ?? []; // those added while rows are told count from the next message
  const rows = tell(parts, tables, contextOf(parts, event ? 'Reducer' : 'Transaction', timestamp, arrivedAt, event));
  // Others' calls may come by the thousand while a page is hidden; one's own are few.
  if (observers.length > 0 && parts.callbacks.isQuiet && !isOwn) parts.cache.droppedEvents++;
  else if (event !== undefined) observe(parts, observers, event, arrivedAt);
  return rows;
}

export function failed(parts: Parts, result: ReducerResult, arrivedAt: number): void {
  const { requestId, reducer: name, timestamp, status, error } = result;
  // A call that could not start is named by its reducer, on v1 (wire.md 3.3); our requests begin at 1.
  const call = requestId === 0 && name !== undefined ? takeOldest(parts, name) : takeCall(parts, requestId, 'reducer');
  if (call === undefined) return;
  const isRefused = status === 'Failed';
  call.reject(isRefused ? new SenderError(error) : new InternalError(error));
  const { identity, connectionId, registry } = parts;
  if (identity === undefined) return; // no event without a caller
  const event: ReducerEvent = {
    timestamp,
    status: { tag: 'Failed', value: error },
    outcome: { tag: isRefused ? 'Err' : 'InternalError', value: error },
    callerIdentity: identity,
    callerConnectionId: connectionId,
    energyConsumed: undefined,
    reducer: { name: call.def.name, args: call.args },
  };
  observe(parts, registry.get(call.def.name)!.listeners.list, event, arrivedAt);
}

/** What v2 does not say of one's own call: we know it. */
function ownCall(
  { identity: caller, connectionId }: Parts,
  { def }: PendingCall,
): Omit<ReducerInfo, 'requestId'> | undefined {
  return caller && { name: def.name, caller, connectionId, energy: 0n, args: undefined };
}

/** Tells `onX` listeners; not of calls whose arguments are not known. */
function observe(parts: Parts, observers: readonly ReducerListener[], event: ReducerEvent, arrivedAt: number): void {
  const { args, name } = event.reducer;
  if (args === undefined || observers.length === 0) return;
  const context = new Context(parts.connection, event, event.timestamp, arrivedAt);
  for (const observer of observers) {
    parts.callbacks.run(`observer of reducer ${name}`, () => observer(context, args));
  }
}
