import { describe, expect, it } from 'vitest';
import {
  errors,
  type ReducerCtx,
  ScheduleAt,
  SenderError,
  schema,
  TimeDuration,
  Timestamp,
  t,
  table,
} from '../../src/module/index.ts';
import { DATABASE, moduleOf, World } from './support/world.ts';

const Step = table({ public: true }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt(), note: t.string() });
const Plan = table({}, { id: t.u64().primaryKey(), at: t.scheduleAt() });
const comet = schema({ step: Step, plan: Plan });
type Ctx = ReducerCtx<(typeof comet)['tables']>;

const START = 1_800_000_000_000_000n;
let job: (ctx: Ctx) => void = () => undefined;
let onStep: (ctx: Ctx, row: { id: bigint; note: string }) => void = () => undefined;
const module = moduleOf(comet, {
  run: comet.reducer((ctx) => job(ctx)),
  step: comet.reducer({ onSchedule: Step }, { row: Step.rowType }, (ctx, { row }) => onStep(ctx, row)),
});

function start() {
  const world = new World(module);
  /** Milliseconds since the start at which steps ran, with their notes. */
  const ran: [number, string][] = [];
  const elapsed = ({ timestamp }: Ctx) => Number(timestamp.microsSinceUnixEpoch - START) / 1000;
  onStep = (ctx, row) => void ran.push([Math.round(elapsed(ctx)), row.note]);
  const inside = (body: (ctx: Ctx) => void) => {
    job = body;
    world.run('run');
  };
  const every = (millis: number, note = 'tick') =>
    inside(
      ({ db }) => void db.step.insert({ id: 0n, at: ScheduleAt.interval(BigInt(Math.round(millis * 1000))), note }),
    );
  const once = (millis: number, note = 'once') =>
    inside(({ db }) => void db.step.insert({ id: 0n, at: ScheduleAt.time(START + BigInt(millis) * 1000n), note }));
  return { world, ran, inside, every, once, elapsed };
}

