import { bytesText } from './bytes-text.ts';
import { checkArray, checkObject, unknownVariant } from './check.ts';
import type { ConnectionId } from './connection-id.ts';
import { contentHash } from './content-hash.ts';
import type { Identity } from './identity.ts';
import { Nesting } from './nesting.ts';
import type { TimeDuration } from './time-duration.ts';
import type { Timestamp } from './timestamp.ts';
import type { Uuid } from './uuid.ts';

/**
 * What a type's encoder writes to. BSATN and MessagePack implement it, so one encoder serves both; what an encoding
 * has no bytes for (`product` in BSATN) it ignores. Every method throws ValueError, with no path, for a value that
 * does not fit; the caller of the encoder then finds the path (`explain/`).
 */
export interface ValueWriter {
  bool(value: boolean): void;
  u8(value: number): void;
  i8(value: number): void;
  u16(value: number): void;
  i16(value: number): void;
  u32(value: number): void;
  i32(value: number): void;
  u64(value: bigint): void;
  i64(value: bigint): void;
  u128(value: bigint): void;
  i128(value: bigint): void;
  u256(value: bigint): void;
  i256(value: bigint): void;
  f32(value: number): void;
  f64(value: number): void;
  string(value: string): void;
  byteArray(value: Uint8Array | readonly number[]): void;
  identity(value: Identity): void;
  connectionId(value: ConnectionId): void;
  timestamp(value: Timestamp): void;
  timeDuration(value: TimeDuration): void;
  uuid(value: Uuid): void;
  /** A product of `fields` follows. */
  product(fields: number): void;
  /** The `fields` of `value` follow; anything but an object is refused. */
  object(value: object, fields: number): void;
  /** An array of `length` elements follows. */
  array(length: number): void;
  /** The elements of `value` follow; anything but an array is refused. */
  list(value: readonly unknown[]): void;
  /** The payload of variant `index` follows. */
  variant(index: number): void;
  /** The payload of an option follows; `nested` when that payload is itself an option. */
  some(nested: boolean): void;
  none(): void;
  /** Around one level of a recursive type. */
  enter(): void;
  leave(): void;
  /** @throws ValueError E_VALUE_VARIANT: `value` has no tag among `names` */
  unknownVariant(type: string, value: unknown, names: readonly string[]): never;
}

const FIRST_BYTES = 256; // most messages of a game fit; growth doubles
const KEPT_BYTES = 1 << 20; // one large snapshot must not hold its memory for ever

/** Bytes that grow as they are written. Reused between messages by `reset`. */
export abstract class ByteWriter extends Nesting {
  protected buffer: Uint8Array<ArrayBuffer>;
  protected view: DataView<ArrayBuffer>;
  protected offset = 0;

  constructor(capacity: number = FIRST_BYTES) {
    super();
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.offset;
  }

  /** To the beginning, whatever became of the last use. */
  reset(): void {
    this.restart();
    this.offset = 0;
    if (this.buffer.length > KEPT_BYTES) this.take(new Uint8Array(FIRST_BYTES));
  }

  /** Back to an earlier `length`, dropping what was written since. */
  truncate(length: number): void {
    this.offset = length;
  }

  abstract product(fields: number): void;
  abstract array(length: number): void;

  object(value: object, fields: number): void {
    checkObject(value, 'object');
    this.product(fields);
  }

  list(value: readonly unknown[]): void {
    checkArray(value);
    this.array(value.length);
  }

  unknownVariant(type: string, value: unknown, names: readonly string[]): never {
    unknownVariant(type, value, names);
  }

  /** The bytes written so far: a view that the next write may change. */
  peek(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.offset);
  }

  /** A copy of the bytes written so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.offset);
  }

  /** The bytes between two positions as a text of one character a byte. */
  textOf(start: number, end: number): string {
    return bytesText(this.buffer, start, end);
  }

  /** A hash of the bytes between two positions: the `contentHash` of who reads them. */
  hashOf(start: number, end: number): number {
    return contentHash(this.view, start, end);
  }

  /** Bytes as they are, already encoded. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** Makes room for `size` more bytes, advances past them and returns where they start. */
  protected reserve(size: number): number {
    const at = this.offset;
    const end = at + size;
    if (end > this.buffer.length) this.grow(end);
    this.offset = end;
    return at;
  }

  private grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer);
    this.take(grown);
  }

  private take(buffer: Uint8Array<ArrayBuffer>): void {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer);
  }
}
