import { decode } from '@msgpack/msgpack';
import { findMarkedTexts, type MarkedText } from './validate.ts';

/** Decodes a stranger's MessagePack to plain values, after validating it. @throws SpacetickError E_MSGPACK_INVALID */
export function decodePlain(bytes: Uint8Array): unknown {
  const marked = findMarkedTexts(bytes);
  return decode(marked.length === 0 ? bytes : withSecondMark(bytes, marked), { useBigInt64: true });
}

const MARK = [0xef, 0xbb, 0xbf]; // U+FEFF in UTF-8
const STR_32 = 0xdb;
const STR_32_HEAD = 5;
const SHORT_TEXT_BYTES = 200; // up to here the library decodes text itself and keeps the mark

/** The library's TextDecoder swallows a byte order mark at the start of a long string: give it one to swallow. */
function withSecondMark(bytes: Uint8Array, marked: readonly MarkedText[]): Uint8Array {
  const long = marked.filter(({ start, end }) => end - start > SHORT_TEXT_BYTES);
  const patched = new Uint8Array(bytes.length + long.length * (STR_32_HEAD + MARK.length));
  const view = new DataView(patched.buffer);
  let from = 0;
  let to = 0;
  for (const { head, start, end } of long) {
    patched.set(bytes.subarray(from, head), to);
    to += head - from;
    patched[to] = STR_32;
    view.setUint32(to + 1, end - start + MARK.length);
    patched.set(MARK, to + STR_32_HEAD);
    to += STR_32_HEAD + MARK.length;
    from = start;
  }
  patched.set(bytes.subarray(from), to);
  return patched.subarray(0, to + bytes.length - from);
}
