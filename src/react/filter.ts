import {
  and as allOf,
  or as anyOf,
  type BooleanExpr,
  type ColumnExpr,
  type SemijoinQuery,
  SpacetickError,
  type TableQuery,
} from '../client/index.ts';

type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';
type Columns = Readonly<Record<string, ColumnExpr<unknown>>>;

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'gte',
  lte: 'gt',
  gt: 'lte',
  gte: 'lt',
};

/** A condition on columns by name, as 1.x writes it: `where(eq('online', true))`. `F` is what it says of rows. */
export abstract class Filter<F> {
  /** Only for inference; never there at run time. */
  declare readonly __says?: F;
  /** The condition over the columns of a table. @param isNegated the opposite of it: SQL here has no NOT */
  abstract over(columns: Columns, isNegated: boolean): BooleanExpr;
}

class ColumnFilter<F> extends Filter<F> {
  readonly #comparison: Comparison;
  readonly #column: string;
  readonly #value: unknown;

  constructor(comparison: Comparison, column: string, value: unknown) {
    super();
    this.#comparison = comparison;
    this.#column = column;
    this.#value = value;
  }

  override over(columns: Columns, isNegated: boolean): BooleanExpr {
    const column = columns[this.#column];
    if (column === undefined) {
      throw new SpacetickError(
        'E_QUERY',
        `where(...) names a column ${this.#column}; the table has ${Object.keys(columns).join(', ')}.`,
      );
    }
    return column[isNegated ? OPPOSITE[this.#comparison] : this.#comparison](this.#value);
  }
}

class JoinedFilter<F> extends Filter<F> {
  readonly #isAll: boolean;
  readonly #parts: readonly Filter<unknown>[];

  constructor(isAll: boolean, parts: readonly Filter<unknown>[]) {
    super();
    this.#isAll = isAll;
    this.#parts = parts;
  }

  override over(columns: Columns, isNegated: boolean): BooleanExpr {
    const join = this.#isAll === isNegated ? anyOf : allOf;
    return join(...this.#parts.map((part) => part.over(columns, isNegated)));
  }
}

class NegatedFilter<F> extends Filter<F> {
  readonly #inner: Filter<unknown>;

  constructor(inner: Filter<unknown>) {
    super();
    this.#inner = inner;
  }

  override over(columns: Columns, isNegated: boolean): BooleanExpr {
    return this.#inner.over(columns, !isNegated);
  }
}

type Says<K extends string, V> = { readonly [P in K]: V };
type SaidBy<P> = P extends readonly [Filter<infer F>, ...infer Rest] ? F & SaidBy<Rest> : unknown;

/** Rows whose column is this value. */
export const eq = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('eq', column, value);
/** Rows whose column is another value. */
export const ne = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('ne', column, value);
/** Rows whose column is below the value. */
export const lt = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('lt', column, value);
/** Rows whose column is the value or below it. */
export const lte = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('lte', column, value);
/** Rows whose column is above the value. */
export const gt = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('gt', column, value);
/** Rows whose column is the value or above it. */
export const gte = <K extends string, V>(column: K, value: V): Filter<Says<K, V>> =>
  new ColumnFilter('gte', column, value);

/** Rows for which all of the conditions hold. */
export const and = <P extends readonly [Filter<unknown>, ...Filter<unknown>[]]>(...parts: P): Filter<SaidBy<P>> =>
  new JoinedFilter(true, parts);
/** Rows for which one of the conditions holds. */
export const or = <P extends readonly [Filter<unknown>, ...Filter<unknown>[]]>(...parts: P): Filter<SaidBy<P>> =>
  new JoinedFilter(false, parts);
/** Rows for which the condition does not hold. */
export const not = <F>(part: Filter<F>): Filter<F> => new NegatedFilter(part);

/** Makes a condition a filter of `useTable`. */
export const where = <F>(condition: Filter<F>): Filter<F> => condition;

/** The query, narrowed. @throws SpacetickError E_QUERY for a column the table does not have */
export function narrow<T>(
  query: TableQuery<T> | SemijoinQuery<T>,
  filter: Filter<unknown>,
): TableQuery<T> | SemijoinQuery<T> {
  return query.where((columns) => filter.over(columns as Columns, false));
}
