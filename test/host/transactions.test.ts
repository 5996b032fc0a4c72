import { describe, expect, it } from 'vitest';
import {
  Range,
  type ReducerCtx,
  ScheduleAt,
  SenderError,
  SpacetickError,
  schema,
  t,
  table,
} from '../../src/module/index.ts';
import { moduleOf, OWNER_NUMBER, World } from './support/world.ts';

const Orb = table(
  { public: true, indexes: [{ accessor: 'byCell', algorithm: 'btree', columns: ['cell', 'value'] }] },
  { id: t.u32().primaryKey().autoInc(), cell: t.i32(), value: t.i32(), mark: t.string().unique() },
);
const Timer = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const Hit = table({ public: true, event: true }, { orb: t.u32() });

const comet = schema({ orb: Orb, timer: Timer, hit: Hit });
type Ctx = ReducerCtx<(typeof comet)['tables']>;

let job: (ctx: Ctx) => unknown = () => undefined;
let ran = 0;
const spawn = comet.reducer({ mark: t.string(), fail: t.bool() }, (ctx, { mark, fail }) => {
  ctx.db.orb.insert({ id: 0, cell: 1, value: 1, mark });
  if (fail) throw new SenderError('no room');
});

const module = moduleOf(comet, {
  spawn,
  run: comet.reducer((ctx) => job(ctx) as never),
  fire: comet.reducer({ onSchedule: Timer }, { timer: Timer.rowType }, () => void ran++),
  starting: comet.init((ctx) => void ctx.db.orb.insert({ id: 0, cell: 0, value: 0, mark: 'first' })),
  aim: comet.reducer({ at: t.object('Point', { x: t.u8() }) }, () => undefined),
});

const start = () => new World(module);

function inside(world: World, body: (ctx: Ctx) => unknown): string | undefined {
  job = body;
  const outcome = world.call('run');
  return outcome.status === 'Committed' ? undefined : `${outcome.status}: ${outcome.error}`;
}

