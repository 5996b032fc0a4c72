import { Uuid } from './uuid.ts';

/** What a reader makes of 128 bits. */
export function uuidOf(bits: bigint): Uuid {
  return new Uuid(bits);
}
