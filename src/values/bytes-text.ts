const CHUNK_CHARS = 4096; // far below how many arguments a call may have

/** Bytes as a text of one character a byte: what stands for them in a Map. */
export function bytesText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= CHUNK_CHARS) return String.fromCharCode.apply(null, bytes.subarray(start, end) as never);
  let text = '';
  for (let at = start; at < end; at += CHUNK_CHARS) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(end, at + CHUNK_CHARS)) as never);
  }
  return text;
}
