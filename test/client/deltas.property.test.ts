import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientCache } from '../../src/client/cache/client-cache.ts';
import { schema, t, table } from '../../src/client/index.ts';
import { Reporter } from '../../src/client/reporter.ts';
import type { Row, TableDelta } from '../../src/wire/index.ts';

const { defs } = schema({
  ship: table({ name: 'ship' }, { id: t.u32().primaryKey(), x: t.u32() }),
  player: table({ name: 'player' }, { id: t.string().primaryKey(), x: t.u32() }),
}).schemaType;
const KEYS = 8;

/** What happens to one key in a message: how often queries come to hold it and drop it, and whether it says something new. */
const fate = fc.record({
  came: fc.integer({ min: 0, max: 3 }),
  left: fc.integer({ min: 0, max: 3 }),
  isUpdated: fc.boolean(),
});
const messages = fc.array(
  fc.record({
    fates: fc.array(fate, { minLength: KEYS, maxLength: KEYS }),
    seed: fc.infiniteStream(fc.nat()),
  }),
  { maxLength: 12 },
);

describe.each(['ship', 'player'])('one message of a table (%s)', (name) => {
  it.each(['keys', 'rows'])(
    '[C1] [C2] [C3] whatever comes and goes, in whatever order, only the sum counts (%s that leave)',
    (form) => {
      const index = defs.findIndex((def) => def.name === name);
      const own = (key: number): unknown => (name === 'ship' ? key : `${key}`);
      fc.assert(
        fc.property(messages, (list) => {
          const cache = new ClientCache(defs, new Reporter([]));
          const cached = cache.tables[index]!;
          const told: string[] = [];
          cached.listeners.byKind.Insert.add((_ctx, row) => told.push(`+${row.id} ${row.x}`));
          cached.listeners.byKind.Update.add((_ctx, before, row) => told.push(`${row.id} ${before.x} -> ${row.x}`));
          cached.listeners.byKind.Delete.add((_ctx, row) => told.push(`-${row.id} ${row.x}`));
          const held = new Map<number, { count: number; x: number }>();
          list.forEach(({ fates, seed }, n) => {
            const [inserts, updates, deletes]: [Row[], Row[], Row[]] = [[], [], []];
            const expected: string[] = [];
            fates.forEach(({ came, left, isUpdated }, key) => {
              const before = held.get(key);
              const id = own(key);
              // A row says something new only when it left and came with every query that holds it, or was updated.
              const isNew = before !== undefined && came > 0 && left >= before.count;
              const isTold = before !== undefined && isUpdated && came === 0 && left < before.count;
              const x = before === undefined || isNew || isTold ? n + 1 : before.x;
              const leaving = Math.min(left, (before?.count ?? 0) + came);
              if (isTold) updates.push({ id, x });
              for (let i = 0; i < came; i++) inserts.push({ id, x });
              for (let i = 0; i < leaving; i++) deletes.push({ id, x: before?.x ?? x });
              const count = (before?.count ?? 0) + came - leaving;
              if (count > 0) held.set(key, { count, x });
              else held.delete(key);
              if (before === undefined && count > 0) expected.push(`+${id} ${x}`);
              if (before !== undefined && count === 0) expected.push(`-${id} ${before.x}`);
              if (before !== undefined && count > 0 && x !== before.x) expected.push(`${id} ${before.x} -> ${x}`);
            });
            for (const rows of [inserts, updates, deletes]) shuffle(rows, seed);
            const left =
              form === 'rows'
                ? { deletes, deletedKeys: [] }
                : { deletes: [], deletedKeys: deletes.map(({ id }) => id) };
            const delta: TableDelta = { table: cached, inserts, updates, events: [], ...left };
            cache.apply([delta]);
            cache.tell({ event: { tag: 'Transaction' } } as never);
            expect(told.splice(0).sort()).toEqual(expected.sort());
            expect(new Set([...cached.rows.values()].map(({ id, x }) => `${id} ${x}`))).toEqual(
              new Set([...held].map(([key, { x }]) => `${key} ${x}`)),
            );
          });
        }),
      );
    },
  );
});

function shuffle(rows: Row[], seed: Iterator<number>): void {
  for (let i = rows.length - 1; i > 0; i--) {
    const other = seed.next().value % (i + 1);
    [rows[i], rows[other]] = [rows[other]!, rows[i]!];
  }
}
