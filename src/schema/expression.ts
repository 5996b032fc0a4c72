import type { ComparisonOperator } from './sql/ast.ts';
import { quoted, toLiteral } from './sql/literal.ts';
import type { ColumnDef } from './table-def.ts';

/** What stands for a condition: `true`, a boolean column, an expression. */
export type ConditionLike = BooleanExpr | ColumnExpr<boolean> | boolean;

/** What a condition is made of. */
export type Meaning =
  | boolean
  | { readonly operator: 'AND' | 'OR'; readonly parts: readonly BooleanExpr[] }
  | { readonly operator: ComparisonOperator; readonly column: ColumnExpr<unknown>; readonly other: unknown };

/** A condition of a query. */
export class BooleanExpr {
  /** SQL text, to be put in parentheses by whoever combines it. */
  readonly sql: string;
  readonly meaning: Meaning;

  /** @throws SpacetickError E_QUERY for a value that SQL has no literal for */
  constructor(meaning: Meaning) {
    this.sql = sqlOf(meaning);
    this.meaning = meaning;
  }

  and(other: ConditionLike): BooleanExpr {
    return and(this, other);
  }

  or(other: ConditionLike): BooleanExpr {
    return or(this, other);
  }

  not(): BooleanExpr {
    return not(this);
  }
}

/** All of the conditions; of none: every row. */
export function and(...conditions: readonly ConditionLike[]): BooleanExpr {
  return conditions.length === 0 ? toBoolean(true) : joined('AND', conditions);
}

/** Any of the conditions; of none: no row. */
export function or(...conditions: readonly ConditionLike[]): BooleanExpr {
  return conditions.length === 0 ? toBoolean(false) : joined('OR', conditions);
}

function joined(operator: 'AND' | 'OR', conditions: readonly ConditionLike[]): BooleanExpr {
  return new BooleanExpr({ operator, parts: conditions.map(toBoolean) });
}

function sqlOf(meaning: Meaning): string {
  if (typeof meaning === 'boolean') return meaning ? 'TRUE = TRUE' : 'TRUE = FALSE';
  if ('parts' in meaning) return meaning.parts.map(({ sql }) => `(${sql})`).join(` ${meaning.operator} `);
  const { column, operator, other } = meaning;
  return `${column.sql} ${operator} ${other instanceof ColumnExpr ? other.sql : toLiteral(other)}`;
}

/**
 * The opposite of a condition, in comparisons turned round: SQL has no NOT (`api.md` 5.1). A number that is NaN is
 * neither below nor at or above another, before and after.
 */
export function not(condition: ConditionLike): BooleanExpr {
  const { meaning } = toBoolean(condition);
  if (typeof meaning === 'boolean') return new BooleanExpr(!meaning);
  if ('parts' in meaning) return joined(meaning.operator === 'AND' ? 'OR' : 'AND', meaning.parts.map(not));
  return new BooleanExpr({ ...meaning, operator: OPERATORS[OPERATORS.indexOf(meaning.operator) ^ 1]! });
}

export function toBoolean(condition: ConditionLike): BooleanExpr {
  if (condition instanceof ColumnExpr) return condition.eq(true);
  return typeof condition === 'boolean' ? new BooleanExpr(condition) : condition;
}

/** Each beside its opposite. */
const OPERATORS: readonly ComparisonOperator[] = ['=', '<>', '<', '>=', '>', '<='];

function compared(column: ColumnExpr<unknown>, operator: ComparisonOperator, other: unknown): BooleanExpr {
  return new BooleanExpr({ operator, column, other });
}

/** A column inside `where`: compared with a value, or with another column of the same type. */
export class ColumnExpr<T> {
  readonly sql: string;
  /** The table's name on the wire. */
  readonly table: string;
  readonly def: ColumnDef;

  /** @param table the table's name on the wire */
  constructor(table: string, def: ColumnDef) {
    this.sql = `${quoted(table)}.${quoted(def.name)}`;
    this.table = table;
    this.def = def;
  }

  eq(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '=', other);
  }

  ne(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '<>', other);
  }

  lt(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '<', other);
  }

  lte(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '<=', other);
  }

  gt(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '>', other);
  }

  gte(other: T | ColumnExpr<T>): BooleanExpr {
    return compared(this, '>=', other);
  }
}
