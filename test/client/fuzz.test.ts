import { expect, it } from 'vitest';
import type { SubscribeMessage, UnsubscribeMessage } from '../../src/wire/index.ts';
import { type SubscriptionHandle, tables } from '../fixtures/bindings/index.ts';
import { randomOf } from '../random.ts';
import { connectedArena, PROTOCOLS, type Protocol, ship } from './support/arena.ts';
import type { Delta } from './support/scripted-host.ts';

// Random overlapping subscriptions, transactions and unsubscribes, against a plain model: a set of rows and a list of
// predicates. `FUZZ_SEED=123 npx vitest run test/client/fuzz` repeats a run; `FUZZ_RUNS` makes it more.
const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 20_260_101);
const RUNS = Number(process.env.FUZZ_RUNS ?? (process.env.FUZZ_SEED === undefined ? 40 : 1));
const STEPS = 150;
const OWNERS = 4;
const SHIPS = 25;

type Ship = ReturnType<typeof ship>;

interface Query {
  readonly handle: SubscriptionHandle;
  readonly matches: (row: Ship) => boolean;
}

/** What listeners ought to hear, as `insert 3`, `update 3 0>5`, `delete 3`; sorted, since rows come in any order. */
function differences(before: ReadonlyMap<number, Ship>, after: ReadonlyMap<number, Ship>): string[] {
  const found: string[] = [];
  for (const [id, row] of after) {
    const old = before.get(id);
    if (old === undefined) found.push(`insert ${id}`);
    else if (JSON.stringify(old) !== JSON.stringify(row)) found.push(`update ${id} ${old.x}>${row.x}`);
  }
  for (const id of before.keys()) if (!after.has(id)) found.push(`delete ${id}`);
  return found.sort();
}

async function run(seed: number, protocol: Protocol): Promise<void> {
  const random = randomOf(seed);
  const { conn, host, tick, visibility, errors } = connectedArena(undefined, protocol);
  const rows = new Map<number, Ship>(); // what the host has
  const queries: Query[] = [];
  let cached = new Map<number, Ship>(); // what the model's cache has
  let told = cached; // what its listeners were last told
  const heard: string[] = [];
  conn.db.ship.onInsert((_ctx, row) => heard.push(`insert ${row.id}`));
  conn.db.ship.onUpdate((_ctx, before, row) => heard.push(`update ${row.id} ${before.x}>${row.x}`));
  conn.db.ship.onDelete((_ctx, row) => heard.push(`delete ${row.id}`));
  if (random(2) === 0) {
    conn.db.ship.callSign.find('');
    conn.db.ship.owner.filter(0);
  }

  const matching = (query: Query) => [...rows.values()].filter(query.matches);
  const visible = () => new Map([...rows].filter(([, row]) => queries.some((query) => query.matches(row))));

  const subscribe = (): void => {
    const owner = random(OWNERS + 1);
    const least = random(3) === 0 ? random(10) : 0;
    const handle = conn.subscriptionBuilder().subscribe(tables.ship.where((row) => row.owner.eq(owner)));
    const message = host.received().at(-1) as SubscribeMessage;
    const isAll = owner === OWNERS;
    const query = { handle, matches: (row: Ship) => (isAll || row.owner === owner) && row.x >= least };
    queries.push(query);
    host.applied(message, { table: 'ship', inserts: matching(query) });
  };

  const unsubscribe = (): void => {
    const [query] = queries.splice(random(queries.length), 1);
    if (query === undefined) return;
    query.handle.unsubscribe();
    host.unsubscribed(host.received().at(-1) as UnsubscribeMessage, { table: 'ship', deletes: matching(query) });
  };

  const transact = (): void => {
    const before = new Map(rows);
    for (let i = random(6); i >= 0; i--) {
      const id = random(SHIPS);
      if (rows.has(id) && random(3) === 0) rows.delete(id);
      else rows.set(id, ship({ id, owner: random(OWNERS), x: random(20), callSign: `${id}-${random(2)}` }));
    }
    const deltas: Delta[] = [];
    for (const query of queries) {
      const delta = { table: 'ship', inserts: [] as Ship[], updates: [] as Ship[], deletes: [] as Ship[] };
      for (let id = 0; id < SHIPS; id++) {
        const old = before.get(id);
        const row = rows.get(id);
        const was = old !== undefined && query.matches(old);
        const is = row !== undefined && query.matches(row);
        if (is && !was) delta.inserts.push(row);
        else if (was && !is) delta.deletes.push(old);
        else if (is && was && JSON.stringify(old) !== JSON.stringify(row)) delta.updates.push(row);
      }
      if (delta.inserts.length + delta.updates.length + delta.deletes.length > 0) deltas.push(delta);
    }
    host.transaction(...deltas);
  };

  for (let step = 0; step < STEPS; step++) {
    const choice = random(10);
    if (choice < 2) subscribe();
    else if (choice === 2) unsubscribe();
    else if (choice === 3) visibility.set(!visibility.hidden);
    else transact();
    host.pair.flush();
    cached = visible();
    if (visibility.hidden && random(4) > 0) {
      await null; // the page applies by itself, and tells nobody
      expect(new Map([...conn.db.ship].map((row) => [row.id, row])), `seed ${seed}, step ${step}`).toEqual(cached);
      expect(heard, `seed ${seed}, step ${step}`).toEqual([]);
      continue;
    }
    if (visibility.hidden) await null;
    conn.frameTick();
    const where = `seed ${seed}, step ${step}`;
    expect(new Map([...conn.db.ship].map((row) => [row.id, row])), where).toEqual(cached);
    expect(heard.splice(0).sort(), where).toEqual(differences(told, cached));
    told = cached;
    for (let owner = 0; owner < OWNERS; owner++) {
      const ids = [...cached.values()].filter((row) => row.owner === owner).map((row) => row.id);
      expect(
        [...conn.db.ship.owner.filter(owner)].map((row) => row.id).sort((a, b) => a - b),
        where,
      ).toEqual(ids.sort((a, b) => a - b));
    }
    for (const row of cached.values()) expect(conn.db.ship.callSign.find(row.callSign), where).toEqual(row);
  }
  visibility.set(false);
  conn.frameTick();
  heard.length = 0;
  while (queries.length > 0) unsubscribe();
  tick();
  expect(conn.db.ship.count(), `seed ${seed}`).toBe(0n);
  expect(heard, `seed ${seed}`).toHaveLength(cached.size);
  expect(errors, `seed ${seed}`).toEqual([]);
}

it.each(PROTOCOLS)(
  '[C1] [C2] [C3] [W2] [W7] the cache and its callbacks agree with a model: %s',
  async (_, protocol) => {
    for (let i = 0; i < RUNS; i++) await run(FIRST_SEED + i, protocol);
  },
);
