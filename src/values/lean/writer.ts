import { ConnectionId } from '../connection-id.ts';
import { fail } from '../errors.ts';
import { Identity } from '../identity.ts';
import { Nesting } from '../nesting.ts';

const FIRST_BYTES = 256; // most messages of a game fit; growth doubles
const encoder = /* @__PURE__ */ new TextEncoder();
const latin1 = /* @__PURE__ */ new TextDecoder('latin1'); // a character for each byte

/** How a DataView calls them, and how many bytes they take. */
const NUMBERS = {
  u8: ['Uint8', 1],
  i8: ['Int8', 1],
  u16: ['Uint16', 2],
  i16: ['Int16', 2],
  u32: ['Uint32', 4],
  i32: ['Int32', 4],
  f32: ['Float32', 4],
  f64: ['Float64', 8],
} as const;
const WORD_BITS = 64;

/** Writes BSATN (`wire.md` 1). In place of bsatn/writer.ts in the lean build: short rather than fast. */
export class BsatnWriter extends Nesting {
  declare u8: (value: number) => void;
  declare i8: (value: number) => void;
  declare u16: (value: number) => void;
  declare i16: (value: number) => void;
  declare u32: (value: number) => void;
  declare i32: (value: number) => void;
  declare f32: (value: number) => void;
  declare f64: (value: number) => void;
  declare u64: (value: bigint) => void;
  declare i64: (value: bigint) => void;
  declare u128: (value: bigint) => void;
  declare i128: (value: bigint) => void;
  declare u256: (value: bigint) => void;
  declare i256: (value: bigint) => void;

  static {
    const methods = BsatnWriter.prototype as unknown as Record<string, unknown>;
    for (const [type, [name, size]] of Object.entries(NUMBERS)) {
      methods[type] = function (this: BsatnWriter, value: number): void {
        if (typeof value !== 'number') fail('E_VALUE_TYPE', type, value, '');
        const at = this.#take(size);
        this.#view[`set${name}`](at, value, true);
        const written = this.#view[`get${name}`](at, true);
        // What does not fit is not what is read back.
        const fits = name[0] === 'F' ? Number.isFinite(written) === Number.isFinite(value) : written === value;
        if (!fits) fail('E_VALUE_RANGE', type, value, '');
      };
    }
    for (const bits of [64, 128, 256]) {
      for (const cut of ['asUintN', 'asIntN'] as const) {
        const type = (cut === 'asIntN' ? 'i' : 'u') + bits;
        methods[type] = function (this: BsatnWriter, value: bigint): void {
          if (typeof value !== 'bigint') fail('E_VALUE_TYPE', type, value, '');
          if (BigInt[cut](bits, value) !== value) fail('E_VALUE_RANGE', type, value, '');
          const at = this.#take(bits / 8);
          for (let done = 0; done < bits; done += WORD_BITS) {
            this.#view.setBigUint64(at + done / 8, BigInt.asUintN(WORD_BITS, value >> BigInt(done)), true);
          }
        };
      }
    }
  }

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

  /** What was written, one character a byte. */
  textOf(): string {
    return latin1.decode(this.#bytes.subarray(0, this.length));
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
