const MULTIPLIER = 0x9e3779b1; // 2^32 over the golden ratio: spreads neighbouring words over all bits
const DROPPED_BITS = 2; // what is left is a small integer to every engine, which a Map finds without an object

/** A number for bytes: equal for equal bytes, and rarely for others. Whoever uses it must stand others too. */
export function contentHash(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), MULTIPLIER);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) {
    hash = Math.imul(hash ^ view.getUint8(at), MULTIPLIER);
    hash ^= hash >>> 15;
  }
  return hash >>> DROPPED_BITS;
}
