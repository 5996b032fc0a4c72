import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpacetickError, ValueError } from '../../src/values/index.ts';
import { msgpackHostProtocol, msgpackProtocol } from '../../src/wire/index.ts';
import { mutated } from '../values/support/mutations.ts';
import { clientFrames, hostFrames, tables } from './support/frames.ts';

const decodeClientMessage = (frame: Uint8Array) => [...msgpackHostProtocol.decode(frame)][0];

type Plain = Record<string, unknown>;
type Decoder = (bytes: Uint8Array) => unknown;

const fromHost: Decoder = (bytes) => msgpackProtocol.decode(bytes, tables);
const ends: [name: string, frame: Uint8Array, read: Decoder][] = [
  ...Object.entries(hostFrames).map(([name, frame]): [string, Uint8Array, Decoder] => [name, frame, fromHost]),
  ...Object.entries(clientFrames).map(([name, frame]): [string, Uint8Array, Decoder] => [
    name,
    frame,
    decodeClientMessage,
  ]),
];

const plainOf = (frame: Uint8Array) => decode(frame, { useBigInt64: true }) as Plain;
const frameOf = (plain: unknown) => encode(plain, { useBigInt64: true });

/** The maps of a message: itself, its reducer, its tables. */
function mapsOf(message: Plain): Plain[] {
  const reducer = message.reducer;
  const isMap = typeof reducer === 'object' && reducer !== null;
  return [message, ...(isMap ? [reducer as Plain] : []), ...((message.tables as Plain[] | undefined) ?? [])];
}

/** Each key of each map of a message, on a copy that may be changed. */
function* keysOf(frame: Uint8Array): Generator<{ message: Plain; map: Plain; key: string }> {
  const shape = mapsOf(plainOf(frame)).map((map) => Object.keys(map));
  for (const [i, keys] of shape.entries()) {
    for (const key of keys) {
      const message = plainOf(frame);
      yield { message, map: mapsOf(message)[i]!, key };
    }
  }
}

function thrownBy(read: Decoder, bytes: Uint8Array): unknown {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
}

const OPTIONAL = ['inserts', 'updates', 'deletes', 'events'];

const JUNK: Record<string, unknown> = {
  nil: null,
  bool: true,
  integer: 7,
  negative: -1,
  wide: 2n ** 63n + 1n,
  fraction: 0.5,
  text: 'x',
  bytes: new Uint8Array(3),
  list: [],
  map: {},
};

/** Which junk a key takes after all. */
const TAKES: Record<string, string[]> = {
  requestId: ['integer'],
  querySetId: ['integer'],
  timestamp: ['integer', 'negative'],
  energy: ['integer', 'negative', 'wide'],
  token: ['text'],
  error: ['text'],
  name: ['text'],
  tables: ['list'],
  queries: ['list'],
  args: Object.keys(JUNK), // told to the caller, who may have other bindings
  ...Object.fromEntries(OPTIONAL.map((key) => [key, ['list']])),
};

function takes(message: Plain, map: Plain, key: string, junk: string): boolean {
  if (key === 'requestId' && message.type === 'SubscriptionError' && junk === 'nil') return true;
  if (key === 'reducer') return junk === (message.type === 'CallReducer' ? 'text' : 'nil');
  if (key === 'connectionId' && map !== message) return junk === 'nil';
  return TAKES[key]?.includes(junk) ?? false;
}

describe('keys', () => {
  it.each(ends)('[X4] missing ones of %s', (_name, frame, read) => {
    for (const { message, map, key } of keysOf(frame)) {
      delete map[key];
      const error = thrownBy(read, frameOf(message));
      if (OPTIONAL.includes(key) || key === 'args') expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: 'E_WIRE_DECODE', message: expect.stringContaining(key) });
    }
  });

  it.each(ends)('[X4] mistyped ones of %s', (_name, frame, read) => {
    for (const junk of Object.keys(JUNK)) {
      for (const { message, map, key } of keysOf(frame)) {
        const isTaken = takes(message, map, key, junk);
        map[key] = JUNK[junk];
        const error = thrownBy(read, frameOf(message));
        const what = `${key} as ${junk}`;
        // An empty map is missing its own keys.
        const blamed = key === 'reducer' && junk === 'map' && message.type === 'TransactionUpdate' ? 'name' : key;
        if (isTaken) expect(error, what).toBeUndefined();
        else expect(error, what).toMatchObject({ code: 'E_WIRE_DECODE', message: expect.stringContaining(blamed) });
      }
    }
  });

  it('[X4] a list with something else in it', () => {
    const subscribe = { ...plainOf(clientFrames.Subscribe!), queries: ['SELECT * FROM ship', 4] };
    expect(() => decodeClientMessage(frameOf(subscribe))).toThrow(/a query is 4, not a string/);
    const update = { ...plainOf(hostFrames['TransactionUpdate of nobody']!), tables: [[]] };
    expect(() => fromHost(frameOf(update))).toThrow(/an entry of tables is an array of 0, not a map/);
  });

  it.each(ends)('[X4] integers in any form: %s', (_name, frame, read) => {
    const wide = (value: unknown): unknown => {
      if (typeof value === 'number' && Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value);
      if (Array.isArray(value)) return value.map(wide);
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'args' ? item : wide(item)]));
    };
    expect(read(frameOf(wide(plainOf(frame))))).toEqual(read(frame));
  });

  it.each(ends)('[X5] unknown ones of %s', (_name, frame, read) => {
    const message = plainOf(frame);
    for (const map of mapsOf(message)) {
      Object.assign(map, { constructor: 1, toString: null, ofTomorrow: { deep: [new Uint8Array(2), 2n ** 60n] } });
    }
    expect(read(frameOf(message))).toEqual(read(frame));
  });
});

