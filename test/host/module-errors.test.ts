import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { World } from './support/world.ts';

const RULES = `// The rules of the game.

export function fuelOf(ship: { tank?: { litres: number } }): number {
  return ship.tank!.litres;
}
export function dive(depth: number): number {
  return dive(depth + 1) + 1;
}
`;

const INDEX = `import { schema, ScheduleAt, t, table } from 'spacetick/server';
import { dive, fuelOf } from './rules';

const Deep = t.array(t.array(t.array(t.array(t.array(t.object('Core', { heat: t.option(t.u8()) }))))));
const beat = table({ name: 'beat' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const spacetimedb = schema({
  beat,
  orb: table({ name: 'orb', public: true }, { id: t.u32().primaryKey(), kind: t.u8() }),
  star: table({ name: 'star' }, { id: t.u32().primaryKey(), core: Deep }),
});
export default spacetimedb;

export const refuel = spacetimedb.reducer(() => {
  fuelOf({});
});
export const paint = spacetimedb.reducer((ctx) => {
  ctx.db.orb.insert({ id: 1, kind: 300 });
});
export const burn = spacetimedb.reducer((ctx) => {
  ctx.db.star.insert({ id: 1, core: [[[[[{ heat: 300 }]]]]] });
});
export const fall = spacetimedb.reducer(() => {
  dive(0);
});
export const wrap = spacetimedb.reducer(() => {
  try {
    fuelOf({});
  } catch (cause) {
    console.warn(cause);
    throw new Error('no fuel', { cause });
  }
});
export const start = spacetimedb.reducer((ctx) => {
  ctx.db.beat.insert({ id: 0n, at: ScheduleAt.interval(50_000n) });
});
export const postpone = spacetimedb.reducer((ctx) => {
  ctx.db.beat.insert({ id: 0n, at: ScheduleAt.interval(10n ** 15n) });
});
export const step = spacetimedb.reducer({ onSchedule: beat }, { timer: beat.rowType }, () => {
  fuelOf({});
});
`;

describe('what a module did wrong', () => {
  let folder: string;
  let source: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spacetick-errors-'));
    await writeFile(join(folder, 'rules.ts'), RULES);
    await writeFile(join(folder, 'index.ts'), INDEX);
    ({ source } = await bundleModule(folder));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const file = (name: string): string => relative(process.cwd(), join(folder, name));
  const at = (name: string, text: string, extra = 0): string => {
    const lines = (name === 'rules.ts' ? RULES : INDEX).split('\n');
    const line = lines.findIndex((row) => row.includes(text));
    return `${file(name)}:${line + 1}:${lines[line]!.indexOf(text) + extra + 1}`;
  };

  it('[H27] is logged with the place in its source first, and no frame of anybody else', () => {
    const world = new World({ source });
    expect(world.fail('refuel')).toBe("Cannot read properties of undefined (reading 'litres')");
    const broken = at('rules.ts', '.litres', 1);
    expect(world.database.log.records.at(-1)).toMatchObject({
      level: 'error',
      reducer: 'refuel',
      message:
        `${broken}: TypeError: Cannot read properties of undefined (reading 'litres')\n` +
        `    at fuelOf (${broken})\n    at ${at('index.ts', 'fuelOf({})')}`,
    });
  });

  it("[H27] has a frame of the module's however deep in the host it came up", () => {
    const world = new World({ source });
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 10; // as it is in a process of one's own
    try {
      world.fail('paint');
      world.fail('burn');
      world.fail('postpone');
      expect(Error.stackTraceLimit).toBe(10);
    } finally {
      Error.stackTraceLimit = limit;
    }
    expect(world.database.log.records.map(({ message }) => message)).toEqual([
      `${at('index.ts', 'insert({ id: 1, kind')}: ValueError: orb.kind (u8): 300 is out of range 0..255`,
      `${at('index.ts', 'insert({ id: 1, core')}: ValueError: star.core[0][0][0][0][0].heat (u8): 300 is out of range 0..255`,
      `${at('index.ts', 'insert({ id: 0n, at: ScheduleAt.interval(10n')}: ScheduleAtDelayTooLong: beat: a schedule may be at most about 2.18 years ahead, not 31.69. Insert a nearer one, and schedule on from there.`,
    ]);
  });

  it('[H27] is short for endless recursion, tells causes, and is the same in what the module logs itself', () => {
    const world = new World({ source });
    world.fail('fall');
    const [fallen] = world.database.log.records;
    expect(fallen!.message.split('\n')).toHaveLength(11);
    expect(fallen!.message).toContain(`${file('rules.ts')}:7`);
    world.fail('wrap');
    const [, warned, failed] = world.database.log.records;
    const broken = at('rules.ts', '.litres', 1);
    const cause = `TypeError: Cannot read properties of undefined (reading 'litres')\n    at fuelOf (${broken})\n    at ${file('index.ts')}:27:5`;
    expect(warned).toMatchObject({ level: 'warn', message: cause });
    const thrown = at('index.ts', "new Error('no fuel'");
    expect(failed!.message).toBe(`${thrown}: Error: no fuel\n    at ${thrown}\nCaused by ${cause}`);
  });

  it('[H27] names places in the program when there is no map', () => {
    const bare = source.replace(/^\/\/# sourceMappingURL.*$/m, '');
    const world = new World({ source: bare });
    world.fail('paint');
    const line = bare.split('\n').findIndex((text) => text.includes('ctx.db.orb.insert(')) + 1;
    expect(world.database.log.records[0]!.message).toMatch(
      new RegExp(`^spacetick-module\\.js:${line}:\\d+: ValueError: orb\\.kind`),
    );
  });

  it('[H28] is counted when it comes again and again, and told in one line a second', () => {
    const world = new World({ source });
    world.run('start');
    world.clock.advance(3000); // 60 steps
    const texts = world.database.log.records.map(({ reducer, message }) => `${reducer}: ${message.split('\n')[0]}`);
    const text = `step: ${at('rules.ts', '.litres', 1)}: TypeError: Cannot read properties of undefined (reading 'litres')`;
    expect(texts[0]).toBe(text);
    expect(texts[1]).toBe(`${text} … 20 more times in the last second`);
    expect(texts.length).toBeLessThanOrEqual(4);
    world.fail('paint'); // another error does not wait
    expect(world.database.log.records.at(-1)!.message).toContain('ValueError');
    world.fail('paint');
    const { log } = world.database;
    world.host.close(); // what was counted until then is told
    expect(log.records.at(-1)!.message).toMatch(/ValueError.* … once more in the last second$/);
  });

  it('[H28] is told in full again after a quiet second', () => {
    const world = new World({ source });
    const lines = () => world.database.log.records.length;
    world.fail('paint');
    expect(world.clock.timers).toBe(0);
    world.clock.advance(1000);
    world.fail('paint');
    expect(lines()).toBe(2);
    world.fail('paint');
    expect(lines()).toBe(2);
    world.clock.advance(1000);
    expect(world.database.log.records.at(-1)!.message).toMatch(/255 … once more in the last second$/);
    expect(world.clock.timers).toBe(0);
  });
});
