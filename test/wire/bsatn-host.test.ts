import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveTables, table } from '../../src/schema/index.ts';
import {
  BsatnReader,
  BsatnWriter,
  type Codec,
  ConnectionId,
  codecOf,
  Identity,
  SpacetickError,
  TimeDuration,
  Timestamp,
  t,
} from '../../src/values/index.ts';
import {
  type EncodedDelta,
  type EncodedRows,
  MAX_BATCH_MESSAGES,
  NO_ROW_LIST,
  type Row,
  RowListWriter,
  type TableDelta,
  v1HostProtocol,
  v1Protocol,
  v2HostProtocol,
  v2Protocol,
  v3HostProtocol,
} from '../../src/wire/index.ts';
import { recorded, toHex, vectors } from './support/vectors.ts';

const person = codecOf(t.row({ id: t.u32(), name: t.string() }).algebraicType);
const fixed = codecOf(t.row({ a: t.u32(), b: t.u64() }).algebraicType);
const ping = codecOf(t.row({ n: t.u32() }).algebraicType);

function listOf(codec: typeof person, ...rows: unknown[]): EncodedRows {
  const writer = new RowListWriter();
  writer.reset();
  writer.add(codec, rows);
  return writer.finish();
}

/** As recorded: with beginnings, where this host says a size as soon as all rows have the same. */
function people(...rows: unknown[]): EncodedRows {
  const [data, list] = [new BsatnWriter(), new BsatnWriter()];
  list.u8(1);
  list.u32(rows.length);
  for (const row of rows) {
    list.u64(BigInt(data.length));
    person.write(data, row);
  }
  list.byteArray(data.finish());
  return { count: rows.length, bytes: list.finish() };
}

function delta(table: string, lists: Partial<EncodedDelta> = {}): EncodedDelta {
  const none = { inserts: NO_ROW_LIST, updates: NO_ROW_LIST, deletes: NO_ROW_LIST, events: NO_ROW_LIST };
  return { table, tableId: 4097, isEvent: table === 'ping_event', isTableEmpty: false, ...none, ...lists };
}

const A = { id: 1, name: 'a' };
const BB = { id: 2, name: 'bb' };
const A2 = { id: 1, name: 'A2' };
const ADA = new Identity('c2000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e');
const CONNECTION = new ConnectionId('00112233445566778899aabbccddeeff');
const AT = new Timestamp(1_700_000_000_000_000n);
const NEVER = new Timestamp(0n);
const TOOK = new TimeDuration(250n);
const NO_TIME = new TimeDuration(0n);

const subscribe = (requestId: number, querySetId: number, form?: 'Single' | 'Multi' | 'Legacy') =>
  ({ tag: 'Subscribe', requestId, querySetId, queries: [], form }) as const;
const unsubscribe = (requestId: number, querySetId: number, form?: 'Single' | 'Multi') =>
  ({ tag: 'Unsubscribe', requestId, querySetId, form }) as const;
const changed = delta('person', { inserts: people(A2), deletes: people(A) });
const changes = [{ querySetId: 1, tables: [changed, delta('ping_event', { events: listOf(ping, { n: 9 }) })] }];
const call = { name: '', id: 0xffffffff, caller: ADA, connectionId: CONNECTION, requestId: 0, args: undefined };
const returned = { returned: Uint8Array.of(42, 0, 0, 0) };

