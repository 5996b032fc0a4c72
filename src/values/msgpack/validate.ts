import { SpacetickError } from '../errors.ts';

/** What a frame may claim; each bound follows from its bytes or is fixed here. */
export interface MsgpackLimits {
  /** Containers inside containers: messages need 8, each of the 128 levels a recursive type may have up to 3. */
  maxDepth: number;
}

export const MSGPACK_LIMITS: MsgpackLimits = { maxDepth: 512 };

/**
 * Walks one MessagePack value and throws unless the bytes are exactly that: complete, nothing behind it, strings in
 * UTF-8, map keys strings, no extension types, nesting within limits, and no container that claims more elements than
 * bytes follow. Needed before `@msgpack/msgpack` decodes a stranger's frame: it takes byte `ff` in a string for text
 * and lets 500 bytes cost half a gigabyte.
 * @throws SpacetickError E_MSGPACK_INVALID
 */
export function validateMsgpack(bytes: Uint8Array, limits: MsgpackLimits = MSGPACK_LIMITS): void {
  const validator = new Validator(bytes, limits.maxDepth);
  validator.value();
  if (validator.at !== bytes.length) validator.refuse(`${bytes.length - validator.at} bytes behind the value`);
}

class Validator {
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly maxDepth: number;
  private depth = 0;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.maxDepth = maxDepth;
  }

  value(): void {
    const format = this.byte();
    if (format < 0x80 || format >= 0xe0) return; // fixint
    if (format < 0x90) return this.map(format & 0x0f);
    if (format < 0xa0) return this.array(format & 0x0f);
    if (format < 0xc0) return this.text(format & 0x1f);
    switch (format) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return;
      case 0xc4:
        return this.skip(this.length(1));
      case 0xc5:
        return this.skip(this.length(2));
      case 0xc6:
        return this.skip(this.length(4));
      case 0xcc: // u8
      case 0xd0: // i8
        return this.skip(1);
      case 0xcd: // u16
      case 0xd1: // i16
        return this.skip(2);
      case 0xca: // f32
      case 0xce: // u32
      case 0xd2: // i32
        return this.skip(4);
      case 0xcb: // f64
      case 0xcf: // u64
      case 0xd3: // i64
        return this.skip(8);
      case 0xd9:
        return this.text(this.length(1));
      case 0xda:
        return this.text(this.length(2));
      case 0xdb:
        return this.text(this.length(4));
      case 0xdc:
        return this.array(this.length(2));
      case 0xdd:
        return this.array(this.length(4));
      case 0xde:
        return this.map(this.length(2));
      case 0xdf:
        return this.map(this.length(4));
      default:
        this.refuse(`format 0x${format.toString(16)} is not used here`);
    }
  }

  refuse(reason: string): never {
    throw new SpacetickError(
      'E_MSGPACK_INVALID',
      `Not a MessagePack message: ${reason} (at byte ${this.at} of ${this.bytes.length}). ` +
        'The sender speaks something else, or the frame was cut or changed on the way.',
    );
  }

  private array(length: number): void {
    this.claim(length);
    this.enter();
    for (let i = 0; i < length; i++) this.value();
    this.depth--;
  }

  private map(entries: number): void {
    this.claim(entries * 2);
    this.enter();
    for (let i = 0; i < entries; i++) {
      this.key();
      this.value();
    }
    this.depth--;
  }

  private key(): void {
    const format = this.byte();
    if (format >= 0xa0 && format < 0xc0) return this.text(format & 0x1f);
    if (format === 0xd9) return this.text(this.length(1));
    this.refuse('a map key is not a short string');
  }

  private text(length: number): void {
    const end = this.at + length;
    if (end > this.bytes.length) this.refuse('cut off inside a string');
    if (!isUtf8(this.bytes, this.at, end)) this.refuse('a string is not UTF-8');
    this.at = end;
  }

  private length(size: 1 | 2 | 4): number {
    if (this.at + size > this.bytes.length) this.refuse('cut off inside a length');
    const at = this.at;
    this.at += size;
    return size === 1 ? this.bytes[at]! : size === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** Each element takes at least one byte. */
  private claim(elements: number): void {
    if (elements > this.bytes.length - this.at) this.refuse(`${elements} elements claimed, fewer bytes follow`);
  }

  private enter(): void {
    if (++this.depth > this.maxDepth) this.refuse(`nested deeper than ${this.maxDepth}`);
  }

  private skip(size: number): void {
    if (this.at + size > this.bytes.length) this.refuse('cut off inside a value');
    this.at += size;
  }

  private byte(): number {
    if (this.at >= this.bytes.length) this.refuse('cut off');
    return this.bytes[this.at++]!;
  }
}

/** True for well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      i++;
      continue;
    }
    const more = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
    if (more < 0 || i + more >= end) return false;
    const second = bytes[i + 1]!;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return false;
    for (let k = 2; k <= more; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return false;
    i += more + 1;
  }
  return true;
}
