import { hexOfLittleEndian } from './hex.ts';
import { Identity } from './identity.ts';

/** In place of identity-at.ts in the lean build: one object for each time it is read. */
export function identityAt(_view: DataView, bytes: Uint8Array, at: number): Identity {
  return new Identity(hexOfLittleEndian(bytes, at, 32));
}
