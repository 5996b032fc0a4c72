import { hexOfLittleEndian } from './hex.ts';
import { Identity } from './identity.ts';

const BYTES = 32;
const WORDS = 8;
const SLOTS = 1024; // a power of two; enough for every player in sight, 100 kB when full

// The same few identities come in row after row (owners, senders): each slot remembers the last one seen there, so
// that a repeat costs eight comparisons and no allocation, and equal identities are mostly the same object.
const slotWords = new Int32Array(SLOTS * WORDS);
const slotIdentities: (Identity | undefined)[] = new Array(SLOTS).fill(undefined);

/** The identity that stands at a position, which must be within the bytes. @param view of `bytes` */
export function identityAt(view: DataView, bytes: Uint8Array, at: number): Identity {
  // The low bytes of an identity are a hash: one of its words is as good a slot as any.
  const slot = view.getUint32(at, true) & (SLOTS - 1);
  const base = slot * WORDS;
  const known = slotIdentities[slot];
  if (known !== undefined) {
    let word = 0;
    while (word < WORDS && slotWords[base + word] === view.getInt32(at + word * 4, true)) word++;
    if (word === WORDS) return known;
  }
  const identity = new Identity(hexOfLittleEndian(bytes, at, BYTES));
  for (let word = 0; word < WORDS; word++) slotWords[base + word] = view.getInt32(at + word * 4, true);
  slotIdentities[slot] = identity;
  return identity;
}
