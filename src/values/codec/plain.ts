import type { AlgebraicType } from '../algebraic-type.ts';
import { bytesKey } from '../bytes-key.ts';
import { type BsatnCodec, bsatnParts } from './bsatn-parts.ts';
import { codecOfParts } from './closures.ts';

// What BSATN alone needs of codecs, without `new Function`: small rather than fast.

const made = new WeakMap<AlgebraicType, BsatnCodec>();

/** The codec of a type met at run time, of closures; it reads and writes. */
export function plainCodecOf(type: AlgebraicType): BsatnCodec {
  let codec = made.get(type);
  if (codec === undefined) {
    codec = codecOfParts(bsatnParts, type);
    made.set(type, codec);
  }
  return codec;
}

/** How values of a type are compared: by their bytes. */
export function plainEqualityOf(
  type: AlgebraicType,
  own: BsatnCodec = plainCodecOf(type),
): (a: unknown, b: unknown) => boolean {
  const keyOf = bytesKey(own);
  return (a, b) => keyOf(a) === keyOf(b);
}
