/** One end of a range over an index. */
export type Bound<T> =
  | { readonly tag: 'included'; readonly value: T }
  | { readonly tag: 'excluded'; readonly value: T }
  | { readonly tag: 'unbounded' };

const UNBOUNDED = { tag: 'unbounded' } as const;

/** A range of values for `filter` on an ordered index: `new Range({ tag: 'included', value: 10 })` is 10 and above. */
export class Range<T> {
  readonly from: Bound<T>;
  readonly to: Bound<T>;

  constructor(from?: Bound<T> | null, to?: Bound<T> | null) {
    this.from = from ?? UNBOUNDED;
    this.to = to ?? UNBOUNDED;
  }
}

/** True for `Range`s and for plain objects of their shape. */
export function isRange(value: unknown): value is Range<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    isBound((value as Range<unknown>).from) &&
    isBound((value as Range<unknown>).to)
  );
}

function isBound(value: unknown): boolean {
  const tag = typeof value === 'object' && value !== null ? (value as { tag?: unknown }).tag : undefined;
  return tag === 'included' || tag === 'excluded' || tag === 'unbounded';
}

type Range1<T> = T | Range<T>;

/**
 * What `filter` on an index over columns C takes: a value or a range of the first column, or a list that starts with
 * values for the leading columns and ends with a value or a range.
 */
export type IndexBounds<C extends readonly unknown[]> = C extends readonly [infer A, ...infer Rest]
  ? Range1<A> | Prefixes<[A, ...Rest]>
  : never;

type Prefixes<C extends readonly unknown[], Done extends readonly unknown[] = []> = C extends readonly [
  infer A,
  ...infer Rest,
]
  ? [...Done, Range1<A>] | Prefixes<Rest, [...Done, A]>
  : never;
