import { afterEach, describe, expect, it } from 'vitest';
import { type ReducerCtx, SpacetickError, schema, Timestamp, t, table } from '../../src/module/index.ts';
import { ConnectionId } from '../../src/values/index.ts';
import { forbiddenHere, programUsing } from './support/forbidden.ts';
import { moduleOf, World } from './support/world.ts';

const comet = schema({ orb: table({}, { id: t.u32() }) });
type Ctx = ReducerCtx<(typeof comet)['tables']>;
let job: (ctx: Ctx) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer((ctx) => job(ctx)) });

function within<R>(world: World, body: (ctx: Ctx) => R): R {
  let result: R | undefined;
  job = (ctx) => {
    result = body(ctx);
  };
  world.run('run');
  return result as R;
}

describe('what a module cannot reach', () => {
  const originals = { Date, random: Math.random, setTimeout, fetch, now: Timestamp.now };
  const isFree = () => {
    const values = { Date, random: Math.random, setTimeout, fetch, now: Timestamp.now };
    return (
      JSON.stringify(Object.keys(originals).map((key) => values[key as never] === originals[key as never])) ===
        '[true,true,true,true,true]' &&
      performance.now() > 0 &&
      crypto.randomUUID().length === 36
    );
  };

  afterEach(() => {
    expect(isFree()).toBe(true);
  });

  for (const { title, use, refusal, instead } of forbiddenHere()) {
    const refused = new RegExp(`^${refusal.replace('.', '\\.')}.*Use ${instead}`);

    it(`[H54] ${title} in a bundled program`, () => {
      const world = new World({ source: programUsing('', use) });
      expect(world.fail('run')).toMatch(refused);
      expect(isFree()).toBe(true);
      expect(() => new World({ source: programUsing(use, '') })).toThrow(
        expect.objectContaining({ message: expect.stringMatching(refused) }),
      );
    });

    it(`[H54] ${title} in an imported module`, () => {
      const world = new World(module);
      job = new Function(use) as () => void;
      expect(world.fail('run')).toMatch(refused);
      expect(isFree()).toBe(true);
      job = () => undefined;
      world.run('run');
    });
  }

  it('[H54] are the clocks and chances of the value classes too', () => {
    const world = new World(module);
    job = () => void Timestamp.now();
    expect(world.fail('run')).toMatch(/^Timestamp.now is not available .*ctx.timestamp/);
    job = () => void ConnectionId.random();
    expect(world.fail('run')).toMatch(/^ConnectionId.random is not available/);
    expect(ConnectionId.random().hex).toHaveLength(32);
    expect(within(world, ({ timestamp }) => [timestamp.toISOString(), timestamp.toDate().getUTCFullYear()])).toEqual([
      expect.stringMatching(/^2027-01-15T/),
      2027,
    ]);
  });

  it('[H54] may be asked for, by libraries that look before they use', () => {
    const world = new World(module);
    const given = new Date();
    expect(
      within(world, () => [typeof Date, ({} as unknown) instanceof Date, (given as unknown) instanceof Date]),
    ).toEqual([...['function', false, false]]);
  });

  it('[H54] is back after a module was stopped', () => {
    const world = new World(module);
    job = () => undefined;
    world.onSeal = () => {
      throw new SpacetickError('E_REDUCER_TIMEOUT', 'stopped');
    };
    expect(() => world.call('run')).toThrow('stopped');
    world.database.abort();
    world.onSeal = undefined;
    expect(isFree()).toBe(true);
    world.run('run');
  });

  it('[H54] is put back as a test had faked it', () => {
    const world = new World(module);
    const [realDate, realTimer] = [Date, setTimeout];
    const [fakeDate, fakeTimer] = [class extends Date {}, (() => 0) as never];
    try {
      globalThis.Date = fakeDate as never;
      globalThis.setTimeout = fakeTimer;
      job = () => void Date.now();
      expect(world.fail('run')).toMatch(/^Date is not available/);
      expect([Date, setTimeout]).toEqual([fakeDate, fakeTimer]);
    } finally {
      globalThis.Date = realDate;
      globalThis.setTimeout = realTimer;
    }
  });

  it('[H54] is absent from bundled programs as from the real host', () => {
    const world = new World({
      source: programUsing('', "if (typeof process !== 'undefined' || typeof Buffer !== 'undefined') throw 5"),
    });
    world.run('run');
    new World({ source: programUsing('const crypto = 1, process = 2, performance = 3', '') }).run('run');
  });
});
