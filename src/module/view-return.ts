import type { ColumnMeta, Infer, TypeBuilder } from '../values/index.ts';

/** A query whose rows are these, whatever table they are from. */
export interface RowQuery<Row> {
  /** Only for inference; never there at run time. */
  readonly __table?: { readonly rowType: TypeBuilder<Row, ColumnMeta> };
  toSql(): string;
}

/**
 * What the function of a view may return: what it declared (for an option also null), or for an array a query whose
 * rows those are.
 */
export type ReturnOf<R> =
  | Infer<R>
  | (undefined extends Infer<R> ? null : never)
  | (Infer<R> extends readonly (infer Row)[] ? RowQuery<Row> : never);
