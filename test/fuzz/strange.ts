import { encode } from '@msgpack/msgpack';
import { type Params, resolveReducer } from '../../src/schema/index.ts';
import { t } from '../../src/values/index.ts';
import { type ClientProtocol, msgpackProtocol } from '../../src/wire/index.ts';
import { pick, type Random } from '../random.ts';
import { CHEST } from './lagoon.ts';
import { params } from './lagoon-tables.ts';

// Messages that are well-formed, and mean what no honest client means.

const IDS = [0, 1, 2, 3, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const NAMES = [
  'ship',
  'berth',
  'buoy',
  'flare',
  'chest',
  'crowd',
  'secret',
  'nowhere',
  '"ship"',
  's',
  '*',
  'constructor',
  '__proto__',
];
const COLUMNS = ['id', 'cell', 'name', 'ship', 'dock', 'key', 'seal', 'owner', 'text', 'nothing', '"id"', 'toString'];
const LITERALS = [
  '0',
  '1',
  '-1',
  '4294967296',
  '1e400',
  '-0.0',
  '.',
  '0x',
  '0xff',
  'true',
  'NULL',
  "'a'",
  "''",
  "'it''s'",
  "'",
  '"',
  ':sender',
  ':nobody',
  '99999999999999999999999999999999999999999999',
  `0x${'ab'.repeat(32)}`,
  "'\u{10ffff}\u0000'",
  '340282366920938463463374607431768211456',
];
const WORDS = [
  'SELECT',
  'select',
  '*',
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  'JOIN',
  'ON',
  'LIMIT',
  'COUNT(*)',
  'AS',
  'n',
  '=',
  '<',
  '>=',
  '<>',
  '!=',
  '(',
  ')',
  ',',
  '.',
  ';',
  '--',
  '/*',
  'INSERT INTO',
  'VALUES',
  'DELETE FROM',
  'UPDATE',
  'SET',
  'SHOW',
  'row_limit',
  'TO',
  '\u0000',
  '🚢',
];
const CALLS: readonly string[] = [
  ...Object.keys(params),
  'twice',
  'nothing',
  '',
  'init',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
];

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => pick(random, pick(random, [NAMES, COLUMNS, LITERALS, WORDS]))).join(' ');
}

function condition(random: Random): string {
  const column = `${random(2) === 0 ? `${pick(random, NAMES)}.` : ''}${pick(random, COLUMNS)}`;
  return `${column} ${pick(random, ['=', '<', '<=', '>', '>=', '<>', '!='])} ${pick(random, random(3) === 0 ? COLUMNS : LITERALS)}`;
}

const QUERIES: readonly ((random: Random) => string)[] = [
  (random) => words(random, random(30)),
  (random) => `SELECT * FROM ${pick(random, NAMES)}`,
  (random) =>
    `SELECT * FROM ${pick(random, NAMES)} WHERE ${condition(random)} ${pick(random, ['AND', 'OR'])} ${condition(random)}`,
  (random) =>
    `SELECT ${pick(random, NAMES)}.* FROM ship JOIN ${pick(random, NAMES)} ON ${condition(random)} WHERE ${condition(random)}`,
  (random) => {
    const columns = Array.from({ length: 1 + random(3) }, (_, i) => `${pick(random, COLUMNS)} AS c${random(2) * i}`);
    const shown = pick(random, [columns.join(), 'COUNT(*) AS n']);
    return `SELECT ${shown} FROM ${pick(random, NAMES)} WHERE ${condition(random)} LIMIT ${random(9)}`;
  },
  (random) => `SELECT * FROM ship WHERE ${words(random, random(12))}`,
  // Beyond what is taken, and up to it.
  (random) => `SELECT * FROM ship WHERE ${'('.repeat(random(8000))}id = 1${')'.repeat(random(8000))}`,
  (random) =>
    `SELECT * FROM ship WHERE ${Array.from({ length: random(1500) }, () => 'id = 1').join(pick(random, [' OR ', ' AND ']))}`,
  (random) => `SELECT * FROM ship WHERE name = '${'x'.repeat(random(20_000))}'`,
  (random) =>
    `SELECT a.* FROM ${Array.from({ length: random(30) === 0 ? random(40) : random(3) }, (_, i) => `ship a${i} JOIN`).join(' ')} ship a ON a.id = a0.id`,
];

/** A query that may make no sense. */
export function strangeQuery(random: Random): string {
  return pick(random, QUERIES)(random);
}

const WRONG_PARAMS: readonly Params[] = [
  {},
  { a: t.string() },
  { a: t.u8(), b: t.u8(), c: t.array(t.u8()) },
  params.stow,
  params.launch,
];

function strangeCall(protocol: ClientProtocol, random: Random): Uint8Array {
  const types = pick(random, WRONG_PARAMS);
  const values: Record<string, unknown> = {
    a:
      'a' in types && random(2) === 0 && types === WRONG_PARAMS[1]
        ? 'x'.repeat(random(100_000))
        : types === WRONG_PARAMS[1]
          ? ''
          : 1,
    b: 2,
    c: Array.from({ length: random(300) }, () => 7),
    ...(types === params.stow
      ? { ...CHEST, key: BigInt(random(1000)), coins: Array.from({ length: random(200) }, () => 1) }
      : {}),
    ...(types === params.launch ? { id: pick(random, IDS), cell: -1, name: 'n'.repeat(random(5000)) } : {}),
  };
  const def = resolveReducer(pick(random, CALLS), types);
  return random(4) === 0
    ? protocol.callProcedure(pick(random, IDS), def, values)
    : protocol.callReducer(pick(random, IDS), def, values);
}

/** MessagePack that is deep, or of the wrong types. */
function strangePack(random: Random): Uint8Array {
  const junk = [null, true, -1, 2n ** 63n, 0.5, 'x', new Uint8Array(3), [], {}, [[[[]]]], { a: { b: {} } }, Number.NaN];
  if (random(3) === 0) return new Uint8Array(Buffer.alloc(1 + random(5000), pick(random, [0x91, 0x81, 0xdc, 0x93])));
  const message = {
    type: pick(random, ['Subscribe', 'Unsubscribe', 'CallReducer', 'CallProcedure', 'OneOffQuery', 'constructor', '']),
    requestId: pick<unknown>(random, [...IDS, ...junk]),
    querySetId: pick<unknown>(random, [...IDS, ...junk]),
    queries: pick<unknown>(random, [['SELECT * FROM ship'], [], [4], ...junk]),
    query: pick<unknown>(random, ['SELECT * FROM ship', ...junk]),
    reducer: pick<unknown>(random, ['launch', ...junk]),
    procedure: pick<unknown>(random, ['twice', ...junk]),
    args: pick<unknown>(random, [[1, 1, 'a'], [junk], [1, 1, 'a', 4], ...junk]),
  };
  return encode(message, { useBigInt64: true });
}

/** A message that no honest client sends. */
export function strangeFrame(protocol: ClientProtocol, random: Random): Uint8Array {
  const id = pick(random, IDS);
  switch (random(6)) {
    case 0:
      return protocol.unsubscribe(id, pick(random, IDS));
    case 1:
      return protocol.oneOffQuery(id, strangeQuery(random));
    case 2:
      return strangeCall(protocol, random);
    case 3:
      if (protocol === msgpackProtocol) return strangePack(random);
  }
  const count = random(8) === 0 ? random(40) : 1;
  return protocol.subscribe(
    id,
    pick(random, IDS),
    Array.from({ length: count }, () => strangeQuery(random)),
  );
}
