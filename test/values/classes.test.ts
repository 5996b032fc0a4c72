import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bigintToHex,
  ConnectionId,
  fromHex,
  Identity,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  toHex,
  Uuid,
  ValueError,
} from '../../src/values/index.ts';

const HEX = 'c200ef884364c1a99be0298dc68f2004e6b97c09d1b1658b7db22f51fb662059';

describe('Identity and ConnectionId', () => {
  it('[V70] read hex with or without 0x in any case, and numbers', () => {
    for (const data of [HEX, `0x${HEX}`, HEX.toUpperCase(), BigInt(`0x${HEX}`)]) {
      expect(new Identity(data).toHexString()).toBe(HEX);
    }
    expect(Identity.fromString(HEX).isEqual(new Identity(HEX))).toBe(true);
    expect(Identity.fromString(HEX).equals(Identity.zero())).toBe(false);
    expect(Identity.zero().hex).toBe('0'.repeat(64));
    expect(new Identity(HEX).__identity__).toBe(BigInt(`0x${HEX}`));
    expect(toHex(new Identity(HEX).toUint8Array().reverse())).toBe(HEX); // least significant first
    expect(String(new Identity(HEX))).toBe(HEX);
  });

  it('[V70] refuse anything else', () => {
    for (const bad of ['', 'c2', `${HEX}00`, HEX.replace('c', 'g'), ` ${HEX.slice(1)}`, -1n, 1n << 256n]) {
      expect(() => new Identity(bad)).toThrow(ValueError);
    }
    for (const bad of ['5', HEX, -1n, 1n << 128n]) expect(() => new ConnectionId(bad)).toThrow(ValueError);
  });

  it('[V70] a connection id of zero means none', () => {
    expect(ConnectionId.zero().isZero()).toBe(true);
    expect(ConnectionId.nullIfZero(ConnectionId.zero())).toBeNull();
    expect(ConnectionId.fromStringOrNull('0'.repeat(32))).toBeNull();
    expect(ConnectionId.fromStringOrNull('1'.repeat(32))?.isZero()).toBe(false);
    expect(ConnectionId.random().isEqual(ConnectionId.random())).toBe(false);
    expect(ConnectionId.fromString('00112233445566778899aabbccddeeff').__connection_id__).toBe(
      0x112233445566778899aabbccddeeffn,
    );
  });

  it('[V70] hex goes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(fromHex('DEad')).toEqual(Uint8Array.of(0xde, 0xad));
    for (const bad of ['a', 'zz', '0x00', ' 0']) expect(fromHex(bad)).toBeUndefined();
    expect(bigintToHex(255n, 4)).toBe('00ff');
  });
});

describe('Timestamp', () => {
  it('[V71] keeps microseconds', () => {
    const at = new Timestamp(1_744_127_266_935_402n);
    expect(at.toISOString()).toBe('2025-04-08T15:47:46.935402Z');
    expect(at.toMillis()).toBe(1_744_127_266_935n);
    expect(at.toDate().getTime()).toBe(1_744_127_266_935);
    expect(at.microsSinceUnixEpoch).toBe(1_744_127_266_935_402n);
    expect(at.isEqual(new Timestamp(1_744_127_266_935_402n))).toBe(true);
  });

  it('[V71] before 1970', () => {
    expect(new Timestamp(-1n).toISOString()).toBe('1969-12-31T23:59:59.999999Z');
    expect(new Timestamp(-1n).toMillis()).toBe(-1n);
    expect(new Timestamp(-1000n).toMillis()).toBe(-1n);
    expect(new Timestamp(-1001n).toMillis()).toBe(-2n);
    expect(Timestamp.UNIX_EPOCH.toISOString()).toBe('1970-01-01T00:00:00.000000Z');
  });

  it('[V71] from dates and milliseconds', () => {
    const date = new Date('2025-04-08T15:47:46.935Z');
    expect(Timestamp.fromDate(date).toDate()).toEqual(date);
    expect(Timestamp.fromMillis(1.5).microsSinceUnixEpoch).toBe(1500n);
    expect(Math.abs(Number(Timestamp.now().toMillis()) - Date.now())).toBeLessThan(1000);
  });

  it('[V71] differences and sums', () => {
    const earlier = new Timestamp(1_000n);
    const span = new Timestamp(2_500n).since(earlier);
    expect(span).toEqual(new TimeDuration(1500n));
    expect(earlier.plus(span)).toEqual(new Timestamp(2_500n));
    expect(earlier.since(new Timestamp(2_500n)).micros).toBe(-1500n);
  });

  it('[V71] beyond what a Date holds it says so', () => {
    expect(() => new Timestamp(2n ** 63n - 1n).toDate()).toThrow(RangeError);
    expect(new Timestamp(8_640_000_000_000_000_000n).toISOString()).toBe('+275760-09-13T00:00:00.000000Z');
  });
});

