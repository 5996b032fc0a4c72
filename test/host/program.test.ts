import { describe, expect, it } from 'vitest';
import { loadProgram, moduleConsole } from '../../src/host/index.ts';
import { schema, t, table } from '../../src/module/index.ts';
import { moduleOf, World } from './support/world.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey().autoInc(), name: t.string() });
const comet = schema({ ship: Ship });
/** What is in place before a program comes. */
const before = moduleOf(comet, {
  launch: comet.reducer({ name: t.string() }, ({ db }, { name }) => void db.ship.insert({ id: 0, name })),
});

function refusal(publish: () => unknown): { code: string; message: string } {
  try {
    publish();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('published');
}

describe('a program', () => {
  const program = (source: string) => refusal(() => new World({ source }));
  const api = "const { schema, table, t } = require('spacetimedb/server');";

  it('[H3] runs with the module API and nothing else', () => {
    const source = `'use strict';${api}const s = schema({ orb: table({}, { id: t.u32() }) });
      exports.default = s; exports.take = s.reducer({ id: t.u32() }, (ctx, { id }) => { ctx.db.orb.insert({ id }); });`;
    const world = new World({ source });
    world.run('take', { id: 5 });
    expect(world.rows('orb')).toEqual([{ id: 5 }]);
    const same = loadProgram(
      source.replace('spacetimedb/server', 'spacetick/server'),
      moduleConsole(() => undefined),
    );
    expect(same.reducers.map(({ name }) => name)).toEqual(['take']);
    expect(program("require('node:fs')")).toMatchObject({
      code: 'E_MODULE',
      message: expect.stringMatching(/imports node:fs, which a host does not have/),
    });
    expect(program("throw new RangeError('at the top')").message).toBe('at the top');
    expect(program('const = 5').message).toMatch(/Unexpected token/);
    expect(program(api).message).toContain('you have not exported your schema');
    expect(program(`${api} schema({}); exports.default = schema({});`).message).toContain(
      'multiple schemas are not supported',
    );
    expect(program(`${api} exports.default = schema({ a: table({}, { b: 5 }) });`).code).toBe('E_SCHEMA');
  });

  it('[H3][M5] warns of reducers that nobody can call', () => {
    const world = new World(before);
    const source = `${api} const s = schema({ orb: table({}, { id: t.u32() }) });
      s.reducer({ id: t.u32() }, () => {}); exports.default = s;`;
    const { warnings } = world.publish({ source }, { breakClients: true });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^spacetick-module\.js:2:\d+: A reducer with parameters \(id\) is defined but not exported/,
      ),
    ]);
  });

  it('[H5] says what was meant by a name that is not there', () => {
    const { message, code } = program(`${api} t.u23();`);
    expect([code, message]).toEqual(['E_MODULE', 'There is no t.u23. Did you mean t.u32?']);
    const server =
      "const spacetick_server = require('spacetick/server'); const { schema, table, t } = spacetick_server;";
    const meant: Readonly<Record<string, string>> = {
      'spacetick_server.t.strng()': 'There is no t.strng. Did you mean t.string?',
      '(0, spacetick_server.tabel)({}, {})': "'spacetick/server' exports no tabel. Did you mean table?",
      't.u32().primarykey()': 'There is no t.u32(...).primarykey. Did you mean t.u32(...).primaryKey?',
      "spacetick_server.t.object('A', { b: t.u8() }).uniqe()": 'Did you mean t.object(...).unique?',
      'const s = schema({}); s.reducr(() => {})': 'There is no s.reducr. Did you mean s.reducer?',
      't.zzzzzzz()': 'There is no t.zzzzzzz. There is: bool, i8, u8,',
    };
    for (const [mistake, text] of Object.entries(meant)) expect(program(`${server}${mistake}`).message).toContain(text);
    // What is not of the API keeps its own words.
    expect(program('const ship = {}; ship.hull.mend();').message).toMatch(/^Cannot read properties of undefined/);
    for (const own of ['ship.init', 'ship.mend']) {
      expect(program(`const ship = {}; ${own}();`).message).toBe(`${own} is not a function`);
    }
    expect(program('const mend = 5; mend();').message).toBe('mend is not a function');
  });

  it('[H3] leaves the database as it was when it is refused', () => {
    const world = new World(before);
    const client = world.join();
    client.subscribe(1, 'SELECT * FROM ship');
    for (const source of ["require('fs')", 'throw 1', api])
      for (const deleteData of [false, true]) expect(() => world.publish({ source }, { deleteData })).toThrow();
    expect(world.database.module).toBe(before);
    world.run('launch', { name: 'Ada' });
    expect(client.table('ship')).toHaveLength(1);
    expect(client.closed).toBeUndefined();
  });

  it('[H4] writes to the log', () => {
    const world = new World({
      source: `${api} const s = schema({ orb: table({}, { id: t.u32() }) }); exports.default = s;
        console.info('loaded');
        exports.talk = s.reducer((ctx) => {
          console.log('a', 1, 2n, { b: 3n }, [4], undefined, null);
          console.warn(\`\${ctx.timestamp}\`); console.error(new TypeError('bad')); console.debug(); console.trace('t');
          console.assert(1 === 1, 'no'); console.assert(false, 'broken'); console.table([1]);
          const loop = {}; loop.loop = loop; console.info(loop, () => 1);
          console.time('step'); console.timeLog('step', 'docked', { ships: 2n }); console.timeEnd('step'); console.timeEnd('step');
        });`,
    });
    const heard: string[] = [];
    const stop = world.database.log.listen(({ message }) => heard.push(message));
    world.run('talk');
    stop();
    const { records } = world.database.log;
    expect(records.every(({ reducer, micros }) => reducer === 'talk' && micros === world.clock.micros())).toBe(true);
    expect(records.map(({ level }) => level)).toEqual([
      ...['info', 'warn', 'error', 'debug', 'trace', 'error', 'info', 'info', 'info', 'info', 'warn'],
    ]);
    expect(heard).toEqual(records.map(({ message }) => message));
    expect(heard).toMatchObject([
      'a 1 2 {"b":"3"} [4] undefined null',
      expect.stringMatching(/^2027-01-15T/),
      expect.stringMatching(/^TypeError: bad\n/),
      '',
      't',
      'Assertion failed broken',
      '[1]',
      'an object with fields loop a function',
      expect.stringMatching(/^step: [\d.]+ ms docked \{"ships":"2"\}$/),
      expect.stringMatching(/^step: [\d.]+ ms$/),
      'Timer step was not started',
    ]);
    for (let i = 0; i < 200; i++) world.run('talk');
    expect(records).toHaveLength(1000);
  });
});
