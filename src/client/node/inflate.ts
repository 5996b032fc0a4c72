import { brotliDecompress, gunzip } from 'node:zlib';
import { type Compression, type Inflate, MAX_INFLATED_BYTES, notInflated } from '../inflate.ts';

export function nodeCanInflate(_compression: Compression): boolean {
  return true;
}

export const nodeInflate: Inflate = (bytes, compression) =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, whole: Uint8Array): void => {
      if (error) reject(notInflated(compression, error));
      else resolve(whole);
    };
    const limits = { maxOutputLength: MAX_INFLATED_BYTES };
    if (compression === 'gzip') gunzip(bytes, limits, done);
    else brotliDecompress(bytes, limits, done);
  });
