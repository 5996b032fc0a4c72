import { describe, expect, it } from 'vitest';
import { errors, type ProcedureCtx, type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import { ScheduleAt, Timestamp } from '../../src/values/index.ts';
import { moduleOf, OWNER_NUMBER, player, World } from './support/world.ts';

const Orb = table({ public: true }, { id: t.u32().primaryKey().autoInc(), worth: t.u32() });
const Timer = table({ public: true }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const Summary = t.object('Summary', { orbs: t.u64(), names: t.array(t.string()) });

function start() {
  const comet = schema({ orb: Orb, timer: Timer });
  type S = (typeof comet)['tables'];
  let job: (ctx: ProcedureCtx<S>) => unknown = () => undefined;
  let timed: (ctx: ProcedureCtx<S>) => void = () => undefined;
  const world = new World(
    moduleOf(comet, {
      summarise: comet.procedure({ name: t.string() }, Summary, (ctx, { name }) => ({
        orbs: ctx.withTx((tx) => tx.db.orb.count()),
        names: [name, name],
      })),
      answer: comet.procedure(t.u32(), (ctx) => job(ctx) as number),
      nothing: comet.procedure(t.unit(), () => ({})),
      poll: comet.procedure({ onSchedule: Timer }, { timer: Timer.rowType }, t.unit(), (ctx) => {
        timed(ctx);
        return {};
      }),
      schedule: comet.reducer({ at: t.scheduleAt() }, ({ db }, { at }) => void db.timer.insert({ id: 0n, at })),
      add: comet.reducer({ worth: t.u32() }, ({ db }, { worth }) => void db.orb.insert({ id: 0, worth })),
    }),
  );
  const answer = (body: (ctx: ProcedureCtx<S>) => unknown) => {
    job = body;
    return world.procedure('answer');
  };
  const onTime = (body: (ctx: ProcedureCtx<S>) => void) => {
    timed = body;
  };
  return { world, answer, onTime };
}

describe('procedures', () => {
  it('[P1] answer their caller with a value', () => {
    const { world } = start();
    world.run('add', { worth: 5 });
    const client = world.join(1);
    client.callProcedure('summarise', { name: 'Ann' });
    const result = client.last('ProcedureResult');
    expect(result).toMatchObject({ outcome: { returned: { encoding: 'plain' } } });
    expect(world.procedure('summarise', { name: 'Ann' })).toMatchObject({
      status: 'Returned',
      returned: { orbs: 1n, names: ['Ann', 'Ann'] },
    });
    expect(world.procedure('nothing')).toMatchObject({ status: 'Returned', returned: {} });
  });

  it('[P2] open transactions, told to everybody before the answer', () => {
    const { world, answer } = start();
    const [ann, ben] = [world.join(1), world.join(2)];
    for (const client of [ann, ben]) client.subscribe(1, 'SELECT * FROM orb');
    let orb: { id: number } | undefined;
    const outcome = answer((ctx) => {
      const before = ben.table('orb').length;
      ctx.withTx((tx) => {
        orb = tx.db.orb.insert({ id: 0, worth: 1 });
      });
      expect(ben.table('orb')).toHaveLength(before + 1);
      return ctx.withTx((tx) => {
        expect(tx.sender).toEqual(ctx.sender);
        expect(tx.timestamp.microsSinceUnixEpoch).toBeGreaterThan(ctx.timestamp.microsSinceUnixEpoch);
        return tx.db.orb.insert({ id: 0, worth: 2 }).id;
      });
    });
    expect(outcome).toMatchObject({ status: 'Returned', returned: 2 });
    expect(orb).toEqual({ id: 1, worth: 1 });
    ann.read();
    ann.callProcedure('answer');
    expect(ann.read().map(({ tag }) => tag)).toEqual(['TransactionUpdate', 'TransactionUpdate', 'ProcedureResult']);
  });

  it('[P2] are refused a schedule too far ahead where they write it, once', () => {
    const { world, answer } = start();
    let runs = 0;
    let refused: unknown;
    answer((ctx) =>
      (ctx as unknown as ProcedureCtx<{ timer: typeof Timer }>).withTx((tx) => {
        runs++;
        try {
          tx.db.timer.insert({ id: 0n, at: ScheduleAt.interval(10n ** 18n) });
        } catch (error) {
          refused = error;
        }
        tx.db.timer.insert({ id: 0n, at: ScheduleAt.interval(1_000_000n) });
        return runs;
      }),
    );
    expect(refused).toBeInstanceOf(errors.ScheduleAtDelayTooLong);
    expect(runs).toBe(1);
    expect(world.rows('timer')).toMatchObject([{ at: ScheduleAt.interval(1_000_000n) }]);
  });

  it('[P3] answer without a time when they fail: none was called, none took any', () => {
    const { world, answer } = start();
    const client = world.join(1);
    const times = () => {
      client.callProcedure('answer');
      const { timestamp, duration, outcome } = client.last('ProcedureResult');
      return { at: timestamp.microsSinceUnixEpoch, took: duration.micros, failed: 'error' in outcome };
    };
    const called = world.clock.micros();
    answer(() => {
      world.clock.advance(250);
      return 1;
    });
    expect(times()).toEqual({ at: called + 250_000n, took: 250_000n, failed: false });
    answer(() => {
      world.clock.advance(250);
      throw new SenderError('no more orbs');
    });
    expect(times()).toEqual({ at: 0n, took: 0n, failed: true });
  });

  it('[P3] keep what was committed when they fail; a transaction that throws leaves nothing', () => {
    const { world, answer } = start();
    const failing = answer((ctx) => {
      ctx.withTx((tx) => void tx.db.orb.insert({ id: 0, worth: 1 }));
      try {
        ctx.withTx((tx) => {
          tx.db.orb.insert({ id: 0, worth: 2 });
          throw new Error('undone');
        });
      } catch (error) {
        expect((error as Error).message).toBe('undone');
      }
      throw new SenderError('no more orbs');
    });
    expect(failing).toMatchObject({ status: 'Failed', error: 'no more orbs' });
    expect(world.rows('orb')).toEqual([{ id: 1, worth: 1 }]);
    expect(answer(() => missing())).toMatchObject({ status: 'InternalError', error: expect.stringMatching(/lost/) });
    expect(world.database.log.records.at(-1)).toMatchObject({ level: 'error', reducer: 'answer' });
    world.run('add', { worth: 3 });
  });

  it('[P4] are called with what they take, and return what they say', () => {
    const { world, answer } = start();
    const error = (name: string, args?: unknown) => world.procedure(name, args);
    expect(error('vanish')).toMatchObject({ status: 'InternalError', error: 'No such procedure: vanish' });
    const timer = { id: 1n, at: ScheduleAt.interval(1n) };
    expect(error('poll', { timer })).toMatchObject({ error: expect.stringMatching(/^No such procedure: poll is run/) });
    expect(world.procedure('poll', { timer }, OWNER_NUMBER)).toMatchObject({ status: 'Returned' });
    expect(error('summarise', { name: 5 })).toMatchObject({
      error: expect.stringMatching(/^invalid arguments for procedure summarise: name \(string\)/),
    });
    expect(answer(() => 'five')).toMatchObject({ error: expect.stringMatching(/answer returned/) });
    expect(answer(() => Promise.resolve(5))).toMatchObject({ error: expect.stringMatching(/returned a promise/) });
    const client = world.join(1);
    client.callProcedure('vanish');
    expect(client.last('ProcedureResult')).toMatchObject({ outcome: { error: 'No such procedure: vanish' } });
  });

  it('[P5] have one transaction at a time, and none of their own', () => {
    const { answer } = start();
    let refused: unknown;
    let kept: ReducerCtx['db'] | undefined;
    const outcome = answer((ctx) => {
      expect((ctx as { db?: unknown }).db).toBeUndefined();
      ctx.withTx((tx) => {
        kept = tx.db as never;
        try {
          ctx.withTx(() => 1);
        } catch (error) {
          refused = error;
        }
      });
      return ctx.withTx(() => 7);
    });
    expect(outcome).toMatchObject({ returned: 7 });
    expect(refused).toBeInstanceOf(errors.WouldBlockTransaction);
    expect(() => (kept as unknown as { orb: { count(): bigint } }).orb.count()).toThrow(errors.NotInTransaction);
    expect(answer((ctx) => ctx.withTx((async () => 1) as never))).toMatchObject({
      error: expect.stringMatching(/withTx returned a promise/),
    });
  });

  it('[P6] know who called, and draw lots of their own', () => {
    const { answer } = start();
    let seen: unknown[] = [];
    const look = (ctx: ProcedureCtx) => {
      seen = [ctx.sender, ctx.connectionId, ctx.random(), ctx.newUuidV4().toString(), ctx.newUuidV7().toString()];
      expect(() => Math.random()).toThrow(/ctx.random/);
      return 1;
    };
    expect(answer(look as never)).toMatchObject({ status: 'Returned' });
    expect(seen.slice(0, 2)).toEqual([player(1), null]);
    const before = seen.slice(2);
    expect(answer(look as never)).toMatchObject({ status: 'Returned' });
    for (const [at, value] of seen.slice(2).entries()) expect(value).not.toEqual(before[at]);
    expect(() => Math.random()).not.toThrow();
  });

  it('[P7] run on schedule: a row of one time is gone before, an interval goes on', () => {
    const { world, onTime } = start();
    const rows: number[] = [];
    onTime((ctx) => {
      rows.push(world.rows('timer').length);
      ctx.withTx((tx) => void tx.db.orb.insert({ id: 0, worth: 1 }));
      throw new Error('and yet');
    });
    world.run('schedule', { at: ScheduleAt.time(new Timestamp(world.clock.micros() + 1_000_000n)) });
    world.clock.advance(5000);
    expect(rows).toEqual([0]);
    expect(world.rows('orb')).toHaveLength(1);
    world.run('schedule', { at: ScheduleAt.interval(1_000_000n) });
    world.clock.advance(3500);
    expect(rows).toEqual([0, 1, 1, 1]);
    expect(world.rows('orb')).toHaveLength(4);
  });

  it('[P8] cannot fetch where nothing may wait', () => {
    const { answer } = start();
    const outcome = answer((ctx) => ctx.http.fetch('http://127.0.0.1:1').status);
    expect(outcome).toMatchObject({ error: expect.stringMatching(/not available on this host/) });
  });
});

function missing(): never {
  throw new TypeError('lost');
}
