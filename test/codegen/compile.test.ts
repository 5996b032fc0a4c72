import { afterAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { EMPTY_MODULE } from '../../src/schema/index.ts';
import { arena } from './arena.ts';
import { Workspace } from './workspace.ts';

/** What somebody writes against the bindings; each line that is wrong on purpose says so to the compiler. */
const USE = `
import type { Identity, ScheduleAt, Timestamp } from 'spacetick';
import { type DbView, DbConnection, type EventContext, reducers, tables, type Tables } from './bindings';
import type { Cargo, Effect, Order, Ship, Wreck } from './bindings/types';
import type { JoinParams, SteerParams } from './bindings/types/reducers';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['the types differ']): void {}

same<Ship['owner'], Identity>();
same<Ship['chunkX'], number>();
same<Ship['kind']['tag'], 'Scout' | 'HeavyFreighter'>();
same<Ship['position'], { x: number; y: number }>();
same<Cargo['at'], Timestamp>();
same<Cargo['due'], ScheduleAt>();
same<Cargo['a256'], bigint>();
same<Cargo['blob'], Uint8Array>();
same<Cargo['maybe'], string | undefined>();
same<Cargo['outcome'], { ok: number } | { err: string }>();
same<Cargo['oddName!'], number>();
same<Cargo['wreck']['parts'], Wreck[]>();
same<SteerParams['orders'], Order[]>();
same<keyof JoinParams, never>();

export const effects: Effect[] = [
  { tag: 'None' },
  { tag: 'Warp', value: { x: 1, y: 2 } },
  // @ts-expect-error: a variant of another name
  { tag: 'warp', value: { x: 1, y: 2 } },
];
export const order: Order = { tag: 'Then', value: { first: { tag: 'Halt' }, rest: [] } };
export const near = tables.ship.where((ship) => ship.chunkX.eq(3));
// @ts-expect-error: not a column
export const wrong = tables.ship.where((ship) => ship.chunk_x.eq(3));
export const steer: 'steer' = reducers.steer.name;

const conn = DbConnection.builder().withUri('ws://127.0.0.1:3000').withDatabaseName('arena').build();
export const built: DbConnection = new DbConnection.builder().build();
same<ReturnType<typeof conn.db.ship.id.find>, Readonly<Ship> | null>();
same<ReturnType<typeof conn.db.parkedShip.owner.find>, Readonly<Ship> | null>();
export const chunk: Iterable<Ship> = conn.db.ship.by_chunk.filter([3, 4]);
export const best: Iterable<Ship> = conn.db.ship.score.filter(10n);
// @ts-expect-error: the key is a number
conn.db.ship.id.find('3');
same<typeof conn.db, DbView>();
same<typeof tables, Tables>();
same<typeof tables.parked_ship, typeof tables.parkedShip>();
same<ReturnType<typeof conn.db.parked_ship.owner.find>, Readonly<Ship> | null>();
export const parked = tables.parked_ship.where((ship) => ship.chunkX.eq(3));
// @ts-expect-error: no table's name
tables.parkedship;
conn.db.ship.onInsert((context: EventContext, ship) => {
  same<typeof ship, Readonly<Ship>>();
  return context.isActive;
});
conn.db.delete.iter();
const done: Promise<void> = conn.reducers.steer({ shipId: 1, to: { x: 0, y: 0 }, orders: [order], note: undefined });
conn.reducers.join();
conn.reducers.delete({ class: 3 });
// @ts-expect-error: the argument is a string
conn.reducers.setName({ name: 3 });
conn.subscriptionBuilder().subscribe([tables.ship, tables.bump]);
export { done };
`;

const workspace = new Workspace();
afterAll(() => workspace.remove());

describe('compiled bindings', () => {
  it('[B4][N4][B3] compile under strict rules and type what uses them', () => {
    workspace.write(generateBindings(arena), 'bindings');
    workspace.write(generateBindings(arena, { includePrivate: true }), 'with-private');
    workspace.write(generateBindings(EMPTY_MODULE), 'empty');
    workspace.write([{ path: 'use.ts', text: USE }]);
    expect(workspace.compile()).toBe('');
  });
});