const written: Readonly<Record<string, () => Uint8Array>> = {
  'v2/server/initial-connection': () => v2HostProtocol.initialConnection(ADA, CONNECTION, 'tok'),
  'v2/server/subscribe-applied': () =>
    v2HostProtocol.subscribeApplied(subscribe(5, 1), AT, TOOK, [
      delta('person', { inserts: people(A, BB) }),
      delta('fixed', { inserts: listOf(fixed, { a: 1, b: 2n }, { a: 3, b: 4n }) }),
    ]),
  'v2/server/subscribe-applied-empty': () => v2HostProtocol.subscribeApplied(subscribe(5, 1), AT, TOOK, []),
  'v2/server/unsubscribe-applied-rows': () =>
    v2HostProtocol.unsubscribeApplied(unsubscribe(6, 1), TOOK, [delta('person', { deletes: people(A) })]),
  'v2/server/unsubscribe-applied-none': () => v2HostProtocol.unsubscribeApplied(unsubscribe(6, 1), TOOK, undefined),
  'v2/server/subscription-error': () => v2HostProtocol.subscriptionError(5, 1, TOOK, 'no such table'),
  'v2/server/subscription-error-no-request': () => v2HostProtocol.subscriptionError(null, 1, TOOK, 'eval'),
  'v2/server/transaction-update': () => v2HostProtocol.transactionUpdate(AT, undefined, changes),
  'v2/server/one-off-ok': () =>
    v2HostProtocol.oneOffResult({ tag: 'OneOffQuery', requestId: 9, query: '' }, TOOK, {
      table: 'person',
      rows: people(A),
    }),
  'v2/server/one-off-err': () =>
    v2HostProtocol.oneOffResult({ tag: 'OneOffQuery', requestId: 9, query: '' }, TOOK, { error: 'bad sql' }),
  'v2/server/reducer-ok': () => v2HostProtocol.reducerCommitted(AT, { ...call, requestId: 3 }, changes),
  'v2/server/reducer-ok-no-updates': () => v2HostProtocol.reducerCommitted(AT, { ...call, requestId: 3 }, []),
  'v2/server/reducer-err': () =>
    v2HostProtocol.reducerFailed(AT, { requestId: 3, status: 'Failed', error: 'nope', reducer: call }),
  'v2/server/reducer-internal-error': () =>
    v2HostProtocol.reducerFailed(AT, {
      requestId: 3,
      status: 'InternalError',
      error: 'no such reducer',
      reducer: call,
    }),
  'v2/server/procedure-returned': () => v2HostProtocol.procedureResult(4, AT, TOOK, returned),
  'v2/server/procedure-internal-error': () =>
    v2HostProtocol.procedureResult(4, NEVER, NO_TIME, { error: 'No such procedure' }),
  'v1/server/initial-subscription': () =>
    v1HostProtocol.subscribeApplied(subscribe(2, 0, 'Legacy'), AT, TOOK, [delta('person', { inserts: people(A) })]),
  'v1/server/transaction-update-failed': () =>
    v1HostProtocol.reducerFailed(AT, {
      requestId: 3,
      status: 'InternalError',
      error: 'no such reducer',
      reducer: call,
    }),
  'v1/server/transaction-update-light': () =>
    v1HostProtocol.transactionUpdate(AT, undefined, [{ querySetId: 7, tables: [changed] }]),
  'v1/server/identity-token': () => v1HostProtocol.initialConnection(ADA, CONNECTION, 'tok'),
  'v1/server/subscribe-applied': () => v1HostProtocol.subscribeApplied(subscribe(3, 7, 'Single'), AT, TOOK, [changed]),
  'v1/server/unsubscribe-applied': () =>
    v1HostProtocol.unsubscribeApplied(unsubscribe(5, 7, 'Single'), TOOK, [delta('person')]),
  'v1/server/subscription-error': () => v1HostProtocol.subscriptionError(4, 8, TOOK, 'no such table'),
  'v1/server/unsubscribe-multi-applied': () =>
    v1HostProtocol.unsubscribeApplied(unsubscribe(6, 8, 'Multi'), TOOK, [delta('person')]),
  'v1/server/procedure-result': () => v1HostProtocol.procedureResult(7, AT, TOOK, returned),
};

/** Recorded of hosts, and not this host's way to say it. */
const NEVER_WRITTEN = ['v2/server/reducer-ok-empty', 'v3/server/coalesced-payload', 'v2/server/gzip-payload'];

/** Not recorded, but laid out in `wire.md` 4.2 and 9. */
const documented: Readonly<Record<string, string>> = {
  'v2/server/initial-connection': `0000${[...ADA.hex.matchAll(/../g)].reverse().join('')}${[
    ...CONNECTION.hex.matchAll(/../g),
  ]
    .reverse()
    .join('')}03000000746f6b`,
  'v2/server/unsubscribe-applied-none': '0002060000000100000001',
  'v2/server/one-off-ok':
    '000509000000000100000006000000706572736f6e0101000000000000000000000009000000010000000100000061',
  'v2/server/one-off-err': '00050900000001070000006261642073716c',
  'v2/server/reducer-err': '00060300000000401e18240a06000208000000040000006e6f7065',
};

