import {
  checkBool,
  checkF32,
  checkF64,
  checkI8,
  checkI16,
  checkI32,
  checkI64,
  checkI128,
  checkI256,
  checkString,
  checkU8,
  checkU16,
  checkU32,
  checkU64,
  checkU128,
  checkU256,
} from '../check.ts';
import { ConnectionId } from '../connection-id.ts';
import { fail, show } from '../errors.ts';
import { toHex } from '../hex.ts';
import { Identity } from '../identity.ts';
import { Nesting } from '../nesting.ts';
import { TimeDuration } from '../time-duration.ts';
import { Timestamp } from '../timestamp.ts';
import { Uuid } from '../uuid.ts';

/**
 * From what a MessagePack decoder yields (numbers, bigints, strings, arrays, Uint8Array, null) to values of a type.
 * A type's `unpack` is built from these; each throws ValueError, without a path, for anything else than its form.
 */
export interface Unpacker {
  bool(plain: unknown): boolean;
  u8(plain: unknown): number;
  i8(plain: unknown): number;
  u16(plain: unknown): number;
  i16(plain: unknown): number;
  u32(plain: unknown): number;
  i32(plain: unknown): number;
  u64(plain: unknown): bigint;
  i64(plain: unknown): bigint;
  u128(plain: unknown): bigint;
  i128(plain: unknown): bigint;
  u256(plain: unknown): bigint;
  i256(plain: unknown): bigint;
  f32(plain: unknown): number;
  f64(plain: unknown): number;
  string(plain: unknown): string;
  byteArray(plain: unknown): Uint8Array;
  identity(plain: unknown): Identity;
  connectionId(plain: unknown): ConnectionId;
  timestamp(plain: unknown): Timestamp;
  timeDuration(plain: unknown): TimeDuration;
  uuid(plain: unknown): Uuid;
  /** The fields of a product: an array of exactly that many. */
  product(plain: unknown, fields: number): readonly unknown[];
  array(plain: unknown): readonly unknown[];
  /** A sum: `[variant, payload]`. */
  sum(plain: unknown, variants: number): readonly [number, unknown];
  /** The payload of a nested option: `[payload]`. */
  nested(plain: unknown): unknown;
  /** Around one level of a recursive type. */
  enter(): void;
  leave(): void;
}

function wrong(type: string, wanted: string, plain: unknown): never {
  fail('E_VALUE_TYPE', type, plain, `expected ${wanted}, got ${show(plain)}`);
}

/** A foreign encoder may write a small number, or a float without fraction, as a 64-bit integer. */
function narrow(plain: unknown): unknown {
  return typeof plain === 'bigint' && BigInt(Number(plain)) === plain ? Number(plain) : plain;
}

/** A 64-bit integer comes as a number while it is small, as a bigint beyond 2^53. */
function wide(type: string, plain: unknown): bigint {
  if (typeof plain === 'bigint') return plain;
  if (typeof plain === 'number' && Number.isSafeInteger(plain)) return BigInt(plain);
  return wrong(type, 'a whole number', plain);
}

function binary(type: string, plain: unknown, size: number): Uint8Array {
  return plain instanceof Uint8Array && plain.length === size ? plain : wrong(type, `${size} bytes`, plain);
}

function bigOf(type: string, plain: unknown, size: number): bigint {
  return BigInt(`0x${toHex(binary(type, plain, size))}`);
}

function exactF32(plain: unknown): number {
  const value = narrow(plain);
  const rounded = checkF32(value);
  if (rounded !== value && !Number.isNaN(value)) {
    fail('E_VALUE_RANGE', 'f32', plain, `${show(plain)} is not a 32-bit float`);
  }
  return rounded;
}

const nesting = new Nesting();

export const plainUnpacker: Unpacker = Object.freeze({
  bool: checkBool,
  u8: (plain: unknown) => checkU8(narrow(plain)),
  i8: (plain: unknown) => checkI8(narrow(plain)),
  u16: (plain: unknown) => checkU16(narrow(plain)),
  i16: (plain: unknown) => checkI16(narrow(plain)),
  u32: (plain: unknown) => checkU32(narrow(plain)),
  i32: (plain: unknown) => checkI32(narrow(plain)),
  u64: (plain: unknown) => checkU64(wide('u64', plain)),
  i64: (plain: unknown) => checkI64(wide('i64', plain)),
  u128: (plain: unknown) => checkU128(bigOf('u128', plain, 16)),
  i128: (plain: unknown) => checkI128(BigInt.asIntN(128, bigOf('i128', plain, 16))),
  u256: (plain: unknown) => checkU256(bigOf('u256', plain, 32)),
  i256: (plain: unknown) => checkI256(BigInt.asIntN(256, bigOf('i256', plain, 32))),
  f32: exactF32,
  f64: (plain: unknown) => checkF64(narrow(plain)),
  string: checkString,
  byteArray: (plain: unknown) => {
    // Copied: the decoder hands out views that would keep the whole frame alive, as would `slice` of a Node Buffer.
    return plain instanceof Uint8Array ? new Uint8Array(plain) : wrong('bytes', 'bytes', plain);
  },
  identity: (plain: unknown) => new Identity(toHex(binary('identity', plain, 32))),
  connectionId: (plain: unknown) => new ConnectionId(toHex(binary('connectionId', plain, 16))),
  timestamp: (plain: unknown) => new Timestamp(checkI64(wide('timestamp', plain))),
  timeDuration: (plain: unknown) => new TimeDuration(checkI64(wide('timeDuration', plain))),
  uuid: (plain: unknown) => new Uuid(bigOf('uuid', plain, 16)),
  product: (plain: unknown, fields: number) => {
    if (!Array.isArray(plain) || plain.length !== fields) wrong('product', `an array of ${fields} fields`, plain);
    return plain;
  },
  array: (plain: unknown) => (Array.isArray(plain) ? plain : wrong('array', 'an array', plain)),
  sum: (plain: unknown, variants: number): readonly [number, unknown] => {
    if (!Array.isArray(plain) || plain.length !== 2) wrong('sum', 'an array of variant and payload', plain);
    const [tag] = plain as [unknown, unknown];
    if (typeof tag !== 'number' || !Number.isInteger(tag) || tag < 0 || tag >= variants) {
      fail('E_VALUE_VARIANT', 'sum', tag, `variant ${show(tag)} of ${variants}`);
    }
    return plain as [number, unknown];
  },
  nested: (plain: unknown) => {
    if (!Array.isArray(plain) || plain.length !== 1) wrong('option', 'an array of one', plain);
    return (plain as [unknown])[0];
  },
  enter: () => nesting.enter(),
  leave: () => nesting.leave(),
});
