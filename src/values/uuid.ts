import { fail, show } from './errors.ts';
import { bigintToHex, fromHex, toHex } from './hex.ts';
import { checkBits } from './hex-id.ts';
import type { Timestamp } from './timestamp.ts';

const UUID_BITS = 128;
const VARIANT = 1n << 63n; // of RFC 9562: the first two bits of the second half are 10
const MAX_COUNTER = 0x7fff_ffff; // 31 bits: version 7 keeps 8 of them before the variant, 23 after it
const UUID_TEXT = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** A UUID (RFC 9562), kept as its 128-bit number. */
export class Uuid {
  static readonly NIL = new Uuid(0n);
  static readonly MAX = new Uuid((1n << 128n) - 1n);

  readonly __uuid__: bigint;

  /** @throws ValueError unless the number fits 128 unsigned bits */
  constructor(value: bigint) {
    checkBits('uuid', value, UUID_BITS);
    this.__uuid__ = value;
  }

  /** @param text hyphenated or plain hex, any case. @throws ValueError */
  static parse(text: string): Uuid {
    if (!UUID_TEXT.test(text)) fail('E_VALUE_TYPE', 'uuid', text, `${show(text)} is not a UUID`);
    return new Uuid(BigInt(`0x${text.replaceAll('-', '')}`));
  }

  /** A version 4 UUID of 16 random bytes. @throws ValueError when there are more or fewer */
  static fromRandomBytesV4(bytes: Uint8Array): Uuid {
    const bits = numberOf(bytes, 16) & ~((0xfn << 76n) | (3n << 62n));
    return new Uuid(bits | (4n << 76n) | VARIANT);
  }

  /**
   * A version 7 UUID, in the layout of SpacetimeDB. From the first byte of its text to the last, in bits:
   *
   *     | 48: Unix ms | 4: 7 | 4: 0 | 8: counter, high | 8: 0x80 | 23: counter, low | 1: 0 | 1: 0 | 31: random |
   *
   * @param counter keeps those of one millisecond in order; counted up by this, 31 bits wide
   * @param now from 1970 on
   * @param bytes 4 random ones, of which the first bit is not used
   * @throws ValueError
   */
  static fromCounterV7(counter: { value: number }, now: Timestamp, bytes: Uint8Array): Uuid {
    const random = numberOf(bytes, 4) & 0x7fff_ffffn;
    const millis = now.toMillis();
    if (millis < 0n || counter.value < 0) fail('E_VALUE_RANGE', 'uuid', millis, 'its time or counter is below zero');
    const count = counter.value & MAX_COUNTER;
    counter.value = (count + 1) & MAX_COUNTER;
    const head = (BigInt.asUintN(48, millis) << 80n) | (7n << 76n) | (BigInt(count >>> 23) << 64n);
    return new Uuid(head | VARIANT | (BigInt(count & 0x7f_ffff) << 33n) | random);
  }

  /** The counter of a version 7 UUID. */
  getCounter(): number {
    return Number(((this.__uuid__ >> 41n) & 0x7f80_0000n) | ((this.__uuid__ >> 33n) & 0x7f_ffffn));
  }

  /** `V4`, `V7`, ...; `Nil` and `Max` for those two. */
  getVersion(): string {
    if (this.__uuid__ === 0n) return 'Nil';
    return this.isEqual(Uuid.MAX) ? 'Max' : `V${(this.__uuid__ >> 76n) & 0xfn}`;
  }

  asBigInt(): bigint {
    return this.__uuid__;
  }

  /** The 16 bytes in the order of the text. */
  toBytes(): Uint8Array {
    return fromHex(bigintToHex(this.__uuid__, 32))!;
  }

  /** Negative, zero or positive: the order of the numbers, which is that of the texts. */
  compareTo(other: Uuid): number {
    return this.__uuid__ < other.__uuid__ ? -1 : Number(this.__uuid__ > other.__uuid__);
  }

  isEqual(other: Uuid): boolean {
    return this.__uuid__ === other.__uuid__;
  }

  /** Hyphenated lowercase text. */
  toString(): string {
    return bigintToHex(this.__uuid__, 32).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A Uuid, as bindings read it: so a page whose tables have none does not carry this file. */
export function readUuid(reader: { u128(): bigint }): Uuid {
  return new Uuid(reader.u128());
}

function numberOf(bytes: Uint8Array, length: number): bigint {
  if (bytes.length !== length) fail('E_VALUE_TYPE', 'uuid', bytes, `it takes ${length} random bytes`);
  return BigInt(`0x${toHex(bytes)}`);
}
