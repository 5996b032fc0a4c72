import { ConnectionId } from '../connection-id.ts';
import { contentHash } from '../content-hash.ts';
import { fail } from '../errors.ts';
import { hexOfLittleEndian } from '../hex.ts';
import type { Identity } from '../identity.ts';
import { identityAt } from '../identity-at.ts';
import { Nesting } from '../nesting.ts';
import { TimeDuration } from '../time-duration.ts';
import { Timestamp } from '../timestamp.ts';
import { decodeUtf8 } from '../utf8.ts';
import type { Uuid } from '../uuid.ts';
import { uuidOf } from '../uuid-of.ts';

/** Elements of zero bytes (units) that one message may claim: they cost memory but no input. */
export const ZERO_SIZE_ELEMENTS = 65_536;

const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);
const NO_VIEW = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0));
const IDENTITY_BYTES = 32;

/**
 * Reads BSATN (`wire.md` 1.1). Every method throws: ValueError for a bad value, RangeError (from DataView) past the
 * end. Decoders let both through; `decodeBsatn` turns them into a ValueError with a path.
 */
export class BsatnReader extends Nesting {
  /** What is read. Codecs read numbers from it at the places that `take` gives. */
  view: DataView;
  private bytes: Uint8Array;
  private zeroSized = 0;
  /** Position in bytes from the start of what is read. */
  offset: number;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = 0;
  }

  /** Starts over on other bytes: one reader serves a connection for its life. */
  reset(bytes: Uint8Array): this {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = 0;
    this.zeroSized = 0;
    return this;
  }

  /** Lets go of the bytes: a reader lives on, and a snapshot may be large. */
  release(): void {
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** The bytes from a position to the end: a view. */
  from(offset: number): Uint8Array {
    return this.bytes.subarray(offset);
  }

  /** Moves past bytes. @returns where they begin; reading there throws when they are not there */
  take(bytes: number): number {
    const at = this.offset;
    this.offset = at + bytes;
    return at;
  }

  /** The low half of the u64 at a position, without moving there: an offset into these bytes. */
  lowU32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  /** A hash of the bytes between two positions, as writers make one of the same bytes. */
  hashOf(start: number, end: number): number {
    return contentHash(this.view, start, end);
  }

  bool(): boolean {
    const byte = this.view.getUint8(this.offset++);
    if (byte > 1) fail('E_VALUE_TYPE', 'bool', byte, `byte ${byte} is neither 0 nor 1`);
    return byte === 1;
  }

  u8(): number {
    return this.view.getUint8(this.offset++);
  }

  i8(): number {
    return this.view.getInt8(this.offset++);
  }

  u16(): number {
    const value = this.view.getUint16(this.offset, true);
    this.offset += 2;
    return value;
  }

  i16(): number {
    const value = this.view.getInt16(this.offset, true);
    this.offset += 2;
    return value;
  }

  u32(): number {
    const value = this.view.getUint32(this.offset, true);
    this.offset += 4;
    return value;
  }

  i32(): number {
    const value = this.view.getInt32(this.offset, true);
    this.offset += 4;
    return value;
  }

  u64(): bigint {
    const value = this.view.getBigUint64(this.offset, true);
    this.offset += 8;
    return value;
  }

  i64(): bigint {
    const value = this.view.getBigInt64(this.offset, true);
    this.offset += 8;
    return value;
  }

  u128(): bigint {
    const low = this.u64();
    return (this.u64() << 64n) | low;
  }

  i128(): bigint {
    const low = this.u64();
    return (this.i64() << 64n) | low;
  }

  u256(): bigint {
    const low = this.u128();
    return (this.u128() << 128n) | low;
  }

  i256(): bigint {
    const low = this.u128();
    return (this.i128() << 128n) | low;
  }

  f32(): number {
    const value = this.view.getFloat32(this.offset, true);
    this.offset += 4;
    return value;
  }

  f64(): number {
    const value = this.view.getFloat64(this.offset, true);
    this.offset += 8;
    return value;
  }

  string(): string {
    const start = this.offset + 4;
    const end = start + this.view.getUint32(this.offset, true);
    if (end > this.bytes.length) this.truncated(end);
    this.offset = end;
    return decodeUtf8(this.bytes, start, end);
  }

  byteArray(): Uint8Array {
    const start = this.offset + 4;
    const end = start + this.view.getUint32(this.offset, true);
    if (end > this.bytes.length) this.truncated(end);
    this.offset = end;
    // Not `slice`, which on a Node Buffer is a view that keeps the whole frame alive.
    return new Uint8Array(this.bytes.subarray(start, end));
  }

  identity(): Identity {
    const at = this.offset;
    if (at + IDENTITY_BYTES > this.bytes.length) this.truncated(at + IDENTITY_BYTES);
    this.offset = at + IDENTITY_BYTES;
    return identityAt(this.view, this.bytes, at);
  }

  connectionId(): ConnectionId {
    const at = this.offset;
    if (at + 16 > this.bytes.length) this.truncated(at + 16);
    this.offset = at + 16;
    return new ConnectionId(hexOfLittleEndian(this.bytes, at, 16));
  }

  timestamp(): Timestamp {
    return new Timestamp(this.i64());
  }

  timeDuration(): TimeDuration {
    return new TimeDuration(this.i64());
  }

  uuid(): Uuid {
    return uuidOf(this.u128());
  }

  /** Length of an array whose elements take at least `minSize` bytes each; refused when the input cannot hold them. */
  count(minSize: number): number {
    const count = this.u32();
    if (minSize > 0) {
      if (count * minSize > this.remaining) this.truncated(this.offset + count * minSize);
    } else {
      this.zeroSized += count;
      if (this.zeroSized > ZERO_SIZE_ELEMENTS) {
        fail('E_VALUE_LIMIT', 'array', count, `more than ${ZERO_SIZE_ELEMENTS} elements of zero bytes`);
      }
    }
    return count;
  }

  /** Index of a sum's variant, of `variants` there are. */
  tag(variants: number): number {
    const tag = this.view.getUint8(this.offset++);
    if (tag >= variants) fail('E_VALUE_VARIANT', 'sum', tag, `variant ${tag} of ${variants}`);
    return tag;
  }

  /** True when an option's payload follows. */
  option(): boolean {
    return this.tag(2) === 0;
  }

  private truncated(end: number): never {
    fail('E_VALUE_TRUNCATED', 'bytes', this.bytes.length, `needs ${end} bytes, there are ${this.bytes.length}`);
  }
}
