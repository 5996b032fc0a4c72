import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/values/index.ts';
import { MSGPACK_PROTOCOL, msgpackHostProtocol, msgpackProtocol } from '../../src/wire/index.ts';
import {
  ALICE,
  BOB,
  BOB_CONNECTION,
  BUMP,
  clientFrames,
  FALCON,
  HELLO,
  HERON,
  hostFrames,
  NOON,
  steer,
  tables,
} from './support/frames.ts';

const decodeClientMessage = (frame: Uint8Array) => [...msgpackHostProtocol.decode(frame)][0];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const none = { inserts: [], updates: [], deletes: [], deletedKeys: [], events: [] };
const of = (name: string, changes: object) => ({ table: tables.get(name), ...none, ...changes });
const byBob = { name: 'steer', caller: BOB, connectionId: BOB_CONNECTION, requestId: 9, energy: 0n };

describe('from the host to the client', () => {
  const messages: Record<string, object> = {
    InitialConnection: { tag: 'InitialConnection', identity: BOB, connectionId: BOB_CONNECTION, token: 'token-of-bob' },
    SubscribeApplied: {
      tag: 'SubscribeApplied',
      requestId: 1,
      querySetId: 4_294_967_295,
      timestamp: NOON,
      tables: [of('ship', { inserts: [FALCON, HERON] }), of('message', { inserts: [HELLO] })],
    },
    UnsubscribeApplied: {
      tag: 'UnsubscribeApplied',
      requestId: 2,
      querySetId: 0,
      tables: [of('ship', { deletedKeys: [7, 70_000] }), of('message', { deletes: [HELLO] })],
    },
    'SubscriptionError of a request': {
      tag: 'SubscriptionError',
      requestId: 3,
      querySetId: 1,
      error: 'no such table: asteroid',
    },
    'SubscriptionError of an applied query set': {
      tag: 'SubscriptionError',
      requestId: undefined,
      querySetId: 1,
      error: 'table ship was dropped',
    },
    'TransactionUpdate of nobody': { tag: 'TransactionUpdate', timestamp: NOON, reducer: undefined, tables: [] },
    'TransactionUpdate of a call with public arguments': {
      tag: 'TransactionUpdate',
      timestamp: NOON,
      reducer: { ...byBob, args: { encoding: 'plain', plain: [0.5, -1] } },
      tables: [
        of('ship', { inserts: [HERON], updates: [FALCON], deletedKeys: [7] }),
        of('bump', { events: [BUMP, BUMP] }),
      ],
    },
    'TransactionUpdate of a scheduled call': {
      tag: 'TransactionUpdate',
      timestamp: NOON,
      reducer: { ...byBob, connectionId: null, args: undefined },
      tables: [of('ship', { updates: [HERON] })],
    },
    'ReducerResult Failed': {
      tag: 'ReducerResult',
      requestId: 5,
      timestamp: NOON,
      status: 'Failed',
      error: 'Names must not be empty',
    },
    'ReducerResult InternalError': {
      tag: 'ReducerResult',
      requestId: 6,
      timestamp: NOON,
      status: 'InternalError',
      error: '',
    },
  };

  it.each(Object.entries(hostFrames))('[X1] %s', (name, frame) => {
    expect(msgpackProtocol.decode(frame, tables)).toStrictEqual([messages[name]]);
  });

  it('[X1] public arguments are those of the call', () => {
    const call = decodeClientMessage(clientFrames.CallReducer!) as unknown as { args: { plain: unknown } };
    const args = { encoding: 'plain', plain: call.args.plain } as const;
    expect(msgpackProtocol.decodeValue(steer.params, args, 'steer')).toEqual({ dx: 0.5, dy: -1 });
  });
});

describe('from the client to the host', () => {
  const messages: Record<string, object> = {
    Subscribe: {
      tag: 'Subscribe',
      requestId: 1,
      querySetId: 2,
      queries: ['SELECT * FROM ship', 'SELECT * FROM message'],
    },
    Unsubscribe: { tag: 'Unsubscribe', requestId: 4_294_967_295, querySetId: 2 },
    CallReducer: {
      tag: 'CallReducer',
      requestId: 3,
      reducer: 'steer',
      args: { encoding: 'plain', plain: [0.5, -1] },
    },
  };

  it.each(Object.entries(clientFrames))('[X1] %s', (name, frame) => {
    expect(decodeClientMessage(frame)).toStrictEqual(messages[name]);
  });
});

