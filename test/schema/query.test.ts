import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  and,
  type ColumnExprs,
  conditionTest,
  evaluateBooleanExpr,
  getQueryAccessorName,
  getQueryTableName,
  getQueryWhereClause,
  isRowTypedQuery,
  isTypedQuery,
  literal,
  makeQueryBuilder,
  not,
  or,
  parseQuery,
  type RowOf,
  type SemijoinQuery,
  table,
  tablesSchema,
  toSql,
} from '../../src/schema/index.ts';
import { ConnectionId, Identity, TimeDuration, Timestamp, t, Uuid } from '../../src/values/index.ts';

const schema = tablesSchema({
  user: table(
    { public: true },
    {
      identity: t.identity(),
      online: t.bool(),
      displayName: t.string(),
      score: t.i32(),
      best: t.u64(),
      wait: t.timeDuration(),
    },
  ),
  link: table(
    { public: true },
    { owner: t.identity(), peer: t.connectionId(), at: t.timestamp(), token: t.uuid(), x: t.f64(), y: t.f64() },
  ),
});
const tables = makeQueryBuilder(schema.schemaType);
const hex = 'ab'.repeat(32);

describe('the query builder', () => {
  it('[S20] narrows a table', () => {
    const { user } = tables;
    expect(user.toSql()).toBe('SELECT * FROM "user"');
    expect(toSql(user.where((u) => u.score.gt(1)).where((u) => u.score.lt(9)))).toBe(
      'SELECT * FROM "user" WHERE ("user"."score" > 1) AND ("user"."score" < 9)',
    );
    expect(user.where((u) => u.displayName.eq('Ada')).toSql()).toBe(
      `SELECT * FROM "user" WHERE "user"."display_name" = 'Ada'`,
    );
    expect(user.build()).toBe(user);
  });

  it('[S21] writes conditions as the real one', () => {
    const where = (condition: Parameters<typeof tables.user.where>[0]) =>
      tables.user.where(condition).toSql().replace('SELECT * FROM "user" WHERE ', '');
    expect(where((u) => u.online.eq(true))).toBe('"user"."online" = TRUE');
    expect(where((u) => u.online)).toBe('"user"."online" = TRUE');
    expect(where(() => true)).toBe('TRUE = TRUE');
    expect(where(() => false)).toBe('TRUE = FALSE');
    const [A, B, C] = ['"user"."score" <> 1', '"user"."score" <= 2', '"user"."score" >= 3'];
    expect(where((u) => u.score.ne(1).and(u.score.lte(2)).or(u.score.gte(3)))).toBe(`((${A}) AND (${B})) OR (${C})`);
    expect(where((u) => and(u.score.ne(1), u.score.lte(2), u.score.gte(3)))).toBe(`(${A}) AND (${B}) AND (${C})`);
    expect(where((u) => or(u.score.ne(1), u.score.lte(2)))).toBe(`(${A}) OR (${B})`);
  });

  it('[S24] says which rows a condition holds for', () => {
    const user = (values: object) => ({
      identity: new Identity(hex),
      online: true,
      score: 5,
      best: 2n ** 63n,
      ...values,
    });
    const holds = (condition: Parameters<typeof tables.user.where>[0], values = {}) =>
      conditionTest(tables.user.where(condition).condition)(user(values));
    expect(holds((u) => u.online)).toBe(true);
    expect(holds(() => false)).toBe(false);
    expect(holds((u) => u.identity.eq(new Identity(hex)))).toBe(true);
    expect(holds((u) => u.identity.ne(Identity.fromString('01'.repeat(32))))).toBe(true);
    expect(holds((u) => u.best.gt(2n ** 63n - 1n))).toBe(true);
    expect(holds((u) => u.best.lt(2n ** 63n))).toBe(false);
    const narrow = (u: ColumnExprs<RowOf<(typeof schema)['schemaType']['tables']['user']>>) =>
      or(and(u.score.gte(5), u.score.lte(6)), u.displayName.eq('Ada'));
    expect([4, 5, 6, 7].map((score) => holds(narrow, { score, displayName: 'Bob' }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(holds(narrow, { score: 9, displayName: 'Ada' })).toBe(true);
    const { link } = tables;
    const wide = link.where((l) => l.x.gt(l.y)).where((l) => l.at.lt(new Timestamp(5n))).condition!;
    expect(conditionTest(wide)({ x: 2, y: 1, at: new Timestamp(4n) })).toBe(true);
    expect(conditionTest(wide)({ x: 2, y: Number.NaN, at: new Timestamp(4n) })).toBe(false);
    expect(conditionTest(wide)({ x: 2, y: 1, at: new Timestamp(5n) })).toBe(false);
  });

  it('[S22] writes values as literals', () => {
    const literal = (sql: string) => sql.slice(sql.lastIndexOf(' = ') + 3);
    const { user, link } = tables;
    expect(literal(user.where((u) => u.displayName.eq("O'Neil")).toSql())).toBe("'O''Neil'");
    expect(literal(user.where((u) => u.best.eq(2n ** 63n)).toSql())).toBe('9223372036854775808');
    expect(literal(user.where((u) => u.identity.eq(new Identity(hex))).toSql())).toBe(`0x${hex}`);
    expect(literal(link.where((l) => l.peer.eq(new ConnectionId('0f'.repeat(16)))).toSql())).toBe(
      `0x${'0f'.repeat(16)}`,
    );
    expect(literal(link.where((l) => l.at.eq(new Timestamp(1_000_001n))).toSql())).toBe(
      "'1970-01-01T00:00:01.000001Z'",
    );
    expect(literal(link.where((l) => l.token.eq(Uuid.MAX)).toSql())).toBe(`0x${'f'.repeat(32)}`);
    expect(link.where((l) => l.x.eq(l.y)).toSql()).toBe('SELECT * FROM "link" WHERE "link"."x" = "link"."y"');
    for (const wrong of [
      () => link.where((l) => l.x.eq(Number.NaN)),
      () => user.where((u) => u.wait.eq(new TimeDuration(1n))),
    ])
      expect(wrong).toThrow(expect.objectContaining({ code: 'E_QUERY' }));
  });

  it('[S23] writes what the parser reads', () => {
    const { user, link } = tables;
    const cells = user.where((u) => or(...Array.from({ length: 121 }, (_, i) => u.score.eq(i - 60))));
    for (const sql of [user.toSql(), user.where(() => true).toSql(), cells.toSql()]) {
      expect(parseQuery(sql)).toMatchObject({ table: 'user' });
    }
    expect(parseQuery(link.where((l) => l.x.gt(-1.5e-9).or(l.y.lt(1e21))).toSql()).where).toMatchObject({
      kind: 'or',
      left: { right: { text: '-1.5e-9' } },
      right: { right: { text: '1e+21' } },
    });
    expect(parseQuery(user.where((u) => u.displayName.ne("'; -- ")).toSql()).where).toMatchObject({
      right: { form: 'string', text: "'; -- " },
    });
  });

  it('[S25] turns a condition round without NOT', () => {
    const where = (condition: Parameters<typeof tables.user.where>[0]) =>
      tables.user.where(condition).toSql().replace('SELECT * FROM "user" WHERE ', '');
    const score = '"user"."score"';
    const turned = [
      [where((u) => not(u.score.eq(1))), `${score} <> 1`],
      [where((u) => not(u.score.ne(1))), `${score} = 1`],
      [where((u) => not(u.score.lt(1))), `${score} >= 1`],
      [where((u) => not(u.score.lte(1))), `${score} > 1`],
      [where((u) => not(u.score.gt(1))), `${score} <= 1`],
      [where((u) => not(u.score.gte(1))), `${score} < 1`],
      [where((u) => not(u.online)), '"user"."online" <> TRUE'],
      [where((u) => not(not(u.online))), '"user"."online" = TRUE'],
      [where(() => not(true)), 'TRUE = FALSE'],
      [where((u) => u.score.lt(1).and(u.online).not()), `(${score} >= 1) OR ("user"."online" <> TRUE)`],
      [where((u) => not(or(u.score.lt(1), and(u.online, u.score.gt(9))))), `(${score} >= 1) AND ((`],
    ] as const;
    for (const [sql, expected] of turned) expect(sql.startsWith(expected), `${sql}, not ${expected}`).toBe(true);
    for (const sql of turned.map(([text]) => `SELECT * FROM "user" WHERE ${text}`)) parseQuery(sql);
    // Every row holds either the one or the other.
    const some = tables.user.where((u) => or(u.score.lt(3), and(u.online, u.displayName.ne('Ada')))).condition!;
    for (const row of [1, 3, 5].flatMap((n) =>
      [true, false].map((online) => ({ score: n, online, displayName: 'Bob' })),
    ))
      expect(conditionTest(some)(row)).toBe(!conditionTest(not(some))(row));
    expect(where(() => and())).toBe('TRUE = TRUE');
    expect(where(() => or())).toBe('TRUE = FALSE');
  });

  it('[S26] joins two tables and keeps the rows of one', () => {
    const { user, link } = tables;
    const on = 'ON "user"."identity" = "link"."owner"';
    const left = user.leftSemijoin(link, (u, l) => u.identity.eq(l.owner));
    const right = user.rightSemijoin(link, (u, l) => u.identity.eq(l.owner));
    expectTypeOf(left).toEqualTypeOf<SemijoinQuery<(typeof schema)['schemaType']['tables']['user']>>();
    expectTypeOf(right).toEqualTypeOf<SemijoinQuery<(typeof schema)['schemaType']['tables']['link']>>();
    expect(left.toSql()).toBe(`SELECT "user".* FROM "link" JOIN "user" ${on}`);
    expect(right.toSql()).toBe(`SELECT "link".* FROM "user" JOIN "link" ${on}`);
    expect([left.accessorName, right.accessorName, toSql(left.build())]).toEqual(['user', 'link', left.toSql()]);
    const online = user.where((u) => u.online);
    const near = link.where((l) => l.x.lt(5));
    const [A, B] = ['"user"."online" = TRUE', '"link"."x" < 5'];
    expect(online.leftSemijoin(near, (u, l) => u.identity.eq(l.owner)).toSql()).toBe(
      `${left.toSql()} WHERE (${A}) AND (${B})`,
    );
    expect(online.rightSemijoin(near, (u, l) => l.owner.eq(u.identity)).toSql()).toBe(
      `SELECT "link".* FROM "user" JOIN "link" ON "link"."owner" = "user"."identity" WHERE (${A}) AND (${B})`,
    );
    expect(left.where((u) => u.online).toSql()).toBe(`${left.toSql()} WHERE ${A}`);
    expect(right.where((l) => l.x.lt(5)).toSql()).toBe(`${right.toSql()} WHERE ${B}`);
    expect(() => user.leftSemijoin(user, (a, b) => a.identity.eq(b.identity))).toThrow(
      /^Cannot semijoin a table to itself$/,
    );
    for (const wrong of [
      () => user.leftSemijoin(link, (u, l) => u.identity.ne(l.owner)),
      () => user.leftSemijoin(link, (u) => u.score.eq(1)),
      () => user.leftSemijoin(link, (_, l) => l.x.eq(l.y)),
      () => user.leftSemijoin(link, (u, l) => u.identity.eq(l.owner).and(u.online)),
    ]) {
      expect(wrong).toThrow(expect.objectContaining({ code: 'E_QUERY' }));
    }
  });

  it('[S27] takes queries apart', () => {
    const { user, link } = tables;
    const calm = user.where((u) => not(u.score.gt(literal(4))));
    const linked = calm.leftSemijoin(link, (u, l) => u.identity.eq(l.owner));
    for (const query of [user, calm, linked]) {
      expect([isTypedQuery(query), isRowTypedQuery(query)]).toEqual([true, true]);
      expect([getQueryTableName(query), getQueryAccessorName(query)]).toEqual(['user', 'user']);
    }
    const { starShip } = makeQueryBuilder(
      tablesSchema({ starShip: table({ name: 'star_ship' }, { id: t.u32() }) }).schemaType,
    );
    expect([getQueryTableName(starShip), getQueryAccessorName(starShip)]).toEqual(['star_ship', 'starShip']);
    for (const other of [undefined, null, 'SELECT * FROM link', [], { toSql: () => '' }]) {
      expect([isTypedQuery(other), isRowTypedQuery(other)]).toEqual([false, false]);
    }
    expect(getQueryWhereClause(user)).toBeUndefined();
    for (const query of [calm, linked]) {
      const where = getQueryWhereClause(query)!;
      expect([3, 4, 5].map((score) => evaluateBooleanExpr(where, { score }))).toEqual([true, true, false]);
    }
  });
});