describe('schedules', () => {
  it('[H40] keep intervals on their grid and skip what was missed', () => {
    const { world, ran, every } = start();
    every(50);
    world.clock.advance(49);
    expect(ran).toEqual([]);
    world.clock.advance(102);
    expect(ran.map(([at]) => at)).toEqual([50, 100, 150]);
    world.clock.jump(220); // asleep until 371
    world.clock.advance(0);
    expect(ran.map(([at]) => at).slice(3)).toEqual([371]);
    world.clock.advance(60);
    expect(ran.map(([at]) => at).slice(4)).toEqual([400]);
    expect(world.rows('step')).toHaveLength(1);
  });

  it('[H40] stay on the grid when a step takes long or fails', () => {
    const { world, ran, every } = start();
    every(50);
    const note = onStep;
    onStep = (ctx, row) => {
      note(ctx, row);
      world.clock.jump(20);
      throw new SenderError('engine trouble');
    };
    world.clock.advance(210);
    expect(ran.map(([at]) => at)).toEqual([50, 100, 150, 200]);
    expect(world.database.log.records[0]).toMatchObject({ level: 'error', message: 'step: engine trouble' });
  });

  it('[H41] run a time once and delete its row, even if the reducer fails', () => {
    const { world, ran, once } = start();
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM step');
    once(30, 'later');
    once(-5000, 'past');
    expect(client.table('step')).toHaveLength(2);
    world.clock.advance(0);
    expect(ran).toEqual([[0, 'past']]);
    expect(client.table('step')).toMatchObject([{ note: 'later' }]);
    const note = onStep;
    onStep = (ctx, row) => {
      note(ctx, row);
      ctx.db.step.insert({ id: 0n, at: ScheduleAt.time(0n), note: 'undone' });
      throw new Error('boom');
    };
    world.clock.advance(100);
    expect(ran).toEqual([
      [0, 'past'],
      [30, 'later'],
    ]);
    expect(client.table('step')).toEqual([]);
    expect(world.clock.timers).toBe(0);
  });

  it('[H42] are cancelled and changed with their rows', () => {
    const { world, ran, inside, every, once } = start();
    every(50, 'cancelled');
    once(60, 'moved');
    once(70, 'undone');
    inside(({ db }) => {
      db.step.id.delete(1n);
      db.step.id.update({ id: 2n, at: ScheduleAt.time(START + 90_000n), note: 'moved later' });
    });
    job = ({ db }) => {
      db.step.clear();
      throw new SenderError('no');
    };
    world.call('run');
    world.clock.advance(1000);
    expect(ran).toEqual([
      [70, 'undone'],
      [90, 'moved later'],
    ]);
  });

  it('[H42] are cancelled, changed and kept from within their own reducer', () => {
    const { world, ran, every } = start();
    const note = onStep;
    onStep = (ctx, row) => {
      note(ctx, row);
      const { id } = row;
      const stored = ctx.db.step.id.find(id)!;
      if (row.note === 'put back') {
        ctx.db.step.id.delete(id);
        ctx.db.step.insert(stored);
      } else if (row.note === 'cancel') ctx.db.step.id.delete(id);
      else if (row.note === 'slower') {
        ctx.db.step.id.update({ ...stored, at: ScheduleAt.interval(100_000n), note: 'slow' });
      }
    };
    every(50, 'put back');
    every(50, 'cancel');
    every(50, 'slower');
    world.clock.advance(160);
    expect(ran.filter(([, what]) => what === 'put back').map(([at]) => at)).toEqual([50, 100, 150]);
    expect(ran.filter(([, what]) => what === 'cancel')).toHaveLength(1);
    const [first, second, ...more] = ran.filter(([, what]) => what.startsWith('slow')).map(([at]) => at);
    expect([Math.round((second! - first!) / 10), more]).toEqual([10, []]);
  });

  it('[H42] delete a one-shot row that its reducer put back as it was, and keep one that it changed', () => {
    const { world, ran, once } = start();
    const note = onStep;
    onStep = (ctx, row) => {
      note(ctx, row);
      const stored = ctx.db.step.id.find(row.id)!;
      if (row.note === 'same') ctx.db.step.id.delete(row.id) && ctx.db.step.insert(stored);
      if (row.note === 'again')
        ctx.db.step.id.update({ ...stored, at: ScheduleAt.time(START + 80_000n), note: 'last' });
    };
    once(10, 'same');
    once(20, 'again');
    world.clock.advance(50);
    expect(world.rows('step')).toMatchObject([{ note: 'last' }]);
    world.clock.advance(50);
    expect(ran.map(([at]) => at)).toEqual([10, 20, 80]);
    expect(world.rows('step')).toEqual([]);
  });

  it('[H43] take interval 0, negative intervals and limits', () => {
    const { world, ran, every, inside } = start();
    every(-40, 'negative');
    world.clock.advance(130);
    expect(ran.map(([at]) => at)).toEqual([40, 80, 120]);
    inside(({ db }) => void db.step.clear());
    let turns = 0;
    onStep = ({ db }, { id }) => {
      if (++turns === 5) db.step.id.delete(id);
    };
    every(0, 'at once');
    world.clock.advance(10);
    expect(turns).toBe(5);
    job = ({ db }) => {
      db.step.insert({ id: 0n, at: ScheduleAt.interval(70_000_000_000_000n), note: 'years' });
    };
    expect(world.fail('run')).toContain('step: a schedule may be at most about 2.18 years ahead');
    expect(world.rows('step')).toEqual([]);
    inside(({ db }) => void db.step.insert({ id: 0n, at: ScheduleAt.interval(60_000_000_000_000n), note: 'months' }));
    world.clock.advance(60_000_000_001);
    expect(turns).toBe(6);
  });

  it('[H43] are refused by the insert or update that goes too far, which a module may catch', () => {
    const { world, ran, inside } = start();
    const far = [ScheduleAt.interval(10n ** 15n), ScheduleAt.interval(-(10n ** 15n)), ScheduleAt.time(START * 2n)];
    const caught: unknown[] = [];
    const attempt = (write: () => unknown) => {
      try {
        write();
      } catch (error) {
        caught.push(error);
      }
    };
    inside(({ db }) => {
      db.step.insert({ id: 7n, at: ScheduleAt.interval(50_000n), note: 'near' });
      for (const at of far) attempt(() => db.step.insert({ id: 8n, at, note: 'far' }));
      for (const at of far) attempt(() => db.step.id.update({ id: 7n, at, note: 'far' }));
      db.plan.insert({ id: 1n, at: far[0]! }); // nothing runs its rows
    });
    expect(caught).toHaveLength(6);
    for (const error of caught) expect(error).toBeInstanceOf(errors.ScheduleAtDelayTooLong);
    expect(world.rows('step')).toMatchObject([{ id: 7n, note: 'near' }]);
    expect(world.rows('plan')).toHaveLength(1);
    world.clock.advance(50);
    expect(ran).toEqual([[50, 'near']]);
  });

  it('[H44] run as the database, at the intended time or later', () => {
    const { world, once, elapsed } = start();
    once(25);
    let seen: unknown[] = [];
    onStep = (ctx) => {
      seen = [ctx.sender.hex, ctx.connectionId, ctx.senderAuth.isInternal, ctx.senderAuth.hasJWT, elapsed(ctx)];
    };
    world.clock.jump(99);
    world.clock.advance(0);
    expect(seen).toEqual([DATABASE.hex, null, true, false, 99]);
  });

  it('[H45] run rows due together in the order they came, and leave other tables alone', () => {
    const { world, ran, inside, once } = start();
    for (let i = 0; i < 200; i++) once(100 - (i % 3), `${i}`);
    inside(({ db }) => void db.plan.insert({ id: 1n, at: ScheduleAt.time(START) }));
    world.clock.advance(200);
    const order = Array.from({ length: 200 }, (_, i) => i).sort((a, b) => (b % 3) - (a % 3) || a - b);
    expect(ran.map(([, note]) => Number(note))).toEqual(order);
    expect(world.rows('plan')).toHaveLength(1);
  });

  it('[H45] are few timers, whatever the rows', () => {
    const { world, inside } = start();
    const late = START + 1_000_000n;
    inside(({ db, timestamp }) => {
      expect(timestamp).toBeInstanceOf(Timestamp);
      for (let i = 0; i < 5000; i++) {
        db.step.insert({
          id: 0n,
          at: { tag: 'Time', value: new Timestamp(late + BigInt((i * 7919) % 5000)) },
          note: '',
        });
      }
      db.step.insert({ id: 0n, at: { tag: 'Interval', value: new TimeDuration(5_000_000n) }, note: '' });
    });
    expect(world.clock.timers).toBe(1);
    inside(({ db }) => void db.step.clear());
    expect(world.clock.timers).toBe(0);
  });
});
