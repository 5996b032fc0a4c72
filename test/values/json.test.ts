import { describe, expect, it } from 'vitest';
import {
  ConnectionId,
  fromSatsJson,
  Identity,
  JsonNumber,
  jsonCodecOf,
  parseJson,
  ScheduleAt,
  SpacetickError,
  TimeDuration,
  Timestamp,
  type TypeBuilder,
  t,
  toSatsJson,
  Uuid,
  ValueError,
} from '../../src/values/index.ts';

const read = (builder: TypeBuilder<unknown>, text: string) => fromSatsJson(builder.algebraicType, text);
const write = (builder: TypeBuilder<unknown>, value: unknown) => toSatsJson(builder.algebraicType, value);

const Colour = t.enum('Colour', { Red: t.unit(), Green: t.unit(), Custom: t.string() });
const Ship = t.object('Ship', { id: t.u32(), name: t.string().name('ship_name'), note: t.option(t.string()) });
const Reading = t.object('Reading', { at: t.array(t.f64()), of: t.f32() });
const HEX = 'c200ef884364c1a99be0298dc68f2004e6b97c09d1b1658b7db22f51fb662059';

describe('SATS-JSON', () => {
  const cases: readonly [string, TypeBuilder<unknown>, unknown, string][] = [
    ['bool', t.bool(), true, 'true'],
    ['u64 beyond what a number holds', t.u64(), 2n ** 64n - 1n, '18446744073709551615'],
    ['i128', t.i128(), -(2n ** 127n), '-170141183460469231731687303715884105728'],
    ['u256', t.u256(), 255n, '"0xff"'],
    ['i256', t.i256(), -255n, '"-0xff"'],
    ['f64', t.f64(), 1.5, '1.5'],
    ['string', t.string(), 'a"\n\u{1f680}', '"a\\"\\n\u{1f680}"'],
    ['array', t.array(t.u8().optional()), [1, undefined], '[{"some":1},{"none":[]}]'],
    ['array of u8', t.byteArray(), Uint8Array.of(0xde, 0xad), '"dead"'],
    ['product', Ship, { id: 1, name: 'Comet', note: undefined }, '{"id":1,"ship_name":"Comet","note":{"none":[]}}'],
    ['unit', t.unit(), {}, '[]'],
    ['sum', Colour, { tag: 'Custom', value: '#f' }, '{"Custom":"#f"}'],
    ['sum without payload', Colour, { tag: 'Red', value: {} }, '{"Red":[]}'],
    ['option', t.option(t.u8()), 3, '{"some":3}'],
    ['result', t.result(t.u8(), t.string()), { err: 'no' }, '{"err":"no"}'],
    ['Identity', t.identity(), new Identity(HEX), `{"__identity__":"0x${HEX}"}`],
    ['ConnectionId', t.connectionId(), new ConnectionId(77n), '{"__connection_id__":77}'],
    ['Timestamp', t.timestamp(), new Timestamp(-5n), '{"__timestamp_micros_since_unix_epoch__":-5}'],
    ['ScheduleAt', t.scheduleAt(), ScheduleAt.interval(9n), '{"Interval":{"__time_duration_micros__":9}}'],
    ['TimeDuration', t.timeDuration(), new TimeDuration(9n), '{"__time_duration_micros__":9}'],
    ['Uuid', t.uuid(), new Uuid(5n), '{"__uuid__":5}'],
  ];

  it.each(cases)('[V30] %s', (_, builder, value, text) => {
    expect(write(builder, value)).toBe(text);
    expect(read(builder, text)).toEqual(value);
  });

  it('[V30] other input forms', () => {
    expect(read(Colour, '{"2":"#f"}')).toEqual({ tag: 'Custom', value: '#f' });
    expect(read(Colour, '[2,"#f"]')).toEqual({ tag: 'Custom', value: '#f' });
    expect(read(Ship, '[1,"Comet",null]')).toEqual({ id: 1, name: 'Comet', note: undefined });
    expect(read(Ship, '{"ship_name":"Comet","id":1}')).toEqual({ id: 1, name: 'Comet', note: undefined });
    expect(read(t.byteArray(), '[222,173]')).toEqual(Uint8Array.of(0xde, 0xad));
    expect(read(t.byteArray(), '"DEAD"')).toEqual(Uint8Array.of(0xde, 0xad));
    expect(read(t.identity(), `["0x${HEX}"]`)).toEqual(new Identity(HEX));
    expect(read(t.timestamp(), ' [ 12 ] ')).toEqual(new Timestamp(12n));
    expect(read(t.option(t.u8()), 'null')).toBeUndefined();
  });

  it('[V31] the exceptions: NaN, infinities, -0', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(write(t.f64(), odd)).toBe('null');
    }
    expect(jsonCodecOf(Reading.algebraicType).read(parseJson('[[null],null]'), true)).toEqual({
      at: [Number.NaN],
      of: Number.NaN,
    });
    expect(() => read(t.f32(), 'null')).toThrow('value (f32): expected a number, got null');
    expect(() => read(Reading, '[[1,null],1]')).toThrow('at[1] (f64): expected a number, got null');
    expect(() => read(Reading, '{"at":[],"of":null}')).toThrow('of (f32): expected a number, got null');
    expect(write(t.f64(), -0)).toBe('0');
  });

  it('[V33] numbers too large for their type', () => {
    expect(() => read(t.f64(), '1e999')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
    expect(() => read(t.f32(), '1e39')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
    expect(() => read(t.u8(), '256')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
    expect(() => read(t.u64(), '18446744073709551616')).toThrow(expect.objectContaining({ code: 'E_VALUE_RANGE' }));
    expect(() => read(t.u256(), `"0x1${'0'.repeat(64)}"`)).toThrow(ValueError);
  });

  it('[V50] what does not fit is named, with its path', () => {
    const wrong: readonly [TypeBuilder<unknown>, string, string][] = [
      [t.u8(), '"5"', 'value (u8): expected a number, got "5"'],
      [t.u8(), '1.5', 'value (u8): expected a whole number, got 1.5'],
      [t.u256(), '5', 'value (u256): expected a hex text like "0x1f", got 5'],
      [t.bool(), '1', 'value (bool): expected true or false, got '],
      [t.string(), 'null', 'value (string): expected a string, got null'],
      [t.string(), '1', 'value (string): expected a string, got 1'],
      [t.string(), '{"a":1}', 'value (string): expected a string, got an object with fields a'],
      [t.bool(), '1.5', 'value (bool): expected true or false, got 1.5'],
      [
        t.byteArray(),
        '[1,{"a":2}]',
        'value (bytes): expected a hex text or an array of numbers, got an object with fields a',
      ],
      [t.string(), '"\\ud800"', 'value (string): the text holds half of a surrogate pair'],
      [t.array(Ship), '[[1,"a",null],[1,2,null]]', '[1].name (string): expected a string, got '],
      [Ship, '{"id":1}', 'value (Ship): expected a field "ship_name", got an object with fields id'],
      [Ship, '{"id":1,"name":"x"}', 'value (Ship): expected no field "name"'],
      [Ship, '[1]', 'value (Ship): expected 3 fields'],
      [Ship, '5', 'value (Ship): expected an object or an array, got 5'],
      [Colour, '{"Blue":[]}', 'value (Colour): "Blue" is not a variant; there are Red, Green, Custom'],
      [Colour, '{"3":[]}', 'value (Colour): "3" is not a variant'],
      [Colour, '{"Custom":5}', 'Custom (string): expected a string'],
      [Colour, '{}', 'value (Colour): expected one of Red, Green, Custom'],
      [t.identity(), '{"__uuid__":5}', 'value (identity): expected an object with "__identity__" alone'],
      [t.byteArray(), '"abc"', 'value (bytes): expected a hex text or an array of numbers'],
      [t.byteArray(), '[256]', 'value (u8): 256 is out of range 0..255'],
    ];
    for (const [builder, text, message] of wrong) {
      expect(() => read(builder, text)).toThrow(ValueError);
      expect(() => read(builder, text)).toThrow(message);
    }
  });
});

describe('parseJson', () => {
  it('[V32] agrees with JSON.parse on what is JSON', () => {
    const texts = [
      'null',
      ' true ',
      'false',
      '0',
      '-1.5e-7',
      '""',
      '"\\u0041\\n\\\\"',
      '[]',
      '[ 1 , [2] ]',
      '{}',
      '{"a":{"b":[null]}}',
      '',
      ' ',
      'nul',
      'nullx',
      'truefalse',
      '01',
      '1.',
      '.5',
      '+1',
      '-',
      '1e',
      '"',
      '"a',
      '"\t"',
      '"\\x"',
      '"\\',
      '[',
      '[1',
      '[1,]',
      '[,1]',
      '[1 2]',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,}',
      '{a:1}',
      '{"a" 1}',
      '1 2',
      'NaN',
      'Infinity',
      "'a'",
      '[}',
      '{]',
      '/**/1',
    ];
    for (const text of texts) {
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(() => parseJson(text), text).toThrow(expect.objectContaining({ code: 'E_JSON_INVALID' }));
        continue;
      }
      expect(plain(parseJson(text)), text).toEqual(expected);
    }
  });

  it('[V32] says where', () => {
    expect(() => parseJson('{"id": 1, "id": 2}')).toThrow('Not JSON: field "id" stands there twice at character 14.');
    expect(() => parseJson('[1,')).toThrow('Not JSON: it ends too early at character 3.');
    expect(() => parseJson('[1,x]')).toThrow(SpacetickError);
  });

  it('[V31] keeps numbers as they are written', () => {
    expect(parseJson('[18446744073709551615]')).toEqual([new JsonNumber('18446744073709551615')]);
    expect((parseJson('{"__proto__":1}') as Map<string, unknown>).get('__proto__')).toEqual(new JsonNumber('1'));
  });
});

function plain(json: unknown): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
}
