import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, HEAD, type HostProcess, orbs, ROOT } from './command.ts';

const CHAT = join(ROOT, 'test/fixtures/quickstart-chat');

const FLEET = `${HEAD}import { SenderError } from 'spacetick/server';
const place = t.object('Place', { x: t.f32(), y: t.f32() });
const kind = t.enum('Kind', { tug: t.unit(), liner: t.u16() });
const ship = table({ name: 'ship', public: true }, {
  id: t.u32().primaryKey().autoInc(), name: t.string(), owner: t.identity(), at: place, kind, cargo: t.array(t.u8()),
});
const secret = table({ name: 'secret' }, { id: t.u8().primaryKey() });
const tow = table({ name: 'tow' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const spacetimedb = schema({ ship, secret, tow });
export default spacetimedb;
export const launch = spacetimedb.reducer({ name: t.string(), owner: t.identity(), at: place }, (ctx, args) => {
  if (args.name === '') throw new SenderError('A ship needs a name.');
  console.log('launching ' + args.name);
  ctx.db.ship.insert({ id: 0, ...args, kind: { tag: 'liner', value: 7 }, cargo: new Uint8Array([1, 171]) });
});
export const scuttle = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => {
  console.warn('scuttling', id);
  ctx.db.ship.id.delete(id);
});
export const haul = spacetimedb.reducer({ onSchedule: tow }, { due: tow.rowType }, (ctx, { due }) => {
  console.log('hauling ' + due.id);
});
export const countShips = spacetimedb.procedure({}, t.u64(), (ctx) => ctx.withTx((tx) => tx.db.ship.count()));
`;

