import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  schema as bindingsOf,
  type ClientSocket,
  DbConnectionBuilder,
  type DbConnectionConfig,
  DbConnectionImpl,
  procedures,
  reducers,
} from '../../src/client/index.ts';
import { Connection } from '../../src/host/index.ts';
import { type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { ConnectionId } from '../../src/values/index.ts';
import { HOST_PROTOCOLS } from '../../src/wire/index.ts';
import { PLAYER_AUTH } from '../host/support/client.ts';
import { moduleOf, player, World } from '../host/support/world.ts';
import { PROTOCOLS, type Protocol } from './support/arena.ts';
import { HandClock, HandVisibility } from './support/hand-clock.ts';

// The client's own cache, fed by the host itself: after any transactions it holds what its queries give when they are
// run afresh. Tables, joins, row filters and views, on every subprotocol.

const shipRow = { id: t.u8().primaryKey(), cell: t.i32().index(), pilot: t.u8().index() };
const orbRow = { id: t.u8().primaryKey(), cell: t.i32().index(), worth: t.u8() };
const trailRow = { cell: t.i32(), x: t.u8() };
const cargoRow = { id: t.u8().primaryKey(), owner: t.identity(), weight: t.u8() };
const Ship = table({ public: true }, shipRow);
const sea = schema({
  ship: Ship,
  orb: table({ public: true }, orbRow),
  trail: table({ public: true }, trailRow),
  cargo: table({ public: true }, cargoRow),
});
type Db = ReducerCtx<(typeof sea)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(sea, {
  run: sea.reducer(({ db }) => job(db)),
  // What is light, or one's own.
  light: sea.clientVisibilityFilter.sql('SELECT * FROM cargo WHERE weight < 2'),
  own: sea.clientVisibilityFilter.sql('SELECT * FROM cargo WHERE owner = :sender'),
  near: sea.anonymousView({ name: 'near', public: true }, t.array(Ship.rowType), (ctx) => [
    ...ctx.db.ship.cell.filter(0),
  ]),
});

const { tables } = bindingsOf({
  ship: table({ name: 'ship' }, shipRow),
  orb: table({ name: 'orb' }, orbRow),
  trail: table({ name: 'trail' }, trailRow),
  cargo: table({ name: 'cargo' }, cargoRow),
  near: table({ name: 'near' }, shipRow), // its rows have the key of the ships'
}).schemaType;
const REMOTE = {
  versionInfo: { cliVersion: '2.10.0' },
  tables,
  reducers: reducers().reducersType.reducers,
  ...procedures(),
};
type Conn = DbConnectionImpl<typeof REMOTE>;
type Name = keyof typeof tables;

let connections = 0;

/** A real connection on a real host, without a socket in between. */
class Sailor {
  readonly conn: Conn;
  readonly errors: string[] = [];

  constructor(world: World, number: number, protocol: Protocol) {
    const socket: ClientSocket = {
      onopen: undefined,
      onmessage: undefined,
      onerror: undefined,
      onclose: undefined,
      send: (bytes) => connection!.receive(bytes),
      close: () => undefined,
    };
    this.conn = new DbConnectionBuilder<Conn>(
      REMOTE as never,
      ((config: DbConnectionConfig<typeof REMOTE>) => new DbConnectionImpl(config)) as never,
    )
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('sea')
      .withPlatform({
        socket: () => socket,
        clock: new HandClock(),
        visibility: new HandVisibility(),
        protocols: [protocol.client],
      })
      .onCallbackError((error) => this.errors.push(error.message))
      .build();
    const connectionId = new ConnectionId((++connections).toString(16).padStart(32, 'c'));
    const caller = { identity: player(number), connectionId, auth: PLAYER_AUTH };
    const terms = { protocol: HOST_PROTOCOLS.find(({ name }) => name === protocol.client.name)!, isLight: false };
    socket.onopen?.(protocol.client.name);
    const sink = { send: (bytes: Uint8Array) => socket.onmessage?.(bytes), close: () => undefined };
    const connection = Connection.open(world.database, caller, 'token', sink, terms);
    this.conn.frameTick();
  }

  rows(name: Name): string[] {
    this.conn.frameTick();
    return [...this.conn.db[name]].map((row) => shown(row)).sort();
  }
}

function shown(row: object): string {
  return JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value));
}

