import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../src/client/arrivals.ts';
import { nodeInflate } from '../../src/client/node/inflate.ts';
import { reducerSchema, resolveTables, table } from '../../src/schema/index.ts';
import { BsatnWriter, type Codec, codecOf, fromHex as parseHex, t, toHex } from '../../src/values/index.ts';
import {
  type ClientProtocol,
  type Row,
  type ServerMessage,
  v1Protocol,
  v2Protocol,
  v3Protocol,
  type WireTable,
} from '../../src/wire/index.ts';
import fixture from '../fixtures/wire-vectors.json';
import { heldBytes } from '../heap.ts';

const declared = {
  person: table({ name: 'person' }, { id: t.u32().primaryKey(), name: t.string() }),
  fixed: table({ name: 'fixed' }, { a: t.u32(), b: t.u64() }),
  pingEvent: table({ name: 'ping_event', event: true }, { n: t.u32() }),
};
const tables = new Map<string, WireTable>(
  resolveTables(declared).map((def) => [def.name, { def, codec: codecOf(def.rowType) as Codec<Row> }]),
);
const person = tables.get('person')!;
const fixed = tables.get('fixed')!;

function fromHex(hex: string): Uint8Array {
  const bytes = parseHex(hex.replaceAll(' ', ''));
  if (bytes === undefined) throw new Error(`no hex: ${hex}`);
  return bytes;
}

const vectors = new Map(fixture.vectors.map((vector) => [vector.id, vector]));

function payload(id: string): Uint8Array {
  const vector = vectors.get(id) as { hex?: string; wsPayloadHex?: string } | undefined;
  if (vector === undefined) throw new Error(`no vector ${id}`);
  return vector.hex ? fromHex(vector.hex) : fromHex(vector.wsPayloadHex!).subarray(1);
}

function read(protocol: ClientProtocol, id: string): ServerMessage {
  const [message] = protocol.decode(payload(id), tables);
  return message!;
}

const reducer = (name: string, params: Parameters<typeof reducerSchema>[1]) => reducerSchema(name, params).def;
const noArgs = reducer('no_args', {});
const sent: readonly [string, Uint8Array][] = [
  ['v2/client/call-reducer-no-args', v2Protocol.callReducer(0, noArgs, {})],
  ['v2/client/subscribe', v2Protocol.subscribe(0, 0, ['SELECT * FROM person', 'SELECT * FROM fixed WHERE a = 1'])],
  ['v2/client/unsubscribe', v2Protocol.unsubscribe(1, 0)],
  ['v2/client/one-off-query', v2Protocol.oneOffQuery(9, 'SELECT * FROM person')],
  [
    'v1/client/call-reducer',
    v1Protocol.callReducer(1, reducer('add_person', { id: t.u32(), name: t.string() }), { id: 7, name: 'Al' }),
  ],
  ['v1/client/one-off-query', v1Protocol.oneOffQuery(0x04030201, 'SELECT * FROM person')],
  ['v1/client/subscribe-multi', v1Protocol.subscribe(4, 8, ['SELECT * FROM person', 'SELECT * FROM fixed'])],
  ['v1/client/unsubscribe-multi', v1Protocol.unsubscribe(6, 8)],
  ['v1/client/call-procedure', v1Protocol.callProcedure(7, reducer('double', { n: t.u32() }), { n: 21 })],
];

const recorded = (part: string): string[] =>
  [...vectors.keys()].filter((id) => new RegExp(`^v[123]/${part}/`).test(id));