describe('frames', () => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
  const keys: Record<string, string[]> = {
    InitialConnection: ['identity', 'connectionId', 'token'],
    SubscribeApplied: ['requestId', 'querySetId', 'timestamp', 'tables'],
    UnsubscribeApplied: ['requestId', 'querySetId', 'tables'],
    SubscriptionError: ['requestId', 'querySetId', 'error'],
    TransactionUpdate: ['timestamp', 'reducer', 'tables'],
    ReducerResult: ['requestId', 'timestamp', 'status', 'error'],
    Subscribe: ['requestId', 'querySetId', 'queries'],
    Unsubscribe: ['requestId', 'querySetId'],
    CallReducer: ['requestId', 'reducer', 'args'],
  };

  it.each(Object.entries({ ...hostFrames, ...clientFrames }))('[X2] a plain decoder reads %s', (name, frame) => {
    const message = decode(frame) as Record<string, unknown>;
    const type = name.split(' ')[0]!;
    expect(message.type).toBe(type);
    expect(Object.keys(message)).toEqual(['type', ...keys[type]!]);
  });

  it('[X2] rows, keys and reducers have the documented form', () => {
    const name = 'TransactionUpdate of a call with public arguments';
    expect(decode(hostFrames[name]!, { useBigInt64: true })).toEqual({
      type: 'TransactionUpdate',
      timestamp: NOON.microsSinceUnixEpoch,
      reducer: {
        name: 'steer',
        caller: bytes('b0'.repeat(32)),
        connectionId: bytes('b0'.repeat(16)),
        requestId: 9,
        energy: 0,
        args: [0.5, -1],
      },
      tables: [
        { table: 'ship', inserts: [[70_000, -0.25, 'héron']], updates: [[7, 1.5, 'falcon']], deletes: [7] },
        {
          table: 'bump',
          events: [
            [7, 2],
            [7, 2],
          ],
        },
      ],
    });
  });

  it("[X2] the document's command shows a frame", () => {
    const doc = readFileSync(join(ROOT, 'docs/wire-msgpack.md'), 'utf8');
    const command = /```sh\n(.+)\n```/.exec(doc)![1]!;
    const dir = mkdtempSync(join(tmpdir(), 'spacetick-frame-'));
    try {
      const file = join(dir, 'frame.bin');
      writeFileSync(file, hostFrames.SubscribeApplied!);
      const shown = execFileSync('sh', ['-c', command.replace('frame.bin', file)], { cwd: ROOT, encoding: 'utf8' });
      expect(shown).toContain("type: 'SubscribeApplied'");
      expect(shown).toContain("[ 7, 1.5, 'falcon' ]");
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('[X2] the subprotocol has its documented name', () => {
    expect(new Set([MSGPACK_PROTOCOL, msgpackProtocol.name, msgpackHostProtocol.name])).toEqual(
      new Set(['v1.msgpack.spacetick']),
    );
  });

  it('[X3] a message stays as it is when the next one is written', () => {
    const first = msgpackHostProtocol.initialConnection(ALICE, BOB_CONNECTION, 'token-of-alice');
    const call = msgpackProtocol.callReducer(1, steer, { dx: 1, dy: 1 });
    const before = [first.slice(), call.slice()];
    msgpackHostProtocol.initialConnection(BOB, BOB_CONNECTION, 'token-of-bob');
    msgpackProtocol.subscribe(2, 2, ['SELECT * FROM a_table_with_a_long_name']);
    expect([first, call]).toEqual(before);
  });

  it('[X10] arguments that do not fit are named and leave no trace', () => {
    const attempt = (args: unknown) => () => msgpackProtocol.callReducer(4, steer, args);
    expect(attempt({ dx: 1, dy: 'up' })).toThrow(ValueError);
    expect(attempt({ dx: 1, dy: 'up' })).toThrow(/steer\.dy/);
    expect(attempt({ dx: 1 })).toThrow(/steer\.dy/);
    expect(attempt(undefined)).toThrow(/steer/);
    expect(msgpackProtocol.unsubscribe(4_294_967_295, 2)).toEqual(clientFrames.Unsubscribe);
  });
});