describe("the host's messages", () => {
  it.each(Object.entries(written))('[X31] %s', (id, write) => {
    expect(toHex(write())).toBe(documented[id] ?? toHex(recorded(id)));
  });

  it('[X31] are all that is recorded', () => {
    const ids = vectors.filter(({ group }) => /^v[123]-server$/.test(group)).map(({ id }) => id);
    expect(ids.filter((id) => written[id] === undefined)).toEqual(NEVER_WRITTEN.filter((id) => ids.includes(id)));
    expect(NEVER_WRITTEN.every((id) => ids.includes(id))).toBe(true);
    expect(Object.keys(written).filter((id) => !ids.includes(id))).toEqual(Object.keys(documented));
  });

  it('[X31] of v3 are those of v2', () => {
    expect(v3HostProtocol.transactionUpdate(AT, undefined, changes)).toEqual(recorded('v2/server/transaction-update'));
  });

  const declared = resolveTables({
    person: table({ name: 'person' }, { id: t.u32().primaryKey(), name: t.string() }),
    fixed: table({ name: 'fixed' }, { a: t.u32(), b: t.u64() }),
    pingEvent: table({ name: 'ping_event', event: true }, { n: t.u32() }),
  });
  const tables = new Map(declared.map((def) => [def.name, { def, codec: codecOf(def.rowType) as Codec<Row> }]));

  it.each(Object.entries(written))("[X35] the client's end reads %s", (id, write) => {
    const client = id.startsWith('v1') ? v1Protocol : v2Protocol;
    const [message] = client.decode(write().subarray(1), tables);
    const value = { ...message } as Record<string, unknown>;
    const texts = ['nope', 'bad sql', 'no such', 'eval', 'No such procedure'];
    const error = value.error ?? (value.outcome as { error?: string } | undefined)?.error;
    expect(error === undefined || texts.some((text) => (error as string).startsWith(text))).toBe(true);
    const shown = ((value.tables ?? []) as TableDelta[]).flatMap(({ inserts, deletedKeys, events }) => [
      ...inserts,
      ...deletedKeys,
      ...events,
    ]);
    const read: Readonly<Record<string, unknown[]>> = {
      'v2/server/subscribe-applied': [A, BB, { a: 1, b: 2n }, { a: 3, b: 4n }],
      'v2/server/unsubscribe-applied-rows': [1],
      'v2/server/transaction-update': [A2, 1, { n: 9 }],
      'v2/server/reducer-ok': [A2, 1, { n: 9 }],
      'v1/server/initial-subscription': [A],
      'v1/server/transaction-update-light': [A2, 1],
      'v1/server/subscribe-applied': [A2, 1],
    };
    expect(shown).toEqual(read[id] ?? []);
  });

  it('[X36] v2 tells an empty table from one without a match', () => {
    const tables = [delta('person', { isTableEmpty: true }), delta('fixed')];
    const message = v2HostProtocol.subscribeApplied(subscribe(5, 1), AT, TOOK, tables);
    const reader = new BsatnReader(message.subarray(1 + 1 + 4 + 4));
    expect([reader.u32(), reader.string()]).toEqual([1, 'fixed']);
    expect([reader.u8(), reader.u32(), reader.u32(), reader.remaining]).toEqual([1, 0, 0, 0]);
  });

  it('[X36] v1 names the table of a single subscription, whatever it holds', () => {
    const single = v1HostProtocol.subscribeApplied(subscribe(3, 7, 'Single'), AT, TOOK, [delta('person')]);
    expect(toHex(single).includes(toHex(new TextEncoder().encode('person')))).toBe(true);
    const multi = v1HostProtocol.subscribeApplied(subscribe(3, 7, 'Multi'), AT, TOOK, [delta('person')]);
    expect(toHex(multi).endsWith('0700000000000000')).toBe(true);
  });

  it('[X37] queries of one table share its entry', () => {
    const tables = [changed, delta('person', { inserts: people(BB) }), delta('shop')];
    const message = v2HostProtocol.transactionUpdate(AT, undefined, [{ querySetId: 3, tables }]);
    const reader = new BsatnReader(message.subarray(2));
    expect([reader.u32(), reader.u32(), reader.u32()]).toEqual([1, 3, 2]); // one set, its id, two tables
    expect([reader.string(), reader.u32(), reader.u8()]).toEqual(['person', 2, 0]);
    const light = v1HostProtocol.transactionUpdate(AT, undefined, [{ querySetId: 0, tables }]);
    const v1 = new BsatnReader(light.subarray(2));
    expect([v1.u32(), v1.u32()]).toEqual([0, 1]); // one table: the other lists no rows
    expect([v1.u32(), v1.string(), v1.u64(), v1.u32()]).toEqual([4097, 'person', 3n, 2]);
  });
});

