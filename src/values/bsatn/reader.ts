import { ConnectionId } from '../connection-id.ts';
import { decodeUtf8 } from '../decode-utf8.ts';
import { fail } from '../errors.ts';
import { hexOfLittleEndian } from '../hex.ts';
import type { Identity } from '../identity.ts';
import { identityAt } from '../identity-at.ts';
import { Nesting } from '../nesting.ts';
import { TimeDuration } from '../time-duration.ts';
import { Timestamp } from '../timestamp.ts';
import type { Uuid } from '../uuid.ts';
import { uuidOf } from '../uuid-of.ts';

/** Elements of zero bytes (units) that one message may claim: they cost memory but no input. */
export const ZERO_SIZE_ELEMENTS = 65_536;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const NO_VIEW: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0));

/**
 * Reads BSATN (`wire.md` 1.1). Every method throws: ValueError for a bad value, RangeError (from DataView) past the
 * end. Decoders let both through; `decodeBsatn` turns them into a ValueError with a path.
 */
export class BsatnReader extends Nesting {
  /** What is read. Codecs read numbers from it at the places that `take` gives. */
  view = NO_VIEW;
  bytes = NO_BYTES;
  private zeroSized = 0;
  /** Position in bytes from the start of what is read. */
  offset = 0;

  constructor(bytes: Uint8Array) {
    super();
    this.reset(bytes);
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

  /** Moves past bytes. @returns where they begin; reading there throws when they are not there */
  take(bytes: number): number {
    const at = this.offset;
    this.offset = at + bytes;
    return at;
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
    return this.view.getUint16(this.take(2), true);
  }

  i16(): number {
    return this.view.getInt16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  i64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
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
    return this.view.getFloat32(this.take(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  string(): string {
    const start = this.offset + 4;
    const end = start + this.view.getUint32(this.offset, true);
    if (end > this.bytes.length) this.truncated(end);
    this.offset = end;
    return decodeUtf8(this.bytes, start, end);
  }

  byteArray(): Uint8Array {
    const start = this.whole(this.u32());
    // Not `slice`, which on a Node Buffer is a view that keeps the whole frame alive.
    return new Uint8Array(this.bytes.subarray(start, this.offset));
  }

  identity(): Identity {
    return identityAt(this.view, this.bytes, this.whole(32));
  }

  connectionId(): ConnectionId {
    return new ConnectionId(hexOfLittleEndian(this.bytes, this.whole(16), 16));
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

  /** Moves past bytes, all of which must be there. @returns where they begin */
  private whole(bytes: number): number {
    const at = this.take(bytes);
    if (this.offset > this.bytes.length) this.truncated(this.offset);
    return at;
  }

  private truncated(end: number): never {
    fail('E_VALUE_TRUNCATED', 'bytes', this.bytes.length, `needs ${end} bytes, there are ${this.bytes.length}`);
  }
}