describe('a transaction', () => {
  it('[H20] leaves nothing behind when it throws', () => {
    const world = start();
    inside(world, ({ db }) => void db.orb.insert({ id: 0, cell: 1, value: 5, mark: 'second' }));
    const before = world.rows('orb');
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM orb', 'SELECT * FROM hit');
    const frames = client.frames.length;
    expect(
      inside(world, ({ db, timestamp }) => {
        db.orb.insert({ id: 0, cell: 1, value: 6, mark: 'third' });
        db.orb.mark.delete('first');
        db.orb.id.update({ id: 2, cell: 7, value: 7, mark: 'moved' });
        db.hit.insert({ orb: 1 });
        db.timer.insert({ id: 0n, at: ScheduleAt.time(timestamp.microsSinceUnixEpoch) });
        throw new SenderError('enough');
      }),
    ).toBe('Failed: enough');
    expect(new Set(world.rows('orb'))).toEqual(new Set(before));
    expect(client.frames).toHaveLength(frames);
    world.clock.advance(10_000);
    expect(ran).toBe(0);
    inside(world, ({ db }) => {
      expect([...db.orb.byCell.filter(1)]).toMatchObject([{ mark: 'second', value: 5 }]);
      expect([...db.orb.byCell.filter(7)]).toEqual([]);
      expect([db.orb.mark.find('first')?.id, db.orb.mark.find('third'), db.orb.mark.find('moved')]).toEqual([
        1,
        null,
        null,
      ]);
      expect(db.orb.insert({ id: 0, cell: 2, value: 0, mark: 'third' }).id).toBe(3);
      expect(db.timer.insert({ id: 0n, at: ScheduleAt.time(0n) }).id).toBe(1n);
    });
    expect(world.rows('orb')).toHaveLength(3);
  });

  it('[H20] gives back numbers that were drawn for rows that were refused', () => {
    const world = start();
    inside(world, ({ db }) => {
      expect(() => db.orb.insert({ id: 0, cell: 0, value: 0, mark: 'first' })).toThrow(/already has a row/);
      throw new SenderError('then all of it');
    });
    inside(world, ({ db }) => expect(db.orb.insert({ id: 0, cell: 0, value: 0, mark: 'next' }).id).toBe(2));
    expect(world.rows('orb')).toHaveLength(2);
  });

  it('[H21] is shared by reducers that call each other', () => {
    const world = start();
    const marks = () => world.rows('orb').map(({ mark }) => mark);
    expect(inside(world, (ctx) => spawn(ctx as never, { mark: 'nested', fail: false }))).toBeUndefined();
    expect(marks()).toEqual(['first', 'nested']);
    expect(inside(world, (ctx) => spawn(ctx as never, { mark: 'lost', fail: true }))).toBe('Failed: no room');
    expect(marks()).toEqual(['first', 'nested']);
    const caught = inside(world, (ctx) => {
      expect(() => spawn(ctx as never, { mark: 'kept', fail: true })).toThrow('no room');
      expect(() => Math.random()).toThrow(/ctx.random/); // still inside
    });
    expect([caught, marks()]).toEqual([undefined, ['first', 'nested', 'kept']]);
  });

  it('[H22] says how it failed, whatever was thrown', () => {
    const world = start();
    const log = world.database.log.records;
    expect(
      inside(world, () => {
        throw new SenderError('Names must not be empty');
      }),
    ).toBe('Failed: Names must not be empty');
    expect(log).toEqual([]);
    expect(
      inside(world, () => {
        throw new TypeError('x is not a function');
      }),
    ).toBe('InternalError: x is not a function');
    expect(log.at(-1)).toMatchObject({
      level: 'error',
      reducer: 'run',
      message: expect.stringMatching(/TypeError: x is not a function\n {4}at /),
    });
    class Sly extends Error {
      override get message(): string {
        throw new Error('gotcha');
      }
    }
    for (const [thrown, text] of [
      ['plain text', 'plain text'],
      [undefined, 'undefined'],
      [Symbol('s'), 'Symbol(s)'],
      [Object.create(null), 'The reducer threw something that cannot be shown.'],
      [new Sly(), 'The reducer threw something that cannot be shown.'],
      [Object.assign(new Error(), { message: 5 }), '5'],
      [new Error('half \ud83d'), 'half \ufffd'],
      [new Error('x'.repeat(100_000)), 'x'.repeat(16_384)],
    ] as const) {
      expect(
        inside(world, () => {
          throw thrown;
        }),
      ).toBe(`InternalError: ${text}`);
    }
    expect(inside(world, () => undefined)).toBeUndefined();
  });

  it('[H23] cannot wait', () => {
    const world = start();
    const wait = ({ db }: Ctx) => {
      db.orb.insert({ id: 0, cell: 9, value: 9, mark: 'waiting' });
      return Promise.resolve();
    };
    expect(inside(world, wait)).toMatch(/^InternalError: run returned a promise/);
    expect(world.rows('orb')).toHaveLength(1);
    const sly = Object.defineProperty({}, 'then', {
      get: () => {
        throw new SenderError('from a getter');
      },
    });
    expect(inside(world, () => sly)).toBe('Failed: from a getter');
  });

  it('[H24] is over when the reducer has returned', async () => {
    const world = start();
    const kept: { ctx?: Ctx; rows?: Iterator<unknown>; later?: Promise<unknown> } = {};
    inside(world, (ctx) => {
      kept.ctx = ctx;
      kept.rows = ctx.db.orb.iter();
      kept.later = Promise.resolve().then(() => ctx.db.orb.clear());
    });
    const { db } = kept.ctx!;
    const refused = expect.objectContaining({ code: 'E_HOST_NOT_IN_TRANSACTION' });
    for (const use of [
      () => db.orb.count(),
      () => db.orb.iter(),
      () => db.orb.insert({ id: 0, cell: 0, value: 0, mark: '' }),
      () => db.orb.delete({ id: 0, cell: 0, value: 0, mark: '' }),
      () => db.orb.clear(),
      () => db.orb.id.find(1),
      () => db.orb.id.update({ id: 1, cell: 0, value: 0, mark: '' }),
      () => db.orb.mark.delete('first'),
      () => db.orb.byCell.filter(0),
      () => db.orb.byCell.delete(0),
      () => kept.rows!.next(),
    ]) {
      expect(use).toThrow(refused);
    }
    await expect(kept.later).rejects.toMatchObject({ code: 'E_HOST_NOT_IN_TRANSACTION' });
    expect(world.rows('orb')).toHaveLength(1);
  });

  it('[H25] is undone when it is stopped, and the next one runs', () => {
    const world = start();
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM orb');
    const before = world.rows('orb');
    for (let round = 0; round < 100; round++) {
      job = ({ db, timestamp }) => {
        [...db.orb.byCell.filter(new Range())];
        db.orb.insert({ id: 0, cell: round, value: 1, mark: `new ${round}` });
        db.orb.id.update({ ...db.orb.id.find(1)!, cell: 50, mark: 'moved' });
        db.orb.id.delete(1);
        db.timer.insert({ id: 0n, at: ScheduleAt.time(timestamp.microsSinceUnixEpoch) });
      };
      // As a watchdog stops it: no catch and no finally of the database runs.
      world.onSeal = () => {
        throw new SpacetickError('E_REDUCER_TIMEOUT', 'stopped');
      };
      const frames = client.frames.length;
      try {
        client.call('run');
      } catch (error) {
        client.connection!.stopped(error as SpacetickError);
      }
      world.onSeal = undefined;
      expect(client.frames).toHaveLength(frames + 1);
      expect(client.last('ReducerResult')).toMatchObject({ status: 'InternalError', error: 'stopped' });
      expect(world.rows('orb')).toEqual(before);
    }
    world.clock.advance(1000);
    expect(ran).toBe(0);
    inside(world, ({ db }) => {
      expect([...db.orb.byCell.filter(0)]).toHaveLength(1);
      expect([...db.orb.byCell.filter(50)]).toEqual([]);
      expect(db.orb.insert({ id: 0, cell: 1, value: 1, mark: 'moved' }).id).toBe(2);
    });
    expect(client.table('orb')).toHaveLength(2);
  });

  it('[H25] is undone even when it was stopped within an index', () => {
    const world = start();
    inside(world, ({ db }) => {
      for (let i = 1; i <= 3; i++) db.orb.insert({ id: 0, cell: i * 10, value: i, mark: `orb ${i}` });
      expect([...db.orb.byCell.filter(new Range())]).toHaveLength(4); // from here on the index keeps its order
    });
    const { splice } = Array.prototype;
    job = ({ db }) => {
      Array.prototype.splice = () => {
        throw new Error('stopped here');
      };
      try {
        db.orb.insert({ id: 0, cell: 15, value: 0, mark: 'half done' });
      } catch {
        // What a watchdog stops runs no catch; this one only stands for what follows.
      } finally {
        Array.prototype.splice = splice;
      }
    };
    world.onSeal = () => {
      throw new SpacetickError('E_REDUCER_TIMEOUT', 'stopped');
    };
    expect(() => world.call('run')).toThrow('stopped');
    world.host.abort();
    world.onSeal = undefined;
    inside(world, ({ db }) => {
      expect([...db.orb.byCell.filter(new Range())].map(({ cell }) => cell)).toEqual([0, 10, 20, 30]);
      expect(db.orb.mark.find('half done')).toBeNull();
    });
    expect(world.database.log.records).toEqual([]);
  });

  it('[H26] does not begin for calls that cannot be', () => {
    const world = start();
    expect(world.fail('warp')).toBe('no such reducer: warp');
    expect(world.fail('starting')).toBe("can't directly call special lifecycle reducer starting");
    const timer = { id: 1n, at: ScheduleAt.interval(1n) };
    expect(world.fail('fire', { timer })).toBe(
      "no such reducer: fire is run by the host, only the database's owner may call it",
    );
    expect(world.fail('aim', { at: { x: 300 } })).toMatch(
      /^invalid arguments for reducer aim: at\.x \(u8\): 300 is out of range/,
    );
    expect(world.fail('aim', {})).toMatch(/^invalid arguments for reducer aim: at/);
    expect(world.call('aim', { at: { x: 3 } }).status).toBe('Committed');
  });

  it('[H26] begins for scheduled reducers when the owner calls, never for lifecycle reducers', () => {
    const world = start();
    const before = ran;
    const timer = { id: 1n, at: ScheduleAt.interval(1n) };
    world.run('fire', { timer }, OWNER_NUMBER);
    expect(ran).toBe(before + 1);
    expect(world.fail('fire', {}, OWNER_NUMBER)).toMatch(/^invalid arguments for reducer fire: timer/);
    expect(world.fail('starting', {}, OWNER_NUMBER)).toMatch(/lifecycle reducer/);
    expect(world.rows('orb')).toHaveLength(1);
  });
});
