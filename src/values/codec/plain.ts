import type { AlgebraicType } from '../algebraic-type.ts';
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
