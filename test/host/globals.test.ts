import { afterEach, describe, expect, it } from 'vitest';
import { type ReducerCtx, SpacetickError, schema, Timestamp, t, table } from '../../src/module/index.ts';
import { ConnectionId } from '../../src/values/index.ts';
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

/** What reaches time, chance or the outside, and what to use instead. */
const FORBIDDEN: Readonly<Record<string, readonly [use: string, instead: string]>> = {
  'Math.random': ['Math.random()', 'ctx.random'],
  'Date.now': ['Date.now()', 'ctx.timestamp'],
  'new Date': ['new Date()', 'ctx.timestamp'],
  Date: ['Date()', 'ctx.timestamp'],
  performance: ['performance.now()', 'ctx.timestamp'],
  crypto: ['crypto.randomUUID()', 'ctx.random and ctx.newUuidV4'],
  setTimeout: ['setTimeout(() => 0, 0)', 'a scheduled table'],
  setInterval: ['setInterval(() => 0, 1e6)', 'a scheduled table'],
  setImmediate: ['setImmediate(() => 0)', 'a scheduled table'],
  queueMicrotask: ['queueMicrotask(() => 0)', 'a scheduled table'],
  fetch: ["fetch('http://127.0.0.1:1')", 'a client that calls a reducer'],
};
const bundled = (top: string, inside: string) => `
  'use strict';
  const { schema, table, t } = require('spacetick/server');
  const comet = schema({ orb: table({}, { id: t.u32() }) });
  ${top};
  exports.default = comet;
  exports.run = comet.reducer(() => { ${inside}; });`;

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

  for (const [name, [use, instead]] of Object.entries(FORBIDDEN)) {
    const refused = new RegExp(
      `^${name.replace(/^(new )?(Date).*/, '$2').replace('.', '\\.')} is not available .*Use ${instead}`,
    );

    it(`[H54] ${name} in a bundled program`, () => {
      const world = new World({ source: bundled('', use) });
      expect(world.fail('run')).toMatch(refused);
      expect(isFree()).toBe(true);
      expect(() => new World({ source: bundled(use, '') })).toThrow(
        expect.objectContaining({ message: expect.stringMatching(refused) }),
      );
    });

    it(`[H54] ${name} in an imported module`, () => {
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
      source: bundled('', "if (typeof process !== 'undefined' || typeof Buffer !== 'undefined') throw 5"),
    });
    world.run('run');
    new World({ source: bundled('const crypto = 1, process = 2, performance = 3', '') }).run('run');
  });
});