describe('what the client sends', () => {
  it('[X20] is all that is recorded, but for what this client never says', () => {
    const written = [...sent.map(([id]) => id), 'v3/client/batched-frame'];
    // A single query goes as a set of one, and dropped rows are always asked for.
    const never = ['v2/client/unsubscribe-default', 'v1/client/subscribe-single'];
    expect(recorded('client').sort()).toEqual([...written, ...never].sort());
  });

  it.each(sent)('[X20] %s is written as recorded', (id, bytes) => {
    expect(toHex(bytes)).toBe(vectors.get(id)!.hex);
  });

  it('[X20] messages of v3 stand back to back in one payload', () => {
    const addPerson = reducer('add_person', { id: t.u32(), name: t.string() });
    const batch = [
      v3Protocol.callReducer(0, noArgs, {}),
      v3Protocol.callReducer(1, addPerson, { id: 1, name: 'z' }),
    ].map(toHex);
    expect(batch.join('')).toBe(vectors.get('v3/client/batched-frame')!.hex);
    expect(v3Protocol.maxBatchBytes).toBeGreaterThan(0);
    expect(v2Protocol.maxBatchBytes).toBe(0);
  });

  it('[X10] arguments that do not fit leave no trace in the next message', () => {
    const addPerson = reducer('add_person', { id: t.u32(), name: t.string() });
    expect(() => v2Protocol.callReducer(1, addPerson, { id: -1, name: 'z' })).toThrow(/addPerson\.id/);
    expect(toHex(v2Protocol.callReducer(0, noArgs, {}))).toBe(vectors.get('v2/client/call-reducer-no-args')!.hex);
  });
});

function hashOf(row: Row): number {
  const writer = new BsatnWriter();
  fixed.codec.write(writer, row);
  return writer.hashOf(0, writer.length);
}

const NOTHING = {
  inserts: [],
  updates: [],
  deletes: [],
  deletedKeys: [],
  events: [],
  insertHashes: undefined,
  deletedBytes: undefined,
};

describe('what the client reads of v2', () => {
  it('[X21] SubscribeApplied: rows of tables with and without a primary key', () => {
    expect(read(v2Protocol, 'v2/server/subscribe-applied')).toStrictEqual({
      tag: 'SubscribeApplied',
      requestId: 5,
      querySetId: 1,
      timestamp: undefined,
      tables: [
        {
          ...NOTHING,
          table: person,
          inserts: [
            { id: 1, name: 'a' },
            { id: 2, name: 'bb' },
          ],
        },
        {
          ...NOTHING,
          table: fixed,
          inserts: [
            { a: 1, b: 2n },
            { a: 3, b: 4n },
          ],
          insertHashes: [
            { a: 1, b: 2n },
            { a: 3, b: 4n },
          ].map(hashOf),
        },
      ],
    });
    expect(read(v2Protocol, 'v2/server/subscribe-applied-empty')).toMatchObject({ requestId: 5, tables: [] });
  });

  it('[X21] UnsubscribeApplied: keys of the rows that leave', () => {
    expect(read(v2Protocol, 'v2/server/unsubscribe-applied-rows')).toStrictEqual({
      tag: 'UnsubscribeApplied',
      requestId: 6,
      querySetId: 1,
      tables: [{ ...NOTHING, table: person, deletedKeys: [1] }],
    });
  });

  it('[X21] SubscriptionError with and without its request', () => {
    expect(read(v2Protocol, 'v2/server/subscription-error')).toStrictEqual({
      tag: 'SubscriptionError',
      requestId: 5,
      querySetId: 1,
      error: 'no such table',
    });
    expect(read(v2Protocol, 'v2/server/subscription-error-no-request')).toMatchObject({
      requestId: undefined,
      querySetId: 1,
    });
  });

  const update = [
    { ...NOTHING, table: person, inserts: [{ id: 1, name: 'A2' }], deletedKeys: [1] },
    { ...NOTHING, table: tables.get('ping_event'), events: [{ n: 9 }] },
  ];

  it('[X21] TransactionUpdate: inserts, deleted keys, events', () => {
    expect(read(v2Protocol, 'v2/server/transaction-update')).toStrictEqual({
      tag: 'TransactionUpdate',
      timestamp: undefined,
      reducer: undefined,
      tables: update,
    });
  });

  it('[X21] ReducerResult: what became of a call, with what it changed', () => {
    expect(read(v2Protocol, 'v2/server/reducer-ok')).toMatchObject({
      tag: 'TransactionUpdate',
      requestId: 3,
      timestamp: { microsSinceUnixEpoch: 1_700_000_000_000_000n },
      tables: update,
    });
    expect(read(v2Protocol, 'v2/server/reducer-ok-no-updates')).toMatchObject({ requestId: 3, tables: [] });
    expect(read(v2Protocol, 'v2/server/reducer-ok-empty')).toMatchObject({ requestId: 3, tables: [] });
    expect(read(v2Protocol, 'v2/server/reducer-internal-error')).toMatchObject({
      tag: 'ReducerResult',
      requestId: 3,
      status: 'InternalError',
      error: 'no such reducer',
    });
  });

  it('[X21] a module error is the text inside its bytes; other bytes are shown as text', () => {
    const head = '0603000000' + '00401e18240a0600' + '02';
    const failed = (hex: string) => v2Protocol.decode(fromHex(head + hex), tables)[0];
    expect(failed('08000000' + '04000000' + '6e6f7065')).toMatchObject({ status: 'Failed', error: 'nope' });
    expect(failed('04000000' + '6e6f7065')).toMatchObject({ status: 'Failed', error: 'nope' });
  });

  it('[X21] ProcedureResult: the value is still encoded', () => {
    expect(read(v2Protocol, 'v2/server/procedure-returned')).toMatchObject({
      tag: 'ProcedureResult',
      requestId: 4,
      duration: { micros: 250n },
      outcome: { returned: { encoding: 'bsatn', bytes: Uint8Array.of(42, 0, 0, 0) } },
    });
    expect(read(v2Protocol, 'v2/server/procedure-internal-error')).toMatchObject({
      outcome: { error: 'No such procedure' },
    });
  });

  it('[X22] v3 reads every message of a payload, v2 the first', () => {
    const both = payload('v3/server/coalesced-payload');
    expect(v3Protocol.decode(both, tables).map(({ tag }) => tag)).toEqual(['SubscribeApplied', 'TransactionUpdate']);
    expect(v2Protocol.decode(both, tables).map(({ tag }) => tag)).toEqual(['SubscribeApplied']);
  });
});