describe('TimeDuration', () => {
  it('[V71] prints signed seconds', () => {
    expect(String(new TimeDuration(5n))).toBe('+0.000005');
    expect(String(new TimeDuration(-1_500_000n))).toBe('-1.500000');
    expect(String(new TimeDuration(0n))).toBe('+0.000000');
    expect(TimeDuration.fromMillis(50).micros).toBe(50_000n);
    expect(new TimeDuration(1_500n).millis).toBe(1.5);
    expect(new TimeDuration(-1_500n).millis).toBe(-1.5);
    expect(new TimeDuration(1n).isEqual(new TimeDuration(1n))).toBe(true);
  });
});

describe('Uuid', () => {
  const TEXT = '0190a5f2-7b3c-7def-8123-456789abcdef';

  it('[V72] reads and prints RFC 9562 text', () => {
    for (const text of [TEXT, TEXT.toUpperCase(), TEXT.replaceAll('-', '')])
      expect(Uuid.parse(text).toString()).toBe(TEXT);
    for (const bad of ['', 'x', TEXT.slice(1), `${TEXT}0`, `{${TEXT}}`])
      expect(() => Uuid.parse(bad)).toThrow(ValueError);
    for (const bad of [-1n, 1n << 128n]) expect(() => new Uuid(bad)).toThrow(ValueError);
    expect(toHex(Uuid.parse(TEXT).toBytes())).toBe(TEXT.replaceAll('-', ''));
    expect(Uuid.parse(TEXT).asBigInt()).toBe(BigInt(`0x${TEXT.replaceAll('-', '')}`));
    expect([Uuid.NIL.getVersion(), Uuid.MAX.getVersion()]).toEqual(['Nil', 'Max']);
    expect([Uuid.NIL.compareTo(Uuid.MAX), Uuid.MAX.compareTo(Uuid.NIL), Uuid.NIL.compareTo(Uuid.NIL)]).toEqual([
      -1, 1, 0,
    ]);
    expect(Uuid.NIL.toString()).toBe('00000000-0000-0000-0000-000000000000');
    expect(Uuid.MAX.toString()).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
    expect(Uuid.parse(TEXT).isEqual(Uuid.parse(TEXT))).toBe(true);
  });

  it('[V72] version 4 and 7 carry their marks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat(0x7fff_ffff),
        fc.nat(),
        (bytes, value, millis) => {
          const four = Uuid.fromRandomBytesV4(bytes);
          const seven = Uuid.fromCounterV7({ value }, new Timestamp(BigInt(millis) * 1000n), bytes.subarray(0, 4));
          expect([four.getVersion(), seven.getVersion()]).toEqual(['V4', 'V7']);
          for (const uuid of [four, seven]) expect(uuid.toString()[19]).toMatch(/[89ab]/);
          expect(seven.toString().replaceAll('-', '').slice(0, 12)).toBe(bigintToHex(BigInt(millis), 12));
          expect(seven.getCounter()).toBe(value);
        },
      ),
    );
  });

  it('[V72] version 7 sorts by time, then by counter', () => {
    const at = (millis: bigint, value: number, byte: number) =>
      Uuid.fromCounterV7({ value }, new Timestamp(millis * 1000n), new Uint8Array(4).fill(byte)).__uuid__;
    const order = [at(1n, 9, 255), at(2n, 0, 255), at(2n, 1, 0), at(2n, 0xfff, 255), at(2n, 0x1000, 0)];
    order.push(at(2n, 0x7f_ffff, 255), at(2n, 0x80_0000, 0), at(2n, 0x7fff_ffff, 0), at(3n, 0, 0));
    for (let i = 1; i < order.length; i++) expect(order[i]! > order[i - 1]!).toBe(true);
  });
});

describe('ScheduleAt', () => {
  it('[V73] takes microseconds or the classes', () => {
    expect(ScheduleAt.interval(50_000n)).toEqual({ tag: 'Interval', value: new TimeDuration(50_000n) });
    expect(ScheduleAt.interval(TimeDuration.fromMillis(50))).toEqual(ScheduleAt.interval(50_000n));
    expect(ScheduleAt.time(7n)).toEqual({ tag: 'Time', value: new Timestamp(7n) });
    expect(ScheduleAt.time(new Timestamp(7n))).toEqual(ScheduleAt.time(7n));
  });
});

describe('in JSON.stringify', () => {
  it('[V74] values print themselves', () => {
    const row = {
      owner: new Identity(HEX),
      connection: new ConnectionId(1n),
      at: new Timestamp(1n),
      span: new TimeDuration(1n),
      id: Uuid.NIL,
    };
    expect(JSON.parse(JSON.stringify(row))).toEqual({
      owner: HEX,
      connection: '00000000000000000000000000000001',
      at: '1970-01-01T00:00:00.000001Z',
      span: '+0.000001',
      id: '00000000-0000-0000-0000-000000000000',
    });
  });
});
