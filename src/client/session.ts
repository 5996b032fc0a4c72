import type { InitialConnection, ServerMessage } from '../wire/index.ts';
import { procedureAnswered, queryAnswered } from './answers.ts';
import { endError, lostCall } from './end.ts';
import { asError } from './errors.ts';
import type { InboxEntry } from './inbox.ts';
import type { LinkEnd } from './link.ts';
import { errorContext } from './narrator.ts';
import type { Parts } from './parts.ts';
import { committed, failed } from './reducer-messages.ts';
import { applied, refused, unsubscribed } from './subscription-messages.ts';

// What the host says, from the first message to the end: each message is decoded whole, applied whole, then told.

const CLOSE_POLICY = 1008; // the module refused this client

/** Handles one entry of the inbox. Never throws. @returns how many rows it told of */
export function handle(parts: Parts, { bytes, task, arrivedAt }: InboxEntry): number {
  task?.();
  let rows = 0;
  if (bytes === undefined || parts.isEnded) return rows;
  try {
    for (const message of parts.link.protocol!.decode(bytes, parts.cache.byName)) {
      if (!parts.isEnded) rows += apply(parts, message, arrivedAt);
    }
  } catch (error) {
    abandon(parts, asError(error));
  }
  return rows;
}

/** @returns how many rows it told of */
function apply(parts: Parts, message: ServerMessage, arrivedAt: number): number {
  switch (message.tag) {
    case 'TransactionUpdate':
      return committed(parts, message, arrivedAt);
    case 'SubscribeApplied':
      return applied(parts, message, arrivedAt);
    case 'UnsubscribeApplied':
      return unsubscribed(parts, message, arrivedAt);
    case 'ReducerResult':
      failed(parts, message, arrivedAt);
      break;
    case 'SubscriptionError': {
      const fatal = refused(parts, message);
      if (fatal !== undefined) abandon(parts, fatal);
      break;
    }
    case 'InitialConnection':
      begin(parts, message);
      break;
    case 'ProcedureResult':
      procedureAnswered(parts, message);
      break;
    case 'OneOffQueryResult':
      queryAnswered(parts, message);
  }
  return 0;
}

function begin(parts: Parts, { identity, connectionId, token }: InitialConnection): void {
  const { callbacks, lifecycle, connection, hint, followers, reporter } = parts;
  parts.identity = identity;
  parts.connectionId = connectionId;
  parts.token ??= token; // one that was given stays
  const kept = parts.token;
  hint.connected();
  for (const follower of [...followers]) reporter.guard('a follower', () => follower.begin());
  for (const listener of lifecycle.connect.list) {
    callbacks.run('onConnect', () => listener(connection as never, identity, kept), callbacks.early);
  }
}

/** Drops the socket: what came cannot be understood, or cannot be followed. */
function abandon(parts: Parts, error: Error): void {
  parts.link.abandon();
  end(parts, { error });
}

/** The connection is over. */
export function end(parts: Parts, how: LinkEnd): void {
  if (parts.isEnded) return;
  const { callbacks, reporter, cache, calls, querySets, lifecycle, hint, untilEnd, followers, link } = parts;
  const wasConnected = parts.identity !== undefined;
  const error = endError(how, wasConnected);
  // Nothing is sent before the socket is open, and a host runs nothing for whom it turned away.
  const mayHaveRun = link.protocol !== undefined && (wasConnected || how.close?.code !== CLOSE_POLICY);
  parts.isEnded = true;
  parts.endedBy = error;
  for (const set of querySets.values()) set.state = 'ended';
  querySets.clear();
  const lost = lostCall(error, mayHaveRun);
  for (const call of calls.values()) call.reject(lost);
  calls.clear();
  hint.settle();
  for (const tell of untilEnd.splice(0)) tell(error);
  for (const follower of [...followers]) reporter.guard('a follower', () => follower.end(error));
  callbacks.run('a watcher', () => cache.end());
  const context = errorContext(parts, error) as never;
  const where = wasConnected || error === undefined ? 'onDisconnect' : 'onConnectError';
  const { list } = where === 'onDisconnect' ? lifecycle.disconnect : lifecycle.connectError;
  // It must not go unseen.
  if (error !== undefined && list.length === 0) reporter.error(error, `no ${where} listens`);
  for (const listener of list) callbacks.run(where, () => listener(context, error!));
}
