import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, parseStatement } from '../../src/schema/index.ts';

const where = (condition: string) => parseQuery(`SELECT * FROM ship WHERE ${condition}`).where;
const refusal = (sql: string): string => refusalBy(parseQuery, sql);
const statementRefusal = (sql: string): string => refusalBy(parseStatement, sql);
const refusalBy = (parse: (sql: string) => unknown, sql: string): string => {
  try {
    parse(sql);
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_SQL' });
    return (error as Error).message;
  }
  throw new Error(`parsed: ${sql}`);
};

describe('SQL', () => {
  it('[S30] selects whole rows of one table', () => {
    expect(parseQuery('select * from ship')).toEqual({
      ...{ kind: 'select', table: 'ship', alias: undefined, joins: [], where: undefined, limit: undefined },
      projection: { kind: 'rows', table: undefined },
    });
    expect(parseQuery('SELECT ship.* FROM ship;')).toMatchObject({ table: 'ship' });
    expect(parseQuery('SELECT s.* FROM ship AS s')).toMatchObject({ table: 'ship', alias: 's' });
    expect(parseQuery('SELECT s.* FROM ship s WHERE s.id = 1')).toMatchObject({
      alias: 's',
      where: { left: { table: 's', column: 'id' } },
    });
    expect(parseQuery('SELECT * FROM "where" "select"')).toMatchObject({ table: 'where', alias: 'select' });
    expect(parseQuery('SELECT * FROM "say ""hi"""')).toMatchObject({ table: 'say "hi"' });
    expect(parseQuery('SELECT * FROM Ship')).toMatchObject({ table: 'Ship' });
    expect(where('a = 1 OR b = 2 AND c = 3')).toMatchObject({ kind: 'or', right: { kind: 'and' } });
    expect(where('(a = 1 OR b = 2) AND c')).toMatchObject({
      kind: 'and',
      left: { kind: 'or' },
      right: { kind: 'truth', operand: { column: 'c' } },
    });
    for (const operator of ['=', '<>', '<', '<=', '>', '>='])
      expect(where(`a ${operator} 1`)).toMatchObject({ operator });
    expect(where('a != 1')).toMatchObject({ operator: '<>' });
    expect(where('5 < a')).toMatchObject({ left: { text: '5' }, right: { column: 'a' } });
  });

  it('[S31] reads literals', () => {
    const literal = (text: string) => (where(`a = ${text}`) as { right: unknown }).right;
    expect(literal('-1.5e3')).toEqual({ kind: 'literal', form: 'number', text: '-1.5e3' });
    expect(literal('+.5')).toEqual({ kind: 'literal', form: 'number', text: '.5' });
    expect(literal("'it''s'")).toEqual({ kind: 'literal', form: 'string', text: "it's" });
    expect(literal('0xAb')).toEqual({ kind: 'literal', form: 'hex', text: 'Ab' });
    expect(literal("X'0f'")).toEqual({ kind: 'literal', form: 'hex', text: '0f' });
    expect(literal('true')).toEqual({ kind: 'literal', form: 'bool', text: 'TRUE' });
    expect(literal(':sender')).toEqual({ kind: 'parameter', name: 'sender' });
    expect(parseQuery('SELECT * -- all\nFROM ship -- of them')).toMatchObject({ table: 'ship' });
  });

  it('[S32] refuses the rest with its reason', () => {
    for (const [sql, text] of [
      ['', 'Empty SQL query'],
      ['  -- nothing', 'Empty SQL query'],
      ['DELETE FROM ship', 'Unsupported: Non-SELECT queries'],
      [
        'SELECT id FROM ship',
        'Column projections are not supported in subscriptions; Subscriptions must return a table type',
      ],
      [
        'SELECT COUNT(*) AS n FROM ship',
        'Column projections are not supported in subscriptions; Subscriptions must return a table type',
      ],
      ['SELECT * FROM ship, orb', 'Implicit joins are not supported'],
      ['SELECT * FROM ship JOIN orb ON ship.id = orb.id', 'SELECT * is not supported for joins'],
      ['SELECT ship.* FROM ship LEFT JOIN orb ON a = b', 'Non-inner joins are not supported'],
      ['SELECT ship.* FROM ship NATURAL JOIN orb', 'Non-inner joins are not supported'],
      ['SELECT ship.* FROM ship INNER JOIN orb ON a = b', 'Names must be qualified when using joins'],
      [
        'SELECT ship.* FROM ship JOIN orb ON ship.a < orb.b',
        'Unsupported expression: a join ON anything but one column = another',
      ],
      [
        'SELECT ship.* FROM ship JOIN orb ON ship.a = 5',
        'Unsupported expression: a join ON anything but one column = another',
      ],
      ['SELECT ship.* FROM ship JOIN orb USING (id)', 'Unsupported expression: USING'],
      ['SELECT * FROM (SELECT * FROM ship)', 'Unsupported expression: a subquery'],
      ['SELECT * FROM ship; SELECT * FROM orb', 'Multiple SQL statements are not supported'],
      ['SELECT * FROM ship ORDER BY id', 'Unsupported expression: ORDER at character 19'],
      ['SELECT * FROM ship LIMIT 5', 'Unsupported: LIMIT in subscriptions'],
      ['SELECT * FROM ship WHERE NOT a', 'Unsupported expression: NOT'],
      ['SELECT * FROM ship WHERE a IN (1)', 'Unsupported expression: IN at character 27'],
      ['SELECT * FROM ship WHERE a + 1 = 2', 'Unsupported expression: + at character 27'],
      ['SELECT * FROM ship WHERE a = :owner', 'Unsupported expression: :owner'],
      ['SELECT * FROM ship WHERE', 'Expected a column or a literal, found the end at character 24'],
      ['SELECT * FROM ship WHERE (a = 1', 'Expected ), found the end at character 31'],
      ['SELECT * FROM ship WHERE 5', 'Expected a comparison, found the end at character 26'],
      ["SELECT * FROM ship WHERE a = 'x", 'Unterminated string at character 29'],
      ['SELECT * FROM "ship', 'Unterminated name at character 14'],
      ['SELECT * FROM ship WHERE a = #', 'Unexpected character "#" at 29'],
      ['SELECT * FROM', 'Expected a table name, found the end at character 13'],
    ] as const) {
      expect(refusal(sql), sql).toBe(text);
    }
  });

  it('[S34] joins tables, under aliases or not', () => {
    const joins = (rest: string) => parseQuery(`SELECT s.* FROM ship s ${rest}`).joins;
    const on = {
      ...{ kind: 'compare', operator: '=' },
      left: { kind: 'column', table: 's', column: 'cell' },
      right: { kind: 'column', table: 'o', column: 'cell' },
    };
    expect(joins('JOIN orb AS o ON s.cell = o.cell')).toEqual([{ table: 'orb', alias: 'o', on }]);
    expect(joins('inner join orb o on (s.cell = o.cell)')).toEqual([{ table: 'orb', alias: 'o', on }]);
    expect(joins('JOIN ship t ON s.id = t.id JOIN orb CROSS JOIN "join" j WHERE s.id = 1')).toMatchObject([
      { table: 'ship', alias: 't' },
      { table: 'orb', alias: undefined, on: undefined },
      { table: 'join', alias: 'j', on: undefined },
    ]);
    const many = Array.from({ length: 40 }, (_, i) => `JOIN orb o${i}`).join(' ');
    expect(refusal(`SELECT s.* FROM ship s ${many}`)).toBe('Unsupported expression: more than 32 tables');
  });

  it('[S35] projects columns, rows and a count, as many as a limit says', () => {
    const select = (what: string) => parseStatement(`SELECT ${what} FROM ship`);
    const column = (name: string, table?: string) => ({ kind: 'column', table, column: name });
    expect(select('id, s.x AS a, "y" b')).toMatchObject({
      projection: {
        kind: 'columns',
        columns: [
          { column: column('id'), alias: undefined },
          { column: column('x', 's'), alias: 'a' },
          { column: column('y'), alias: 'b' },
        ],
      },
    });
    expect(select('count(*) n')).toMatchObject({ projection: { kind: 'count', alias: 'n' } });
    expect(select('ship.*')).toMatchObject({ projection: { kind: 'rows', table: 'ship' } });
    expect(parseStatement('SELECT * FROM ship WHERE id = 1 LIMIT 10;')).toMatchObject({ limit: 10 });
    for (const [sql, text] of [
      ['SELECT COUNT(*) FROM ship', 'Aggregate expressions must have column aliases'],
      ['SELECT SUM(id) AS n FROM ship', 'Unsupported aggregate function: SUM'],
      ['SELECT COUNT(id) AS n FROM ship', 'Unsupported aggregate function: COUNT'],
      ['SELECT 5 FROM ship', 'Unsupported projection: 5'],
      ['SELECT id + 1 FROM ship', 'Unsupported projection: +'],
      ['SELECT DISTINCT id FROM ship', 'Unsupported projection: DISTINCT'],
      ['SELECT *, id FROM ship', 'Unsupported projection: * beside other columns'],
      ['SELECT id, COUNT(*) AS n FROM ship', 'Unsupported projection: rows or a COUNT beside other columns'],
      ['SELECT FROM ship', 'Unsupported projection: FROM'],
      ['SELECT * FROM ship LIMIT -1', 'Unsupported LIMIT expression: -'],
      ['SELECT * FROM ship LIMIT x', 'Unsupported LIMIT expression: x'],
      ['SELECT * FROM ship LIMIT 1.5', 'Unsupported LIMIT expression: 1.5'],
      ['SELECT * FROM ship GROUP BY id', 'Unsupported expression: GROUP at character 19'],
      ['SELECT * FROM ship UNION SELECT * FROM orb', 'Unsupported expression: UNION at character 19'],
    ] as const) {
      expect(statementRefusal(sql), sql).toBe(text);
    }
  });

  it('[S36] changes rows and settings', () => {
    expect(parseStatement("INSERT INTO ship (id, name) VALUES (1, 'a'), (-2, :sender);")).toEqual({
      kind: 'insert',
      table: 'ship',
      columns: ['id', 'name'],
      rows: [
        [
          { kind: 'literal', form: 'number', text: '1' },
          { kind: 'literal', form: 'string', text: 'a' },
        ],
        [
          { kind: 'literal', form: 'number', text: '-2' },
          { kind: 'parameter', name: 'sender' },
        ],
      ],
    });
    expect(parseStatement('update ship set x = 1, "y" = true where id = 3')).toMatchObject({
      kind: 'update',
      set: [
        { column: 'x', value: { text: '1' } },
        { column: 'y', value: { text: 'TRUE' } },
      ],
      where: { operator: '=' },
    });
    expect(parseStatement('DELETE FROM ship')).toEqual({ kind: 'delete', table: 'ship', where: undefined });
    expect(parseStatement('SET row_limit TO 5')).toMatchObject({
      kind: 'set',
      name: 'row_limit',
      value: { text: '5' },
    });
    expect(parseStatement('SET row_limit = 5')).toMatchObject({ kind: 'set' });
    expect(parseStatement('show row_limit')).toEqual({ kind: 'show', name: 'row_limit' });
    for (const [sql, text] of [
      ['', 'Empty SQL query'],
      [';', 'Unsupported: ;'],
      ['DROP TABLE ship', 'Unsupported: DROP'],
      ['SELECT * FROM ship; DELETE FROM ship', 'Multiple SQL statements are not supported'],
      ['UPDATE ship SET x = y', 'Unsupported expression: y'],
      ['UPDATE ship SET x = x + 1', 'Unsupported expression: x'],
      ['INSERT INTO ship (id) VALUES (1), (a)', 'Unsupported expression: a'],
      ['INSERT INTO ship SELECT * FROM ship', 'Unsupported expression: SELECT'],
      ['INSERT INTO ship (id) VALUES', 'Expected (, found the end at character 28'],
      ['DELETE ship', 'Expected FROM, found "ship" at character 7'],
      ['SET row_limit 5', 'Expected TO, found "5" at character 14'],
    ] as const) {
      expect(statementRefusal(sql), sql).toBe(text);
    }
  });

  it('[S33] bounds what a condition may hold', () => {
    expect(where(`${'('.repeat(200)}a${')'.repeat(200)}`)).toMatchObject({ kind: 'truth' });
    expect(refusal(`SELECT * FROM ship WHERE ${'('.repeat(20_000)}a`)).toContain('nested deeper than 200');
    expect(where(Array.from({ length: 1000 }, (_, i) => `(a = ${i})`).join(' OR '))).toMatchObject({ kind: 'or' });
    expect(refusal(`SELECT * FROM ship WHERE ${'a AND '.repeat(1000)}a`)).toContain('more than 1000 parts');
  });

  it('[S33] ends in a query or an error, whatever the text', () => {
    const words = fc.constantFrom(
      ...[
        'SELECT',
        '*',
        'FROM',
        'ship',
        'WHERE',
        'AND',
        'OR',
        '(',
        ')',
        '=',
        '<>',
        "'",
        '"',
        '5',
        '-',
        '.',
        ';',
        ':sender',
      ],
      ...['0x', "X'", 'e9', 'NOT', 'AS', ',', '--', '\n', '\ud83d', 'TRUE'],
      ...['JOIN', 'ON', 'COUNT(*)', 'LIMIT', 'INSERT INTO', 'VALUES', 'UPDATE', 'SET', 'DELETE', 'SHOW', 'x'],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(words, { maxLength: 20 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (sql) => {
        for (const parse of [parseQuery, parseStatement]) {
          try {
            parse(sql);
          } catch (error) {
            if ((error as { code?: string }).code !== 'E_SQL') return false;
          }
        }
        return true;
      }),
      { numRuns: 2000 },
    );
  });
});
