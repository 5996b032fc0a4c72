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

export type Value = Literal | Parameter;
export type Operand = ColumnRef | Value;

export interface Comparison {
  readonly kind: 'compare';
  readonly operator: ComparisonOperator;
  readonly left: Operand;
  readonly right: Operand;
}

export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  /** A bare boolean column or literal. */
  | { readonly kind: 'truth'; readonly operand: ColumnRef | Literal };

/** A table of a FROM clause. */
export interface TableRef {
  readonly table: string;
  readonly alias: string | undefined;
}

/** A table that is joined; without `on`, every row with every row. */
export interface JoinRef extends TableRef {
  readonly on: Comparison | undefined;
}

/** A column of the result, and what it is called there. */
export interface ProjectedColumn {
  readonly column: ColumnRef;
  readonly alias: string | undefined;
}

/** What of the rows is wanted. */
export type Projection =
  /** `*`, or `t.*`. */
  | { readonly kind: 'rows'; readonly table: string | undefined }
  | { readonly kind: 'columns'; readonly columns: readonly ProjectedColumn[] }
  /** `COUNT(*) AS alias` */
  | { readonly kind: 'count'; readonly alias: string };

/** `SELECT projection FROM table [AS alias] [JOIN ...] [WHERE condition] [LIMIT n]` */
export interface SelectQuery extends TableRef {
  readonly kind: 'select';
  readonly projection: Projection;
  readonly joins: readonly JoinRef[];
  readonly where: Condition | undefined;
  /** Rows of the result at most. */
  readonly limit: number | undefined;
}

/** A query whose result is rows of one table. */
export interface RowsQuery extends SelectQuery {
  readonly projection: Extract<Projection, { kind: 'rows' }>;
}

/** `INSERT INTO table (columns) VALUES (...), (...)` */
export interface InsertStatement {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** `UPDATE table SET column = value, ... [WHERE condition]` */
export interface UpdateStatement {
  readonly kind: 'update';
  readonly table: string;
  readonly set: readonly { readonly column: string; readonly value: Value }[];
  readonly where: Condition | undefined;
}

/** `DELETE FROM table [WHERE condition]` */
export interface DeleteStatement {
  readonly kind: 'delete';
  readonly table: string;
  readonly where: Condition | undefined;
}

/** `SET name TO value` and `SHOW name`. */
export type SettingStatement =
  | { readonly kind: 'set'; readonly name: string; readonly value: Value }
  | { readonly kind: 'show'; readonly name: string };

/** What a one-off query may be. */
export type Statement = SelectQuery | InsertStatement | UpdateStatement | DeleteStatement | SettingStatement;
