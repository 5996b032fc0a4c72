import { describe, expect, it, vi } from 'vitest';
import { ClientCache } from '../../src/client/cache/client-cache.ts';
import { Range, schema, Timestamp, t, table } from '../../src/client/index.ts';
import type { Parts } from '../../src/client/parts.ts';
import { Reporter } from '../../src/client/reporter.ts';
import { dbView } from '../../src/client/table-handle.ts';
import type { Row } from '../../src/wire/index.ts';
import { connectedArena, ship } from './support/arena.ts';
import { ALICE, BOB } from './support/scripted-host.ts';

/** What handles need of a connection, as long as nobody asks for more. */
const unconnected = (cache: ClientCache) => ({ cache }) as unknown as Parts;

type Arena = ReturnType<typeof connectedArena>;

/** Logs what listeners of ships hear. */
function follow({ conn }: Arena): unknown[] {
  const log: unknown[] = [];
  conn.db.ship.onInsert((_ctx, row) => log.push(['insert', row.id]));
  conn.db.ship.onUpdate((_ctx, before, row) => log.push(['update', row.id, before.x, row.x]));
  conn.db.ship.onDelete((_ctx, row) => log.push(['delete', row.id]));
  return log;
}

describe('rows', () => {
  it('[C1] a row that two queries match is held once', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    const log = follow(arena);
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 })] }, { table: 'ship', inserts: [ship({ id: 1 })] });
    expect(log).toEqual([['insert', 1]]);
    expect(conn.db.ship.count()).toBe(1n);
    host.transaction(
      { table: 'ship', updates: [ship({ id: 1, x: 2 })] },
      { table: 'ship', updates: [ship({ id: 1, x: 2 })] },
    );
    tick();
    expect(log.splice(0)).toEqual([
      ['insert', 1],
      ['update', 1, 0, 2],
    ]);
    host.transaction({ table: 'ship', deletes: [ship({ id: 1 })] });
    tick();
    expect(log).toEqual([]);
    host.transaction({ table: 'ship', deletes: [ship({ id: 1 })] });
    tick();
    expect(log).toEqual([['delete', 1]]);
  });

  it('[C2] a row told again is the same object, and no callback', () => {
    const arena = connectedArena();
    const { conn } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    const log = follow(arena);
    const before = conn.db.ship.id.find(1);
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    expect(log.splice(0)).toEqual([['insert', 2]]);
    expect(conn.db.ship.id.find(1)).toBe(before);
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1, x: 9 })] });
    expect(log).toEqual([['update', 1, 0, 9]]);
  });

  it('[C3] from one query into another in one message is one update', () => {
    const arena = connectedArena();
    const { host, tick } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 }), ship({ id: 3 })] });
    const log = follow(arena);
    host.transaction(
      { table: 'ship', deletes: [ship({ id: 1 })] },
      { table: 'ship', inserts: [ship({ id: 1, x: 1 })] },
    );
    host.transaction({ table: 'ship', inserts: [ship({ id: 2, x: 2 })], deletes: [ship({ id: 2 })] });
    host.transaction(
      { table: 'ship', updates: [ship({ id: 3, x: 3 })] },
      { table: 'ship', inserts: [ship({ id: 3, x: 3 })] },
    );
    tick();
    expect(log.splice(0)).toEqual([
      ['update', 1, 0, 1],
      ['update', 2, 0, 2],
      ['update', 3, 0, 3],
    ]);
    host.transaction({ table: 'ship', deletes: [1, 2, 3].map((id) => ship({ id })) });
    tick();
    expect(log.splice(0)).toEqual([
      ['delete', 1],
      ['delete', 2],
    ]); // 3 is still in one query
  });

  it('[C4] the old object is untouched, deletes give the object that was held', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    const first = conn.db.ship.id.find(1)!;
    const heard: unknown[] = [];
    conn.db.ship.onUpdate((_ctx, before, row) => heard.push(before === first, row === conn.db.ship.id.find(1)));
    conn.db.ship.onDelete((_ctx, row) => heard.push(row === second));
    host.transaction({ table: 'ship', updates: [ship({ id: 1, x: 4 })] });
    tick();
    const second = conn.db.ship.id.find(1)!;
    host.transaction({ table: 'ship', deletes: [ship({ id: 1 })] });
    tick();
    expect(heard).toEqual([true, true, true]);
    expect(first.x).toBe(0);
  });

  it('[C5] rows without a primary key are known by their content', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    const line = (text: string) => ({ sender: ALICE, sent: new Timestamp(5n), text });
    arena.subscribe({ table: 'message', inserts: [line('a'), line('b')] });
    const log: string[] = [];
    conn.db.message.onInsert((_ctx, row) => log.push(`insert ${row.text}`));
    conn.db.message.onDelete((_ctx, row) => log.push(`delete ${row.text}`));
    arena.subscribe({ table: 'message', inserts: [line('a')] });
    host.transaction({ table: 'message', deletes: [line('a'), line('b')], inserts: [line('c')] });
    tick();
    expect(log.splice(0)).toEqual(['insert c', 'delete b']);
    host.transaction({ table: 'message', deletes: [line('a')], inserts: [line('a')] });
    tick();
    expect(log).toEqual([]);
    expect([...conn.db.message].map((row) => row.text)).toEqual(['a', 'c']);
    expect(conn.db.message.keyOf(line('a'))).toBeUndefined();
  });

  it('[C6] changes of unknown rows warn once a table', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe();
    const log = follow(arena);
    host.transaction({ table: 'ship', deletes: [ship({ id: 8 }), ship({ id: 9 })] });
    host.transaction({ table: 'ship', updates: [ship({ id: 8, x: 1 }), ship({ id: 9 })] });
    host.transaction({ table: 'user', deletes: [{ identity: BOB, name: undefined, online: true }] });
    tick();
    expect(warn.mock.calls.map(([text]) => /(\w+) a row of (\w+)/.exec(text)?.slice(1))).toEqual([
      ['deleted', 'ship'],
      ['updated', 'ship'],
      ['deleted', 'user'],
    ]);
    expect(log).toEqual([
      ['insert', 8],
      ['insert', 9],
    ]);
    expect(conn.db.ship.count()).toBe(2n);
    warn.mockRestore();
  });

  it('[C7] event rows are told and not kept', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe();
    const log: unknown[] = [];
    conn.db.bump.onInsert((ctx, row) => log.push([row.force, ctx.event.tag, conn.db.bump.count()]));
    host.transaction({
      table: 'bump',
      events: [
        { ship: 1, force: 2 },
        { ship: 1, force: 2 },
      ],
    });
    expect(tick().rows).toBe(2);
    expect(log).toEqual([
      [2, 'Transaction', 0n],
      [2, 'Transaction', 0n],
    ]);
    expect([...conn.db.bump.iter()]).toEqual([]);
  });

  it('[C8] iter gives rows oldest first', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe({ table: 'ship', inserts: [3, 1, 2].map((id) => ship({ id })) });
    host.transaction({ table: 'ship', updates: [ship({ id: 3, x: 1 })], inserts: [ship({ id: 0 })] });
    host.transaction({ table: 'ship', deletes: [ship({ id: 1 })] });
    tick();
    expect([...conn.db.ship.iter()].map((row) => row.id)).toEqual([3, 2, 0]);
    expect([...conn.db.ship]).toEqual([...conn.db.ship.iter()]);
    expect(conn.db.ship.tableName).toBe('ship');
    expect(conn.db.ship.keyOf(ship({ id: 4 }))).toBe(4);
  });

  it('[C11] a listener added twice is called once', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe();
    const listener = vi.fn();
    conn.db.ship.onInsert(listener);
    conn.db.ship.onInsert(listener);
    host.transaction({ table: 'ship', inserts: [ship()] });
    tick();
    expect(listener).toHaveBeenCalledTimes(1);
    conn.db.ship.removeOnInsert(listener);
    host.transaction({ table: 'ship', inserts: [ship()] });
    tick();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('[C11] a listener that was removed is not called', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 }), ship({ id: 2 })] });
    const [kept, removed] = [vi.fn(), vi.fn()];
    for (const listener of [kept, removed]) {
      conn.db.ship.onUpdate(listener);
      conn.db.ship.onDelete(listener);
    }
    conn.db.ship.removeOnUpdate(removed);
    conn.db.ship.removeOnDelete(removed);
    host.transaction({ table: 'ship', updates: [ship({ id: 1, x: 5 })], deletes: [ship({ id: 2 })] });
    tick();
    expect(kept).toHaveBeenCalledTimes(2);
    expect(removed).not.toHaveBeenCalled();
  });

  it('[C12] the rows outlive the connection', () => {
    const arena = connectedArena();
    const { conn } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    const log = follow(arena);
    let ends = 0;
    conn.db.ship.watch({ insert() {}, update() {}, delete() {}, end: () => ends++ });
    conn.disconnect();
    conn.frameTick();
    conn.frameTick();
    expect([conn.db.ship.count(), log, ends]).toEqual([1n, [], 1]);
  });
});

