import { bytesText } from '../bytes-text.ts';
import { ConnectionId } from '../connection-id.ts';
import { contentHash } from '../content-hash.ts';
import { fail } from '../errors.ts';
import { Identity } from '../identity.ts';
import { Nesting } from '../nesting.ts';

const FIRST_BYTES = 256; // most messages of a game fit; growth doubles
const encoder = /* @__PURE__ */ new TextEncoder();

type Numeric = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64';
type Wide = 'asIntN' | 'asUintN';

/** Writes BSATN (`wire.md` 1). In place of bsatn/writer.ts in the lean build: short rather than fast. */
export class BsatnWriter extends Nesting {
  length = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);

  reset(): void {
    this.restart();
    this.length = 0;
  }

  truncate(length: number): void {
    this.length = length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }

  textOf(start: number, end: number): string {
    return bytesText(this.#bytes, start, end);
  }

  hashOf(start: number, end: number): number {
    return contentHash(this.#view, start, end);
  }

  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#take(bytes.length); // which may grow what is written to
    this.#bytes.set(bytes, at);
  }

  bool(value: boolean): void {
    if (typeof value !== 'boolean') fail('E_VALUE_TYPE', 'bool', value, '');
    this.u8(+value);
  }

  u8(value: number): void {
    this.#number('u8', 'Uint8', 1, value);
  }

  i8(value: number): void {
    this.#number('i8', 'Int8', 1, value);
  }

  u16(value: number): void {
    this.#number('u16', 'Uint16', 2, value);
  }

  i16(value: number): void {
    this.#number('i16', 'Int16', 2, value);
  }

  u32(value: number): void {
    this.#number('u32', 'Uint32', 4, value);
  }

  i32(value: number): void {
    this.#number('i32', 'Int32', 4, value);
  }

  f32(value: number): void {
    this.#number('f32', 'Float32', 4, value);
  }

  f64(value: number): void {
    this.#number('f64', 'Float64', 8, value);
  }

  u64(value: bigint): void {
    this.#wide('u64', 'asUintN', 1, value);
  }

  i64(value: bigint): void {
    this.#wide('i64', 'asIntN', 1, value);
  }

  u128(value: bigint): void {
    this.#wide('u128', 'asUintN', 2, value);
  }

  i128(value: bigint): void {
    this.#wide('i128', 'asIntN', 2, value);
  }

  u256(value: bigint): void {
    this.#wide('u256', 'asUintN', 4, value);
  }

  i256(value: bigint): void {
    this.#wide('i256', 'asIntN', 4, value);
  }

  string(value: string): void {
    if (typeof value !== 'string') fail('E_VALUE_TYPE', 'string', value, '');
    if (/\p{Cs}/u.test(value)) fail('E_VALUE_UTF8', 'string', value, '');
    this.byteArray(encoder.encode(value));
  }

  byteArray(value: Uint8Array | readonly number[]): void {
    if (value instanceof Uint8Array) {
      this.u32(value.length);
      this.raw(value);
    } else {
      this.list(value);
      for (const byte of value) this.u8(byte);
    }
  }

  identity(value: Identity): void {
    if (!(value instanceof Identity)) fail('E_VALUE_TYPE', 'identity', value, '');
    this.raw(value.toUint8Array());
  }

  connectionId(value: ConnectionId): void {
    if (!(value instanceof ConnectionId)) fail('E_VALUE_TYPE', 'connectionId', value, '');
    this.raw(value.toUint8Array());
  }

  timestamp(value: { microsSinceUnixEpoch: bigint }): void {
    this.i64(value.microsSinceUnixEpoch);
  }

  timeDuration(value: { micros: bigint }): void {
    this.i64(value.micros);
  }

  uuid(value: { __uuid__: bigint }): void {
    this.u128(value.__uuid__);
  }

  product(): void {}

  object(value: object): void {
    if (Object(value) !== value) fail('E_VALUE_TYPE', 'object', value, '');
  }

  array(length: number): void {
    this.u32(length);
  }

  list(value: readonly unknown[]): void {
    if (!Array.isArray(value)) fail('E_VALUE_TYPE', 'array', value, '');
    this.u32(value.length);
  }

  variant(index: number): void {
    this.u8(index);
  }

  some(): void {
    this.u8(0);
  }

  none(): void {
    this.u8(1);
  }

  unknownVariant(type: string, value: unknown): never {
    fail('E_VALUE_VARIANT', type, value, '');
  }

  /** What is read back is not what was written when it did not fit. */
  #number(type: string, name: Numeric, size: number, value: number): void {
    if (typeof value !== 'number') fail('E_VALUE_TYPE', type, value, '');
    const at = this.#take(size);
    this.#view[`set${name}`](at, value, true);
    const written = this.#view[`get${name}`](at, true);
    const fits = type[0] === 'f' ? Number.isFinite(written) === Number.isFinite(value) : written === value;
    if (!fits) fail('E_VALUE_RANGE', type, value, '');
  }

  #wide(type: string, as: Wide, words: number, value: bigint): void {
    if (typeof value !== 'bigint') fail('E_VALUE_TYPE', type, value, '');
    if (BigInt[as](words * 64, value) !== value) fail('E_VALUE_RANGE', type, value, '');
    const at = this.#take(words * 8);
    for (let i = 0; i < words * 8; i += 8) {
      this.#view.setBigInt64(at + i, BigInt.asIntN(64, value >> BigInt(i * 8)), true);
    }
  }

  #take(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(this.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
