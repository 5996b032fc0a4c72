import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReducerCtx, schema, t, table } from '../../src/module/index.ts';
import { moduleOf, OWNER, player, World } from './support/world.ts';

const Message = table(
  { public: true },
  { id: t.u8().primaryKey(), room: t.u8().index(), author: t.identity(), isOpen: t.bool() },
);
const Member = table({ public: true }, { room: t.u8().index(), player: t.identity().index(), rank: t.u8() });
const Badge = table({ public: true }, { id: t.u8().primaryKey(), message: t.u8().index() });
const Note = table({ public: true }, { id: t.u8().primaryKey(), owner: t.identity() });
const Open = table({}, { room: t.u8().index() });
const TABLES = { message: Message, member: Member, badge: Badge, note: Note, open: Open };
type Db = ReducerCtx<typeof TABLES>['db'];
let job: (db: Db) => void = () => undefined;

const RULES = {
  own: 'SELECT * FROM message WHERE author = :sender',
  shared: 'SELECT m.* FROM message m JOIN member r ON m.room = r.room WHERE r.player = :sender',
  member: 'SELECT * FROM member WHERE member.player = :sender AND rank > 0',
  badge: 'SELECT badge.* FROM badge JOIN note ON badge.id = note.id',
  note: 'SELECT * FROM note WHERE owner = :sender',
};

/** A module of the chat's tables with these rules. */
function ruled(...rules: readonly string[]) {
  const chat = schema(TABLES);
  const run = chat.reducer(({ db }) => job(db));
  const filters = rules.map((sql, i) => [`rule${i}`, chat.clientVisibilityFilter.sql(sql)] as const);
  return moduleOf(chat, { run, ...Object.fromEntries(filters) });
}