describe('a database, asked', { timeout: 120_000 }, () => {
  const desk = new Desk();
  let host: HostProcess;
  beforeAll(async () => {
    host = await desk.start('-l', '0', '--in-memory');
    desk.write('fleet/index.ts', FLEET);
    await run('publish', 'fleet', '-p', 'fleet');
    await run('publish', 'quickstart-chat', '--project-path', CHAT);
  });
  afterAll(async () => {
    await host.stop();
    desk.clear();
  });

  const run = (command: string, ...args: string[]) => desk.run(command, '--server', host.url, ...args);
  const good = async (command: string, ...args: string[]) => {
    const ran = await run(command, ...args);
    expect(ran).toMatchObject({ code: 0, err: [] });
    return ran.out;
  };
  const identity = async () => (await good('login', 'show'))[0]!.slice(-64);

  it('[CL60] [CL65] [CL70] does what the tutorial shows', async () => {
    expect(await good('call', 'quickstart-chat', 'send_message', 'Hello, World!')).toEqual([]);
    expect(await good('call', 'quickstart-chat', 'SendMessage', '"Hello again"')).toEqual([]);
    const me = await identity();
    const [line] = await good('logs', 'quickstart-chat');
    expect(line).toMatch(new RegExp(`Z  INFO: send_message: User (0x)?${me}: Hello, World!$`));
    const rule = `${'-'.repeat(68)}+${'-'.repeat(34)}+${'-'.repeat(17)}`;
    expect(await good('sql', 'quickstart-chat', "SELECT * FROM message WHERE text = 'Hello, World!'")).toEqual([
      ` sender${' '.repeat(60)} | sent${' '.repeat(28)} | text`,
      rule,
      expect.stringMatching(
        new RegExp(`^ 0x${me} \\| \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 \\| "Hello, World!"$`),
      ),
    ]);
  });

  it('[CL60] [CL61] calls with arguments as they are typed', async () => {
    const me = await identity();
    await good('call', 'fleet', 'launch', 'Ada', me, '{"x":1.5,"y":-2}');
    await good('call', 'fleet', 'launch', '"Grace"', `["0x${me}"]`, '[3,4]');
    expect(await good('call', 'fleet', 'count_ships')).toEqual(['2']);
    expect(await good('call', 'fleet', 'countShips', '--anonymous')).toEqual(['2']);
    expect(await good('sql', 'fleet', 'SELECT * FROM ship WHERE id = 1')).toEqual(
      [
        ` id | name  | owner${' '.repeat(61)} | at${' '.repeat(17)} | kind        | cargo`,
        expect.stringMatching(/^----\+-------\+-+\+-+\+-------------\+--------$/),
        ` 1  | "Ada" | 0x${me} | (x = 1.5, y = -2) | (liner = 7) | 0x01ab`,
      ].map((line) => (typeof line === 'string' ? line.replace('at                  |', 'at                |') : line)),
    );
  });

  it('[CL60] calls what rows schedule for the owner of the database', async () => {
    const due = '{"id":7,"at":{"Interval":{"__time_duration_micros__":1000000}}}';
    expect(await good('call', 'fleet', 'haul', due)).toEqual([]);
    expect((await good('logs', 'fleet')).at(-1)).toMatch(/haul: hauling 7$/);
    expect(await run('call', 'fleet', '--anonymous', 'haul', due)).toMatchObject({
      code: 1,
      err: [
        expect.stringMatching(/^Error: No such reducer OR procedure `haul`/),
        'The host runs it: only the owner of the database may call it.',
      ],
    });
  });

  it('[CL62] says why a call was refused', async () => {
    const errors = async (...args: string[]) => {
      const { code, out, err } = await run('call', 'fleet', ...args);
      expect([code, out]).toEqual([1, []]);
      return err;
    };
    const me = await identity();
    expect(await errors('launch', '', me, '[0,0]')).toEqual(['Error: A ship needs a name.']);
    expect(await errors('launch', 'Ada')).toEqual([
      'Error: Invalid arguments provided for reducer `launch`: it takes 3 arguments, 1 is given.',
      'It is called as: launch(name: string, owner: identity, at: Place)',
    ]);
    expect(await errors('launch', 'Ada', me, 'here')).toEqual([
      expect.stringMatching(
        /^Error: Invalid arguments provided for reducer `launch`: here is not JSON\. In a shell, quote it/,
      ),
      'It is called as: launch(name: string, owner: identity, at: Place)',
    ]);
    expect(await errors('scuttle', '1', 'now')).toEqual([
      'Error: Invalid arguments provided for reducer `scuttle`: it takes 1 argument, 2 are given.',
      'It is called as: scuttle(id: u32)',
    ]);
    expect(await errors('scuttle', '-1')).toEqual([
      expect.stringMatching(/^Error: Invalid arguments provided for reducer `scuttle`: id .*-1/),
      'It is called as: scuttle(id: u32)',
    ]);
    expect((await errors('count_ships', '1'))[0]).toMatch(
      /procedure `count_ships`: it takes no arguments, 1 is given\.$/,
    );
    expect(await errors('lunch')).toEqual([
      expect.stringMatching(
        /^Error: No such reducer OR procedure `lunch` for database `fleet` resolving to identity `c200[0-9a-f]{60}`\.$/,
      ),
      'Did you mean:',
      '  launch(name: string, owner: identity, at: Place)',
    ]);
    expect((await errors('lunch', 'Ada', 'here')).slice(1)).toEqual([
      'Did you mean:',
      '  launch(name: string, owner: identity, at: Place)',
    ]);
    expect((await errors('teleport')).slice(1, 3)).toEqual(['There are:', expect.stringMatching(/^ {2}launch\(/)]);
  });

  it('[CL111] says which database is not there, and where', async () => {
    const { err } = await run('call', 'nowhere', 'launch');
    expect(err).toEqual([
      `Error: No such database. ${host.url} has none called nowhere. Yours are named by spacetick list; spacetick publish makes one.`,
    ]);
    expect((await run('logs', 'nowhere')).err).toEqual(err);
  });

  it('[CL65] [CL66] shows rows as a table, as JSON, or as they are asked for', async () => {
    expect(await good('sql', 'fleet', 'SELECT id FROM ship WHERE id > 100')).toEqual([' id', '----']);
    const [json] = await good('sql', 'fleet', '--format', 'json', 'SELECT COUNT(*) AS n FROM ship');
    expect(JSON.parse(json!)).toMatchObject([{ schema: { elements: [{ name: { some: 'n' } }] }, rows: [[2]] }]);
    expect(await good('sql', 'fleet', 'INSERT INTO secret (id) VALUES (7)')).toEqual([]);
    expect(await good('sql', 'fleet', 'SELECT * FROM secret')).toEqual([' id', '----', ' 7']);
    const hidden = await run('sql', 'fleet', '--anonymous', 'SELECT * FROM secret');
    expect(hidden).toMatchObject({ code: 1, out: [], err: [expect.stringMatching(/^Error: .*secret/)] });
    const statements = 'SELECT id FROM ship\nSELEKT\nDELETE FROM secret WHERE id = 7\n\nexit\nSELECT id FROM ship\n';
    const spoken = await desk.ask(statements, 'sql', '-s', host.url, 'fleet', '--interactive');
    const ms = '\\d+\\.\\d\\dms';
    expect(spoken.out.filter((line) => !line.startsWith(' ') && !line.startsWith('-'))).toEqual([
      expect.stringMatching(new RegExp(`^\\(2 rows\\) \\[server: ${ms}\\]$`)),
      expect.stringMatching(new RegExp(`^Roundtrip time: ${ms}$`)),
      expect.stringMatching(new RegExp(`^\\(0 rows\\) \\[deleted: 1, server: ${ms}\\]$`)),
      expect.stringMatching(/^Roundtrip time/),
    ]);
    expect([spoken.code, spoken.err, spoken.errorCode]).toEqual([
      0,
      [expect.stringMatching(/^Error: .*SELEKT/)],
      'E_HOST_REFUSED',
    ]);
    expect((await run('sql', 'fleet')).err[0]).toMatch(/^Error: Give one query, or --interactive/);
  });

  it('[CL112] comes and goes for the module', async () => {
    desk.write(
      'door/index.ts',
      orbs(`export const come = spacetimedb.clientConnected((ctx) => console.log('come ' + ctx.sender.toHexString()));
export const go = spacetimedb.clientDisconnected((ctx) => console.log('go ' + ctx.sender.toHexString()));
`),
    );
    await good('publish', 'door', '-p', 'door');
    const me = await identity();
    await good('sql', 'door', 'SELECT * FROM orb');
    await good('sql', 'door', '--anonymous', 'SELECT * FROM orb');
    const said = (await good('logs', 'door')).map((line) => line.split(': ').at(-1));
    expect(said.slice(0, 2)).toEqual([`come ${me}`, `go ${me}`]);
    expect(said).toEqual([...said.slice(0, 2), expect.stringMatching(/^come c200/), expect.stringMatching(/^go c200/)]);
    expect(said[2]).not.toBe(said[0]);
    expect(said[3]).toBe(said[2]!.replace('come', 'go'));
  });

  it('[CL70] [CL72] prints the log, the lines that are asked for', async () => {
    await good('call', 'fleet', 'scuttle', '99');
    const text = await good('logs', 'fleet');
    expect(text.at(-1)).toMatch(/Z {2}WARN: scuttle: scuttling 99$/);
    expect(await good('logs', 'fleet', '-n', '1')).toEqual([text.at(-1)]);
    expect(await good('logs', 'fleet', '--level', 'warn')).toEqual(text.filter((line) => line.includes('WARN')));
    const info = text.filter((line) => line.includes('INFO'));
    expect(await good('logs', 'fleet', '--level', 'info', '--level-exact')).toEqual(info);
    const [json] = await good('logs', 'fleet', '-n', '1', '--format', 'json');
    expect(JSON.parse(json!)).toMatchObject({ level: 'Warn', function: 'scuttle', message: 'scuttling 99' });
    const stranger = await run('logs', 'fleet', '--root-dir', 'stranger');
    expect(stranger.err[0]).toMatch(/does not own fleet/);
    expect((await run('logs', 'fleet', '-n', 'all')).err[0]).toMatch(/number of lines/);
  });

  it('[CL71] follows the log until it is stopped, or the database ends', async () => {
    const following = desk.follow('logs', 'fleet', '-s', host.url, '-f', '-n', '0');
    const other = desk.follow('logs', 'brief', '-s', host.url, '-f');
    await expect.poll(() => other.err().join(''), { timeout: 30_000 }).toMatch(/No such database/);
    expect(await other.ended).toBe(1);
    await run('publish', 'brief', '-p', 'fleet');
    const brief = desk.follow('logs', 'brief', '-s', host.url, '--follow');
    await expect
      .poll(
        async () => {
          await run('call', 'fleet', 'scuttle', '100');
          await run('call', 'brief', 'scuttle', '1');
          return [following.out().length > 0, brief.out().length > 0];
        },
        { timeout: 30_000 },
      )
      .toEqual([true, true]);
    await good('delete', 'brief', '--yes');
    expect(await brief.ended).toBe(0);
    expect(await following.stop()).toBe(0);
    expect(following.out()[0]).toMatch(/WARN: scuttle: scuttling 100$/);
  });

  it('[CL75] [CL76] prints what changes, transaction by transaction', async () => {
    const me = await identity();
    const watching = desk.follow(
      'subscribe',
      'fleet',
      'SELECT * FROM ship',
      '-n',
      '2',
      '--print-initial-update',
      '-s',
      host.url,
    );
    await expect.poll(() => watching.out().length, { timeout: 30_000 }).toBe(1);
    const { ship } = JSON.parse(watching.out()[0]!) as { ship?: { deletes: unknown[]; inserts: unknown[] } };
    expect(ship?.deletes ?? []).toEqual([]);
    await good('call', 'fleet', 'launch', 'Mary', me, '[5,6]');
    const [[id]] = (
      JSON.parse((await good('sql', 'fleet', '--format', 'json', "SELECT id FROM ship WHERE name = 'Mary'"))[0]!) as {
        rows: number[][];
      }[]
    )[0]!.rows as [[number]];
    await good('call', 'fleet', 'scuttle', String(id));
    expect(await watching.ended).toBe(0);
    const row = {
      id,
      name: 'Mary',
      owner: { __identity__: `0x${me}` },
      at: { x: 5, y: 6 },
      kind: { liner: 7 },
      cargo: '01ab',
    };
    expect(
      watching
        .out()
        .slice(1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ ship: { deletes: [], inserts: [row] } }, { ship: { deletes: [row], inserts: [] } }]);
    expect(watching.err()).toEqual([]);
  });

  it('[CL76] ends in time, and when a query is refused', async () => {
    expect(await run('subscribe', 'fleet', '*', '-t', '1')).toMatchObject({ code: 0, out: [], err: [] });
    const late = await run('subscribe', 'fleet', '*', '-t', '1', '-n', '1');
    expect(late).toMatchObject({ code: 1, err: ['Error: timed out after 1s'] });
    const wrong = await run('subscribe', 'fleet', 'SELECT * FROM nowhere');
    expect(wrong).toMatchObject({ code: 1, err: [expect.stringMatching(/^Error: .*nowhere/)] });
    expect((await run('subscribe', 'fleet', '*', '-n', '0')).err[0]).toMatch(/above zero/);
  });

  it('[CL80] describes the module', async () => {
    const whole = JSON.parse((await good('describe', 'fleet', '--json')).join('\n')) as Record<string, unknown>;
    expect(whole).toMatchObject({ typespace: { types: expect.any(Array) }, tables: expect.any(Array) });
    expect(JSON.parse((await good('describe', 'fleet', 'reducer', 'scuttle')).join('\n'))).toMatchObject({
      name: 'scuttle',
      params: { elements: [{ name: { some: 'id' }, algebraic_type: { U32: [] } }] },
    });
    expect((await run('describe', 'fleet', 'table', 'orb')).err[0]).toMatch(/no table orb\. There is: .*ship/);
    expect((await run('describe', 'fleet', 'ship')).err[0]).toMatch(/^Error: Say which/);
  });

  it('[CL93] is somebody of its own, or nobody', async () => {
    const me = await identity();
    expect(await good('call', 'fleet', 'scuttle', '5', '--root-dir', 'somebody')).toEqual([]);
    const file = join(desk.folder, 'somebody/config/credentials.json');
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual([host.url]);
    expect(await identity()).toBe(me);
    const nobody = await run('call', 'fleet', 'scuttle', '5', '--anonymous', '--root-dir', 'nobody');
    expect(nobody.code).toBe(0);
    expect(() => desk.files('nobody')).toThrow(/ENOENT/);
  });

  it('[CL81] [CL82] [CL83] [CL84] lists, renames, locks and deletes', async () => {
    const own = (command: string, ...args: string[]) => run(command, ...args, '--root-dir', 'own');
    const me = (await own('login')).out[0]!.slice(-64);
    expect((await own('list')).out).toEqual([`No databases found for ${me}.`]);
    const published = await own('publish', 'first', '-p', 'fleet');
    const database = published.out.at(-1)!.slice(-64);
    expect((await own('rename', database, '--to', 'second')).out).toEqual([
      `Name set to second for identity ${database}.`,
    ]);
    expect((await own('list')).out).toEqual([
      `Associated databases for user ${me}:`,
      ` Database Name(s) | Identity`,
      `------------------+${'-'.repeat(66)}`,
      ` second           | ${database}`,
    ]);
    expect((await own('rename', 'second', '--to', 'fleet')).err[0]).toMatch(/belongs to somebody else's database/);
    expect((await run('rename', 'second', '--to', 'mine')).err[0]).toMatch(/second is somebody else's database/);
    expect((await own('rename', 'nowhere', '--to', 'mine')).err[0]).toMatch(/There is no database nowhere/);
    expect((await own('rename', 'second')).err[0]).toMatch(/--to/);
    expect((await own('lock', 'second')).out).toEqual(['Database second is locked.']);
    expect((await own('delete', 'second', '-y')).err[0]).toMatch(/^Error: The database second is locked/);
    expect((await own('unlock', 'second')).out).toEqual(['Database second is unlocked.']);
    expect(await own('delete', 'second')).toMatchObject({
      code: 1,
      err: [expect.stringMatching(/^Error: Aborting: /)],
    });
    expect((await own('delete', 'second', '--yes=delete-data')).out).toEqual(['Deleted database second.']);
    expect((await own('delete', 'second', '-y')).err[0]).toMatch(/^Error: No such database\. /);
  });
});
