import { fail } from './errors.ts';

const encoder = /* @__PURE__ */ new TextEncoder();

const SHORT_CHARS = 32; // up to here a loop over ASCII beats TextEncoder, whose calls cost ~150 ns

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
