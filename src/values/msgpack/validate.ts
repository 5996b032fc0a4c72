import { SpacetickError } from '../errors.ts';

/** What a frame may claim; each bound follows from its bytes or is fixed here. */
export interface MsgpackLimits {
  /** Containers inside containers: messages need 8, each of the 128 levels a recursive type may have up to 3. */
  maxDepth: number;
}

export const MSGPACK_LIMITS: MsgpackLimits = { maxDepth: 512 };

/**
 * Walks one MessagePack value and throws unless the bytes are exactly that: complete, nothing behind it, strings in
 * UTF-8, map keys short strings other than `__proto__`, no extension types, nesting within limits, and no container that claims more elements than
 * bytes follow. Needed before `@msgpack/msgpack` decodes a stranger's frame: it takes byte `ff` in a string for text
 * and lets 500 bytes cost half a gigabyte.
 * @throws SpacetickError E_MSGPACK_INVALID
 */
export function validateMsgpack(bytes: Uint8Array, limits: MsgpackLimits = MSGPACK_LIMITS): void {
  findMarkedTexts(bytes, limits);
}

/** A string that starts with a byte order mark: where its format byte and its text stand, and where it ends. */
export interface MarkedText {
  readonly head: number;
  readonly start: number;
  readonly end: number;
}

/** Validates as `validateMsgpack` and returns the strings that start with a byte order mark, in order. */
export function findMarkedTexts(bytes: Uint8Array, limits: MsgpackLimits = MSGPACK_LIMITS): readonly MarkedText[] {
  const validator = new Validator(bytes, limits.maxDepth);
  validator.value();
  if (validator.at !== bytes.length) validator.refuse(`${bytes.length - validator.at} bytes behind the value`);
  return validator.marked;
}

const NONE: MarkedText[] = []; // shared while a frame has none
const PROTO = new TextEncoder().encode('__proto__');

const VARIES = -1;

/** Bytes behind a format byte, for formats where they are fixed. */
const FIXED_BYTES = Int8Array.from({ length: 256 }, (_, format) => {
  if (format < 0x80 || format >= 0xe0) return 0; // fixint
  switch (format) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return 0;
    case 0xcc: // u8
    case 0xd0: // i8
      return 1;
    case 0xcd: // u16
    case 0xd1: // i16
      return 2;
    case 0xca: // f32
    case 0xce: // u32
    case 0xd2: // i32
      return 4;
    case 0xcb: // f64
    case 0xcf: // u64
    case 0xd3: // i64
      return 8;
    default:
      return VARIES;
  }
});

class Validator {
  at = 0;
  marked: MarkedText[] = NONE;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly maxDepth: number;
  private depth = 0;
  /** Where the last format byte stands. */
  private head = 0;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.maxDepth = maxDepth;
  }

  value(): void {
    const format = this.byte();
    const fixed = FIXED_BYTES[format]!;
    if (fixed !== VARIES) this.skip(fixed);
    else if (format < 0x90) this.map(format & 0x0f);
    else if (format < 0xa0) this.array(format & 0x0f);
    else if (format < 0xc0) this.text(format & 0x1f);
    else if (format >= 0xc4 && format <= 0xc6) this.skip(this.length(1 << (format - 0xc4)));
    else if (format >= 0xd9 && format <= 0xdb) this.text(this.length(1 << (format - 0xd9)));
    else if (format === 0xdc || format === 0xdd) this.array(this.length(2 << (format - 0xdc)));
    else if (format === 0xde || format === 0xdf) this.map(this.length(2 << (format - 0xde)));
    else this.refuse(`format 0x${format.toString(16)} is not used here`);
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
    const isShort = format >= 0xa0 && format < 0xc0;
    if (!isShort && format !== 0xd9) this.refuse('a map key is not a short string');
    const length = isShort ? format & 0x1f : this.length(1);
    if (length === PROTO.length && PROTO.every((byte, i) => this.bytes[this.at + i] === byte)) {
      this.refuse('a map key is __proto__, which JavaScript gives a meaning');
    }
    this.text(length);
  }

  private text(length: number): void {
    const end = this.at + length;
    if (end > this.bytes.length) this.refuse('cut off inside a string');
    if (!isUtf8(this.bytes, this.at, end)) this.refuse('a string is not UTF-8');
    if (length > 2 && this.bytes[this.at] === 0xef) this.noteMark(end);
    this.at = end;
  }

  /** A length of 1, 2 or 4 bytes. */
  private length(size: number): number {
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

  /** Notes a string that starts with EF BB BF, the byte order mark. */
  private noteMark(end: number): void {
    if (this.bytes[this.at + 1] !== 0xbb || this.bytes[this.at + 2] !== 0xbf) return;
    if (this.marked === NONE) this.marked = [];
    this.marked.push({ head: this.head, start: this.at, end });
  }

  private skip(size: number): void {
    if (this.at + size > this.bytes.length) this.refuse('cut off inside a value');
    this.at += size;
  }

  private byte(): number {
    if (this.at >= this.bytes.length) this.refuse('cut off');
    this.head = this.at;
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
