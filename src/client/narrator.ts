import type { Timestamp } from '../values/index.ts';
import type { TableDelta } from '../wire/index.ts';
import { Context } from './context.ts';
import { ClientEvent, type EventTag, type ReducerEvent } from './event.ts';
import type { Parts } from './parts.ts';

// Applies messages to the cache and tells what changed: at once, or the net of it when somebody looks again.

/** What row callbacks of a message are given. */
export function contextOf(
  parts: Parts,
  tag: EventTag,
  timestamp: Timestamp | undefined,
  arrivedAt: number,
  value?: ReducerEvent,
): Context<ClientEvent> {
  const event = new ClientEvent(tag, value, parts.connectionId.hex, parts.events++);
  return new Context(parts.connection, event, timestamp, arrivedAt);
}

export function errorContext(parts: Parts, error: Error | undefined): Context<Error | undefined> {
  return new Context(parts.connection, error, undefined, 0);
}

/** Applies and tells. @returns how many rows the message told of */
export function tell(parts: Parts, deltas: readonly TableDelta[], context: Context<ClientEvent>): number {
  const { cache, callbacks } = parts;
  const rows = cache.apply(deltas);
  if (callbacks.isQuiet) {
    cache.fold(context.event.tag === 'UnsubscribeApplied');
    parts.folded = context;
  } else cache.tell(context);
  return rows;
}

/** Tells the net of what was folded. @returns how many rows it has */
export function tellFolded(parts: Parts): number {
  const last = parts.folded;
  if (last === undefined) return 0;
  parts.folded = undefined;
  return parts.cache.tellFolded(
    contextOf(parts, 'SubscribeApplied', last.timestamp, last.arrivedAt),
    contextOf(parts, 'UnsubscribeApplied', undefined, last.arrivedAt),
  );
}
