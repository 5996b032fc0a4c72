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
import { fromHex } from '../hex.ts';
import type { Identity } from '../identity.ts';
import type { TimeDuration } from '../time-duration.ts';
import type { Timestamp } from '../timestamp.ts';
import { encodeUtf8Into } from '../utf8.ts';
import type { Uuid } from '../uuid.ts';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Writes standard MessagePack, typed: an f32 takes 5 bytes and -0 stays -0, which an encoder that sees only
 * JavaScript numbers cannot know. Layout of each type: `docs/wire-msgpack.md` "Values". Any MessagePack decoder reads it.
 */
export class MsgpackWriter extends ByteWriter implements ValueWriter {
  nil(): void {
    this.byte(0xc0);
  }

  bool(value: boolean): void {
    this.byte(checkBool(value) ? 0xc3 : 0xc2);
  }

  u8(value: number): void {
    this.unsigned(checkU8(value));
  }

  i8(value: number): void {
    this.signed(checkI8(value));
  }

  u16(value: number): void {
    this.unsigned(checkU16(value));
  }

  i16(value: number): void {
    this.signed(checkI16(value));
  }

  u32(value: number): void {
    this.unsigned(checkU32(value));
  }

  i32(value: number): void {
    this.signed(checkI32(value));
  }

  u64(value: bigint): void {
    checkU64(value);
    if (value <= MAX_SAFE) this.unsigned(Number(value));
    else this.tailU64(0xcf, value);
  }

  i64(value: bigint): void {
    checkI64(value);
    if (value <= MAX_SAFE && value >= -MAX_SAFE) this.signed(Number(value));
    else this.tailU64(0xd3, value);
  }

  u128(value: bigint): void {
    this.big(checkU128(value), 16);
  }

  i128(value: bigint): void {
    this.big(checkI128(value), 16);
  }

  u256(value: bigint): void {
    this.big(checkU256(value), 32);
  }

  i256(value: bigint): void {
    this.big(checkI256(value), 32);
  }

  f32(value: number): void {
    this.tailF32(0xca, checkF32(value));
  }

  f64(value: number): void {
    this.tailF64(0xcb, checkF64(value));
  }

  string(value: string): void {
    checkString(value);
    // The header's size depends on the byte length, which is known for certain only after encoding.
    const room = value.length * 3;
    const header = room < 32 ? 1 : room < 0x100 ? 2 : room < 0x10000 ? 3 : 5;
    const at = this.reserve(header + room);
    const written = encodeUtf8Into(value, this.buffer, at + header);
    if (header === 1) this.buffer[at] = 0xa0 | written;
    else if (header === 2) {
      this.buffer[at] = 0xd9;
      this.buffer[at + 1] = written;
    } else if (header === 3) {
      this.buffer[at] = 0xda;
      this.view.setUint16(at + 1, written);
    } else {
      this.buffer[at] = 0xdb;
      this.view.setUint32(at + 1, written);
    }
    this.offset = at + header + written;
  }

  byteArray(value: Uint8Array | readonly number[]): void {
    const bytes = checkBytes(value);
    this.binary(bytes.length);
    this.raw(bytes);
  }

  identity(value: Identity): void {
    this.byteArray(fromHex(checkIdentity(value).hex)!);
  }

  connectionId(value: ConnectionId): void {
    this.byteArray(fromHex(checkConnectionId(value).hex)!);
  }

  timestamp(value: Timestamp): void {
    this.i64(checkTimestamp(value).microsSinceUnixEpoch);
  }

  timeDuration(value: TimeDuration): void {
    this.i64(checkTimeDuration(value).micros);
  }

  uuid(value: Uuid): void {
    this.big(checkUuid(value).__uuid__, 16);
  }

  product(fields: number): void {
    this.array(fields);
  }

  array(length: number): void {
    if (length < 16) this.byte(0x90 | length);
    else if (length < 0x10000) this.tailU16(0xdc, length);
    else this.tailU32(0xdd, length);
  }

  map(entries: number): void {
    if (entries < 16) this.byte(0x80 | entries);
    else if (entries < 0x10000) this.tailU16(0xde, entries);
    else this.tailU32(0xdf, entries);
  }

  variant(index: number): void {
    this.byte(0x92);
    this.unsigned(index);
  }

  some(nested: boolean): void {
    if (nested) this.byte(0x91);
  }

  none(): void {
    this.byte(0xc0);
  }

  private unsigned(value: number): void {
    if (value < 0x80) this.byte(value);
    else if (value < 0x100) this.tailU8(0xcc, value);
    else if (value < 0x10000) this.tailU16(0xcd, value);
    else if (value < 0x100000000) this.tailU32(0xce, value);
    else this.tailU64(0xcf, BigInt(value));
  }

  private signed(value: number): void {
    if (value >= 0) this.unsigned(value);
    else if (value >= -0x20) this.byte(value & 0xff);
    else if (value >= -0x80) this.tailU8(0xd0, value);
    else if (value >= -0x8000) this.tailU16(0xd1, value);
    else if (value >= -0x80000000) this.tailU32(0xd2, value);
    else this.tailU64(0xd3, BigInt(value));
  }

  /** A wide integer as bin, most significant byte first, two's complement. */
  private big(value: bigint, size: number): void {
    this.binary(size);
    const at = this.reserve(size);
    for (let i = 0; i < size; i += 8) {
      this.view.setBigUint64(at + i, BigInt.asUintN(64, value >> BigInt((size - 8 - i) * 8)));
    }
  }

  private binary(length: number): void {
    if (length < 0x100) this.tailU8(0xc4, length);
    else if (length < 0x10000) this.tailU16(0xc5, length);
    else this.tailU32(0xc6, length);
  }

  private byte(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  // A format byte with one number behind it; negative ones are stored as two's complement. Room is made before `this.view` is looked at: growing replaces the view.

  private tailU8(format: number, value: number): void {
    const at = this.headed(format, 1);
    this.view.setUint8(at, value);
  }

  private tailU16(format: number, value: number): void {
    const at = this.headed(format, 2);
    this.view.setUint16(at, value);
  }

  private tailU32(format: number, value: number): void {
    const at = this.headed(format, 4);
    this.view.setUint32(at, value);
  }

  private tailU64(format: number, value: bigint): void {
    const at = this.headed(format, 8);
    this.view.setBigUint64(at, value);
  }

  private tailF32(format: number, value: number): void {
    const at = this.headed(format, 4);
    this.view.setFloat32(at, value);
  }

  private tailF64(format: number, value: number): void {
    const at = this.headed(format, 8);
    this.view.setFloat64(at, value);
  }

  /** Writes a format byte and makes room for `size` bytes behind it; returns where they start. */
  private headed(format: number, size: number): number {
    const at = this.reserve(1 + size);
    this.buffer[at] = format;
    return at + 1;
  }
}