describe('what the client reads of v1', () => {
  it('[X21] IdentityToken', () => {
    expect(read(v1Protocol, 'v1/server/identity-token')).toMatchObject({ tag: 'InitialConnection', token: 'tok' });
  });

  it('[X21] rows that left stand before rows that came', () => {
    const tables = [{ ...NOTHING, table: person, inserts: [{ id: 1, name: 'A2' }], deletedKeys: [1] }];
    expect(read(v1Protocol, 'v1/server/subscribe-applied')).toMatchObject({ requestId: 3, querySetId: 7 });
    expect(read(v1Protocol, 'v1/server/transaction-update-light')).toStrictEqual({
      tag: 'TransactionUpdate',
      timestamp: undefined,
      reducer: undefined,
      tables,
    });
  });

  it('[X21] the other answers', () => {
    expect(read(v1Protocol, 'v1/server/initial-subscription')).toMatchObject({ tag: 'SubscribeApplied', requestId: 2 });
    expect(read(v1Protocol, 'v1/server/unsubscribe-applied')).toMatchObject({ requestId: 5, querySetId: 7 });
    expect(read(v1Protocol, 'v1/server/unsubscribe-multi-applied')).toMatchObject({ requestId: 6, querySetId: 8 });
    expect(read(v1Protocol, 'v1/server/subscription-error')).toMatchObject({
      requestId: 4,
      querySetId: 8,
      error: 'no such table',
    });
    expect(read(v1Protocol, 'v1/server/procedure-result')).toMatchObject({ requestId: 7 });
    expect(read(v1Protocol, 'v1/server/transaction-update-failed')).toMatchObject({
      tag: 'ReducerResult',
      requestId: 0,
      status: 'Failed',
      error: 'no such reducer',
    });
  });
});

