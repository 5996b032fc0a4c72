export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A column as a query names it. */
export interface ColumnRef {
  readonly kind: 'column';
  /** Table or alias before the dot. */
  readonly table: string | undefined;
  readonly column: string;
}

/** A literal, not yet given the type of the column it is compared with. */
export interface Literal {
  readonly kind: 'literal';
  readonly form: 'number' | 'string' | 'hex' | 'bool';
  /** As written, sign included, without quotes or prefix. */
  readonly text: string;
}

/** `:sender` */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
}

export type Operand = ColumnRef | Literal | Parameter;

export type Condition =
  | { readonly kind: 'compare'; readonly operator: ComparisonOperator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  /** A bare boolean column or literal. */
  | { readonly kind: 'truth'; readonly operand: ColumnRef | Literal };

/** `SELECT * FROM table [AS alias] [WHERE condition]` */
export interface SelectQuery {
  readonly table: string;
  readonly alias: string | undefined;
  readonly where: Condition | undefined;
}
