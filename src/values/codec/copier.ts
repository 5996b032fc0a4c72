import {
  checkArray,
  checkBool,
  checkBytes,
  checkConnectionId,
  checkF32,
  checkF64,
  checkI8,
  checkI16,
  checkI32,
  checkI64,
  checkI128,
  checkI256,
  checkIdentity,
  checkObject,
  checkString,
  checkTimeDuration,
  checkTimestamp,
  checkU8,
  checkU16,
  checkU32,
  checkU64,
  checkU128,
  checkU256,
  checkUuid,
  unknownVariant,
} from '../check.ts';
import { fail } from '../errors.ts';
import { Nesting } from '../nesting.ts';
import { isWellFormed } from '../utf8.ts';

function text(value: unknown): string {
  checkString(value);
  if (!isWellFormed(value as string)) {
    fail('E_VALUE_UTF8', 'string', value, 'the text holds half of a surrogate pair');
  }
  return value as string;
}

/** Checks and copies parts of values; a type's `copy` is built from these. Stateful only in its depth. */
export class Copier extends Nesting {
  readonly bool = checkBool;
  readonly u8 = checkU8;
  readonly i8 = checkI8;
  readonly u16 = checkU16;
  readonly i16 = checkI16;
  readonly u32 = checkU32;
  readonly i32 = checkI32;
  readonly u64 = checkU64;
  readonly i64 = checkI64;
  readonly u128 = checkU128;
  readonly i128 = checkI128;
  readonly u256 = checkU256;
  readonly i256 = checkI256;
  readonly f32 = checkF32;
  readonly f64 = checkF64;
  readonly string = text;
  // The special values are immutable and shared.
  readonly identity = checkIdentity;
  readonly connectionId = checkConnectionId;
  readonly timestamp = checkTimestamp;
  readonly timeDuration = checkTimeDuration;
  readonly uuid = checkUuid;
  readonly object = checkObject;
  readonly array = checkArray;
  readonly unknownVariant = unknownVariant;

  byteArray(value: unknown): Uint8Array {
    return new Uint8Array(checkBytes(value)); // not `slice`, which on a Node Buffer is a view
  }
}