it('[X21] a recorded payload that is compressed', async () => {
  const { wsPayloadHex } = vectors.get('v2/server/gzip-payload') as { wsPayloadHex: string };
  const messages = await new Promise<readonly ServerMessage[]>((resolve, reject) => {
    const arrivals = new Arrivals(nodeInflate, reject);
    arrivals.payload(fromHex(wsPayloadHex), (bytes) => resolve(v2Protocol.decode(bytes, tables)));
  });
  expect(messages).toEqual([read(v2Protocol, 'v2/server/subscribe-applied-empty')]);
});

it('[X21] every recorded message of the host is read', () => {
  for (const id of recorded('server').filter((id) => !id.includes('gzip'))) {
    const protocol = id.startsWith('v1') ? v1Protocol : id.startsWith('v2') ? v2Protocol : v3Protocol;
    expect(protocol.decode(payload(id), tables).length, id).toBeGreaterThan(0);
  }
});

describe('bytes that are no message', () => {
  const ids = [...vectors.keys()].filter((id) => /^v[123]\/server/.test(id) && !id.includes('gzip'));

  it.each(ids)('[X23] %s cut short at any byte is an error, and nothing else', (id) => {
    const protocol = id.startsWith('v1') ? v1Protocol : v2Protocol;
    const whole = payload(id);
    for (let length = 0; length < whole.length; length++) {
      let outcome: unknown;
      try {
        outcome = protocol.decode(whole.slice(0, length), tables);
      } catch (error) {
        outcome = error;
      }
      const isMessage = Array.isArray(outcome);
      // The first message of two is whole before the second begins.
      if (isMessage && id === 'v3/server/coalesced-payload') continue;
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^E_(WIRE_DECODE|VALUE_)/) });
    }
  });

  it('[X23] lists whose bytes and rows disagree', () => {
    // v2 SubscribeApplied of one table, `fixed`: 12 bytes a row
    const applied = (list: string) =>
      v2Protocol.decode(fromHex(`01 05000000 01000000 01000000 05000000 6669786564 ${list}`), tables);
    const row = '010000000200000000000000';
    expect(() => applied(`00 0c00 0c000000 ${row}`)).not.toThrow();
    expect(() => applied(`00 0000 0c000000 ${row}`)).toThrow(/E_WIRE|rows of 0/);
    expect(() => applied(`00 0800 0c000000 ${row}`)).toThrow(/in rows of 8/);
    expect(() => applied(`00 0600 0c000000 ${row}`)).toThrow(expect.objectContaining({ name: 'ValueError' }));
    expect(() => applied(`01 01000000 0000000000000000 0d000000 ${row}00`)).toThrow(/take other bytes/);
    expect(() => applied(`01 00000000 0c000000 ${row}`)).toThrow(/no rows has bytes/);
    expect(() => applied('01 ffffffff')).toThrow(expect.objectContaining({ code: 'E_WIRE_DECODE' }));
  });

  it('[X8] a row that does not fit names table and column', () => {
    const head = '01 05000000 01000000 01000000 06000000 706572736f6e';
    const bytes = fromHex(`${head} 00 0900 09000000 01000000 01000000 ff`);
    expect(() => v2Protocol.decode(bytes, tables)).toThrow(/person\.name/);
  });

  it('[X6] an unknown table is named', () => {
    const bytes = fromHex('010500000001000000010000000300000061626301000000000000000000000000000000');
    expect(() => v2Protocol.decode(bytes, tables)).toThrow(/"abc", which the bindings do not have/);
  });
});

it.each([v1Protocol, v2Protocol, v3Protocol])('[X24] lets go of what it has read ($name)', (protocol) => {
  const LARGE = 8 << 20; // bytes
  const recorded = [...vectors.keys()].find((id) => id.startsWith(`${protocol.name.slice(0, 2)}/server/`))!;
  const before = heldBytes();
  const read = (): void => {
    const bytes = payload(recorded);
    const buffer = new Uint8Array(LARGE);
    buffer.set(bytes);
    protocol.decode(buffer.subarray(0, bytes.length), tables);
  };
  read();
  expect(heldBytes() - before).toBeLessThan(LARGE / 2);
});
