import { blake3 } from '@noble/hashes/blake3.js';
import { Identity, toHex } from '../values/index.ts';

const PREFIX = [0xc2, 0x00]; // says "an identity of version 0", and makes every identity start with c200
const HASH_BYTES = 26;
const CHECKSUM_BYTES = 4;

/** Who a token speaks for: derived from its issuer and subject (`wire.md` 7). */
export function identityFromClaims(issuer: string, subject: string): Identity {
  const hash = blake3(new TextEncoder().encode(`${issuer}|${subject}`)).subarray(0, HASH_BYTES);
  const checksum = blake3(Uint8Array.from([...PREFIX, ...hash])).subarray(0, CHECKSUM_BYTES);
  return new Identity(toHex(Uint8Array.from([...PREFIX, ...checksum, ...hash])));
}
