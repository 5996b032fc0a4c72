import { fail, show } from './errors.ts';
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

  /** The bytes of the number, least significant first (as BSATN has them). */
  toUint8Array(): Uint8Array {
    return fromHex(this.hex)!.reverse();
  }

  toBigInt(): bigint {
    return BigInt(`0x${this.hex}`);
  }

  isEqual(other: this): boolean {
    return this.hex === other.hex;
  }

  equals(other: this): boolean {
    return this.hex === other.hex;
  }
}

function parse(kind: string, text: string, digits: number): string {
  const bare = text.replace(/^0x/i, '').toLowerCase();
  if (bare.length === digits && /^[0-9a-f]+$/.test(bare)) return bare;
  return fail('E_VALUE_TYPE', kind, text, `${show(text)} is not ${digits} hex digits`);
}

function fromBigint(kind: string, value: bigint, digits: number): string {
  checkBits(kind, value, digits * 4);
  return bigintToHex(value, digits);
}

/** @throws ValueError E_VALUE_RANGE */
export function checkBits(kind: string, value: bigint, bits: number): void {
  if (BigInt.asUintN(bits, value) !== value) {
    fail('E_VALUE_RANGE', kind, value, `${show(value)} does not fit ${bits} unsigned bits`);
  }
}
