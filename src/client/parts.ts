import type { ReducerDef, TableDef } from '../schema/index.ts';
import type { ConnectionId, Identity } from '../values/index.ts';
import type { ClientCache } from './cache/client-cache.ts';
import type { Listeners } from './cache/listeners.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { PendingCall } from './calls.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import type { Context, DbContext } from './context.ts';
import type { Driver } from './driver.ts';
import type { ClientEvent, ReducerEvent } from './event.ts';
import type { Inbox } from './inbox.ts';
import type { Link } from './link.ts';
import type { AnyModule } from './remote-module.ts';
import type { TickReport } from './report.ts';
import type { Reporter } from './reporter.ts';
import type { SubscriptionHint } from './subscription-hint.ts';
import type { QuerySet } from './subscriptions.ts';

/** Follows a connection from inside, beside the program's own callbacks: a HUD, a tool. */
export interface ConnectionFollower {
  /** The host has said who this client is. */
  begin(): void;
  /** The connection is over; with an error unless `disconnect()` ended it. */
  end(error: Error | undefined): void;
}

export type ReducerListener = (context: Context<ReducerEvent>, args: unknown) => void;

/** A reducer of the bindings, with those who observe it. */
export interface RegisteredReducer {
  readonly def: ReducerDef;
  readonly listeners: Listeners<ReducerListener>;
}

/** What a connection is made of, and what is known of it as of the current message. Its functions pass it on. */
export interface Parts extends DbConnectionConfig<AnyModule> {
  readonly connection: DbContext<AnyModule>;
  readonly reporter: Reporter;
  readonly callbacks: CallbackQueue;
  readonly tableDefs: readonly TableDef[];
  readonly cache: ClientCache;
  /** By name on the wire. */
  readonly registry: ReadonlyMap<string, RegisteredReducer>;
  /** The calls under way, by the id that their answers repeat. */
  readonly calls: Map<number, PendingCall>;
  /** The query sets that have not ended, by the id the client gave them. */
  readonly querySets: Map<number, QuerySet>;
  readonly inbox: Inbox;
  readonly link: Link;
  readonly driver: Driver;
  readonly hint: SubscriptionHint;
  readonly report: TickReport;
  readonly followers: Set<ConnectionFollower>;
  readonly untilEnd: ((error: Error | undefined) => void)[];
  identity: Identity | undefined;
  /** Made up here until the host says which it is (`api.md` 1.1). */
  connectionId: ConnectionId;
  token: string | undefined;
  isEnded: boolean;
  /** Why it ended; undefined when it was asked to. */
  endedBy: Error | undefined;
  /** Whether callbacks may be running: what is sent waits until they have. */
  isTicking: boolean;
  /** Ids given to requests. */
  requests: number;
  /** Events told. */
  events: number;
  /** Context of the folded message that came last. */
  folded: Context<ClientEvent> | undefined;
}
