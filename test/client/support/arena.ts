import {
  type ClientProtocol,
  type HostProtocol,
  msgpackHostProtocol,
  msgpackProtocol,
  type SubscribeMessage,
  v1HostProtocol,
  v1Protocol,
  v2HostProtocol,
  v2Protocol,
  v3HostProtocol,
  v3Protocol,
} from '../../../src/wire/index.ts';
import { DbConnection, type DbConnectionBuilder } from '../../fixtures/bindings/index.ts';
import { HandClock, HandVisibility } from './hand-clock.ts';
import { type Delta, ScriptedHost } from './scripted-host.ts';
import { socketPairs } from './socket-pair.ts';

/** A connection to a scripted host: everything moves when the test says so. */
export interface Arena {
  readonly conn: DbConnection;
  readonly host: ScriptedHost;
  readonly clock: HandClock;
  readonly visibility: HandVisibility;
  /** What was reported to `onCallbackError`. */
  readonly errors: { error: Error; where: string }[];
  /** Delivers what the host said, then ticks. */
  tick(): ReturnType<DbConnection['frameTick']>;
  /** Subscribes to everything and applies `deltas` as the first snapshot. */
  subscribe(...deltas: Delta[]): void;
}

/** Both ends of a subprotocol. */
export interface Protocol {
  readonly client: ClientProtocol;
  readonly host: HostProtocol;
}

export const MSGPACK: Protocol = { client: msgpackProtocol, host: msgpackHostProtocol };

/** Every subprotocol, by name. */
export const PROTOCOLS: readonly (readonly [name: string, Protocol])[] = [
  MSGPACK,
  { client: v3Protocol, host: v3HostProtocol },
  { client: v2Protocol, host: v2HostProtocol },
  { client: v1Protocol, host: v1HostProtocol },
].map((protocol) => [protocol.client.name, protocol]);

type Configure = (builder: DbConnectionBuilder) => DbConnectionBuilder;

/** @param configure more of the builder's methods */
export function arena(configure: Configure = (builder) => builder, protocol = MSGPACK): Arena {
  const clock = new HandClock();
  const visibility = new HandVisibility();
  const { factory, pairs } = socketPairs();
  const errors: { error: Error; where: string }[] = [];
  const builder = DbConnection.builder()
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('comet-run')
    .withPlatform({ clock, visibility, socket: factory, protocols: [protocol.client] })
    .onCallbackError((error, where) => errors.push({ error, where }));
  const conn = configure(builder).build();
  const host = new ScriptedHost(pairs[0]!, conn.remoteModule.tables, protocol.host);
  const tick = () => {
    host.pair.flush();
    return conn.frameTick();
  };
  return {
    conn,
    host,
    clock,
    visibility,
    errors,
    tick,
    subscribe(...deltas: Delta[]) {
      conn.subscriptionBuilder().subscribeToAllTables();
      host.applied(host.received().at(-1) as SubscribeMessage, ...deltas);
      tick();
    },
  };
}

/** A connected one. */
export function connectedArena(configure?: Configure, protocol = MSGPACK): Arena {
  const made = arena(configure, protocol);
  made.host.welcome();
  made.tick();
  return made;
}

let nextShip = 1;

/** A ship; what is not said is plausible. */
export function ship(row: Partial<{ id: number; owner: number; x: number; y: number; callSign: string }> = {}) {
  const id = row.id ?? nextShip++;
  return { owner: 1, x: 0, y: 0, callSign: `ship-${id}`, ...row, id };
}