describe('indexes', () => {
  it('[C9] find on the primary key and on a unique column', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe(
      { table: 'ship', inserts: [ship({ id: 1, callSign: 'falcon' }), ship({ id: 2, callSign: 'swift' })] },
      { table: 'user', inserts: [{ identity: ALICE, name: 'Alice', online: true }] },
    );
    expect(conn.db.ship.id.find(2)?.callSign).toBe('swift');
    expect(conn.db.ship.id.find(3)).toBeNull();
    expect(conn.db.user.identity.find(ALICE)?.name).toBe('Alice');
    expect(conn.db.user.identity.find(BOB)).toBeNull();
    expect(conn.db.ship.callSign.find('falcon')?.id).toBe(1);
    // The two exchange their call signs.
    host.transaction({
      table: 'ship',
      updates: [ship({ id: 1, callSign: 'swift' }), ship({ id: 2, callSign: 'falcon' })],
    });
    host.transaction({ table: 'ship', inserts: [ship({ id: 3, callSign: 'heron' })] });
    tick();
    expect(['falcon', 'swift', 'heron', 'crow'].map((sign) => conn.db.ship.callSign.find(sign)?.id)).toEqual([
      2,
      1,
      3,
      undefined,
    ]);
    host.transaction({ table: 'ship', deletes: [ship({ id: 2 })] });
    tick();
    expect(conn.db.ship.callSign.find('falcon')).toBeNull();
  });

  it('[C9] filter by value, prefix and range, in the order of the index', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    const orb = (id: number, chunkX: number, chunkY: number, kind = 0) => ({ id: BigInt(id), chunkX, chunkY, kind });
    arena.subscribe({ table: 'orb', inserts: [orb(1, 1, 5), orb(2, 0, 9), orb(3, 1, 4), orb(4, 1, 5), orb(5, -1, 0)] });
    const { byChunk } = conn.db.orb;
    const ids = (bounds: Parameters<typeof byChunk.filter>[0]) =>
      [...byChunk.filter(bounds)].map((row) => Number(row.id));
    const included = (value: number) => ({ tag: 'included', value }) as const;
    const excluded = (value: number) => ({ tag: 'excluded', value }) as const;
    expect(ids(1)).toEqual([3, 1, 4]);
    expect(ids([1])).toEqual([3, 1, 4]);
    expect(ids([1, 5])).toEqual([1, 4]);
    expect(ids(7)).toEqual([]);
    expect(ids(new Range())).toEqual([5, 2, 3, 1, 4]);
    expect(ids(new Range(included(0), included(1)))).toEqual([2, 3, 1, 4]);
    expect(ids(new Range(excluded(-1), excluded(1)))).toEqual([2]);
    expect(ids([1, new Range(excluded(4))])).toEqual([1, 4]);
    expect(ids([1, new Range(null, included(4))])).toEqual([3]);
    host.transaction({
      table: 'orb',
      updates: [orb(1, 1, 5, 3), orb(2, 1, 0)],
      deletes: [orb(3, 0, 0)],
      inserts: [orb(6, 1, 1)],
    });
    tick();
    expect(ids(1)).toEqual([2, 6, 1, 4]);
    expect([...byChunk.filter([1, 5])].map((row) => row.kind)).toEqual([3, 0]);
  });

  it('[C9] nothing is found nowhere', () => {
    const arena = connectedArena();
    const { conn } = arena;
    arena.subscribe({ table: 'ship', inserts: [ship({ id: 1 })] });
    expect(conn.db.user.identity.find(undefined as never)).toBeNull();
    expect(conn.db.ship.callSign.find(null as never)).toBeNull();
    for (const nothing of [undefined, null, Number.NaN]) {
      expect([...conn.db.ship.owner.filter(nothing as never)]).toEqual([]);
    }
    expect(() => conn.db.ship.owner.filter([1, 2] as never)).toThrow(/2 values, but the index has 1: owner/);
  });

  it('[C9] filter agrees with a scan through thousands of random changes', () => {
    const arena = connectedArena();
    const { conn, host, tick } = arena;
    arena.subscribe();
    const rows = new Map<number, { id: bigint; chunkX: number; chunkY: number; kind: number }>();
    let seed = 42;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    conn.db.orb.countIndex.filter(0);
    conn.db.orb.byChunk.filter(0);
    for (let round = 0; round < 60; round++) {
      const delta = { table: 'orb', inserts: [] as object[], updates: [] as object[], deletes: [] as object[] };
      const touched = new Set<number>();
      for (let i = 0; i < 80; i++) {
        const id = random(1500);
        if (touched.has(id)) continue;
        touched.add(id);
        const before = rows.get(id);
        if (before !== undefined && random(4) === 0) {
          rows.delete(id);
          delta.deletes.push(before);
          continue;
        }
        const row = { id: BigInt(id), chunkX: random(6) - 3, chunkY: random(6), kind: random(5) };
        rows.set(id, row);
        (before === undefined ? delta.inserts : delta.updates).push(row);
      }
      host.transaction(delta);
      tick();
      const x = random(6) - 3;
      const y = random(6);
      const kind = random(5);
      const byId = (a: { id: bigint }, b: { id: bigint }) => Number(a.id - b.id);
      const all = [...rows.values()];
      expect([...conn.db.orb.byChunk.filter([x, y])].sort(byId)).toEqual(
        all.filter((row) => row.chunkX === x && row.chunkY === y).sort(byId),
      );
      expect([...conn.db.orb.countIndex.filter(new Range({ tag: 'included', value: kind }))].sort(byId)).toEqual(
        all.filter((row) => row.kind >= kind).sort(byId),
      );
    }
    expect(rows.size).toBeGreaterThan(500); // several blocks
  });

  it('[C10] both spellings, reserved names, and handles called as in Rust', () => {
    const arena = connectedArena();
    const { conn } = arena;
    arena.subscribe(
      { table: 'ship', inserts: [ship({ id: 1, callSign: 'falcon' })] },
      { table: 'orb', inserts: [{ id: 1n, chunkX: 0, chunkY: 0, kind: 2 }] },
      { table: 'user', inserts: [{ identity: ALICE, name: undefined, online: true }] },
    );
    expect(conn.db.ship.call_sign).toBe(conn.db.ship.callSign);
    expect(conn.db.orb.by_chunk).toBe(conn.db.orb.byChunk);
    expect(conn.db.orb.count()).toBe(1n);
    expect([...conn.db.orb.countIndex.filter(2)]).toHaveLength(1);
    expect(conn.db.user().identity().find(ALICE)?.online).toBe(true);
    expect(conn.db.ship()).toBe(conn.db.ship);
  });
});

