import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQueries } from '../../src/host/query/compile.ts';
import { Subscriptions } from '../../src/host/query/subscriptions.ts';
import type { Row } from '../../src/host/store/row.ts';
import { type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import type { TestClient } from './support/client.ts';
import { held } from './support/held.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table(
  { public: true },
  { id: t.u8().primaryKey(), cell: t.i32().index(), owner: t.identity(), speed: t.f32() },
);
const Trail = table({ public: true }, { cell: t.i32(), x: t.u8() });
const comet = schema({ ship: Ship, trail: Trail });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(({ db }) => job(db)) });

interface AnyRow {
  readonly id?: number;
  readonly cell: number;
  readonly owner?: { readonly hex: string };
  readonly speed?: number;
  readonly x?: number;
}

/** A query in several spellings, with what it means written in JavaScript. */
interface Query {
  readonly sql: string;
  readonly meaning: string;
  readonly table: 'ship' | 'trail';
  readonly test: (row: AnyRow, sender: string) => boolean;
}

/** Ships that fulfil a condition that no other query here spells differently. */
function ships(condition: string, test: Query['test']): Query {
  return { sql: `SELECT * FROM ship WHERE ${condition}`, meaning: condition, table: 'ship', test };
}

const cell = fc.integer({ min: -1, max: 2 });
const query: fc.Arbitrary<Query> = fc.oneof(
  fc.constant<Query>({ sql: 'SELECT * FROM ship', meaning: 'all', table: 'ship', test: () => true }),
  fc.constant<Query>({ sql: 'SELECT * FROM trail', meaning: 'trails', table: 'trail', test: () => true }),
  fc
    .tuple(
      cell,
      fc.constantFrom(
        (n: number) => `cell = ${n}`,
        (n: number) => `${n} = ship.cell`,
        (n: number) => `"cell" = '${n}'`,
      ),
    )
    .map(
      ([n, text]): Query => ({
        sql: `SELECT * FROM ship WHERE ${text(n)}`,
        meaning: `cell ${n}`,
        table: 'ship',
        test: (row) => row.cell === n,
      }),
    ),
  fc.tuple(cell, fc.nat(3)).map(
    ([n, speed]): Query => ({
      ...{
        sql: `SELECT * FROM ship WHERE speed > ${speed} AND cell = ${n}`,
        meaning: `fast ${n} ${speed}`,
        table: 'ship',
      },
      test: (row) => row.speed! > speed && row.cell === n,
    }),
  ),
  fc
    .tuple(cell, cell)
    .filter(([a, b]) => a !== b)
    .map(
      ([a, b]): Query => ({
        ...{
          sql: `SELECT * FROM ship WHERE cell = ${a} OR (cell = ${b} AND speed <= 1)`,
          meaning: `or ${a} ${b}`,
          table: 'ship',
        },
        test: (row) => row.cell === a || (row.cell === b && row.speed! <= 1),
      }),
    ),
  fc.constant<Query>({
    sql: 'SELECT * FROM ship WHERE owner = :sender',
    meaning: 'mine',
    table: 'ship',
    test: (row, sender) => row.owner!.hex === sender,
  }),
  fc.constant<Query>({
    sql: 'SELECT * FROM ship WHERE owner <> :sender AND id < 3',
    meaning: 'near',
    table: 'ship',
    test: (row, sender) => row.owner!.hex !== sender && row.id! < 3,
  }),
  fc.nat(4).map(
    (id): Query => ({
      sql: `SELECT * FROM ship WHERE id = ${id}`,
      meaning: `id ${id}`,
      table: 'ship',
      test: (row) => row.id === id,
    }),
  ),
  fc
    .tuple(cell, fc.nat(4))
    .map(([n, id]) => ships(`cell = ${n} AND id = ${id}`, (row) => row.cell === n && row.id === id)),
  fc.tuple(cell, cell).map(([a, b]) => ships(`cell >= ${a} AND cell < ${b}`, ({ cell }) => cell >= a && cell < b)),
  fc
    .tuple(cell, cell, fc.nat(3))
    .map(([a, b, s]) =>
      ships(
        `cell > ${a} AND speed >= ${s} AND cell <= ${b} AND speed < ${s + 2}`,
        ({ cell, speed }) => cell > a && cell <= b && speed! >= s && speed! < s + 2,
      ),
    ),
  fc
    .tuple(cell, fc.nat(4), fc.nat(3))
    .map(([n, id, s]) =>
      ships(
        `(cell = ${n} AND id = ${id}) OR speed > ${s} OR (id <= 1 AND cell = ${n})`,
        (row) => (row.cell === n && row.id === id) || row.speed! > s || (row.id! <= 1 && row.cell === n),
      ),
    ),
  fc
    .tuple(cell, fc.nat(4), fc.nat(3))
    .map(([n, id, s]) =>
      ships(
        `(cell = ${n} OR id = ${id}) AND (speed = ${s} OR id < ${id}) AND TRUE = TRUE`,
        (row) => (row.cell === n || row.id === id) && (row.speed === s || row.id! < id),
      ),
    ),
  cell.map((n) => ships(`cell = ${n} OR cell <> 1`, (row) => row.cell === n || row.cell !== 1)),
  cell.map((n) => ships(`cell = ${n} AND (cell = 1 OR FALSE)`, (row) => row.cell === n && row.cell === 1)),
  fc.tuple(cell, fc.nat(2)).map(
    ([n, x]): Query => ({
      ...{ sql: `SELECT * FROM trail WHERE cell = ${n} AND x >= ${x}`, meaning: `trail ${n} ${x}`, table: 'trail' },
      test: (row) => row.cell === n && row.x! >= x,
    }),
  ),
);

