import { decode, encode } from '@msgpack/msgpack';
import { type CallOutcome, Connection, type Database, Host, type HostClock, type Timer } from 'spacetick/host';
import { ConnectionId, describeModule, Identity } from 'spacetick/server';
import * as cometRun from '../../src/game/module/index.ts';

const START_MICROS = 1_790_000_000_000_000n;
const MICROS_PER_MILLI = 1000n;
const MILLIS_PER_STEP = 50;

export type Row = Readonly<Record<string, unknown>>;

export interface Flight extends Readonly<Record<'x' | 'y' | 'vx' | 'vy' | 'angle', number>> {
  readonly thrusting: boolean;
  readonly dashing: boolean;
}

interface Alarm {
  readonly at: bigint;
  readonly run: () => void;
}

/** A clock that is turned by hand. */
class HandClock implements HostClock {
  now = START_MICROS;
  #alarms: Alarm[] = [];

  micros(): bigint {
    return this.now;
  }

  after(delayMs: number, run: () => void): Timer {
    const alarm = { at: this.now + BigInt(Math.round(delayMs)) * MICROS_PER_MILLI, run };
    this.#alarms.push(alarm);
    return { cancel: () => this.#drop(alarm) };
  }

  turn(ms: number): void {
    const end = this.now + BigInt(ms) * MICROS_PER_MILLI;
    for (;;) {
      const due = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => Number(a.at - b.at))[0];
      if (due === undefined) break;
      this.#drop(due);
      if (due.at > this.now) this.now = due.at;
      due.run();
    }
    this.now = end;
  }

  #drop(alarm: Alarm): void {
    this.#alarms = this.#alarms.filter((other) => other !== alarm);
  }
}

/** One player's connection to the arena. */
export class Player {
  readonly connection: Connection;
  readonly received: Uint8Array[] = [];
  readonly connectionId: ConnectionId;
  readonly identity: Identity;
  readonly #database: Database;

  constructor(database: Database, identity: Identity, connectionId: ConnectionId) {
    this.#database = database;
    this.identity = identity;
    this.connectionId = connectionId;
    const caller = { identity, connectionId, auth: { isInternal: false, hasJWT: false, jwt: null } };
    const sink = { send: (bytes: Uint8Array) => void this.received.push(bytes), close: () => undefined };
    const opened = Connection.open(database, caller, 'token', sink);
    if (opened === undefined) throw new Error('The module refused the player');
    this.connection = opened;
  }

  /** Calls a reducer. @returns the error's text, undefined when it committed */
  call(reducer: string, value: Row = {}): string | undefined {
    const { session } = this.connection;
    const outcome: CallOutcome = this.#database.call(reducer, { encoding: 'value', value }, session, {
      session,
      requestId: 1,
      args: undefined,
      isQuiet: false,
    });
    return outcome.status === 'Committed' ? undefined : outcome.error;
  }

  leave(): void {
    this.connection.closed();
  }
}

/** Comet Run in one process, with a clock turned by hand. */
export class Arena {
  readonly clock = new HandClock();
  readonly database: Database;
  #connections = 0n;
  #querySets = 0;

  constructor() {
    const host = new Host({ clock: this.clock, seal: () => undefined, post: (job) => job() });
    const { database } = host.publish({
      name: 'comet-run',
      identity: new Identity(0xda7aba5en),
      owner: new Identity(1n),
      program: { module: describeModule(cometRun) },
    });
    this.database = database;
  }

  /** Somebody connects. @param identity a number for the player; a new one for each connection when left out */
  connect(identity = 1000n + this.#connections): Player {
    this.#connections++;
    return new Player(this.database, new Identity(identity), new ConnectionId(this.#connections));
  }

  /** Lets the world go on. */
  steps(count: number): void {
    this.clock.turn(count * MILLIS_PER_STEP);
  }

  rows(table: string): Row[] {
    return [...this.database.store(table)!.rows.values()];
  }

  /** The number of the ship that a connection flies. */
  shipIdOf(player: Player): number {
    const pilot = this.rows('pilot').find((row) => (row.connection as ConnectionId)?.hex === player.connectionId.hex);
    if (pilot === undefined) throw new Error('The player flies no ship');
    return pilot.shipId as number;
  }

  /** Position and speed of a player's ship. */
  ship(player: Player): Flight {
    const id = this.shipIdOf(player);
    return this.rows('ship').find((row) => row.id === id) as unknown as Flight;
  }

  score(player: Player): number {
    const id = this.shipIdOf(player);
    return this.rows('pilot').find((row) => row.shipId === id)!.score as number;
  }

  /** Sets rows up as a test needs them, in the module's own words: outside of any reducer of the game. */
  place(player: Player, at: Partial<Flight>): void {
    const id = this.shipIdOf(player);
    this.#write('ship', (store) => {
      const before = [...store.rows.values()].find((row) => row.id === id)!;
      store.update(store.def.primaryKey!, { ...before, ...at });
    });
  }

  setScore(player: Player, score: number): void {
    const id = this.shipIdOf(player);
    this.#write('pilot', (store) => {
      const before = [...store.rows.values()].find((row) => row.shipId === id)!;
      store.update(store.def.primaryKey!, { ...before, score });
    });
  }

  /** Replaces all orbs. */
  setOrbs(orbs: readonly { x: number; y: number; kind: number }[]): void {
    this.#write('orb', (store) => {
      for (const row of [...store.rows.values()]) store.remove(row);
      for (const orb of orbs) store.insert({ id: 0, ...orb });
    });
  }

  /** Takes the bots' ships away, so that nothing but the players moves. */
  removeBots(): void {
    const bots = this.rows('pilot').filter((row) => row.bot);
    for (const { shipId } of bots) {
      for (const [table, key] of [
        ['ship', 'id'],
        ['helm', 'shipId'],
        ['pilot', 'shipId'],
      ] as const) {
        this.#write(table, (store) => store.remove([...store.rows.values()].find((row) => row[key] === shipId)!));
      }
    }
  }

  subscribe(player: Player, tables: readonly string[]): void {
    const queries = tables.map((table) => `SELECT * FROM ${table}`);
    this.#querySets++;
    player.connection.receive(encode({ type: 'Subscribe', requestId: 0, querySetId: this.#querySets, queries }));
  }

  /** How many rows of an event table the messages tell. */
  eventsIn(messages: readonly Uint8Array[], table: string): number {
    let count = 0;
    for (const bytes of messages) {
      const { tables = [] } = decode(bytes) as { tables?: { table: string; events?: unknown[] }[] };
      for (const delta of tables) if (delta.table === table) count += delta.events?.length ?? 0;
    }
    return count;
  }

  #write(table: string, write: (store: NonNullable<ReturnType<Database['store']>>) => void): void {
    const store = this.database.store(table)!;
    write(store);
    store.commit();
  }
}