const bsatn = (hex: string) => ({ encoding: 'bsatn', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) });
const PERSON_AND_FIXED = ['SELECT * FROM person', 'SELECT * FROM fixed'];

const readings: Readonly<Record<string, object>> = {
  'v2/client/call-reducer-no-args': { tag: 'CallReducer', requestId: 0, reducer: 'no_args', args: bsatn('') },
  'v2/client/subscribe': {
    tag: 'Subscribe',
    requestId: 0,
    querySetId: 0,
    queries: ['SELECT * FROM person', 'SELECT * FROM fixed WHERE a = 1'],
  },
  'v2/client/unsubscribe': { tag: 'Unsubscribe', requestId: 1, querySetId: 0, wantsRows: true },
  'v2/client/unsubscribe-default': { tag: 'Unsubscribe', requestId: 3, querySetId: 2, wantsRows: false },
  'v2/client/one-off-query': { tag: 'OneOffQuery', requestId: 9, query: 'SELECT * FROM person' },
  'v1/client/call-reducer': {
    tag: 'CallReducer',
    requestId: 1,
    reducer: 'add_person',
    args: bsatn('0700000002000000416c'),
    isQuiet: false,
  },
  'v1/client/one-off-query': {
    tag: 'OneOffQuery',
    requestId: 0,
    messageId: Uint8Array.of(1, 2, 3, 4),
    query: 'SELECT * FROM person',
  },
  'v1/client/subscribe-single': {
    tag: 'Subscribe',
    requestId: 3,
    querySetId: 7,
    queries: ['SELECT * FROM person'],
    form: 'Single',
  },
  'v1/client/subscribe-multi': {
    tag: 'Subscribe',
    requestId: 4,
    querySetId: 8,
    queries: PERSON_AND_FIXED,
    form: 'Multi',
  },
  'v1/client/unsubscribe-multi': { tag: 'Unsubscribe', requestId: 6, querySetId: 8, wantsRows: true, form: 'Multi' },
  'v1/client/call-procedure': { tag: 'CallProcedure', requestId: 7, procedure: 'double', args: bsatn('15000000') },
};

const protocolOf = (id: string) =>
  id.startsWith('v1') ? v1HostProtocol : id.startsWith('v2') ? v2HostProtocol : v3HostProtocol;

