import fc from 'fast-check';
import { Timestamp as OfficialTimestamp, Uuid as OfficialUuid } from 'spacetimedb';
import { describe, expect, it } from 'vitest';
import { Timestamp, Uuid } from '../../src/values/index.ts';

const LAST_MICROS = (1n << 48n) * 1000n - 1n; // of what 48 bits of milliseconds hold

describe('UUIDs of version 7', () => {
  it('[V75] are those that 2.10.1 makes of the same counter, time and random bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.bigInt({ min: 0n, max: LAST_MICROS }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        (value, micros, bytes) => {
          const [ours, theirs] = [{ value }, { value }];
          const uuid = Uuid.fromCounterV7(ours, new Timestamp(micros), bytes);
          const official = OfficialUuid.fromCounterV7(theirs, new OfficialTimestamp(micros), bytes);
          expect([uuid.toString(), uuid.getCounter()]).toEqual([official.toString(), official.getCounter()]);
          expect(ours).toEqual(theirs);
        },
      ),
    );
  });

  it('[V75] are refused where it refuses them', () => {
    const attempts: [number, bigint, number][] = [
      [-1, 0n, 4],
      [0, -1n, 4],
      [0, 0n, 3],
      [0, 0n, 8],
    ];
    for (const [value, micros, length] of attempts) {
      const bytes = new Uint8Array(length);
      expect(() => Uuid.fromCounterV7({ value }, new Timestamp(micros), bytes)).toThrow(/uuid/);
      expect(() => OfficialUuid.fromCounterV7({ value }, new OfficialTimestamp(micros), bytes)).toThrow();
    }
    for (const length of [15, 17]) {
      expect(() => Uuid.fromRandomBytesV4(new Uint8Array(length))).toThrow(/16/);
      expect(() => OfficialUuid.fromRandomBytesV4(new Uint8Array(length))).toThrow();
    }
  });
});
