import { type Caller, Connection, type Database, type SessionSink } from '../../../src/host/index.ts';
import { resolveReducer } from '../../../src/schema/index.ts';
import {
  bytesKey,
  type Codec,
  ConnectionId,
  codecOf,
  type Identity,
  type Key,
  keyOf,
} from '../../../src/values/index.ts';
import {
  type ClientProtocol,
  HOST_PROTOCOLS,
  msgpackProtocol,
  type Row,
  type ServerMessage,
  type TableDelta,
  type WireTable,
} from '../../../src/wire/index.ts';

let connections = 0;

/** A client as the protocol makes one: sends bytes, decodes bytes, counts rows. No product code of the client's. */
export class TestClient {
  readonly database: Database;
  readonly identity: Identity;
  readonly connectionId: ConnectionId;
  readonly connection: Connection | undefined;
  readonly protocol: ClientProtocol;
  readonly frames: Uint8Array[] = [];
  closed: { code: number; reason: string } | undefined;
  /** Table -> key of the row -> the row, and how many of the client's queries hold it. */
  readonly rows = new Map<string, Map<Key, { row: Row; count: number }>>();
  readonly events: { table: string; row: Row }[] = [];
  #read = 0;
  #requests = 0;

  constructor(
    database: Database,
    identity: Identity,
    auth: Caller['auth'] = PLAYER_AUTH,
    protocol: ClientProtocol = msgpackProtocol,
    isLight = false,
    requestsPerSecond?: number,
  ) {
    this.database = database;
    this.protocol = protocol;
    this.identity = identity;
    this.connectionId = new ConnectionId((++connections).toString(16).padStart(32, '0'));
    const sink: SessionSink = {
      send: (bytes) => {
        this.frames.push(bytes);
      },
      close: (code, reason) => {
        this.closed = { code, reason };
      },
    };
    const terms = { protocol: HOST_PROTOCOLS.find(({ name }) => name === protocol.name)!, isLight, requestsPerSecond };
    const caller = { identity, connectionId: this.connectionId, auth };
    this.connection = Connection.open(database, caller, 'token', sink, terms);
  }

  /** Sends raw bytes. */
  send(bytes: Uint8Array): void {
    this.connection!.receive(bytes);
  }

  /** @returns the request's id */
  call(reducer: string, args: Record<string, unknown> = {}): number {
    const requestId = ++this.#requests;
    const found = this.database.module.reducers.find(({ name }) => name === reducer);
    const def = found ?? resolveReducer(reducer, {});
    this.send(this.protocol.callReducer(requestId, def, args));
    return requestId;
  }

  /** @returns the request's id */
  callProcedure(procedure: string, args: Record<string, unknown> = {}): number {
    const requestId = ++this.#requests;
    const { params } = this.database.module.procedures.find(({ name }) => name === procedure) ?? resolveReducer('', {});
    const def = { name: procedure, accessor: procedure, params, codec: undefined };
    this.send(msgpackProtocol.callProcedure(requestId, def, args));
    return requestId;
  }

  subscribe(querySetId: number, ...queries: readonly string[]): ServerMessage {
    this.send(this.protocol.subscribe(++this.#requests, querySetId, queries));
    return this.read().at(-1)!;
  }

  unsubscribe(querySetId: number): ServerMessage {
    this.send(this.protocol.unsubscribe(++this.#requests, querySetId));
    return this.read().at(-1)!;
  }

  /** Ends the connection from the client's side. */
  leave(): void {
    this.connection!.closed();
  }

  /** Decodes and applies what has come since the last read. */
  read(): ServerMessage[] {
    const tables = new Map<string, WireTable>(
      tablesOf(this.database).map((def) => [def.name, { def, codec: codecOf(def.rowType) as Codec<Row> }]),
    );
    const messages = this.frames.slice(this.#read).flatMap((bytes) => {
      return this.protocol.decode(this.protocol.isFramed ? bytes.subarray(1) : bytes, tables);
    });
    this.#read = this.frames.length;
    for (const message of messages) if ('tables' in message) for (const delta of message.tables) this.#apply(delta);
    return messages;
  }

  /** The last message, which must be of this kind. */
  last<T extends ServerMessage['tag']>(tag: T): Extract<ServerMessage, { tag: T }> {
    const message = this.read().at(-1);
    if (message?.tag !== tag) throw new Error(`expected ${tag}, got ${message?.tag ?? 'nothing'}`);
    return message as Extract<ServerMessage, { tag: T }>;
  }

  /** Rows the client holds. */
  table(name: string): Row[] {
    this.read();
    return [...(this.rows.get(name)?.values() ?? [])].map(({ row }) => row);
  }

  #apply({ table, inserts, updates, deletes, deletedKeys, deletedBytes, events }: TableDelta): void {
    const { def } = table;
    const primary = def.primaryKey === undefined ? undefined : def.columns[def.primaryKey]!;
    const keyOfRow =
      primary === undefined
        ? bytesKey(table.codec as Codec<unknown>)
        : (row: unknown) => keyOf(primary.type)((row as Row)[primary.key]);
    let rows = this.rows.get(def.name);
    if (rows === undefined) {
      rows = new Map();
      this.rows.set(def.name, rows);
    }
    const leave = (key: Key) => {
      const held = rows.get(key);
      if (held === undefined) throw new Error(`${def.name}: told that ${String(key)} leaves, which is not here`);
      if (--held.count === 0) rows.delete(key);
    };
    for (const row of inserts) {
      const key = keyOfRow(row);
      rows.set(key, { row, count: (rows.get(key)?.count ?? 0) + 1 });
    }
    for (const row of updates) {
      const held = rows.get(keyOfRow(row));
      if (held === undefined) throw new Error(`${def.name}: told of an update of a row that is not here`);
      held.row = row;
    }
    for (const row of deletes) leave(keyOfRow(row));
    for (const key of deletedKeys) leave(keyOf(primary!.type)(key));
    for (let i = 0; i < (deletedBytes?.hashes.length ?? 0); i++) leave(deletedBytes!.textOf(i));
    for (const row of events) this.events.push({ table: def.name, row });
  }
}

/** What can be subscribed to: tables and views. */
function tablesOf({ module }: Database) {
  return [...module.tables, ...module.views.map(({ table }) => table)];
}

export const PLAYER_AUTH: Caller['auth'] = { isInternal: false, hasJWT: false, jwt: null };
