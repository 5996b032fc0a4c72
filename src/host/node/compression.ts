import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** How a message is compressed, after the client's wish. */
export type Compression = 'Gzip' | 'Brotli';

/** Bodies of more bytes are compressed, as the real host does it (`wire.md` 2.4). */
export const COMPRESSED_BEYOND = 1024;

const QUALITY = 1; // of 9 and of 11: the host has a game to run

const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } };
const METHODS = {
  Brotli: { prefix: 1, run: (body: Uint8Array) => brotliCompressSync(body, brotli) },
  Gzip: { prefix: 2, run: (body: Uint8Array) => gzipSync(body, { level: QUALITY }) },
} as const;

/** Message -> the same compressed: what goes to many is compressed once. */
const known = { Brotli: new WeakMap<Uint8Array, Uint8Array>(), Gzip: new WeakMap<Uint8Array, Uint8Array>() };

/**
 * A message in as few bytes as it takes.
 * @param message with the byte ahead that says that it is not compressed
 */
export function compressed(message: Uint8Array, compression: Compression): Uint8Array {
  if (message.length - 1 <= COMPRESSED_BEYOND) return message;
  let result = known[compression].get(message);
  if (result === undefined) {
    const { prefix, run } = METHODS[compression];
    const body = run(message.subarray(1));
    result = body.length < message.length - 1 ? Buffer.concat([Uint8Array.of(prefix), body]) : message;
    known[compression].set(message, result);
  }
  return result;
}