const id = fc.nat(4);
const who = fc.integer({ min: 1, max: 2 });
const room = fc.nat(1);
const write = fc.oneof(
  fc.record({ kind: fc.constant('message' as const), id, room, who, isOpen: fc.boolean() }),
  fc.record({ kind: fc.constant('join' as const), room, who, rank: fc.nat(1) }),
  fc.record({ kind: fc.constant('leave' as const), room, who, rank: fc.nat(1) }),
  fc.record({ kind: fc.constant('badge' as const), id, message: id }),
  fc.record({ kind: fc.constant('note' as const), id, who }),
  fc.record({ kind: fc.constantFrom('noMessage' as const, 'noBadge' as const, 'noNote' as const), id }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

function apply({ message, member, badge, note }: Db, write: Write): void {
  switch (write.kind) {
    case 'message':
      message.id.delete(write.id);
      message.insert({ id: write.id, room: write.room, author: player(write.who), isOpen: write.isOpen });
      break;
    case 'join':
      member.insert({ room: write.room, player: player(write.who), rank: write.rank });
      break;
    case 'leave':
      member.delete({ room: write.room, player: player(write.who), rank: write.rank });
      break;
    case 'badge':
      badge.id.delete(write.id);
      badge.insert({ id: write.id, message: write.message });
      break;
    case 'note':
      note.id.delete(write.id);
      note.insert({ id: write.id, owner: player(write.who) });
      break;
    case 'noMessage':
      message.id.delete(write.id);
      break;
    case 'noBadge':
      badge.id.delete(write.id);
      break;
    case 'noNote':
      note.id.delete(write.id);
  }
}

type Rows = Record<string, unknown>[];

/** Rows of a table that the rules leave to somebody, as JavaScript says it. */
function visible(world: World, name: string, hex: string): Rows {
  const is = (identity: unknown) => (identity as { hex: string }).hex === hex;
  const members = world.rows('member').filter((row) => is(row.player) && (row.rank as number) > 0);
  const notes = world.rows('note').filter((row) => is(row.owner));
  switch (name) {
    case 'message':
      return world
        .rows('message')
        .filter((row) => is(row.author) || members.some((member) => member.room === row.room));
    case 'member':
      return members;
    case 'note':
      return notes;
    default:
      return world.rows('badge').filter((row) => notes.some((note) => note.id === row.id));
  }
}

const text = (rows: Rows) => rows.map((row) => JSON.stringify(row)).sort();
const QUERIES: readonly (readonly [sql: string, name: string, holds: (row: Record<string, unknown>) => boolean])[] = [
  ['SELECT * FROM message', 'message', () => true],
  [
    'SELECT m.* FROM message m WHERE m.is_open OR m.room = 0',
    'message',
    (row) => row.isOpen === true || row.room === 0,
  ],
  ['SELECT * FROM member', 'member', () => true],
  ['SELECT * FROM badge WHERE id > 1', 'badge', (row) => (row.id as number) > 1],
  ['SELECT * FROM note', 'note', () => true],
];

describe('rules on rows', () => {
  it('[H100][H102] leave each client what the rules leave it, after any transactions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(write, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        fc.nat(8),
        fc.subarray([...QUERIES.keys()], { minLength: 1 }),
        (commits, late, chosen) => {
          const world = new World(ruled(...Object.values(RULES)));
          const clients = [1, 2].map((number) => world.join(number));
          for (const [i, writes] of commits.entries()) {
            if (i === late % commits.length) {
              for (const client of clients) {
                for (const at of chosen) {
                  expect(client.subscribe(at, QUERIES[at]![0]).tag, QUERIES[at]![0]).toBe('SubscribeApplied');
                }
              }
            }
            job = (db) => {
              for (const one of writes) apply(db, one);
            };
            world.run('run');
            for (const [number, client] of clients.entries()) {
              for (const name of ['message', 'member', 'badge', 'note']) {
                const asked = i < late % commits.length ? [] : chosen.filter((at) => QUERIES[at]![1] === name);
                const expected = visible(world, name, client.identity.hex).filter((row) =>
                  asked.some((at) => QUERIES[at]![2](row)),
                );
                expect(text(client.table(name) as Rows), name).toEqual(text(expected));
              }
              for (const [sql, name, holds] of QUERIES) {
                const now = visible(world, name, player(number + 1).hex).filter(holds);
                expect(text(world.database.select(sql, player(number + 1)).rows as Rows)).toEqual(text(now));
                const count = sql.replace(/^SELECT \S+/, 'SELECT COUNT(*) AS n');
                expect(world.database.sql(count, player(number + 1)).rows).toEqual([[BigInt(now.length)]]);
              }
            }
          }
          for (const client of clients) {
            for (const at of chosen) client.unsubscribe(at);
            expect(['message', 'member', 'badge', 'note'].flatMap((name) => client.table(name))).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  function filled(...rules: readonly string[]) {
    const world = new World(ruled(...rules));
    job = ({ message, member, badge, note }) => {
      message.insert({ id: 1, room: 1, author: player(1), isOpen: true });
      message.insert({ id: 2, room: 2, author: player(2), isOpen: true });
      member.insert({ room: 2, player: player(1), rank: 1 });
      badge.insert({ id: 1, message: 1 });
      note.insert({ id: 1, owner: player(1) });
    };
    world.run('run');
    return world;
  }

  it('[H100] let the owner see everything', () => {
    const world = filled(RULES.own);
    const owner = world.join(0xacce55);
    expect(owner.identity.hex).toBe(OWNER.hex);
    owner.subscribe(1, 'SELECT * FROM message');
    expect(owner.table('message')).toHaveLength(2);
    expect(world.database.sql('SELECT COUNT(*) AS n FROM message', OWNER).rows).toEqual([[2n]]);
    expect(world.database.sql('SELECT COUNT(*) AS n FROM message', player(3)).rows).toEqual([[0n]]);
    expect(world.database.sql('SELECT COUNT(*) AS n FROM message', OWNER, false).rows).toEqual([[0n]]);
  });

  it('[H100][H102] hold for every table of a join, and for the tables their own joins look at', () => {
    const world = filled(RULES.own, RULES.shared, RULES.member, RULES.note);
    const rows = (sql: string, number: number) => world.database.sql(sql, player(number)).rows.map((row) => row.join());
    const pairs = 'SELECT m.id, n.id AS note FROM message m CROSS JOIN note n';
    expect(rows(pairs, 1).sort()).toEqual(['1,1', '2,1']);
    expect(rows(pairs, 2)).toEqual([]);
    const client = world.join(1);
    client.subscribe(1, 'SELECT n.* FROM note n JOIN badge b ON n.id = b.id');
    expect(client.table('note')).toHaveLength(1);
    const other = world.join(2);
    other.subscribe(1, 'SELECT b.* FROM note n JOIN badge b ON n.id = b.id');
    expect(other.table('badge')).toEqual([]);
    job = ({ note }) => {
      note.id.update({ id: 1, owner: player(2) });
    };
    world.run('run');
    expect(client.table('note')).toEqual([]);
    expect(other.table('badge')).toHaveLength(1);
  });

  it('[H101] that cannot be are refused with the module', () => {
    for (const [sql, reason] of [
      ['SELECT * FROM nowhere', 'no such table: `nowhere`'],
      ['SELECT id FROM message', 'Column projections are not supported'],
      ['SELECT * FROM message WHERE nope = 1', '`nope` is not in scope'],
      ['DELETE FROM message', 'Unsupported: Non-SELECT queries'],
      [' -- nothing', 'Empty SQL query'],
    ] as const) {
      expect(() => new World(ruled(sql)), sql).toThrow(`Row filter: ${reason}`);
      expect(() => new World(ruled(sql))).toThrow(expect.objectContaining({ code: 'E_SCHEMA' }));
    }
    const world = filled(RULES.own);
    expect(() => world.publish(ruled('SELECT * FROM nowhere'))).toThrow('Row filter');
    expect(world.database.sql('SELECT COUNT(*) AS n FROM message', player(2)).rows).toEqual([[1n]]);
  });

  it('[H101] that lead back to their own table are an error of who asks', () => {
    const world = filled(
      'SELECT m.* FROM message m JOIN badge b ON m.id = b.message',
      'SELECT b.* FROM badge b JOIN message m ON m.id = b.message',
    );
    const reason = 'Discovered cyclic dependency when resolving RLS rules for table id 4097';
    expect(world.join(1).subscribe(1, 'SELECT * FROM message')).toMatchObject({
      ...{ tag: 'SubscriptionError', error: `${reason}, executing: \`SELECT * FROM message\`` },
    });
    expect(() => world.database.sql('SELECT * FROM message', player(1))).toThrow(reason);
    expect(world.database.sql('SELECT * FROM message', OWNER).rows).toHaveLength(2);
    expect(world.join(1).subscribe(1, 'SELECT * FROM note').tag).toBe('SubscribeApplied');
  });

  it('[H101] may join more tables than a subscription, for queries that are run once', () => {
    const world = filled(
      'SELECT m.* FROM message m JOIN badge b ON m.id = b.message JOIN note n ON n.id = b.id WHERE n.owner = :sender',
    );
    expect(world.join(1).subscribe(1, 'SELECT * FROM message')).toMatchObject({
      error: expect.stringMatching(/^Unsupported: subscriptions to more than two joined tables/),
    });
    expect(world.database.sql('SELECT id FROM message', player(1)).rows).toEqual([[1]]);
    expect(world.database.sql('SELECT id FROM message', player(2)).rows).toEqual([]);
  });

  it('[H101] may look at private tables, which stay private', () => {
    const world = filled('SELECT m.* FROM message m JOIN open o ON m.room = o.room');
    const client = world.join(2);
    client.subscribe(1, 'SELECT * FROM message');
    expect(client.table('message')).toEqual([]);
    job = ({ open }) => {
      open.insert({ room: 1 });
    };
    world.run('run');
    expect(client.table('message').map(({ id }) => id)).toEqual([1]);
    expect(client.subscribe(2, 'SELECT * FROM open').tag).toBe('SubscriptionError');
  });

  it('[H103] that change with a new version end the query sets they change', () => {
    const world = filled(RULES.note);
    const client = world.join(1);
    client.subscribe(1, 'SELECT * FROM message');
    client.subscribe(2, 'SELECT * FROM note');
    world.publish(ruled(RULES.own, RULES.note));
    expect(client.read()).toMatchObject([
      { tag: 'SubscriptionError', querySetId: 1, requestId: undefined, error: 'The rules on its rows have changed.' },
    ]);
    expect(client.subscribe(3, 'SELECT * FROM message')).toMatchObject({ tables: [{ inserts: [{ id: 1 }] }] });
  });
});