const ship = fc.record({ id: fc.nat(4), cell, owner: fc.nat(2).map(player), speed: fc.nat(3) });
const trail = fc.record({ cell, x: fc.nat(2) });
const write = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), ship }) },
  fc.record({ kind: fc.constant('remove' as const), id: fc.nat(4) }),
  fc.record({ kind: fc.constant('draw' as const), trail }),
  fc.record({ kind: fc.constant('wipe' as const), trail }),
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      writes: fc.array(write, { maxLength: 6 }),
      fails: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      who: fc.nat(2),
      set: fc.nat(3),
      queries: fc.array(query, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ kind: fc.constant('unsubscribe' as const), who: fc.nat(2), set: fc.nat(3) }),
  fc.record({ kind: fc.constant('publish' as const) }),
);

/** What the client should hold: each row as often as distinct queries of its sets match it. */
function expected(world: World, client: TestClient, sets: ReadonlyMap<number, readonly Query[]>) {
  const counts = new Map<string, number>();
  for (const queries of sets.values()) {
    const distinct = new Map(queries.map((each) => [each.meaning, each]));
    for (const { table: name, test } of distinct.values()) {
      for (const row of world.rows(name) as never as AnyRow[]) {
        if (!test(row, client.identity.hex)) continue;
        const key = `${name} ${JSON.stringify(row)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

const SLOW_MS = 60_000; // 10,000 queries are compiled, on a busy machine

describe('what clients are told', () => {
  it('[H65][H63][H64][H81] adds up to what their queries give', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const world = new World(module);
        const clients = [0, 1, 2].map((number) => world.join(number));
        const sets = clients.map(() => new Map<number, readonly Query[]>());
        for (const each of steps) {
          if (each.kind === 'commit') {
            job = ({ ship, trail }) => {
              for (const one of each.writes) {
                if (one.kind === 'put') {
                  if (ship.id.find(one.ship.id) === null) ship.insert(one.ship);
                  else ship.id.update(one.ship);
                } else if (one.kind === 'remove') ship.id.delete(one.id);
                else if (one.kind === 'draw') trail.insert(one.trail);
                else trail.delete(one.trail);
              }
              if (each.fails) throw new SenderError('undo');
            };
            world.call('run');
          } else if (each.kind === 'publish') world.publish(module);
          else if (each.kind === 'unsubscribe') {
            clients[each.who]!.unsubscribe(each.set);
            sets[each.who]!.delete(each.set);
          } else if (!sets[each.who]!.has(each.set)) {
            const answer = clients[each.who]!.subscribe(each.set, ...each.queries.map(({ sql }) => sql));
            expect(answer.tag).toBe('SubscribeApplied');
            sets[each.who]!.set(each.set, each.queries);
          }
          for (const [i, client] of clients.entries()) expect(held(client)).toEqual(expected(world, client, sets[i]!));
        }
      }),
      { numRuns: 200 },
    );
  });

  /** Conditions, one for each query number; ships of cell n and speed 2 are in that of number n, and in no other. */
  const FORMS: Readonly<Record<string, (n: number) => string>> = {
    'an equality': (n) => `cell = ${n}`,
    'an equality and a range': (n) => `cell = ${n} AND speed > 1`,
    'two equalities': (n) => `speed = 2 AND cell = ${n}`,
    'two equalities, the first the same for all': (n) => `id = 1 AND cell = ${n}`,
    'a range': (n) => `cell > ${n - 1} AND cell < ${n + 1}`,
    'an area': (n) => `cell > ${n - 1} AND cell < ${n + 1} AND speed >= 1 AND speed <= 3`,
    'an OR': (n) => `cell = ${n} OR cell = ${-1 - n}`,
    'an OR that comes by twice': (n) => `cell = ${n} OR (cell = ${n} AND speed = 2)`,
    'an OR of ranges and equalities': (n) => `(cell = ${-1 - n} AND id = 1) OR (cell > ${n - 1} AND cell < ${n + 1})`,
    'an OR in an AND': (n) => `(cell = ${n} OR cell = ${-1 - n}) AND (speed = 2 OR speed = 3)`,
  };

  for (const [name, condition] of Object.entries(FORMS)) {
    it(`[H66] costs what the touched queries cost, however many others there are: ${name}`, {
      timeout: SLOW_MS,
    }, () => {
      const costs = [10, 10_000].map((count) => {
        const world = new World(module);
        const subscriptions = new Subscriptions<number>();
        let asked = 0;
        const lives = Array.from({ length: count }, (_, n) => {
          const query = compileQueries(
            `SELECT * FROM ship WHERE ${condition(n)}`,
            world.database.access(player(n)),
          )[0]!;
          const test = (row: Row) => {
            asked++;
            return query.test!(row);
          };
          return subscriptions.subscribe(n, { ...query, test });
        });
        let reads = 0;
        const counted = (cell: number) => {
          const row = {};
          for (const [key, value] of Object.entries({ id: 1, cell, speed: 2 })) {
            const get = () => {
              reads++;
              return value;
            };
            Object.defineProperty(row, key, { get });
          }
          return row as Row;
        };
        const store = world.database.store('ship')!;
        const changes = [
          { before: counted(3), after: counted(3) },
          { before: counted(3), after: counted(4) },
          { before: undefined, after: counted(5) },
        ];
        const changed = subscriptions.apply([{ store, changes, events: [] }]);
        expect(changed.map(({ id, delta }) => [id, delta.inserts, delta.updates, delta.deletes])).toEqual([
          [3, [], [changes[0]!.after], [changes[1]!.before]],
          [4, [changes[1]!.after], [], []],
          [5, [changes[2]!.after], [], []],
        ]);
        for (const [n, live] of lives.entries()) subscriptions.unsubscribe(n, live);
        expect(subscriptions.watches(store)).toBe(false); // also the last branch of the tree is gone
        return { asked, reads };
      });
      expect(costs[1]!.asked).toBe(costs[0]!.asked);
      expect(costs[1]!.reads).toBe(costs[0]!.reads);
    });
  }
});
