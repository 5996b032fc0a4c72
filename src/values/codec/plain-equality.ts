import type { AlgebraicType } from '../algebraic-type.ts';
import { bytesKey } from '../bytes-key.ts';
import type { BsatnCodec } from './bsatn-parts.ts';
import { plainCodecOf } from './plain.ts';

/** How values of a type are compared: by their bytes. */
export function plainEqualityOf(
  type: AlgebraicType,
  own: BsatnCodec = plainCodecOf(type),
): (a: unknown, b: unknown) => boolean {
  const keyOf = bytesKey(own);
  return (a, b) => keyOf(a) === keyOf(b);
}
