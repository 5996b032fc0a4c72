import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/schema/index.ts';

const where = (condition: string) => parseQuery(`SELECT * FROM ship WHERE ${condition}`).where;
const refusal = (sql: string): string => {
  try {
    parseQuery(sql);
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_SQL' });
    return (error as Error).message;
  }
  throw new Error(`parsed: ${sql}`);
};

describe('SQL', () => {
  it('[S30] selects whole rows of one table', () => {
    expect(parseQuery('select * from ship')).toEqual({ table: 'ship', alias: undefined, where: undefined });
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
      ['SELECT o.* FROM ship', '`o` is not in scope'],
      ['SELECT * FROM ship, orb', 'Implicit joins are not supported'],
      ['SELECT * FROM ship JOIN orb ON ship.id = orb.id', 'SELECT * is not supported for joins'],
      ['SELECT ship.* FROM ship LEFT JOIN orb ON a = b', 'Non-inner joins are not supported'],
      ['SELECT ship.* FROM ship INNER JOIN orb ON a = b', 'Unsupported: joins in subscriptions to this host'],
      ['SELECT * FROM ship; SELECT * FROM orb', 'Multiple SQL statements are not supported'],
      ['SELECT * FROM ship ORDER BY id', 'Unsupported expression: ORDER at character 19'],
      ['SELECT * FROM ship LIMIT 5', 'Unsupported expression: LIMIT at character 19'],
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
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(words, { maxLength: 20 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (sql) => {
        try {
          return parseQuery(sql).table.length > 0;
        } catch (error) {
          return (error as { code?: string }).code === 'E_SQL';
        }
      }),
      { numRuns: 2000 },
    );
  });
});
