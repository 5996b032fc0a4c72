import type * as Spacetimedb from 'spacetimedb';
import { applied, welcome } from './bytes.ts';

/** A connection that is fed payloads, whoever made it. */
export interface Contender {
  /** A payload arrives. */
  receive(payload: Uint8Array): void;
  /** Until everything that arrived has been told of. */
  settle(): Promise<void> | void;
  /** How many rows callbacks have been told of. */
  heard(): number;
  count(table: 'ship' | 'drift'): bigint;
  find(id: number): { readonly kind: number };
  /** Query set that `subscribe` opened. */
  querySetId: number;
}

export interface Contestants {
  /** A connected client, with a listener on every event of rows. */
  connect(): Promise<Contender>;
}

interface FakeSocket {
  onopen?: (event: object) => void;
  onmessage?: (event: { data: ArrayBuffer }) => void;
  readyState: number;
}

const sockets: FakeSocket[] = [];

/** Stands where the platform's WebSocket would: what is passed to `onmessage` has arrived. */
class Socket implements FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = 0;
  binaryType = 'arraybuffer';
  readonly protocol = 'v2.bsatn.spacetimedb';
  onopen?: (event: object) => void;
  onmessage?: (event: { data: ArrayBuffer }) => void;
  constructor() {
    sockets.push(this);
  }
  addEventListener(type: 'open' | 'message', listener: (event: never) => void): void {
    if (type === 'open') this.onopen = listener as never;
    if (type === 'message') this.onmessage = listener as never;
  }
  removeEventListener(): void {}
  send(): void {}
  close(): void {}
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** SpacetimeDB's own client, as published. */
export async function official(): Promise<Contestants> {
  Object.assign(globalThis, { WebSocket: Socket });
  const lib: typeof Spacetimedb = await import('spacetimedb');
  const { t, table, schema } = lib;
  lib.setGlobalLogLevel('error');
  const columns = {
    x: t.f32(),
    y: t.f32(),
    vx: t.f32(),
    vy: t.f32(),
    owner: t.u32(),
    kind: t.u8(),
    name: t.string(),
  };
  const byId = {
    indexes: [{ accessor: 'id', name: 'ship_id_idx_btree', algorithm: 'btree', columns: ['id'] }],
    constraints: [{ name: 'ship_id_key', constraint: 'unique', columns: ['id'] }],
  } as const;
  const tables = schema({
    ship: table({ name: 'ship', ...byId } as never, t.row({ id: t.u32().primaryKey(), ...columns })),
    drift: table({ name: 'drift' }, t.row({ id: t.u32(), ...columns })),
  });
  const remote = {
    versionInfo: { cliVersion: '2.10.1' },
    tables: tables.schemaType.tables,
    reducers: lib.reducers().reducersType.reducers,
    ...lib.procedures(),
  };
  const Builder = lib.DbConnectionBuilder as never as new (
    remote: unknown,
    make: (config: never) => unknown,
  ) => ConnectionBuilder;
  return {
    async connect() {
      const made = new Builder(remote, (config) => new lib.DbConnectionImpl(config));
      const conn = made.withUri('ws://127.0.0.1:1').withDatabaseName('arena').withCompression('none').build();
      while (sockets.length === 0) await turn();
      const socket = sockets.pop()!;
      socket.readyState = Socket.OPEN;
      socket.onopen?.({});
      return contender(
        conn,
        (payload) => socket.onmessage?.({ data: payload.buffer as ArrayBuffer }),
        turn as never,
        0,
      );
    },
  };
}

/** What both clients offer, as far as it is used here. */
interface ConnectionBuilder {
  withUri(uri: string): ConnectionBuilder;
  withDatabaseName(name: string): ConnectionBuilder;
  withCompression(compression: string): ConnectionBuilder;
  build(): Connection;
}

interface Handle {
  count(): bigint;
  onInsert(listener: () => void): void;
  onUpdate?(listener: () => void): void;
  onDelete(listener: () => void): void;
  readonly id?: { find(id: number): { readonly kind: number } };
}

export interface Connection {
  readonly db: { readonly ship: Handle; readonly drift: Handle };
  subscriptionBuilder(): { subscribe(sql: readonly string[]): unknown };
}

/** Greets a connection, subscribes and listens. */
export async function contender(
  conn: Connection,
  receive: (payload: Uint8Array) => void,
  settle: () => Promise<void> | void,
  querySetId: number,
): Promise<Contender> {
  let heard = 0;
  const hear = (): void => void heard++;
  receive(welcome());
  await settle();
  conn.subscriptionBuilder().subscribe(['SELECT * FROM ship', 'SELECT * FROM drift']);
  for (const handle of [conn.db.ship, conn.db.drift]) {
    handle.onInsert(hear);
    handle.onUpdate?.(hear);
    handle.onDelete(hear);
  }
  return {
    receive,
    settle,
    heard: () => heard,
    count: (table) => conn.db[table].count(),
    find: (id) => conn.db.ship.id!.find(id),
    querySetId,
  };
}

/** One with a snapshot of these rows in its cache. */
export async function filled(
  contestants: Contestants,
  table: 'ship' | 'drift',
  ships: Parameters<typeof applied>[2],
): Promise<Contender> {
  return snapshotOf(contestants, table, (made) => applied(table, made.querySetId, ships), ships.length);
}

/** The same with a payload that was made before. */
export async function snapshotOf(
  contestants: Contestants,
  table: 'ship' | 'drift',
  payloadFor: (made: Contender) => Uint8Array,
  rows: number,
): Promise<Contender> {
  const made = await contestants.connect();
  made.receive(payloadFor(made));
  await made.settle();
  if (made.count(table) !== BigInt(rows)) throw new Error(`The snapshot of ${table} was not applied.`);
  return made;
}
