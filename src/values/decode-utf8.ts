import { fail } from './errors.ts';

const strictDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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

function badUtf8(reason: string): never {
  fail('E_VALUE_UTF8', 'string', undefined, reason);
}
