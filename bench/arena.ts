import { describeModule, type LoadedModule, schema } from '../src/module/index.ts';
import { table } from '../src/schema/index.ts';
import { type Infer, t } from '../src/values/index.ts';

// The module that is measured: a table of ships, and the reducers that move them.

const columns = {
  id: t.u32().primaryKey(),
  x: t.f32(),
  y: t.f32(),
  vx: t.f32(),
  vy: t.f32(),
  owner: t.u32(),
  kind: t.u8(),
  name: t.string(),
};

/** The row of every scenario. */
export const shipRow = t.row('Ship', columns);
export type Ship = Infer<typeof shipRow>;

const declared = schema({
  ship: table({ public: true }, shipRow),
  /** The same with a chunk of the world, which clients ask for by number. */
  chunkedShip: table({ public: true }, t.row('ChunkedShip', { ...columns, chunk: t.u32() })),
});

const spawn = declared.reducer({ ships: t.array(shipRow) }, (ctx, { ships }) => {
  for (const ship of ships) ctx.db.ship.insert(ship);
});

const move = declared.reducer({ id: t.u32(), x: t.f32(), y: t.f32() }, (ctx, { id, x, y }) => {
  const ship = ctx.db.ship.id.find(id);
  if (ship !== null) ctx.db.ship.id.update({ ...ship, x, y });
});

const spawnChunked = declared.reducer({ ships: t.array(shipRow), chunks: t.u32() }, (ctx, { ships, chunks }) => {
  for (const ship of ships) ctx.db.chunkedShip.insert({ ...ship, chunk: ship.id % chunks });
});

const moveChunked = declared.reducer({ id: t.u32(), x: t.f32(), y: t.f32() }, (ctx, { id, x, y }) => {
  const ship = ctx.db.chunkedShip.id.find(id);
  if (ship !== null) ctx.db.chunkedShip.id.update({ ...ship, x, y });
});

/** The module, loaded anew: each database has its own. */
export function arenaModule(): LoadedModule {
  return describeModule({ default: declared, spawn, move, spawnChunked, moveChunked });
}

/** Ships in a world of 4000 x 4000 pixels. */
export function shipsOf(count: number, seed = 1): Ship[] {
  const random = lots(seed);
  return Array.from({ length: count }, (_, id) => ({
    id,
    x: Math.fround(random() * 4000),
    y: Math.fround(random() * 4000),
    vx: Math.fround(random() * 200 - 100),
    vy: Math.fround(random() * 200 - 100),
    owner: Math.floor(random() * 100),
    kind: Math.floor(random() * 4),
    name: `player-${id}`,
  }));
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function lots(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
