import { ByteWriter, type ValueWriter } from '../byte-writer.ts';
import {
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
} from '../check.ts';
import type { ConnectionId } from '../connection-id.ts';
import type { Identity } from '../identity.ts';
import type { TimeDuration } from '../time-duration.ts';
import type { Timestamp } from '../timestamp.ts';
import { encodeUtf8Into } from '../utf8.ts';
import type { Uuid } from '../uuid.ts';

const LENGTH_BYTES = 4; // every string, array and byte array starts with a u32 length (wire.md 1.1)
const WORD = 64n;

/**
 * Writes BSATN (`wire.md` 1.1): little-endian, no tags, no alignment. Room is reserved before `this.view` is looked at:
 * growing replaces the view.
 */
export class BsatnWriter extends ByteWriter implements ValueWriter {
  /** Overwrites a u32 written before: a length that is known only now. */
  patchU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  bool(value: boolean): void {
    checkBool(value);
    const at = this.reserve(1);
    this.view.setUint8(at, value ? 1 : 0);
  }

  u8(value: number): void {
    checkU8(value);
    const at = this.reserve(1);
    this.view.setUint8(at, value);
  }

  i8(value: number): void {
    checkI8(value);
    const at = this.reserve(1);
    this.view.setInt8(at, value);
  }

  u16(value: number): void {
    checkU16(value);
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
  }

  i16(value: number): void {
    checkI16(value);
    const at = this.reserve(2);
    this.view.setInt16(at, value, true);
  }

  u32(value: number): void {
    checkU32(value);
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }

  i32(value: number): void {
    checkI32(value);
    const at = this.reserve(4);
    this.view.setInt32(at, value, true);
  }

  u64(value: bigint): void {
    checkU64(value);
    const at = this.reserve(8);
    this.view.setBigUint64(at, value, true);
  }

  i64(value: bigint): void {
    checkI64(value);
    const at = this.reserve(8);
    this.view.setBigInt64(at, value, true);
  }

  u128(value: bigint): void {
    this.words(checkU128(value), 2);
  }

  i128(value: bigint): void {
    this.words(checkI128(value), 2);
  }

  u256(value: bigint): void {
    this.words(checkU256(value), 4);
  }

  i256(value: bigint): void {
    this.words(checkI256(value), 4);
  }

  f32(value: number): void {
    const checked = checkF32(value);
    const at = this.reserve(4);
    this.view.setFloat32(at, checked, true);
  }

  f64(value: number): void {
    const checked = checkF64(value);
    const at = this.reserve(8);
    this.view.setFloat64(at, checked, true);
  }

  string(value: string): void {
    checkString(value);
    const at = this.reserve(LENGTH_BYTES + value.length * 3);
    const written = encodeUtf8Into(value, this.buffer, at + LENGTH_BYTES);
    this.view.setUint32(at, written, true);
    this.offset = at + LENGTH_BYTES + written;
  }

  byteArray(value: Uint8Array | readonly number[]): void {
    const bytes = checkBytes(value);
    this.array(bytes.length);
    this.raw(bytes);
  }

  identity(value: Identity): void {
    this.hexLittleEndian(checkIdentity(value).hex);
  }

  connectionId(value: ConnectionId): void {
    this.hexLittleEndian(checkConnectionId(value).hex);
  }

  timestamp(value: Timestamp): void {
    const at = this.reserve(8);
    this.view.setBigInt64(at, checkTimestamp(value).microsSinceUnixEpoch, true);
  }

  timeDuration(value: TimeDuration): void {
    const at = this.reserve(8);
    this.view.setBigInt64(at, checkTimeDuration(value).micros, true);
  }

  uuid(value: Uuid): void {
    this.words(checkUuid(value).__uuid__, 2);
  }

  product(_fields: number): void {}

  array(length: number): void {
    const at = this.reserve(LENGTH_BYTES);
    this.view.setUint32(at, length, true);
  }

  variant(index: number): void {
    const at = this.reserve(1);
    this.view.setUint8(at, checkU8(index));
  }

  some(_nested: boolean): void {
    const at = this.reserve(1);
    this.view.setUint8(at, 0);
  }

  none(): void {
    const at = this.reserve(1);
    this.view.setUint8(at, 1);
  }

  private words(value: bigint, count: number): void {
    const at = this.reserve(count * 8);
    for (let i = 0; i < count; i++) {
      this.view.setBigUint64(at + i * 8, BigInt.asUintN(64, value >> (WORD * BigInt(i))), true);
    }
  }

  /** Hex text, most significant digit first, as a little-endian number. */
  private hexLittleEndian(hex: string): void {
    const size = hex.length / 2;
    const end = this.reserve(size) + size;
    for (let i = 0; i < size; i++) {
      this.buffer[end - 1 - i] = (digit(hex.charCodeAt(i * 2)) << 4) | digit(hex.charCodeAt(i * 2 + 1));
    }
  }
}

/** Value of a lowercase hex digit's character code. */
function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
