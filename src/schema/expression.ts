import { keyOf } from '../values/index.ts';
import { columnsTest, columnTest, type Predicate } from './comparison.ts';
import type { ComparisonOperator } from './sql/ast.ts';
import { quoted, toLiteral } from './sql/literal.ts';
import type { ColumnDef } from './table-def.ts';

/** What stands for a condition: `true`, a boolean column, an expression. */
export type ConditionLike = BooleanExpr | ColumnExpr<boolean> | boolean;

/** What a condition is made of; built when first asked for, as most queries are only sent. */
interface Meaning {
  readonly test: () => Predicate;
  readonly opposite: () => BooleanExpr;
  /** The two columns of an equality. */
  readonly equal?: readonly [ColumnExpr<unknown>, ColumnExpr<unknown>];
}

/** A condition of a query. */
export class BooleanExpr {
  /** SQL text, to be put in parentheses by whoever combines it. */
  readonly sql: string;
  readonly meaning: Meaning;
  #test: Predicate | undefined;

  constructor(sql: string, meaning: Meaning) {
    this.sql = sql;
    this.meaning = meaning;
  }

  /** Whether a row of the table holds, as the host would decide. */
  matches(row: Readonly<Record<string, unknown>>): boolean {
    this.#test ??= this.meaning.test();
    return this.#test(row);
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
  if (conditions.length === 0) return toBoolean(true);
  const parts = conditions.map(toBoolean);
  return new BooleanExpr(parts.map((part) => `(${part.sql})`).join(' AND '), {
    test: () => (row) => parts.every((part) => part.matches(row)),
    opposite: () => or(...parts.map(not)),
  });
}

/** Any of the conditions; of none: no row. */
export function or(...conditions: readonly ConditionLike[]): BooleanExpr {
  if (conditions.length === 0) return toBoolean(false);
  const parts = conditions.map(toBoolean);
  return new BooleanExpr(parts.map((part) => `(${part.sql})`).join(' OR '), {
    test: () => (row) => parts.some((part) => part.matches(row)),
    opposite: () => and(...parts.map(not)),
  });
}

/**
 * The opposite of a condition, in comparisons turned round: SQL has no NOT (`api.md` 5.1). A number that is NaN is
 * neither below nor at or above another, before and after.
 */
export function not(condition: ConditionLike): BooleanExpr {
  return toBoolean(condition).meaning.opposite();
}

export function toBoolean(condition: ConditionLike): BooleanExpr {
  if (typeof condition !== 'boolean') return condition instanceof ColumnExpr ? condition.eq(true) : condition;
  return new BooleanExpr(condition ? 'TRUE = TRUE' : 'TRUE = FALSE', {
    test: () => () => condition,
    opposite: () => toBoolean(!condition),
  });
}

const OPPOSITE: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** A column inside `where`: compared with a value, or with another column of the same type. */
export class ColumnExpr<T> {
  readonly sql: string;
  /** The table's name on the wire. */
  readonly table: string;
  readonly #def: ColumnDef;

  /** @param table the table's name on the wire */
  constructor(table: string, def: ColumnDef) {
    this.sql = `${quoted(table)}.${quoted(def.name)}`;
    this.table = table;
    this.#def = def;
  }

  eq(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('=', other);
  }

  ne(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<>', other);
  }

  lt(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<', other);
  }

  lte(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('<=', other);
  }

  gt(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('>', other);
  }

  gte(other: T | ColumnExpr<T>): BooleanExpr {
    return this.#compare('>=', other);
  }

  #compare(operator: ComparisonOperator, other: T | ColumnExpr<T>): BooleanExpr {
    const def = this.#def;
    const opposite = (): BooleanExpr => this.#compare(OPPOSITE[operator], other);
    if (!(other instanceof ColumnExpr)) {
      const test = (): Predicate => columnTest(def, operator, keyOf(def.type)(other));
      return new BooleanExpr(`${this.sql} ${operator} ${toLiteral(other)}`, { test, opposite });
    }
    const test = (): Predicate => columnsTest(def, operator, other.#def);
    const equal = operator === '=' ? ([this, other] as const) : undefined;
    return new BooleanExpr(`${this.sql} ${operator} ${other.sql}`, { test, opposite, equal });
  }
}
