import { show, ValueError } from './errors.ts';
import { bigintToHex, fromHex } from './hex.ts';

/**
 * An unsigned number of fixed width that people know by its hex text. Kept as that text: it is the map key, the log
 * line and the comparison, and costs a fifth of `bigint.toString(16)`.
 */
export abstract class HexId {
  readonly hex: string;

  protected constructor(kind: string, data: string | bigint, digits: number) {
    this.hex = typeof data === 'string' ? parse(kind, data, digits) : fromBigint(kind, data, digits);
  }

  /** Lowercase hex, most significant digit first, without `0x`. */
  toHexString(): string {
    return this.hex;
  }

  toString(): string {
    return this.hex;
  }

  toJSON(): string {
    return this.hex;
  }

  /** The bytes in the order of the hex text (big-endian). */
  toUint8Array(): Uint8Array {
    return fromHex(this.hex)!;
  }

  toBigInt(): bigint {
    return BigInt(`0x${this.hex}`);
  }
}

function parse(kind: string, text: string, digits: number): string {
  const bare = (text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text).toLowerCase();
  if (bare.length !== digits || !/^[0-9a-f]+$/.test(bare)) {
    throw new ValueError({
      code: 'E_VALUE_TYPE',
      type: kind,
      path: '',
      value: text,
      reason: `${show(text)} is not ${digits} hex digits`,
    });
  }
  return bare;
}

function fromBigint(kind: string, value: bigint, digits: number): string {
  if (BigInt.asUintN(digits * 4, value) !== value) {
    throw new ValueError({
      code: 'E_VALUE_RANGE',
      type: kind,
      path: '',
      value,
      reason: `${show(value)} does not fit ${digits * 4} unsigned bits`,
    });
  }
  return bigintToHex(value, digits);
}
