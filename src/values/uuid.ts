import { fail, show } from './errors.ts';
import { bigintToHex, fromHex, toHex } from './hex.ts';
import { checkBits } from './hex-id.ts';

const UUID_BITS = 128;
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

  /** A version 4 UUID of 16 random bytes. */
  static fromRandomBytesV4(bytes: Uint8Array): Uuid {
    return new Uuid(stamp(bytes, 4));
  }

  /**
   * A version 7 UUID: 48 bits of Unix milliseconds, then a counter of 12 bits that keeps those of one millisecond in
   * order, then 62 random bits of `bytes` (8 of them).
   */
  static fromCounterV7(counter: number, millis: bigint, bytes: Uint8Array): Uuid {
    const all = new Uint8Array(16);
    const view = new DataView(all.buffer);
    view.setBigUint64(0, BigInt.asUintN(48, millis) << 16n);
    view.setUint16(6, counter & 0x0fff);
    all.set(bytes.subarray(0, 8), 8);
    return new Uuid(stamp(all, 7));
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

/** Sets the version and the RFC variant over 16 bytes. */
function stamp(bytes: Uint8Array, version: number): bigint {
  const stamped = bytes.slice(0, 16);
  stamped[6] = (stamped[6]! & 0x0f) | (version << 4);
  stamped[8] = (stamped[8]! & 0x3f) | 0x80;
  return BigInt(`0x${toHex(stamped)}`);
}
