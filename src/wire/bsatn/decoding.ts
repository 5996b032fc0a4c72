import { BsatnReader, SpacetickError, ValueError } from '../../values/index.ts';

/** What is wrong with bytes that are no message. */
export function wireError(detail: string): SpacetickError {
  return new SpacetickError(
    'E_WIRE_DECODE',
    `Not a message of this subprotocol: ${detail}. Host and client may be of different versions.`,
  );
}

/** Runs a decoder; what it throws for bad bytes becomes E_WIRE_DECODE, but for rows that do not fit the bindings. */
export function decoding<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ValueError ? error.path !== '' : error instanceof SpacetickError) throw error;
    throw wireError(error instanceof RangeError ? 'it ends too early' : (error as Error).message);
  }
}

/** The same for a reader that serves many payloads, and holds none of them in between. */
export function reading<T>(reader: BsatnReader, bytes: Uint8Array, decode: () => T): T {
  reader.reset(bytes);
  try {
    return decoding(decode);
  } finally {
    reader.release();
  }
}

/** A reader of one payload. @throws SpacetickError E_WIRE_DECODE when there is nothing to read */
export function readerOf(bytes: Uint8Array): BsatnReader {
  if (bytes.length === 0) throw wireError('it is empty');
  return new BsatnReader(bytes);
}