describe('names', () => {
  const update = plainOf(hostFrames['TransactionUpdate of nobody']!);
  const result = plainOf(hostFrames['ReducerResult Failed']!);

  it.each([
    ['a type', { ...update, type: 'Transmogrify' }, /its type is "Transmogrify"/],
    ['a type that objects have', { ...update, type: 'constructor' }, /its type is "constructor"/],
    ["the other end's type", plainOf(clientFrames.Subscribe!), /its type is "Subscribe"/],
    ['a status', { ...result, status: 'Fine' }, /status is "Fine"/],
    ['a table', { ...update, tables: [{ table: 'asteroid' }] }, /table "asteroid".*generate them again/],
  ])('[X6] %s that is not there', (_what, message, text) => {
    expect(thrownBy(fromHost, frameOf(message))).toMatchObject({
      code: 'E_WIRE_DECODE',
      message: expect.stringMatching(text),
    });
  });

  it("[X6] a client's type that is not there", () => {
    const error = thrownBy(decodeClientMessage, hostFrames.InitialConnection!);
    expect(error).toMatchObject({ code: 'E_WIRE_DECODE', message: expect.stringContaining('"InitialConnection"') });
  });

  it('[X6] a long one is cut short', () => {
    const long = 'x'.repeat(100_000);
    const messages = [
      { ...update, type: long },
      { ...result, status: long },
      { ...update, tables: [{ table: long }] },
    ];
    for (const message of messages) {
      expect((thrownBy(fromHost, frameOf(message)) as Error).message.length).toBeLessThan(400);
    }
    expect((thrownBy(decodeClientMessage, frameOf({ type: long })) as Error).message.length).toBeLessThan(400);
  });
});

describe('bytes', () => {
  const bytes = (...parts: (number | string)[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])));
  const subscribe = clientFrames.Subscribe!;

  it.each([
    ['none', bytes()],
    ['a cut frame', subscribe.subarray(0, -1)],
    ['something behind the value', bytes(...subscribe, 0xc0)],
    ['a key __proto__', bytes(0x82, 0xa4, 'type', 0xa1, 'x', 0xa9, '__proto__', 0x80)],
    ['a key that is a number', bytes(0x81, 1, 1)],
    ['text that is not UTF-8', bytes(0x81, 0xa4, 'type', 0xa1, 0xff)],
    ['an extension', bytes(0xd4, 1, 1)],
  ])('[X7] %s', (_what, frame) => {
    for (const read of [fromHost, decodeClientMessage]) {
      expect(thrownBy(read, frame)).toMatchObject({ code: 'E_MSGPACK_INVALID' });
    }
  });

  it.each([null, 4, 'Subscribe', [], new Uint8Array(2)])('[X4] a frame that is %s, not a map', (plain) => {
    for (const read of [fromHost, decodeClientMessage]) {
      expect(thrownBy(read, frameOf(plain))).toMatchObject({ code: 'E_WIRE_DECODE' });
    }
  });

  const changed = (entry: object) =>
    frameOf({ ...plainOf(hostFrames['TransactionUpdate of nobody']!), tables: [entry] });
  it.each([
    ['a column', { table: 'ship', inserts: [[1, 'east', 'falcon']] }, /ship\.x/],
    ['the number of columns', { table: 'ship', updates: [[1, 0]] }, /ship/],
    ['a key', { table: 'ship', deletes: [[1, 0, 'falcon']] }, /ship\.id/],
    ['a row that leaves', { table: 'message', deletes: [7] }, /message/],
    ['an event', { table: 'bump', events: [[-1, 0]] }, /bump\.ship/],
  ])('[X8] %s that does not fit', (_what, entry, text) => {
    const error = thrownBy(fromHost, changed(entry));
    expect(error).toBeInstanceOf(ValueError);
    expect((error as Error).message).toMatch(text);
  });
});

describe('frames that were tampered with', () => {
  const frames = fc.constantFrom(...ends);
  const LONG_MS = 1000; // a frame of a few hundred bytes takes microseconds; this only catches what never ends

  // A failure prints seed and path; `fc.assert(..., { seed, path })` repeats it.
  function survives(read: Decoder, bytes: Uint8Array): void {
    const start = performance.now();
    const error = thrownBy(read, bytes);
    expect(performance.now() - start).toBeLessThan(LONG_MS);
    if (error !== undefined) expect(error).toBeInstanceOf(SpacetickError);
  }

  it('[X9] bytes changed, cut, inserted', () => {
    const tampered = frames.chain(([, frame, read]) => mutated(frame).map((bytes) => ({ bytes, read })));
    fc.assert(
      fc.property(tampered, ({ bytes, read }) => survives(read, bytes)),
      { numRuns: 5000 },
    );
  });

  it('[X9] a value somewhere in the message replaced by another', () => {
    const junk = fc.oneof(
      fc.constantFrom(...Object.values(JUNK)),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.string(),
      fc.array(fc.constantFrom(...Object.values(JUNK))),
    );
    fc.assert(
      fc.property(frames, fc.infiniteStream(fc.nat(20)), junk, ([, frame, read], steps, value) => {
        const message = plainOf(frame);
        let at: Plain = message;
        for (const step of steps) {
          const keys = Object.keys(at);
          const key = keys[step % keys.length];
          if (key === undefined) break;
          const inner = at[key];
          const isLeaf = typeof inner !== 'object' || inner === null || inner instanceof Uint8Array;
          if (isLeaf || step > 14) {
            at[key] = value;
            break;
          }
          at = inner as Plain;
        }
        survives(read, frameOf(message));
      }),
      { numRuns: 5000 },
    );
  });
});