describe("clients' messages", () => {
  const clients = vectors.filter(({ group }) => /^v[123]-client$/.test(group));

  it.each(clients.filter(({ group }) => group !== 'v3-client'))('[X30] $id', ({ id }) => {
    const bytes = recorded(id);
    const reading = readings[id] ?? generic(id);
    expect([...protocolOf(id).decode(bytes)]).toEqual([reading]);
    if (id.startsWith('v2')) expect([...v3HostProtocol.decode(bytes)]).toEqual([reading]);
  });

  it('[X30] v3/client/batched-frame', () => {
    expect([...v3HostProtocol.decode(recorded('v3/client/batched-frame'))]).toEqual([
      readings['v2/client/call-reducer-no-args'],
      { tag: 'CallReducer', requestId: 1, reducer: 'add_person', args: bsatn('01000000010000007a') },
    ]);
  });

  /** Calls whose names and arguments the vector tells. */
  function generic(id: string): object {
    const value = vectors.find((vector) => vector.id === id)!.value as Record<string, unknown>;
    const args = bsatn((value.args as { $hex: string }).$hex);
    return 'reducer' in value
      ? { tag: 'CallReducer', requestId: value.requestId, reducer: value.reducer, args }
      : { tag: 'CallProcedure', requestId: value.requestId, procedure: value.procedure, args };
  }

  it('[X30] the forms of v1 that nobody recorded', () => {
    const legacy = new BsatnWriter();
    legacy.u8(1);
    legacy.u32(1);
    legacy.string('SELECT * FROM person');
    legacy.u32(12);
    expect([...v1HostProtocol.decode(legacy.finish())]).toEqual([
      { tag: 'Subscribe', requestId: 12, querySetId: 0, queries: ['SELECT * FROM person'], form: 'Legacy' },
    ]);
    const single = Uint8Array.of(5, 1, 0, 0, 0, 2, 0, 0, 0);
    expect([...v1HostProtocol.decode(single)]).toEqual([
      { tag: 'Unsubscribe', requestId: 1, querySetId: 2, wantsRows: true, form: 'Single' },
    ]);
    const quiet = recorded('v1/client/call-reducer').slice();
    quiet[quiet.length - 1] = 1;
    expect([...v1HostProtocol.decode(quiet)]).toMatchObject([{ tag: 'CallReducer', isQuiet: true }]);
  });

  const twice = (id: string) => Uint8Array.from([...recorded(id), ...recorded(id)]);

  it('[X32] v1 and v2 read one message, v3 reads all', () => {
    expect([...v1HostProtocol.decode(twice('v1/client/subscribe-single'))]).toHaveLength(1);
    expect([...v2HostProtocol.decode(twice('v2/client/unsubscribe'))]).toHaveLength(1);
    expect([...v3HostProtocol.decode(twice('v2/client/unsubscribe'))]).toHaveLength(2);
  });

  it('[X32] v3 hands out what stands before a bad message', () => {
    const read: string[] = [];
    const broken = Uint8Array.from([...recorded('v2/client/unsubscribe'), 9]);
    expect(() => {
      for (const { tag } of v3HostProtocol.decode(broken)) read.push(tag);
    }).toThrow(expect.objectContaining({ code: 'E_WIRE_DECODE', message: expect.stringContaining('tag is 9') }));
    expect(read).toEqual(['Unsubscribe']);
    expect(() => [...v3HostProtocol.decode(new Uint8Array(0))]).toThrow(/empty/);
  });

  it('[X32] v3 takes a bounded number of messages', () => {
    const one = recorded('v2/client/unsubscribe');
    const many = (count: number) => {
      const bytes = new Uint8Array(one.length * count);
      for (let i = 0; i < count; i++) bytes.set(one, i * one.length);
      return bytes;
    };
    expect([...v3HostProtocol.decode(many(MAX_BATCH_MESSAGES))]).toHaveLength(MAX_BATCH_MESSAGES);
    let read = 0;
    expect(() => {
      for (const _ of v3HostProtocol.decode(many(MAX_BATCH_MESSAGES + 1))) read++;
    }).toThrow(/more than 32768 messages/);
    expect(read).toBe(MAX_BATCH_MESSAGES);
    expect(MAX_BATCH_MESSAGES * one.length).toBeGreaterThan(256 * 1024); // a whole payload of the other party's client
  });

  const bad = (id: string, change: (bytes: Uint8Array) => Uint8Array) => () => [
    ...protocolOf(id).decode(change(recorded(id).slice())),
  ];
  const lastByte = (value: number) => (bytes: Uint8Array) => {
    bytes[bytes.length - 1] = value;
    return bytes;
  };

  it('[X33] refuses flags that are not defined', () => {
    const error = expect.objectContaining({ code: 'E_WIRE_DECODE', message: expect.stringContaining('flag is 2') });
    expect(bad('v1/client/call-reducer', lastByte(2))).toThrow(error);
    expect(bad('v1/client/call-procedure', lastByte(2))).toThrow(error);
    expect(bad('v2/client/unsubscribe', lastByte(2))).toThrow(error);
    const flagged = (bytes: Uint8Array) => {
      bytes[5] = 2;
      return bytes;
    };
    expect(bad('v2/client/call-reducer-no-args', flagged)).toThrow(error);
  });

  it.each(clients)('[X33] refuses $id when it ends too soon, wherever', ({ id }) => {
    for (let length = 0; length < recorded(id).length; length++) {
      // In a batch, the first message may be whole.
      const cut = () => {
        const messages = [...protocolOf(id).decode(recorded(id).subarray(0, length))];
        if (id.startsWith('v3') && messages.length === 1) throw new SpacetickError('E_WIRE_DECODE', 'whole');
      };
      const message = expect.stringMatching(
        length === 0 ? /: it is empty\./ : /: it ends too early\.|: value \(|whole/,
      );
      expect(cut).toThrow(expect.objectContaining({ code: 'E_WIRE_DECODE', message }));
    }
  });

  it('[X33] refuses text that is not UTF-8, and counts that the bytes do not hold', () => {
    const bytes = recorded('v2/client/one-off-query').slice();
    bytes[12] = 0xff;
    expect(() => [...v2HostProtocol.decode(bytes)]).toThrow(expect.objectContaining({ code: 'E_WIRE_DECODE' }));
    const huge = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);
    expect(() => [...v2HostProtocol.decode(huge)]).toThrow(expect.objectContaining({ code: 'E_WIRE_DECODE' }));
  });

  it('[X33] throws nothing else, whatever the bytes', () => {
    const seeds = clients.map(({ id }) => recorded(id));
    const mutated = fc
      .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }))
      .map(([seed, edits]) => {
        const bytes = seed.slice();
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        for (const protocol of [v1HostProtocol, v2HostProtocol, v3HostProtocol]) {
          try {
            for (const message of protocol.decode(bytes)) expect(message.tag).toBeTypeOf('string');
          } catch (error) {
            expect((error as SpacetickError).code).toBe('E_WIRE_DECODE');
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('lists of rows', () => {
  const bytes = codecOf(t.byteArray().algebraicType);
  const listed = (...sizes: number[]) => listOf(bytes, ...sizes.map((size) => new Uint8Array(size).fill(7)));

  it('[X34] of one size say the size', () => {
    const { bytes: list, count } = listOf(fixed, { a: 1, b: 2n }, { a: 3, b: 4n });
    expect(count).toBe(2);
    expect(toHex(list)).toBe('000c0018000000010000000200000000000000030000000400000000000000');
    expect(toHex(listed(3).bytes)).toMatch(/^000700/);
  });

  it('[X34] of several sizes, of none or of too large ones say where each begins', () => {
    expect(toHex(listed(1, 0, 2).bytes)).toBe(
      `0103000000${'0000000000000000'}${'0500000000000000'}${'0900000000000000'}0f000000010000000700000000020000000707`,
    );
    expect(toHex(listOf(codecOf(t.unit().algebraicType), {}, {}).bytes)).toBe(
      '0102000000000000000000000000000000000000000000000000000000'.slice(0, 10 + 32 + 8),
    );
    expect(listed(65_531).bytes[0]).toBe(0); // with its length ahead 65,535 bytes
    expect(listed(65_532).bytes[0]).toBe(1);
    expect(toHex(listed().bytes)).toBe('010000000000000000');
    expect(listed(2, 4).bytes[0]).toBe(1); // the same total as three and three
    expect(listed(3, 3).bytes[0]).toBe(0);
  });

  it('[X34] grow, and leave nothing behind', () => {
    const writer = new RowListWriter();
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, name: 'x'.repeat(id % 7) }));
    writer.reset();
    writer.add(person, rows);
    const whole = writer.finish();
    writer.reset();
    writer.add(person, rows.slice(0, 400));
    writer.add(person, rows.slice(400));
    expect(writer.finish()).toEqual(whole);
    writer.reset();
    writer.add(person, [A]);
    expect(writer.finish()).toEqual(listOf(person, A));
  });
});
