const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lowercase hex text of the bytes, in their order. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX_OF_BYTE[bytes[i]!];
  return text;
}

/** Bytes of a hex text of even length (any case, no `0x`); undefined when it is not one. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(i * 2, i * 2 + 2), 16));
}

/** A non-negative number as exactly `digits` lowercase hex digits. */
export function bigintToHex(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Hex text of `bytes[offset .. offset + length)` read as a little-endian number, most significant digit first. */
export function hexOfLittleEndian(bytes: Uint8Array, offset: number, length: number): string {
  let text = '';
  for (let i = offset + length - 1; i >= offset; i--) text += HEX_OF_BYTE[bytes[i]!];
  return text;
}
