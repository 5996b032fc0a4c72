import { expect } from 'vitest';
import type { PackageName, Row } from './foreign-client.ts';

interface Package {
  readonly Identity: new (data: string) => { toHexString(): string };
  readonly ConnectionId: new (data: bigint) => { toHexString(): string };
  readonly Timestamp: new (micros: bigint) => { readonly microsSinceUnixEpoch: bigint };
  readonly TimeDuration: new (micros: bigint) => { readonly micros: bigint };
  readonly ScheduleAt: { interval(micros: bigint): unknown };
  readonly Uuid: { parse(text: string): { toString(): string } };
}

const HEX = 'c2000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e';
const UUID = '0190a5f2-7b3c-7def-8123-456789abcdef';

/** A UUID and a connection id, in the classes of a package. */
export async function keysFor(name: PackageName) {
  const { ConnectionId, Uuid } = (await import(
    name === 'spacetick' ? '../../../src/client/index.ts' : name
  )) as Package;
  return { uuid: Uuid.parse(UUID), line: new ConnectionId(0x00112233445566778899aabbccddeeffn) };
}

/** A row of every type, in the other party's classes. */
export async function sampleFor(name: PackageName) {
  const { Identity, ConnectionId, Timestamp, TimeDuration, ScheduleAt, Uuid } = (await import(name)) as Package;
  const given = {
    key: 18_446_744_073_709_551_615n,
    flag: true,
    i8: -128,
    u8: 255,
    i16: -32_768,
    u16: 65_535,
    i32: -2_147_483_648,
    u32: 4_294_967_295,
    i64: -9_223_372_036_854_775_808n,
    u64: 18_446_744_073_709_551_615n,
    i128: -(1n << 127n),
    u128: (1n << 128n) - 1n,
    i256: -(1n << 255n),
    u256: (1n << 256n) - 1n,
    f32: -1.5,
    f64: Math.PI,
    text: 'héron \u{1F680}',
    bytes: Uint8Array.of(0, 127, 255),
    list: ['a', '', 'b'],
    points: [
      { x: 1, y: 2 },
      { x: -0.5, y: 0.25 },
    ],
    point: { x: 3, y: 4 },
    cargo: { tag: 'Mail', value: 'letters' },
    maybe: 7,
    outcome: { err: 9 },
    who: new Identity(HEX),
    connection: new ConnectionId(0x00112233445566778899aabbccddeeffn),
    at: new Timestamp(1_700_000_000_123_456n),
    took: new TimeDuration(-5n),
    when: ScheduleAt.interval(1_000_000n),
    uuid: Uuid.parse(UUID),
  };
  const isSame = (row: Row): void => {
    const { who, connection, at, took, when, uuid, ...plain } = given;
    for (const [key, value] of Object.entries(plain)) expect(row[key], key).toEqual(value);
    expect((row.who as typeof who).toHexString()).toBe(HEX);
    expect((row.connection as typeof connection).toHexString()).toBe('00112233445566778899aabbccddeeff');
    expect((row.at as typeof at).microsSinceUnixEpoch).toBe(at.microsSinceUnixEpoch);
    expect((row.took as typeof took).micros).toBe(took.micros);
    expect(row.when).toEqual(when);
    expect((row.uuid as typeof uuid).toString()).toBe(uuid.toString());
  };
  return { given, isSame };
}
