import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQueries } from '../../src/host/query/compile.ts';
import { Subscriptions } from '../../src/host/query/subscriptions.ts';
import type { Row, RowChange, TableStore } from '../../src/host/store/table-store.ts';
import { type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import type { Key } from '../../src/values/index.ts';
import { msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { held } from './support/held.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table(
  { public: true },
  { id: t.u8().primaryKey(), cell: t.i32().index(), speed: t.u8(), pilot: t.u8().index() },
);
const Orb = table({ public: true }, { id: t.u8().primaryKey(), cell: t.i32().index('hash'), worth: t.u8() });
const Trail = table({ public: true }, { cell: t.i32().index(), x: t.u8().index() });
const comet = schema({ ship: Ship, orb: Orb, trail: Trail });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(({ db }) => job(db)) });

type AnyRow = Readonly<Record<string, number>>;
type Name = 'ship' | 'orb' | 'trail';

/** `a` is the row of the result, `b` the other one. */
interface Part {
  readonly sql: string;
  readonly holds: (a: AnyRow, b: AnyRow) => boolean;
}

interface Join {
  readonly sql: string;
  readonly meaning: string;
  readonly a: Name;
  readonly b: Name;
  readonly holds: (a: AnyRow, b: AnyRow) => boolean;
}

/** Columns that are compared, by table; those in front are indexed, those of one place have one type. */
const COLUMNS: Readonly<Record<Name, readonly (readonly [column: string, isIndexed: boolean])[]>> = {
  ship: [
    ['cell', true],
    ['id', true],
    ['pilot', true],
    ['speed', false],
  ],
  orb: [
    ['cell', true],
    ['id', true],
    ['worth', false],
  ],
  trail: [
    ['cell', true],
    ['x', true],
  ],
};
const OPERATORS = {
  '=': (x: number, y: number) => x === y,
  '<>': (x: number, y: number) => x !== y,
  '<': (x: number, y: number) => x < y,
  '>=': (x: number, y: number) => x >= y,
};
const operator = fc.constantFrom(...(Object.keys(OPERATORS) as (keyof typeof OPERATORS)[]));
const name = fc.constantFrom<Name>('ship', 'orb', 'trail');

function conditions(a: Name, b: Name): fc.Arbitrary<Part> {
  const value = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(3), operator, fc.nat(2)).map(([side, at, op, n]): Part => {
    const columns = COLUMNS[side === 'a' ? a : b];
    const [column] = columns[at % columns.length]!;
    return {
      sql: `${side}.${column} ${op} ${n}`,
      holds: (one, other) => OPERATORS[op]((side === 'a' ? one : other)[column]!, n),
    };
  });
  const columns = fc.tuple(fc.nat(3), fc.nat(3), operator).map(([left, right, op]): Part => {
    const of = (table: Name) => COLUMNS[table].filter(([column]) => column !== 'cell').map(([column]) => column);
    const [one, other] = [of(a)[left % of(a).length]!, of(b)[right % of(b).length]!];
    return { sql: `a.${one} ${op} b.${other}`, holds: (x, y) => OPERATORS[op](x[one]!, y[other]!) };
  });
  const leaf = fc.oneof({ weight: 3, arbitrary: value }, columns);
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    fc.tuple(leaf, leaf).map(
      ([one, other]): Part => ({
        sql: `(${one.sql} OR ${other.sql})`,
        holds: (x, y) => one.holds(x, y) || other.holds(x, y),
      }),
    ),
  );
}

const join: fc.Arbitrary<Join> = fc
  .tuple(name, name, fc.boolean(), fc.boolean(), fc.nat(2))
  .chain(([a, b, byCell, isFirst, at]) => {
    const keys = (table: Name) => COLUMNS[table].filter(([column, isIndexed]) => isIndexed && column !== 'cell');
    const [left, right] = byCell
      ? ['cell', 'cell']
      : [keys(a)[at % keys(a).length]![0], keys(b)[at % keys(b).length]![0]];
    return fc.array(conditions(a, b), { maxLength: 3 }).map((parts): Join => {
      const from = isFirst
        ? `${a} a JOIN ${b} b ON a.${left} = b.${right}`
        : `${b} AS b JOIN ${a} AS a ON b.${right} = a.${left}`;
      const where = parts.map(({ sql }) => sql).join(' AND ');
      return {
        ...{ a, b },
        sql: `SELECT a.* FROM ${from}${where === '' ? '' : ` WHERE ${where}`}`,
        meaning: `${a} ${b} ${left} ${right} ${where}`,
        holds: (x, y) => x[left!] === y[right!] && parts.every((part) => part.holds(x, y)),
      };
    });
  });

const cell = fc.integer({ min: -1, max: 1 });
const small = fc.nat(2);
const write = fc.oneof(
  fc.record({
    kind: fc.constant('ship' as const),
    row: fc.record({ id: fc.nat(3), cell, speed: small, pilot: small }),
  }),
  fc.record({ kind: fc.constant('orb' as const), row: fc.record({ id: fc.nat(3), cell, worth: small }) }),
  fc.record({ kind: fc.constant('trail' as const), row: fc.record({ cell, x: small }) }),
  fc.record({ kind: fc.constant('wipe' as const), row: fc.record({ cell, x: small }) }),
  fc.record({ kind: fc.constantFrom('noShip' as const, 'noOrb' as const), id: fc.nat(3) }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
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
      set: fc.nat(2),
      joins: fc.array(join, { minLength: 1, maxLength: 3 }),
    }),
  },
  fc.record({ kind: fc.constant('unsubscribe' as const), set: fc.nat(2) }),
);

