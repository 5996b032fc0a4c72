import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Range, type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, World } from './support/world.ts';

const Ship = table(
  {
    indexes: [{ accessor: 'byCell', algorithm: 'btree', columns: ['cell', 'kind'] }],
    constraints: [{ constraint: 'unique', columns: ['cell', 'berth'] }],
  },
  { id: t.i8().primaryKey().autoInc(), name: t.string().unique(), cell: t.i32(), kind: t.u8().index(), berth: t.u8() },
);
const Trail = table({}, { x: t.u8(), y: t.u8() });
const comet = schema({ ship: Ship, trail: Trail });
type Db = ReducerCtx<(typeof comet)['tables']>['db'];
type Row = ReturnType<Db['ship']['insert']>;

const MAX_ID = 127;

/** The same tables as plain maps, written the plainest way. */
class Model {
  ships = new Map<number, Row>();
  trails = new Map<string, { x: number; y: number }>();
  next = 1;

  copy(): Model {
    return Object.assign(new Model(), { ships: new Map(this.ships), trails: new Map(this.trails), next: this.next });
  }

  insert(row: Row): string {
    const stored = { ...row };
    if (stored.id === 0) {
      if (this.next > MAX_ID) return 'AutoIncOverflow';
      stored.id = this.next++;
    }
    if (this.ships.has(stored.id) || this.clashes(stored, undefined)) return 'UniqueAlreadyExists';
    this.ships.set(stored.id, stored);
    return `inserted ${stored.id}`;
  }

  update(row: Row, by: 'id' | 'name'): string {
    const old = by === 'id' ? this.ships.get(row.id) : [...this.ships.values()].find(({ name }) => name === row.name);
    if (old === undefined) return 'NoSuchRow';
    if (this.clashes(row, old.id)) return 'UniqueAlreadyExists';
    if (row.id !== old.id && this.ships.has(row.id)) return 'UniqueAlreadyExists';
    this.ships.delete(old.id);
    this.ships.set(row.id, { ...row });
    return 'updated';
  }

  where(test: (row: Row) => boolean): number[] {
    return [...this.ships.values()].filter(test).map(({ id }) => id);
  }

  private clashes(row: Row, except: number | undefined): boolean {
    return [...this.ships.values()].some(
      (other) =>
        other.id !== except && (other.name === row.name || (other.cell === row.cell && other.berth === row.berth)),
    );
  }
}

