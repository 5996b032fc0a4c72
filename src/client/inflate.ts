import { SpacetickError } from '../values/index.ts';
import { asError } from './errors.ts';

export type Compression = 'gzip' | 'brotli';

/** What a compressed message may become, in bytes: far above any snapshot, below what ends a page. */
export const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/** Inflates one message. @throws SpacetickError E_WIRE_DECODE when the bytes are damaged or become too many */
export type Inflate = (bytes: Uint8Array, compression: Compression) => Promise<Uint8Array>;

/** Whether this browser can inflate what is compressed so. */
export function browserCanInflate(compression: Compression): boolean {
  try {
    new DecompressionStream(compression as CompressionFormat);
    return true;
  } catch {
    return false; // there is no such class, or it does not know this one
  }
}

export const browserInflate: Inflate = async (bytes, compression) => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream(compression as CompressionFormat));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MAX_INFLATED_BYTES) throw new Error(`it becomes more than ${MAX_INFLATED_BYTES} bytes`);
      parts.push(value);
    }
    return parts.length === 1 ? parts[0]! : new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    throw notInflated(compression, error);
  }
};

export function notInflated(compression: Compression, cause: unknown): SpacetickError {
  const detail = asError(cause).message;
  return new SpacetickError(
    'E_WIRE_DECODE',
    `A message compressed with ${compression} cannot be read: ${detail}. ` +
      "If the host is sound, ask for another one: .withCompression('none').",
    { cause },
  );
}
