import { describe, expect, it } from 'vitest';
import { RowsView } from '../../src/react/rows-view.ts';
import type { SubscribeMessage } from '../../src/wire/index.ts';
import { type Arena, connectedArena, ship } from '../client/support/arena.ts';
import { HandClock } from '../client/support/hand-clock.ts';
import { tables } from '../fixtures/bindings/index.ts';

const near = tables.ship.where((row) => row.x.lt(100));

/** A view of the ships nearby that somebody uses. */
function used() {
  const clock = new HandClock();
  let told = 0;
  let unused = 0;
  const view = new RowsView(near, { clock, onUsed: () => undefined, onUnused: () => unused++ });
  const stop = view.subscribe(() => told++);
  const rest = async () => {
    await Promise.resolve();
    const count = told;
    told = 0;
    return count;
  };
  return { view, clock, stop, rest, unused: () => unused };
}

function apply({ host, tick }: Arena, ...inserts: ReturnType<typeof ship>[]): void {
  host.applied(host.received().at(-1) as SubscribeMessage, { table: 'ship', inserts });
  tick();
}

describe('the rows of a query', () => {
  it('[T1] [T3] are told of once for all rows of a tick', async () => {
    const { view, rest } = used();
    const here = connectedArena();
    view.attach(here.conn);
    expect(view.getSnapshot()).toEqual([[], false]);
    apply(here, ship({ id: 1 }), ship({ id: 2, callSign: 'Bob' }));
    const first = view.getSnapshot();
    expect(first[0].map((row) => row.id)).toEqual([1, 2]);
    expect([first[1], await rest()]).toEqual([true, 1]);
    expect(view.getSnapshot()).toBe(first);
    here.tick();
    expect(await rest()).toBe(0);
  });

  it('[T2] leave out what other queries brought', async () => {
    const { view, rest } = used();
    const here = connectedArena();
    here.conn.subscriptionBuilder().subscribe(tables.ship);
    apply(here, ship({ id: 1 }), ship({ id: 2, callSign: 'Bob', x: 500 }));
    view.attach(here.conn);
    expect(view.getSnapshot()[0].map((row) => row.id)).toEqual([1]);
    await rest();
    const before = view.getSnapshot();
    here.host.transaction({ table: 'ship', updates: [ship({ id: 2, callSign: 'Bob', x: 600 })] });
    here.tick();
    expect([await rest(), view.getSnapshot()]).toEqual([0, before]);
    here.host.transaction({ table: 'ship', updates: [ship({ id: 2, callSign: 'Bob', x: 50 })] });
    here.tick();
    expect([await rest(), view.getSnapshot()[0].length]).toEqual([1, 2]);
  });

  it('[T8] stay over a reconnection until the new ones are there', async () => {
    const { view, rest } = used();
    const here = connectedArena();
    view.attach(here.conn);
    apply(here, ship({ id: 1 }));
    here.host.pair.close({ code: 1011, reason: '' });
    here.tick();
    await rest();
    expect([view.getSnapshot()[0].length, view.getSnapshot()[1]]).toEqual([1, false]);
    const again = connectedArena();
    view.attach(again.conn);
    const mine = again.host.received().at(-1) as SubscribeMessage;
    again.conn.subscriptionBuilder().subscribe(tables.ship);
    apply(again, ship({ id: 2, callSign: 'Bob' })); // another query is the first to come back
    expect([await rest(), view.getSnapshot()[0].map((row) => row.id)]).toEqual([0, [1]]);
    again.host.applied(mine, { table: 'ship', inserts: [ship({ id: 3, callSign: 'Cleo' })] });
    again.tick();
    expect([await rest(), view.getSnapshot()[0].map((row) => row.id), view.getSnapshot()[1]]).toEqual([
      1,
      [2, 3],
      true,
    ]);
  });

  it('[T4] end with the last who uses them, not with one who comes back at once', () => {
    const { view, clock, stop, unused } = used();
    const here = connectedArena();
    view.attach(here.conn);
    apply(here, ship({ id: 1 }));
    const sent = here.host.received().length;
    stop();
    const stopAgain = view.subscribe(() => undefined);
    clock.turn(1);
    expect([unused(), here.host.received().length, view.getSnapshot()[1]]).toEqual([0, sent, true]);
    stopAgain();
    clock.turn(1);
    expect([unused(), here.host.received().at(-1)?.tag, view.getSnapshot()]).toEqual([1, 'Unsubscribe', [[], false]]);
  });

  it('[T7] of other bindings are refused', () => {
    const { view } = used();
    const other = Object.assign(Object.create(connectedArena().conn), { db: {} });
    expect(() => view.attach(other)).toThrow(
      expect.objectContaining({ code: 'E_QUERY', message: expect.stringContaining('useTable(tables.ship)') }),
    );
  });
});