const QUERIES: readonly (readonly [sql: string, of: Name])[] = [
  ['SELECT * FROM ship', 'ship'],
  ['SELECT * FROM ship WHERE cell = 1 OR pilot > 1', 'ship'],
  ['SELECT s.* FROM ship s JOIN orb o ON s.cell = o.cell WHERE o.worth > 0', 'ship'],
  ['SELECT a.* FROM ship a JOIN ship b ON a.pilot = b.id', 'ship'],
  ['SELECT o.* FROM orb o JOIN ship s ON o.cell = s.cell', 'orb'],
  ['SELECT * FROM trail WHERE x < 2', 'trail'],
  ['SELECT * FROM trail', 'trail'],
  ['SELECT * FROM cargo', 'cargo'],
  ['SELECT * FROM cargo WHERE weight > 0', 'cargo'],
  ['SELECT * FROM near', 'near'],
];

const small = fc.nat(3);
const cell = fc.integer({ min: -1, max: 1 });
const write = fc.oneof(
  fc.record({ table: fc.constant('ship' as const), row: fc.record({ id: small, cell, pilot: small }) }),
  fc.record({ table: fc.constant('orb' as const), row: fc.record({ id: small, cell, worth: fc.nat(1) }) }),
  fc.record({ table: fc.constant('trail' as const), row: fc.record({ cell, x: small }) }),
  fc.record({ table: fc.constant('cargo' as const), row: fc.record({ id: small, owner: fc.nat(1), weight: small }) }),
  fc.record({ gone: fc.constantFrom('ship' as const, 'orb' as const, 'cargo' as const), id: small }),
  fc.record({ gone: fc.constant('trail' as const), row: fc.record({ cell, x: small }) }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
const turn = fc.oneof(
  { weight: 3, arbitrary: fc.record({ commit: fc.array(write, { maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ set: fc.nat(2), queries: fc.subarray([...QUERIES], { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ end: fc.nat(2) }) },
);

function apply(db: Db, step: Write): void {
  if ('gone' in step) {
    if (step.gone === 'trail') db.trail.delete(step.row);
    else db[step.gone].id.delete(step.id);
  } else if (step.table === 'trail') db.trail.insert(step.row);
  else if (step.table === 'cargo') put(db.cargo, { ...step.row, owner: player(step.row.owner + 1) });
  else put(db[step.table] as never, step.row);
}

function put<R extends { id: number }>(
  handle: { readonly id: { find(id: number): R | null; update(row: R): R }; insert(row: R): R },
  row: R,
): void {
  if (handle.id.find(row.id) === null) handle.insert(row);
  else handle.id.update(row);
}

it.each(PROTOCOLS)('[C14] the cache holds what its queries give when they are run afresh: %s', (_name, protocol) => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 20 }), (turns) => {
      const world = new World(module);
      const sailors = [1, 2].map((number) => new Sailor(world, number, protocol));
      const sets = new Map<number, { readonly queries: typeof QUERIES; readonly end: () => void }>();
      for (const turn of turns) {
        if ('set' in turn) {
          if (sets.has(turn.set)) continue;
          const sql = turn.queries.map(([text]) => text);
          const handles = sailors.map(({ conn }) => conn.subscriptionBuilder().subscribe(sql));
          const end = (): void => {
            for (const handle of handles) handle.unsubscribe();
          };
          sets.set(turn.set, { queries: turn.queries, end });
        } else if ('end' in turn) {
          sets.get(turn.end)?.end();
          sets.delete(turn.end);
        } else {
          job = (db) => {
            for (const step of turn.commit) apply(db, step);
          };
          world.run('run');
        }
        const held = [...sets.values()].flatMap(({ queries }) => queries);
        sailors.forEach((sailor, i) => {
          for (const name of Object.keys(tables) as Name[]) {
            const afresh = held
              .filter(([, of]) => of === name)
              .flatMap(([sql]) => world.database.select(sql, player(i + 1)).rows.map((row) => shown(row as object)));
            expect(sailor.rows(name), name).toEqual([...new Set(afresh)].sort());
          }
          expect(sailor.errors).toEqual([]);
        });
      }
    }),
    { numRuns: 60 },
  );
});
