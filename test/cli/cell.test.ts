import { describe, expect, it } from 'vitest';
import { cellText } from '../../src/cli/cell.ts';
import { answerLines } from '../../src/cli/sql-answer.ts';
import {
  type AlgebraicType,
  CONNECTION_ID,
  IDENTITY,
  optionOf,
  Primitive,
  parseJson,
  resultOf,
  SCHEDULE_AT,
  TIME_DURATION,
  TIMESTAMP,
  UNIT,
  UUID,
} from '../../src/values/index.ts';

const { Bool, F32, I64, String: Text, U8, U64, U256 } = Primitive;
const field = (name: string, type: AlgebraicType) => ({ name, key: name, type });

const PLACE: AlgebraicType = { tag: 'Product', name: 'Place', elements: [field('x', F32), field('y', F32)] };
const KIND: AlgebraicType = {
  tag: 'Sum',
  name: 'Kind',
  variants: [
    { name: 'tug', type: UNIT },
    { name: 'liner', type: PLACE },
  ],
};

/** Type, JSON as hosts write it, text. */
const CELLS: readonly (readonly [what: string, type: AlgebraicType, json: string, text: string])[] = [
  ['a number', U8, '7', '7'],
  ['a number with a fraction', F32, '-1.5', '-1.5'],
  ['a number beyond 2^53', U64, '18446744073709551615', '18446744073709551615'],
  ['a negative one', I64, '-9223372036854775808', '-9223372036854775808'],
  ['a number of 256 bits', U256, '"0xff"', '255'],
  ['no number', F32, 'null', 'NaN'],
  ['a truth', Bool, 'true', 'true'],
  ['a text', Text, '"Ada"', '"Ada"'],
  ['an empty text', Text, '""', '""'],
  [
    'a text with quotes, lines and tabs',
    Text,
    JSON.stringify('say "hi"\\\n\tnow | ü'),
    '"say \\"hi\\"\\\\\\n\\tnow | ü"',
  ],
  ['a text for the terminal', Text, JSON.stringify('\u001b[31m\u009b31m\u007f'), '"\\u001b[31m\\u009b31m\\u007f"'],
  ['an identity', IDENTITY, `["0x${'c2'.repeat(32)}"]`, `0x${'c2'.repeat(32)}`],
  ['an identity with zeros ahead', IDENTITY, '["0x1"]', `0x${'1'.padStart(64, '0')}`],
  ['an identity by name', IDENTITY, `{"__identity__":"0xff"}`, `0x${'ff'.padStart(64, '0')}`],
  ['a connection id', CONNECTION_ID, '[255]', `0x${'ff'.padStart(32, '0')}`],
  ['an instant', TIMESTAMP, '[1744127266935402]', '2025-04-08T15:47:46.935402+00:00'],
  ['the epoch', TIMESTAMP, '[0]', '1970-01-01T00:00:00+00:00'],
  ['an instant with zeros behind', TIMESTAMP, '[1500000]', '1970-01-01T00:00:01.500000+00:00'],
  ['an instant before the epoch', TIMESTAMP, '[-1]', '1969-12-31T23:59:59.999999+00:00'],
  ['an instant that no calendar has', TIMESTAMP, '[9223372036854775807]', '9223372036854775807'],
  ['a uuid', UUID, '[5]', '"00000000-0000-0000-0000-000000000005"'],
  ['no time', TIME_DURATION, '[0]', '+0.000000'],
  ['a duration', TIME_DURATION, '[1500000]', '+1.500000'],
  ['a negative duration', TIME_DURATION, '[-5]', '-0.000005'],
  ['bytes', { tag: 'Array', element: U8 }, '"01ab"', '0x01ab'],
  ['no bytes', { tag: 'Array', element: U8 }, '""', '0x'],
  ['an array', { tag: 'Array', element: Text }, '["a","b"]', '["a", "b"]'],
  ['an empty array', { tag: 'Array', element: I64 }, '[]', '[]'],
  ['some', optionOf(Text), '[0,"Alice"]', '(some = "Alice")'],
  ['none', optionOf(Text), '[1,[]]', '(none = ())'],
  ['none within some as none', optionOf(optionOf(U8)), '[0,[1,[]]]', '(none = ())'],
  ['a variant', KIND, '[1,[1,2]]', '(liner = (x = 1, y = 2))'],
  ['a variant without payload', KIND, '[0,[]]', '(tug = ())'],
  ['a variant by name', KIND, '{"tug":[]}', '(tug = ())'],
  ['a result', resultOf(U8, Text), '[1,"no"]', '(err = "no")'],
  ['a schedule', SCHEDULE_AT, '[0,[20000]]', '(Interval = +0.020000)'],
  ['a product', PLACE, '[1,2]', '(x = 1, y = 2)'],
  ['a product by name', PLACE, '{"x":1,"y":2}', '(x = 1, y = 2)'],
  ['a product without fields', UNIT, '[]', '()'],
];

describe('a cell', () => {
  it.each(CELLS)('[CL65] shows %s', (_what, type, json, text) => {
    expect(cellText(type, parseJson(json))).toBe(text);
  });
});

describe('an answer', () => {
  const element = (name: string | undefined, type: object) => ({
    name: name === undefined ? { none: [] } : { some: name },
    algebraic_type: type,
  });
  const U8_JSON = { U8: [] };
  const answer = (elements: object[], rows: unknown[], stats: object = {}) =>
    JSON.stringify([{ schema: { elements }, rows, total_duration_micros: 1234, stats }]);

  it('[CL65] names columns and fields that have no name by their place', () => {
    const pair = { Product: { elements: [element(undefined, U8_JSON), element(undefined, { String: [] })] } };
    const columns = [element(undefined, U8_JSON), element('field1', U8_JSON), element(undefined, pair)];
    expect(answerLines(answer(columns, [[1, 2, [3, 'a']]]), false)).toEqual([
      ' column 0 | field1 | column 2',
      '----------+--------+--------------------------',
      ' 1        | 2      | (col_0 = 3, col_1 = "a")',
    ]);
  });

  it('[CL65] without rows is the head alone', () => {
    expect(answerLines(answer([element('a', U8_JSON), element('b', U8_JSON)], []), false)).toEqual([
      ' a | b',
      '---+---',
    ]);
  });

  it('[CL66] says how many rows there were, and leaves out what is zero', () => {
    const counts = { rows_inserted: 1, rows_deleted: 0, rows_updated: 3 };
    expect(answerLines(answer([], [], counts), true)).toEqual(['(0 rows) [inserted: 1, updated: 3, server: 1.23ms]']);
    expect(answerLines(answer([element('a', U8_JSON)], [[1]]), true).at(-1)).toBe('(1 row) [server: 1.23ms]');
  });

  it('[CL2] that cannot be read is an error', () => {
    expect(() => answerLines('<html>', false)).toThrow('What the host answered cannot be read.');
  });
});
