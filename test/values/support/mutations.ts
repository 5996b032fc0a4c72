import fc from 'fast-check';

/** One change: `remove` bytes at `at` give way to `insert`. */
interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: ArrayLike<number>;
}

const CLAIM = [0xff, 0xff, 0xff, 0x7f]; // as a length: two billion

/** A few changes to bytes: overwritten, cut, inserted, or with a huge length claimed somewhere. */
export function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(Math.max(0, bytes.length - 1));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ at, remove: fc.constant(1), insert: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
    fc.record({ at, remove: fc.nat(8), insert: fc.constant([]) }),
    fc.record({ at, remove: fc.constant(0), insert: fc.uint8Array({ maxLength: 8 }) }),
    fc.record({ at, remove: fc.constant(CLAIM.length), insert: fc.constant(CLAIM) }),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const all = [...bytes];
    for (const { at, remove, insert } of changes) all.splice(at, remove, ...Array.from(insert));
    return Uint8Array.from(all);
  });
}
