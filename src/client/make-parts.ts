import { tableDefsOf } from '../schema/index.ts';
import { ConnectionId } from '../values/index.ts';
import { ClientCache } from './cache/client-cache.ts';
import { Listeners } from './cache/listeners.ts';
import { CallbackQueue } from './callback-queue.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import type { DbContext } from './context.ts';
import { Driver } from './driver.ts';
import { Inbox } from './inbox.ts';
import { Link } from './link.ts';
import type { Parts, ReducerListener } from './parts.ts';
import type { AnyModule } from './remote-module.ts';
import { TickReport } from './report.ts';
import { Reporter } from './reporter.ts';
import { SubscriptionHint } from './subscription-hint.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The parts of a connection, put together. Nothing is opened yet. */
export function makeParts(config: DbConnectionConfig<AnyModule>, connection: DbContext<AnyModule>): Parts {
  const { tables, reducers } = config.remoteModule;
  const reporter = new Reporter(config.callbackErrorListeners);
  const tableDefs = tableDefsOf(tables);
  const cache = new ClientCache(tableDefs, reporter);
  const parts = {
    ...config,
    connection,
    reporter,
    tableDefs,
    cache,
    callbacks: new CallbackQueue(reporter),
    registry: new Map(reducers.map(({ def }) => [def.name, { def, listeners: new Listeners<ReducerListener>() }])),
    calls: new Map(),
    querySets: new Map(),
    inbox: new Inbox(),
    report: new TickReport(cache),
    followers: new Set(),
    untilEnd: [],
    identity: undefined,
    connectionId: ConnectionId.random(),
    isEnded: false,
    endedBy: undefined,
    isTicking: false,
    requests: 0,
    events: 0,
    folded: undefined,
  } satisfies Omit<Parts, 'link' | 'driver' | 'hint'> as unknown as Writable<Parts>;
  parts.link = new Link(parts);
  parts.driver = new Driver(parts);
  parts.hint = new SubscriptionHint(parts);
  return parts;
}