describe('the work of an index', () => {
  const PER_OWNER = 10;

  /** Ships whose owner counts how often it is read, in a cache; ten of each owner. */
  function fleet(size: number) {
    const work = { reads: 0 };
    const { schemaType } = schema({
      ship: table(
        { name: 'ship' },
        { id: t.u32().primaryKey(), owner: t.u32().index(), callSign: t.string().unique() },
      ),
    });
    const cache = new ClientCache(schemaType.defs, new Reporter([]));
    const row = (id: number, owner = Math.floor(id / PER_OWNER)) => ({
      id,
      get owner() {
        work.reads++;
        return owner;
      },
      get callSign() {
        work.reads++;
        return `ship-${id}`;
      },
    });
    const apply = (inserts: Row[], updates: Row[] = [], deletedKeys: number[] = []) => {
      const [ships] = cache.tables;
      cache.apply([{ table: ships!, inserts, updates, deletes: [], deletedKeys, events: [] }]);
      cache.fold(false); // the message is done with
    };
    apply(Array.from({ length: size }, (_, id) => row(id)));
    const { ship } = dbView(unconnected(cache)) as {
      ship: {
        owner: { filter(bounds: unknown): Iterator<Row> & Iterable<Row> };
        callSign: { find(value: string): Row | null };
        id: { find(value: number): Row | null };
      };
    };
    /** How many values of rows `task` reads. */
    const readsOf = (task: () => void): number => {
      work.reads = 0;
      task();
      return work.reads;
    };
    return { ship, row, apply, readsOf, work };
  }

  it('[C9] no index is built until it is asked for', () => {
    const { ship, row, apply, work } = fleet(1000);
    apply([row(5000, 3)], [row(1, 4)], [2]);
    ship.id.find(5);
    expect(work.reads).toBe(0);
    ship.callSign.find('ship-5');
    expect(work.reads).toBe(1000); // each row once, none for `owner`
    ship.owner.filter(3);
    expect(work.reads).toBe(2000);
  });

  it('[C9] find and filter read no row, a change only its own rows', () => {
    const counted = [1000, 100_000].map((size) => {
      const { ship, row, apply, readsOf } = fleet(size);
      const owner = size / PER_OWNER / 2;
      ship.owner.filter(owner);
      ship.callSign.find('ship-5');
      expect(readsOf(() => ship.callSign.find('ship-7'))).toBe(0);
      expect(readsOf(() => ship.id.find(7))).toBe(0);
      let found: Row[] = [];
      const few = readsOf(() => {
        found = [...ship.owner.filter(owner)];
      });
      expect(found.map(({ id }) => id)).toEqual(Array.from({ length: PER_OWNER }, (_, i) => owner * PER_OWNER + i));
      const none = readsOf(() => ship.owner.filter(size));
      const many = readsOf(() =>
        ship.owner.filter(new Range({ tag: 'included', value: owner }, { tag: 'excluded', value: owner + 20 })),
      );
      const change = readsOf(() => apply([row(size, owner)], [row(1, owner)], [2]));
      expect([...ship.owner.filter(owner)].map(({ id }) => id)).toContain(1);
      return { none, few, many, change };
    });
    // What came, what changed (before and after) and what left: each once for either index.
    for (const counts of counted) expect(counts).toEqual({ none: 0, few: 0, many: 0, change: 8 });
  });
});

it('[C10] accessors may have the names that every object and function has', () => {
  const names = ['constructor', 'valueOf', 'name', 'length', 'apply', 'prototype'];
  const row = Object.fromEntries(names.map((name) => [name, t.u32().unique()]));
  const { schemaType } = schema({ constructor: table({ name: 'crate' }, row) });
  const cache = new ClientCache(schemaType.defs, new Reporter([]));
  type Handle = Record<string, { find(value: unknown): unknown }>;
  const db = new Map(Object.entries(dbView(unconnected(cache)) as Record<string, Handle>));
  for (const name of names) expect(db.get('constructor')?.[name]?.find(1)).toBeNull();
  expect(db.get('crate')).toBe(db.get('constructor'));
});
