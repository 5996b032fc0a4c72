import { describe, expect, it } from 'vitest';
import {
  ConnectionId,
  Identity,
  ScheduleAt,
  schema,
  TimeDuration,
  Timestamp,
  t,
  table,
  Uuid,
} from '../../src/module/index.ts';
import type { ServerMessage } from '../../src/wire/index.ts';
import { moduleOf, player, World } from './support/world.ts';

const Sample = table(
  { name: 'sample', public: true },
  {
    id: t.u32().primaryKey(),
    small: t.i8(),
    big: t.u64(),
    huge: t.i256(),
    half: t.f32(),
    real: t.f64(),
    text: t.string(),
    flag: t.bool(),
    blob: t.byteArray(),
    who: t.identity(),
    link: t.connectionId(),
    at: t.timestamp(),
    token: t.uuid(),
    maybe: t.option(t.string()),
    list: t.array(t.u32()),
    kind: t.enum('Kind', ['Red', 'Blue']),
    wait: t.timeDuration(),
    plan: t.scheduleAt(),
    copyOfBig: t.u64(),
  },
);
const Secret = table({ name: 'secret' }, { id: t.u32().primaryKey() });
const CamelCase = table({ public: true }, { id: t.u32().primaryKey(), cellX: t.i32() });
const comet = schema({ sample: Sample, secret: Secret, cometTrail: CamelCase });
const module = moduleOf(comet, {
  fill: comet.reducer(({ db }) => {
    const base = {
      ...{ maybe: undefined, list: [], kind: { tag: 'Red' as const }, wait: new TimeDuration(0n), copyOfBig: 5n },
      plan: ScheduleAt.time(0n),
    };
    const made = (id: number) => ({
      ...base,
      id,
      small: id - 2,
      big: BigInt(id) * 2n ** 62n,
      huge: BigInt(id - 2) * 2n ** 200n,
      half: id / 10,
      real: id === 3 ? Number.NaN : id / 10,
      text: ['', "it's", 'b', '\u{1F680}'][id]!,
      flag: id % 2 === 1,
      blob: new Uint8Array([id, 255]),
      who: player(id),
      link: new ConnectionId(id.toString(16).padStart(32, '0')),
      at: new Timestamp(BigInt(id) * 1_000_000n + 1n),
      token: new Uuid(BigInt(id)),
    });
    for (let id = 0; id < 4; id++) db.sample.insert(made(id));
    db.cometTrail.insert({ id: 1, cellX: 3 });
  }),
});

function start() {
  const world = new World(module);
  world.run('fill');
  const client = world.join(2);
  let set = 0;
  const ask = (...queries: string[]): ServerMessage => client.subscribe(++set, ...queries);
  /** Ids of the rows that match. */
  const ids = (condition: string): number[] => {
    const answer = ask(`SELECT * FROM sample WHERE ${condition}`);
    if (answer.tag === 'SubscriptionError') throw new Error(answer.error);
    if (answer.tag !== 'SubscribeApplied') throw new Error(answer.tag);
    return answer.tables.flatMap(({ inserts }) => inserts.map((row) => row.id as number)).sort();
  };
  const refusal = (query: string): string => {
    const answer = ask(query);
    if (answer.tag !== 'SubscriptionError') throw new Error(`${query}: ${answer.tag}`);
    expect(answer.error.endsWith(`, executing: \`${query}\``)).toBe(true);
    return answer.error.slice(0, -`, executing: \`${query}\``.length);
  };
  return { world, client, ask, ids, refusal };
}

