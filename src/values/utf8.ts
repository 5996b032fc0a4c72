import { fail } from './errors.ts';

const strictDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

const SHORT_CHARS = 32; // up to here a loop over ASCII beats TextDecoder and TextEncoder, whose calls cost ~150 ns

/** Character codes of a short text on its way into a string: one list for each length, used again and again. */
const UNITS = /* @__PURE__ */ Array.from({ length: SHORT_CHARS + 1 }, (_, length) => new Array<number>(length).fill(0));

/** Decodes UTF-8 strictly. @throws ValueError E_VALUE_UTF8 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > SHORT_CHARS) return decodeLong(bytes, start, end);
  // Not one character after the other: that leaves a chain of strings, ten times the memory of the text.
  const units = UNITS[length]!;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    if (byte > 0x7f) return decodeLong(bytes, start, end);
    units[i] = byte;
  }
  return String.fromCharCode.apply(null, units);
}

/** A function of its own: the other one is compiled into each of its callers. */
function decodeLong(bytes: Uint8Array, start: number, end: number): string {
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    return badUtf8(`the bytes ${start}..${end} are not UTF-8`);
  }
}

/** True when the text has no lone surrogate, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}

/**
 * Writes UTF-8 at `offset`; `target` must have room for `3 * text.length` bytes there.
 * @returns bytes written
 * @throws ValueError E_VALUE_UTF8 for a lone surrogate, never a silent U+FFFD
 */
export function encodeUtf8Into(text: string, target: Uint8Array, offset: number): number {
  const length = text.length;
  if (length <= SHORT_CHARS) {
    let i = 0;
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) break;
      target[offset + i] = unit;
    }
    if (i === length) return length;
  }
  const { read, written } = encoder.encodeInto(text, target.subarray(offset));
  // encodeInto replaces lone surrogates with U+FFFD: looked for unless every character took one byte (ASCII).
  if (read !== length || (written !== length && !isWellFormed(text)))
    badUtf8('the text holds half of a surrogate pair');
  return written;
}

function badUtf8(reason: string): never {
  fail('E_VALUE_UTF8', 'string', undefined, reason);
}
