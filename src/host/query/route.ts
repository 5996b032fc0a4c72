import { compareKeys, type Key } from '../../values/index.ts';

/** What one column of every matching row fulfils. Bounds belong to the interval; undefined where it is open. */
export type Step =
  | { readonly kind: 'equal'; readonly column: number; readonly key: Key }
  | {
      readonly kind: 'between';
      readonly column: number;
      readonly low: Key | undefined;
      readonly high: Key | undefined;
    };

type Between = Extract<Step, { kind: 'between' }>;

/** Steps that lead from a changed row to a query: equalities, then intervals, each by column, each column once. */
export type Route = readonly Step[];

/**
 * Every matching row takes at least one of the routes. They may lead there rows that do not match: a route says whom
 * to ask, never the answer.
 */
export type Routes = readonly Route[];

/** Any row may match. */
export const ANY_ROW: Routes = [[]];

/** No row matches. */
export const NO_ROW: Routes = [];

const MAX_PRODUCT = 64; // routes that `(a OR b) AND (c OR d)` may be multiplied out to, for a query's memory

/** Routes of `left OR right`. */
export function either(left: Routes, right: Routes): Routes {
  return isAny(left) || isAny(right) ? ANY_ROW : [...left, ...right];
}

/** A route without steps always stands alone. */
function isAny(routes: Routes): boolean {
  return routes[0]?.length === 0;
}

/** Routes of `left AND right`. */
export function both(left: Routes, right: Routes): Routes {
  if (left.length > 1 && right.length > 1 && left.length * right.length > MAX_PRODUCT) {
    return left.length < right.length ? left : right; // either side alone leads to all that match
  }
  return left.flatMap((one) => right.map((other) => joined(one, other)));
}

function joined(one: Route, other: Route): Route {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
  const byColumn = new Map<number, Step>();
  for (const step of [...one, ...other]) {
    const known = byColumn.get(step.column);
    byColumn.set(step.column, known === undefined ? step : narrower(known, step));
  }
  return [...byColumn.values()].sort((a, b) => rank(a) - rank(b) || a.column - b.column);
}

function rank(step: Step): number {
  return step.kind === 'equal' ? 0 : 1;
}

function narrower(one: Step, other: Step): Step {
  if (one.kind === 'equal') return one;
  return other.kind === 'equal' ? other : overlap(one, other);
}

function overlap(one: Between, other: Between): Between {
  return {
    kind: 'between',
    column: one.column,
    low: further(one.low, other.low, 1),
    high: further(one.high, other.high, -1),
  };
}

function further(one: Key | undefined, other: Key | undefined, direction: 1 | -1): Key | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareKeys(one, other) * direction >= 0 ? one : other;
}