function apply({ ship, orb, trail }: Db, write: Write): void {
  if (write.kind === 'ship') {
    if (ship.id.find(write.row.id) === null) ship.insert(write.row);
    else ship.id.update(write.row);
  } else if (write.kind === 'orb') {
    if (orb.id.find(write.row.id) === null) orb.insert(write.row);
    else orb.id.update(write.row);
  } else if (write.kind === 'trail') trail.insert(write.row);
  else if (write.kind === 'wipe') trail.delete(write.row);
  else if (write.kind === 'noShip') ship.id.delete(write.id);
  else orb.id.delete(write.id);
}

/** Each row as often as pairs with it fulfil a query. */
function expected(world: World, sets: readonly (readonly Join[])[]) {
  const counts = new Map<string, number>();
  for (const joins of sets) {
    for (const { a, b, holds } of new Map(joins.map((each) => [each.meaning, each])).values()) {
      for (const row of world.rows(a) as never as AnyRow[]) {
        for (const other of world.rows(b) as never as AnyRow[]) {
          if (!holds(row, other)) continue;
          const key = `${a} ${JSON.stringify(row)}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
    }
  }
  return counts;
}

function countsOf(name: Name, rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = `${name} ${JSON.stringify(row)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('subscriptions to joins', () => {
  it('[H97][H96][H91][H64][H65] add up to what the queries give, run once too: a row once for each of its pairs', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const world = new World(module);
        const clients = [msgpackProtocol, v1Protocol, v2Protocol, v3Protocol].map((protocol) =>
          world.join(1, protocol),
        );
        const sets = new Map<number, readonly Join[]>();
        for (const each of steps) {
          if (each.kind === 'commit') {
            job = (db) => {
              for (const one of each.writes) apply(db, one);
              if (each.fails) throw new SenderError('undo');
            };
            world.call('run');
          } else if (each.kind === 'unsubscribe') {
            for (const client of clients) client.unsubscribe(each.set);
            sets.delete(each.set);
          } else if (!sets.has(each.set)) {
            for (const client of clients) {
              expect(client.subscribe(each.set, ...each.joins.map(({ sql }) => sql)).tag).toBe('SubscribeApplied');
            }
            sets.set(each.set, each.joins);
          }
          const asked = [...sets.values()];
          for (const client of clients) {
            // v1 tells a query once, however many sets hold it.
            const told = client.protocol === v1Protocol ? [asked.flat()] : asked;
            expect(held(client), client.protocol.name).toEqual(expected(world, told));
          }
          for (const one of asked.flat()) {
            const rows = world.database.select(one.sql, player(1)).rows as Row[];
            expect(countsOf(one.a, rows)).toEqual(expected(world, [[one]]));
          }
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('[H97] tell what stays as updates, and never a row that came and went', () => {
    fc.assert(
      fc.property(
        fc.array(join, { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(write, { maxLength: 5 }), { maxLength: 6 }),
        (joins, commits) => {
          const world = new World(module);
          const { database } = world;
          const subscriptions = new Subscriptions<number>();
          for (const [i, { sql }] of joins.entries()) {
            for (const query of compileQueries(sql, database.access(player(1)))) subscriptions.subscribe(i, query);
          }
          const names = ['ship', 'orb', 'trail'] as const;
          const rows = () => names.map((each) => new Map(database.store(each)!.rows));
          for (const writes of commits) {
            const before = rows();
            job = (db) => {
              for (const one of writes) apply(db, one);
            };
            world.run('run');
            const committed = names.map((each, i) => ({
              store: database.store(each)!,
              changes: changesOf(database.store(each)!, before[i]!),
              events: [],
            }));
            for (const { delta, query } of subscriptions.apply(committed.filter(({ changes }) => changes.length > 0))) {
              expect(delta.isEmpty).toBe(false);
              expect(delta.replaced).toHaveLength(delta.updates.length);
              const key = query.store.keyOfRow;
              for (const [i, row] of delta.updates.entries()) {
                expect(key(row)).toBe(key(delta.replaced[i]!));
                expect(row).not.toEqual(delta.replaced[i]);
              }
              const came = new Set(delta.inserts);
              expect(delta.deletes.some((row) => came.has(row))).toBe(false);
              delta.clear();
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

/** What happened to a table, as a commit tells it: a row that was put back as it was is the same row. */
function changesOf(store: TableStore, before: ReadonlyMap<Key, Row>): RowChange[] {
  return [...new Set([...before.keys(), ...store.rows.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), store.rows.get(key)];
    if (was !== undefined && is !== undefined && store.codec.equal(was, is)) {
      store.rows.set(key, was);
      return [];
    }
    return was === is ? [] : [{ before: was, after: is }];
  });
}