const row = fc.record({
  id: fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 8 })),
  name: fc.constantFrom('ada', 'bob', 'cyd', 'dee', 'eve', ''),
  cell: fc.integer({ min: -1, max: 2 }),
  kind: fc.nat(2),
  berth: fc.nat(3),
});
const trail = fc.record({ x: fc.nat(2), y: fc.nat(2) });

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('insert' as const), row }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('update' as const),
      row,
      by: fc.constantFrom('id' as const, 'name' as const),
    }),
  },
  fc.record({ op: fc.constant('deleteId' as const), id: fc.nat(8) }),
  fc.record({ op: fc.constant('deleteRow' as const), row }),
  fc.record({
    op: fc.constant('deleteCells' as const),
    from: fc.integer({ min: -1, max: 2 }),
    to: fc.integer({ min: -1, max: 2 }),
  }),
  fc.record({ op: fc.constant('clear' as const) }),
  fc.record({ op: fc.constant('draw' as const), trail }),
  fc.record({ op: fc.constant('wipe' as const), trail }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const transactions = fc.array(fc.record({ operations: fc.array(operation, { maxLength: 8 }), fails: fc.boolean() }), {
  maxLength: 25,
});

function attempt(write: () => string): string {
  try {
    return write();
  } catch (error) {
    return (error as { errorName?: string }).errorName ?? String(error);
  }
}

function onTable(db: Db, operation: Operation): string {
  switch (operation.op) {
    case 'insert':
      return attempt(() => `inserted ${db.ship.insert(operation.row).id}`);
    case 'update':
      return attempt(() => db.ship[operation.by].update(operation.row) && 'updated');
    case 'deleteId':
      return String(db.ship.id.delete(operation.id));
    case 'deleteRow':
      return String(db.ship.delete(operation.row));
    case 'deleteCells': {
      const { from, to } = operation;
      return String(db.ship.byCell.delete(new Range({ tag: 'included', value: from }, { tag: 'excluded', value: to })));
    }
    case 'clear':
      return String(db.ship.clear());
    case 'draw':
      return String(db.trail.insert(operation.trail).x);
    case 'wipe':
      return String(db.trail.delete(operation.trail));
  }
}

function onModel(model: Model, operation: Operation): string {
  const removeAll = (ids: number[]) => {
    for (const id of ids) model.ships.delete(id);
    return String(ids.length);
  };
  switch (operation.op) {
    case 'insert':
      return model.insert(operation.row);
    case 'update':
      return model.update(operation.row, operation.by);
    case 'deleteId':
      return String(model.ships.delete(operation.id));
    case 'deleteRow': {
      const stored = model.ships.get(operation.row.id);
      return String(JSON.stringify(stored) === JSON.stringify(operation.row) && model.ships.delete(operation.row.id));
    }
    case 'deleteCells':
      return removeAll(model.where(({ cell }) => cell >= operation.from && cell < operation.to));
    case 'clear':
      return removeAll([...model.ships.keys()]);
    case 'draw':
      model.trails.set(JSON.stringify(operation.trail), operation.trail);
      return String(operation.trail.x);
    case 'wipe':
      return String(model.trails.delete(JSON.stringify(operation.trail)));
  }
}

const sorted = <T>(items: Iterable<T>): string[] => [...items].map((item) => JSON.stringify(item)).sort();

/** Everything a module can see of the tables, by every way to see it. */
function compare(db: Db, model: Model): void {
  expect(db.ship.count()).toBe(BigInt(model.ships.size));
  expect(sorted(db.ship)).toEqual(sorted(model.ships.values()));
  expect(sorted(db.trail)).toEqual(sorted(model.trails.values()));
  for (const stored of model.ships.values()) {
    expect(db.ship.id.find(stored.id)).toEqual(stored);
    expect(db.ship.name.find(stored.name)).toEqual(stored);
  }
  for (const name of ['ada', 'bob', 'cyd', 'dee', 'eve', '']) {
    expect(db.ship.name.find(name)?.id).toBe(model.where((other) => other.name === name)[0]);
  }
  for (let cell = -1; cell <= 2; cell++) {
    expect(sorted(db.ship.byCell.filter(cell))).toEqual(
      sorted([...model.ships.values()].filter((s) => s.cell === cell)),
    );
  }
  for (let kind = 0; kind <= 2; kind++) {
    expect([...db.ship.kind.filter(kind)].map(({ id }) => id).sort()).toEqual(
      model.where((s) => s.kind === kind).sort(),
    );
  }
  const inOrder = [...db.ship.byCell.filter(new Range())];
  expect(inOrder).toHaveLength(model.ships.size);
  for (const [i, next] of inOrder.slice(1).entries()) {
    const { cell, kind } = inOrder[i]!;
    expect(cell < next.cell || (cell === next.cell && kind <= next.kind)).toBe(true);
  }
}

let job: (db: Db) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(({ db }) => job(db)) });

describe('transactions', () => {
  it('[H20][H15][H14] do to tables and indexes what they do to plain maps, and nothing when they throw', () => {
    fc.assert(
      fc.property(transactions, (list) => {
        const world = new World(module);
        let model = new Model();
        for (const { operations, fails } of list) {
          const after = model.copy();
          job = (db) => {
            for (const operation of operations) expect(onTable(db, operation)).toBe(onModel(after, operation));
            compare(db, after);
            if (fails) throw new SenderError('undo');
          };
          const outcome = world.call('run');
          expect(outcome).toMatchObject({ status: fails ? 'Failed' : 'Committed', ...(fails && { error: 'undo' }) });
          if (!fails) model = after;
          job = (db) => compare(db, model);
          world.run('run');
        }
      }),
      { numRuns: 150 },
    );
  });
});