describe('queries', () => {
  it('[H60] compare columns of every comparable type', () => {
    const { ids } = start();
    for (const [condition, expected] of [
      ['id = 2', [2]],
      ['id <> 2', [0, 1, 3]],
      ['id != 2', [0, 1, 3]],
      ['id < 2', [0, 1]],
      ['id <= 2', [0, 1, 2]],
      ['id > 2', [3]],
      ['id >= 2', [2, 3]],
      ['2 > id', [0, 1]],
      ['2 <= id', [2, 3]],
      ['2 = id', [2]],
      ['small = -1', [1]],
      ['small < 0', [0, 1]],
      ['small = +1', [3]],
      ["small = '1'", [3]],
      ['big = 4611686018427387904', [1]],
      ['big >= 9223372036854775808', [2, 3]],
      [`huge = ${-(2n ** 201n)}`, [0]],
      ['huge > 0', [3]],
      ['huge = 0e9', [2]],
      ['id = 2e0', [2]],
      ['id = 20e-1', [2]],
      ['id = 0.2e1', [2]],
      ['id = 2.', [2]],
      ['id = 2.000', [2]],
      ['half = 0.1', [1]],
      ['half > 0.1', [2, 3]],
      ['half = 1e-1', [1]],
      ['real = 0.2', [2]],
      ['real < 0.2', [0, 1]],
      ['real >= 0', [0, 1, 2]],
      ['real <> 0', [1, 2, 3]],
      ['real = real', [0, 1, 2]],
      ["text = 'it''s'", [1]],
      ["text >= 'b'", [1, 2, 3]],
      ["text > 'it'", [1, 3]],
      ['text = 5', []],
      ["text = ''", [0]],
      ['flag = TRUE', [1, 3]],
      ['flag', [1, 3]],
      ['flag = false', [0, 2]],
      ['flag <> TRUE', [0, 2]],
      ['flag < TRUE', [0, 2]],
      ['TRUE', [0, 1, 2, 3]],
      ['false', []],
      ['TRUE = TRUE', [0, 1, 2, 3]],
      ['1 = 2', []],
      ["'a' < 'b'", [0, 1, 2, 3]],
      ['blob = 0x01ff', [1]],
      ["blob = X'01FF'", [1]],
      ["blob = '0x01ff'", [1]],
      ['blob > 0x01ff', [2, 3]],
      ['blob < 0x02', [0, 1]],
      [`who = 0x${player(3).hex}`, [3]],
      [`who = '${player(3).hex}'`, [3]],
      [`who < 0x${player(1).hex}`, [0]],
      ['who = :sender', [2]],
      [':sender = who', [2]],
      ['who <> :sender', [0, 1, 3]],
      [`link = 0x${'2'.padStart(32, '0')}`, [2]],
      ["at = '1970-01-01T00:00:01.000001Z'", [1]],
      ["at > '1970-01-01T01:00:01.000001+01:00'", [2, 3]],
      ["at < '1970-01-01 00:00:01Z'", [0]],
      ["token = '00000000-0000-0000-0000-000000000003'", [3]],
      ['token = 0x00000000000000000000000000000003', [3]],
      ['id = 1 OR id = 2 AND small = 9', [1]],
      ['(id = 1 OR id = 2) AND small = 0', [2]],
      ['id = copyOfBig', null],
      ['big = copy_of_big', []],
      ['sample.id = 1', [1]],
      ['"sample"."id" = 1', [1]],
    ] as const) {
      if (expected === null)
        expect(() => ids(condition), condition).toThrow('Unexpected type: (expected) u32 != u64 (inferred)');
      else expect(ids(condition), condition).toEqual(expected);
    }
  });

  it('[H60] refuse what does not fit, with the text of the real host', () => {
    const { refusal } = start();
    const from = (condition: string) => refusal(`SELECT * FROM sample WHERE ${condition}`);
    const literal = (text: string, type: string) =>
      `The literal expression \`${text}\` cannot be parsed as type \`${type}\``;
    expect(from('nope = 1')).toBe('`nope` is not in scope');
    expect(from('sample.nope = 1')).toBe('`sample` does not have a field `nope`');
    expect(from('orb.id = 1')).toBe('`orb` is not in scope');
    for (const [condition, text, type] of [
      ['id = -1', '-1', 'u32'],
      ['id = 4294967296', '4294967296', 'u32'],
      ['id = 1.5', '1.5', 'u32'],
      ['id = 15e-1', '15e-1', 'u32'],
      ['small = 128', '128', 'i8'],
      ["id = 'two'", 'two', 'u32'],
      ['id = 0x12', '12', 'u32'],
      ['real = 0x12', '12', 'f64'],
      ['id = TRUE', 'TRUE', 'u32'],
      ['flag = 1', '1', 'bool'],
      ["flag = 'TRUE'", 'TRUE', 'bool'],
      ['id', 'TRUE', 'u32'],
      ['who = 0x12', '12', 'identity'],
      ["at = 'yesterday'", 'yesterday', 'timestamp'],
      ["at = '2024-02-30T00:00:00Z'", '2024-02-30T00:00:00Z', 'timestamp'],
      ["token = 'x'", 'x', 'uuid'],
      ['blob = 0x123', '123', 'bytes'],
      ['big = 1e999', '1e999', 'u64'],
      ["real = 'NaN'", 'NaN', 'f64'],
    ] as const) {
      expect(from(condition), condition).toBe(literal(text, type));
    }
    for (const [column, type] of [
      ['maybe', 'option<string>'],
      ['list', 'array<u32>'],
      ['kind', 'Kind'],
      ['wait', 'timeDuration'],
      ['plan', 'scheduleAt'],
    ]) {
      expect(from(`${column} = 5`)).toBe(`Literal values for type ${type} are not supported`);
      expect(from(`${column} = id`)).toBe(`Invalid binary operator \`=\` for type \`${type}\``);
    }
    expect(from('id = :sender')).toBe('Unexpected type: (expected) u32 != identity (inferred)');
    expect(refusal('SELECT id FROM sample')).toMatch(/^Column projections are not supported/);
    expect(refusal('')).toBe('Empty SQL query');
    expect(refusal('UPDATE sample SET id = 1')).toBe('Unsupported: Non-SELECT queries');
  });

  it('[H61] name tables and columns as on the wire or in the module', () => {
    const { ask } = start();
    for (const sql of [
      'SELECT * FROM comet_trail WHERE cell_x = 3',
      'SELECT * FROM cometTrail WHERE cellX = 3',
      'SELECT c.* FROM comet_trail AS c WHERE c.cell_x = 3',
    ]) {
      expect(ask(sql), sql).toMatchObject({ tag: 'SubscribeApplied', tables: [{ inserts: [{ cellX: 3 }] }] });
    }
    expect(ask('SELECT * FROM Comet_Trail').tag).toBe('SubscriptionError');
    expect(ask('SELECT * FROM comet_trail AS c WHERE comet_trail.id = 1').tag).toBe('SubscriptionError');
  });

  it('[H61] cannot tell a private table from a missing one', () => {
    const { refusal } = start();
    for (const rest of [
      '',
      ' WHERE id = 1',
      ' WHERE nope = 1',
      " WHERE id = 'x'",
      ' WHERE id = :sender',
      ' AS s WHERE s.nope',
    ]) {
      const [secret, missing] = ['secret', 'absent'].map((name) =>
        refusal(`SELECT * FROM ${name}${rest}`).replaceAll(name, 'x'),
      );
      expect(secret).toBe('no such table: `x`. If the table exists, it may be marked private.');
      expect(missing).toBe(secret);
    }
  });

  it('[H62] know the subscriber', () => {
    const { world } = start();
    for (const number of [0, 3]) {
      const client = world.join(number);
      client.subscribe(1, 'SELECT * FROM sample WHERE who = :sender');
      expect(client.table('sample')).toMatchObject([{ id: number, who: new Identity(player(number).hex) }]);
    }
  });
});
