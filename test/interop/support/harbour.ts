import { WebSocket } from 'undici';
import { expect, vi } from 'vitest';
import type { ClientProtocol } from '../../../src/wire/index.ts';
import { TestHost } from '../../host/node/support/test-host.ts';
import {
  type Builder,
  bindingsFor,
  type Connection,
  ForeignClient,
  type PackageName,
  type Row,
} from './foreign-client.ts';
import { HARBOUR } from './harbour-module.ts';

/** One of the other party's clients, and how it goes about things. */
export interface Version {
  readonly package: PackageName;
  /** Subprotocols that it may offer, where that is fewer than it would. */
  readonly offers?: readonly string[];
  /** Makes of its builder what connects by itself. */
  prepare?(builder: Builder): Builder;
  /** How it tags changes that it did not make. */
  readonly othersTag: string;
  /** Calls a reducer. @returns `Committed`, or `Failed: ` with the text, once it is told */
  call(conn: Connection, name: string, args?: object): Promise<string>;
}

/** 2.10.1: calls are promises. */
export const V2: Version = {
  package: 'spacetimedb',
  othersTag: 'Transaction',
  call: (conn, name, args) =>
    conn.reducers[name]!(args)!.then(
      () => 'Committed',
      (error: Error) => `Failed: ${error.message}`,
    ),
};

/** 2.10.1 as it is with a host that does not speak v3. */
export const V2_OVER_V2: Version = { ...V2, offers: ['v2.bsatn.spacetimedb'] };

/** This package's client. */
export function ours(protocol: ClientProtocol): Version {
  return {
    package: 'spacetick',
    othersTag: 'Transaction',
    call: V2.call,
    prepare(builder) {
      const offering = builder as Builder & { withPlatform(platform: { protocols: ClientProtocol[] }): Builder };
      const build = () => {
        const conn = offering.withPlatform({ protocols: [protocol] }).build();
        (conn as Connection & { runAuto(): void }).runAuto();
        return conn;
      };
      return Object.assign(Object.create(builder) as Builder, { build });
    },
  };
}

type Waiting = Map<string, ((outcome: string) => void)[]>;
const waitingOf = new WeakMap<Connection, Waiting>();

/** 1.12.0, the last one that speaks v1: calls return nothing, and callbacks tell how they ended. */
export const V1: Version = {
  package: 'spacetimedb-v1',
  othersTag: 'UnknownTransaction',
  call(conn, name, args = {}) {
    const waiting: Waiting = waitingOf.get(conn) ?? new Map();
    waitingOf.set(conn, waiting);
    const queue = waiting.get(name) ?? [];
    if (!waiting.has(name)) {
      waiting.set(name, queue);
      conn.reducers[`on${name[0]!.toUpperCase()}${name.slice(1)}`]!(({ event }) => {
        if (event.callerConnectionId?.toHexString() !== conn.connectionId.toHexString()) return;
        const { tag, value } = event.status!;
        queue.shift()?.(tag === 'Failed' ? `Failed: ${value}` : tag);
      });
    }
    return new Promise((resolve) => {
      queue.push(resolve);
      conn.reducers[name]!(args);
    });
  },
};

// The procedures of 1.12.0 need what Node has from version 22 on.
if (!('withResolvers' in Promise)) {
  const withResolvers = () => {
    let settle = {};
    const promise = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    return { promise, ...settle };
  };
  Object.defineProperty(Promise, 'withResolvers', { value: withResolvers });
}

/** Runs what opens a socket, which offers these subprotocols and no others. */
async function offering<T>(offers: readonly string[] | undefined, open: () => Promise<T>): Promise<T> {
  if (offers === undefined) return open();
  const spoken: string[] = [];
  class Socket extends WebSocket {
    constructor(url: string | URL) {
      super(url, [...offers!]);
      this.addEventListener('open', () => spoken.push(this.protocol));
    }
  }
  vi.stubGlobal('WebSocket', Socket);
  const opened = await open().finally(() => vi.unstubAllGlobals());
  expect(spoken, 'subprotocols spoken').toEqual(offers);
  return opened;
}

/** A real host with the harbour, or another module, published, and clients of one version that join it. */
export async function harbour(version: Version, source = HARBOUR) {
  const host = await TestHost.open();
  const published = await host.publish('harbour', source);
  if (!published.ok) throw new Error(await published.text());
  const bindings = await bindingsFor(host, 'harbour', version.package);
  const join = (token?: string, isLight = false) =>
    offering(version.offers, () =>
      ForeignClient.connect(bindings, host, 'harbour', (builder) => {
        const lit = isLight ? builder.withLightMode(true) : builder;
        const named = token === undefined ? lit : lit.withToken(token);
        return version.prepare?.(named) ?? named;
      }),
    );
  const store = (table: string) => host.node.host.find('harbour')!.store(table)!;
  const stored = (table: string) => [...store(table).rows.values()] as Row[];
  return { host, join, store, stored };
}

export const id = ({ id }: Row): unknown => id;
