import {
  DbConnectionBuilder,
  type DbConnectionConfig,
  DbConnectionImpl,
  procedureSchema,
  procedures,
  reducerSchema,
  reducers,
  Timestamp,
  table,
} from '../../src/client/index.ts';
import { ConnectionId, Identity, ScheduleAt, TimeDuration, Uuid } from '../../src/values/index.ts';
import { buoyColumns, double, params, tables } from './lagoon-tables.ts';

/** Bindings of the lagoon, as they are declared. */
const REMOTE = {
  versionInfo: { cliVersion: '2.10.0' },
  tables: { ...tables, crowd: table({ name: 'crowd' }, buoyColumns) }, // a view is a table to clients
  reducers: reducers(
    reducerSchema('launch', params.launch),
    reducerSchema('sink', params.sink),
    reducerSchema('moor', params.moor),
    reducerSchema('drop', params.drop),
    reducerSchema('fire', params.fire),
    reducerSchema('stow', params.stow),
    reducerSchema('count', params.count),
    reducerSchema('crash', params.crash),
  ).reducersType.reducers,
  ...procedures(procedureSchema('twice', double.params, double.returns)),
};

export type Lagoon = DbConnectionImpl<typeof REMOTE>;

/** Builds connections to a lagoon. */
export function lagoonBuilder(url: string): DbConnectionBuilder<Lagoon> {
  const construct = (config: DbConnectionConfig<typeof REMOTE>) => new DbConnectionImpl(config);
  return new DbConnectionBuilder<Lagoon>(REMOTE as never, construct as never).withUri(url).withDatabaseName('lagoon');
}

export const CHEST = {
  key: 3n,
  small: -7,
  wide: -(2n ** 100n),
  wider: 2n ** 250n,
  weight: 1.5,
  label: 'treasure',
  seal: Uint8Array.of(1, 2, 3, 255),
  coins: [1, 2, 65_535],
  spots: [
    { x: 1, y: 2 },
    { x: -1, y: 0.5 },
  ],
  hidden: { x: 3, y: 4 },
  cargo: { tag: 'Mail', value: 'a letter' } as const,
  outcome: { ok: 5 },
  owner: new Identity('a1'.repeat(32)),
  link: new ConnectionId('b0'.repeat(16)),
  sunk: new Timestamp(1_700_000_000_000_000n),
  depth: new TimeDuration(5n),
  due: ScheduleAt.interval(1_000_000n),
  mark: Uuid.parse('01890a5d-ac96-774b-bcce-b302099a8057'),
};

/**
 * What a player of the lagoon does in a session, all at once: each message of a client, each answer of a host. The
 * requests are the same, with the same ids, each time.
 */
export function play(conn: Lagoon): Promise<unknown> {
  const calls: Promise<unknown>[] = [];
  const { reducers } = conn;
  const everything = conn
    .subscriptionBuilder()
    .subscribe(['SELECT * FROM ship', 'SELECT * FROM chest', 'SELECT * FROM crowd']);
  for (let id = 0; id < 8; id++)
    calls.push(reducers.launch({ id, cell: id % 3, name: `ship ${id} ${'~'.repeat(150)}` }));
  const near = conn.subscriptionBuilder().subscribe('SELECT * FROM ship WHERE cell = 1 AND id > 2');
  conn
    .subscriptionBuilder()
    .subscribe('SELECT ship.* FROM ship JOIN berth ON ship.id = berth.ship WHERE berth.dock < 9');
  conn.subscriptionBuilder().subscribe('SELECT * FROM buoy');
  conn.subscriptionBuilder().subscribe('SELECT * FROM flare');
  conn.subscriptionBuilder().subscribe('SELECT * FROM nowhere');
  calls.push(
    reducers.moor({ ship: 1, dock: 2 }),
    reducers.stow(CHEST),
    reducers.stow({
      ...CHEST,
      small: 9,
      hidden: undefined,
      cargo: { tag: 'Empty', value: {} },
      outcome: { err: 'empty' },
    }),
    reducers.drop({ cell: 2, text: 'here' }),
    reducers.fire({ force: 0.5 }),
    reducers.count({ count: 1 }),
    conn.procedures.twice({ n: 21 }),
    conn.procedures.twice({ n: 0 }),
    reducers.launch({ id: 1, cell: 1, name: '' }),
    reducers.crash(),
    reducers.launch({ id: 1, cell: 2, name: 'renamed' }),
    reducers.sink({ id: 3 }),
  );
  near.unsubscribe();
  everything.unsubscribe();
  calls.push(reducers.launch({ id: 40, cell: 0, name: 'the last' }));
  return Promise.allSettled(calls);
}
